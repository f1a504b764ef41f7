package events

import (
	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// What CloudFormation declares; the same as the calls of the API do, and with the
// same errors, *wire.Error.

// The parts of a rule's target, as PutTargets takes them.
type (
	// RuleTarget is a target.
	RuleTarget = delivery.Target
	// DeadLetterConfig names its dead-letter queue.
	DeadLetterConfig = delivery.DeadLetterConfig
	// RetryPolicy says how often it is tried.
	RetryPolicy = delivery.RetryPolicy
)

// DeclaredRule is a rule with all of its targets.
type DeclaredRule struct {
	Name, Bus, Description string
	Pattern                string // JSON
	State                  string // ENABLED or DISABLED
	Targets                []RuleTarget
}

// caller is the root user of an account.
func caller(account, region string) *wire.Request {
	return &wire.Request{Caller: wire.Caller{
		Identity: wire.Identity{Account: account, Principal: "arn:aws:iam::" + account + ":root"}, AccessKeyID: account, Region: region,
	}}
}

// CreateBus makes a bus with a policy, empty for none, and returns its ARN.
func (s *Service) CreateBus(account, region, name, description, policy string) (string, error) {
	made, err := s.createEventBus(caller(account, region), createEventBusInput{Name: name, Description: description})
	if err != nil || policy == "" {
		return made.EventBusArn, err
	}
	_, err = s.putPermission(caller(account, region), putPermissionInput{EventBusName: name, Policy: policy})
	return made.EventBusArn, err
}

// DeclareRule makes or replaces a rule and adds its targets; it returns the rule's
// ARN.
func (s *Service) DeclareRule(account, region string, r DeclaredRule) (string, error) {
	made, err := s.putRule(caller(account, region), putRuleInput{
		Name: r.Name, EventBusName: r.Bus, EventPattern: r.Pattern, State: r.State, Description: r.Description,
	})
	if err != nil {
		return "", err
	}
	if len(r.Targets) == 0 {
		return made.RuleArn, nil
	}
	_, err = s.putTargets(caller(account, region), putTargetsInput{Rule: r.Name, EventBusName: r.Bus, Targets: r.Targets})
	return made.RuleArn, err
}

// Policy is the JSON of a bus's policy, empty where it has none.
func (s *Service) Policy(busARN string) (string, error) {
	key, ok := delivery.ParseBus(busARN)
	s.mu.Lock()
	defer s.mu.Unlock()
	b, exists := s.lookup(key)
	if !ok || !exists {
		return "", fault.NotFound("Event bus %s does not exist.", busARN)
	}
	return b.policy.String(), nil
}
