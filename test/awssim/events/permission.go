package events

import (
	"regexp"

	"github.com/twohop/twohop/test/awssim/events/buspolicy"
	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// maxPolicy is the longest bus policy, in characters [EventBridge quotas].
const maxPolicy = 10240

type putPermissionInput struct {
	EventBusName, Action, Principal, StatementId string
	Condition                                    *permissionCondition
	Policy                                       string
}

type permissionCondition struct{ Type, Key, Value string }

// putPermission sets the whole policy or one statement of it; a statement with
// the same id is replaced.
func (s *Service) putPermission(r *wire.Request, in putPermissionInput) (none, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.own(r.Caller, in.EventBusName)
	if err != nil {
		return none{}, err
	}
	text := in.Policy
	if text == "" {
		st, err := in.statement(b.ARN())
		if err != nil {
			return none{}, err
		}
		text = b.policy.With(st).String()
	} else if in.Action != "" || in.Principal != "" || in.StatementId != "" || in.Condition != nil {
		return none{}, fault.Invalid("Policy cannot be given together with Action, Principal, StatementId or Condition.")
	}
	p, err := buspolicy.Parse(text, b.ARN())
	if err != nil {
		return none{}, fault.Invalid("Parameter Policy is not valid. Reason: %v", err)
	}
	if len(p.String()) > maxPolicy {
		return none{}, fault.New("PolicyLengthExceededException", "The policy is longer than %d characters.", maxPolicy)
	}
	b.policy, b.modified = p, s.clock.Now()
	return none{}, nil
}

var accountOrEveryone = regexp.MustCompile(`^(\d{12}|\*)$`)

// statement is the policy statement that the separate parameters stand for.
func (in putPermissionInput) statement(busARN string) (buspolicy.Statement, error) {
	if in.Action != "events:PutEvents" {
		return buspolicy.Statement{}, fault.Invalid("Provided value in parameter 'action' is not supported.")
	}
	if err := fault.StatementID.Check(in.StatementId, "statementId"); err != nil {
		return buspolicy.Statement{}, err
	}
	if !accountOrEveryone.MatchString(in.Principal) {
		return buspolicy.Statement{}, fault.Constraint(in.Principal, "principal", `satisfy regular expression pattern: (\d{12}|\*)`)
	}
	organization := ""
	if c := in.Condition; c != nil {
		// No other condition can be given this way [API: Condition].
		if c.Type != "StringEquals" || c.Key != "aws:PrincipalOrgID" || c.Value == "" {
			return buspolicy.Statement{}, fault.Invalid("Condition is %s %s %q; it must be StringEquals aws:PrincipalOrgID and an organization's id", c.Type, c.Key, c.Value)
		}
		organization = c.Value
	}
	return buspolicy.NewStatement(in.StatementId, in.Principal, organization, busARN), nil
}

type removePermissionInput struct {
	EventBusName, StatementId string
	RemoveAllPermissions      bool
}

func (s *Service) removePermission(r *wire.Request, in removePermissionInput) (none, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.own(r.Caller, in.EventBusName)
	if err != nil {
		return none{}, err
	}
	if in.RemoveAllPermissions {
		b.policy, b.modified = buspolicy.Policy{}, s.clock.Now()
		return none{}, nil
	}
	if err := fault.StatementID.Check(in.StatementId, "statementId"); err != nil {
		return none{}, err
	}
	left := b.policy.Without(in.StatementId)
	if len(left.Statement) == len(b.policy.Statement) {
		return none{}, fault.NotFound("Statement with the provided id does not exist.")
	}
	b.policy, b.modified = left, s.clock.Now()
	return none{}, nil
}
