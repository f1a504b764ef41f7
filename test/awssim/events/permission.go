package events

import (
	"github.com/twohop/twohop/test/awssim/events/buspolicy"
	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// maxPolicy is the longest bus policy, in characters [EventBridge quotas].
const maxPolicy = 10240

type putPermissionInput struct {
	EventBusName, Action, Principal, StatementId string
	Condition                                    *buspolicy.ParameterCondition
	Policy                                       string
}

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
		st, err := buspolicy.Parameters{Action: in.Action, Principal: in.Principal, StatementID: in.StatementId, Condition: in.Condition}.Statement(b.ARN())
		if err != nil {
			return none{}, err
		}
		text = b.policy.With(in.StatementId, st)
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
	text, found := b.policy.Without(in.StatementId)
	if !found {
		return none{}, fault.NotFound("Statement with the provided id does not exist.")
	}
	left := buspolicy.Policy{}
	if text != "" {
		left, err = buspolicy.Parse(text, b.ARN())
	}
	b.policy, b.modified = left, s.clock.Now()
	return none{}, err
}
