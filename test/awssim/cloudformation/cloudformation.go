// Package cloudformation is the local AWS CloudFormation without its templates: the
// calls that switch the trusted access of StackSets, the StackSets and the accounts that
// have their stacks, what stacks export, and the conversation with a function behind a
// custom resource.
package cloudformation

import (
	"sync"

	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// stackSets is the service principal that StackSets have in an organization
// [Organizations: services that can enable].
const stackSets = "member.org.stacksets.cloudformation.amazonaws.com"

// Organizations knows organizations and whom they trust.
type Organizations interface {
	// Management is the management account of an account's organization; false
	// if it is in none.
	Management(account string) (string, bool)
	// Accounts are those of all organizations.
	Accounts() []string
	// Trust gives a service trusted access; false where the account manages no
	// organization.
	Trust(management, principal string) bool
	// Trusts tells whether a service has trusted access to the organization of
	// an account.
	Trusts(account, principal string) bool
}

// Config is what a Service works with.
type Config struct {
	IDs           *ids.Source
	Organizations Organizations
	Functions     Functions // needed where custom resources are
	Endpoint      string    // URL of the local AWS
}

// Service is the CloudFormation of all accounts and Regions, safe for concurrent
// use.
type Service struct {
	config Config

	mu      sync.Mutex
	answers map[string]chan []byte // awaited, by the path of their URL
	exports map[place]Export

	setsMu sync.Mutex // held while stacks of sets are deployed
	sets   []*stackSet
}

// New returns a service that waits for no answer.
func New(config Config) *Service {
	return &Service{config: config, answers: map[string]chan []byte{}, exports: map[place]Export{}}
}

// Handler is the service on the wire, for the signing name "cloudformation".
func (s *Service) Handler() wire.Handler {
	return wire.NewQuery("http://cloudformation.amazonaws.com/doc/2010-05-15/", map[string]wire.Op{
		"DescribeOrganizationsAccess": wire.NewOp(s.describeOrganizationsAccess).OnAll(),
		"ActivateOrganizationsAccess": wire.NewOp(s.activateOrganizationsAccess).OnAll(),
	})
}

type describeAccessInput struct {
	CallAs string `query:"CallAs"`
}

type describeAccessOutput struct{ Status string }

func (s *Service) describeOrganizationsAccess(r *wire.Request, in describeAccessInput) (describeAccessOutput, error) {
	if in.CallAs != "" && in.CallAs != "SELF" {
		return describeAccessOutput{}, &wire.Error{Code: "ValidationError",
			Message: "awssim has no delegated administrators: CallAs is SELF, not " + in.CallAs}
	}
	if err := s.manages(r.Account); err != nil {
		return describeAccessOutput{}, err
	}
	if s.config.Organizations.Trusts(r.Account, stackSets) {
		return describeAccessOutput{"ENABLED"}, nil
	}
	return describeAccessOutput{"DISABLED"}, nil
}

func (s *Service) activateOrganizationsAccess(r *wire.Request, _ struct{}) (struct{}, error) {
	if err := s.manages(r.Account); err != nil {
		return struct{}{}, err
	}
	s.config.Organizations.Trust(r.Account, stackSets)
	return struct{}{}, nil
}

// manages refuses accounts that manage no organization. The code is one that the
// API declares for these calls; AWS's text is UNCONFIRMED A99.
func (s *Service) manages(account string) error {
	if management, ok := s.config.Organizations.Management(account); ok && management == account {
		return nil
	}
	return &wire.Error{Code: "InvalidOperationException",
		Message: "You must be the management account of an organization to manage the trusted access of StackSets"}
}
