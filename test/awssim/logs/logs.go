// Package logs is the local CloudWatch Logs, as far as stacks declare it: log
// groups and how long they keep events. What functions write goes to whoever runs
// the local AWS.
package logs

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/twohop/twohop/test/awssim/wire"
)

// Group is a log group.
type Group struct {
	Account, Region, Name string
	RetentionDays         int // 0: for ever
}

// ARN of the group, with the suffix that IAM's resources have [Service
// Authorization Reference: CloudWatch Logs].
func (g Group) ARN() string {
	return fmt.Sprintf("arn:aws:logs:%s:%s:log-group:%s:*", g.Region, g.Account, g.Name)
}

// Service keeps the log groups of all accounts, safe for concurrent use.
type Service struct {
	mu     sync.Mutex
	groups map[string]Group // by ARN
}

// New returns a service without log groups.
func New() *Service { return &Service{groups: map[string]Group{}} }

// Days that a group may keep events [API: PutRetentionPolicy].
var retentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

var groupName = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)

// Create makes a log group. Its errors are those of CreateLogGroup and
// PutRetentionPolicy, *wire.Error.
func (s *Service) Create(g Group) error {
	if !groupName.MatchString(g.Name) {
		return &wire.Error{Code: "InvalidParameterException", Message: fmt.Sprintf("%q is not the name of a log group", g.Name)}
	}
	if g.RetentionDays != 0 && !slices.Contains(retentions, g.RetentionDays) {
		return &wire.Error{Code: "InvalidParameterException", Message: fmt.Sprintf("log group %s cannot keep events for %d days; %v are possible", g.Name, g.RetentionDays, retentions)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.groups[g.ARN()]; taken {
		return &wire.Error{Code: "ResourceAlreadyExistsException", Message: "The specified log group already exists"}
	}
	s.groups[g.ARN()] = g
	return nil
}

// Group finds a log group; false where there is none.
func (s *Service) Group(account, region, name string) (Group, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, ok := s.groups[Group{Account: account, Region: region, Name: name}.ARN()]
	return g, ok
}
