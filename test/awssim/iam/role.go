package iam

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Role is a role that somebody made, unlike a service-linked one.
type Role struct {
	Account     string // twelve digits
	Name        string
	Description string
	Trust       string            // JSON of the trust policy
	Inline      map[string]string // JSON of inline policies by their names
	Managed     []string          // ARNs of policies that AWS manages
}

// ARN of the role.
func (r Role) ARN() string { return "arn:aws:iam::" + r.Account + ":role/" + r.Name }

// madeRole is a role whose policies were read.
type madeRole struct {
	Role
	id       string
	created  time.Time
	trust    policy.Document
	policies []policy.Document
}

var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// AddRole makes a role as CreateRole and what follows it do. Its errors are those
// of the API, *wire.Error: an existing name, a policy that cannot be read, a managed
// policy that the local AWS does not know.
func (s *Service) AddRole(r Role) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.exists(r.Account, r.Name) {
		return &wire.Error{Status: http.StatusConflict, Code: "EntityAlreadyExists", Message: fmt.Sprintf("Role with name %s already exists.", r.Name)}
	}
	return s.put(r)
}

// ChangeRole changes a role that AddRole made. When the change cannot be read the
// role stays as it was.
func (s *Service) ChangeRole(arn string, change func(*Role)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, name := split(arn)
	made, ok := s.made[key{account, name}]
	if !ok {
		return absent(name)
	}
	r := made.Role
	r.Inline, r.Managed = maps.Clone(r.Inline), slices.Clone(r.Managed)
	change(&r)
	r.Account, r.Name = account, name
	return s.put(r)
}

// RemoveRole deletes a role that AddRole made.
func (s *Service) RemoveRole(arn string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, name := split(arn)
	if _, ok := s.made[key{account, name}]; !ok {
		return absent(name)
	}
	delete(s.made, key{account, name})
	return nil
}

func (s *Service) put(r Role) error {
	if !roleName.MatchString(r.Name) {
		return invalid("%q is not a role's name: 1 to 64 letters, digits and +=,.@_-", r.Name)
	}
	trust, err := policy.Parse(policy.Trust, "the trust policy of "+r.Name, []byte(r.Trust))
	if err != nil {
		return malformed(err)
	}
	for _, arn := range trust.NamedPrincipals() {
		if account, name := split(arn); !s.exists(account, name) {
			return malformed(fmt.Errorf("invalid principal in policy: %q", arn))
		}
	}
	made := madeRole{Role: r, trust: trust, id: "AROA" + s.ids.Hex(8), created: s.clock.Now()}
	if old, ok := s.made[key{r.Account, r.Name}]; ok {
		made.id, made.created = old.id, old.created
	}
	for _, name := range slices.Sorted(maps.Keys(r.Inline)) {
		d, err := policy.Parse(policy.Identity, name, []byte(r.Inline[name]))
		if err != nil {
			return malformed(err)
		}
		made.policies = append(made.policies, d)
	}
	for _, arn := range r.Managed {
		d, err := managedPolicy(arn)
		if err != nil {
			return err
		}
		made.policies = append(made.policies, d)
	}
	s.made[key{r.Account, r.Name}] = made
	return nil
}

// Exists tells whether there is a role of this ARN, service-linked ones included.
func (s *Service) Exists(arn string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, name := split(arn)
	return s.exists(account, name)
}

func (s *Service) exists(account, name string) bool {
	_, made := s.made[key{account, name}]
	_, linked := s.roles[key{account, name}]
	return made || linked
}

// Policies are what a role may do by its own policies; false where there is no
// such role.
func (s *Service) Policies(arn string) ([]policy.Document, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, name := split(arn)
	if made, ok := s.made[key{account, name}]; ok {
		return made.policies, true
	}
	linked, ok := s.roles[key{account, name}]
	if !ok {
		return nil, false
	}
	return s.linkedPolicies(linked.service), true
}

// Trust is a role's trust policy; false where there is no such role. A service-linked
// role trusts its service alone.
func (s *Service) Trust(arn string) (policy.Document, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	account, name := split(arn)
	if made, ok := s.made[key{account, name}]; ok {
		return made.trust, true
	}
	linked, ok := s.roles[key{account, name}]
	if !ok {
		return policy.Document{}, false
	}
	return s.parsed(policy.Trust, "the trust policy of "+name, linkedTrust(linked.service)), true
}

// split takes a role's ARN apart; a path is no part of the name.
func split(arn string) (account, name string) {
	fields := strings.SplitN(arn, ":", 6)
	if len(fields) < 6 || !strings.HasPrefix(fields[5], "role/") {
		return "", arn
	}
	return fields[4], fields[5][strings.LastIndex(fields[5], "/")+1:]
}

func malformed(cause error) error {
	return &wire.Error{Code: "MalformedPolicyDocument", Message: cause.Error()}
}

func absent(name string) error {
	return &wire.Error{Status: http.StatusNotFound, Code: "NoSuchEntity", Message: fmt.Sprintf("The role with name %s cannot be found.", name)}
}
