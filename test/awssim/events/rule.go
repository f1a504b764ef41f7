package events

import (
	"github.com/twohop/twohop/test/awssim/eventpattern"
	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/events/paging"
	"github.com/twohop/twohop/test/awssim/events/pattern"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	enabled  = "ENABLED"
	disabled = "DISABLED"
)

// rule is one rule of a bus.
type rule struct {
	bus         delivery.Bus
	name        string
	state       string
	description string
	roleARN     string
	patternText string
	pattern     *eventpattern.Pattern
	targets     delivery.Targets
}

func (r *rule) arn() string { return r.bus.RuleARN(r.name) }

// rule finds a rule of one of the caller's own buses. s.mu must be held.
func (s *Service) rule(c wire.Caller, busName, name, member string) (*rule, error) {
	if err := fault.RuleName.Check(name, member); err != nil {
		return nil, err
	}
	b, err := s.own(c, busName)
	if err != nil {
		return nil, err
	}
	r, ok := b.rules[name]
	if !ok {
		return nil, fault.NotFound("Rule %s does not exist on EventBus %s.", name, b.Name)
	}
	return r, nil
}

type putRuleInput struct {
	Name, EventBusName, EventPattern, ScheduleExpression string
	State, Description, RoleArn                          string
}

type putRuleOutput struct{ RuleArn string }

// putRule makes a rule or replaces all of an existing one but its targets.
func (s *Service) putRule(r *wire.Request, in putRuleInput) (putRuleOutput, error) {
	compiled, err := in.check()
	if err != nil {
		return putRuleOutput{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.own(r.Caller, in.EventBusName)
	if err != nil {
		return putRuleOutput{}, err
	}
	made := &rule{
		bus: b.Bus, name: in.Name, state: in.State, description: in.Description, roleARN: in.RoleArn,
		patternText: in.EventPattern, pattern: compiled, targets: delivery.Targets{},
	}
	if in.State == "" {
		made.state = enabled
	}
	if before, ok := b.rules[in.Name]; ok {
		made.targets = before.targets
	}
	b.rules[in.Name] = made
	return putRuleOutput{RuleArn: made.arn()}, nil
}

func (in putRuleInput) check() (*eventpattern.Pattern, error) {
	if err := fault.RuleName.Check(in.Name, "name"); err != nil {
		return nil, err
	}
	if in.ScheduleExpression != "" {
		return nil, fault.New("NotImplementedException", "awssim does not run rules on a ScheduleExpression (%s)", in.ScheduleExpression)
	}
	if in.EventPattern == "" {
		return nil, fault.Invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	}
	if in.State != "" && in.State != enabled && in.State != disabled {
		return nil, fault.Constraint(in.State, "state", "satisfy enum value set: [ENABLED, DISABLED]; awssim knows no other")
	}
	return pattern.Compile(in.EventPattern)
}

type ruleInput struct{ Name, EventBusName string }

type deleteRuleInput struct {
	Name, EventBusName string
	Force              bool // for rules that AWS services manage; there are none here
}

// deleteRule succeeds for a rule that does not exist, as AWS does.
func (s *Service) deleteRule(r *wire.Request, in deleteRuleInput) (none, error) {
	if err := fault.RuleName.Check(in.Name, "name"); err != nil {
		return none{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.own(r.Caller, in.EventBusName)
	if err != nil {
		return none{}, err
	}
	if found, ok := b.rules[in.Name]; ok && len(found.targets) > 0 {
		return none{}, fault.Invalid("Rule can't be deleted since it has targets.")
	}
	delete(b.rules, in.Name)
	return none{}, nil
}

// setState is EnableRule and DisableRule.
func (s *Service) setState(state string) func(*wire.Request, ruleInput) (none, error) {
	return func(r *wire.Request, in ruleInput) (none, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		found, err := s.rule(r.Caller, in.EventBusName, in.Name, "name")
		if err == nil {
			found.state = state
		}
		return none{}, err
	}
}

// ruleDescription is a rule as ListRules shows it.
type ruleDescription struct {
	Name, Arn, EventBusName, EventPattern, State string
	Description                                  string `json:",omitempty"`
	RoleArn                                      string `json:",omitempty"`
}

func (r *rule) describe() ruleDescription {
	return ruleDescription{
		Name: r.name, Arn: r.arn(), EventBusName: r.bus.Name, EventPattern: r.patternText, State: r.state,
		Description: r.description, RoleArn: r.roleARN,
	}
}

type describeRuleOutput struct {
	ruleDescription
	CreatedBy string
}

func (s *Service) describeRule(r *wire.Request, in ruleInput) (describeRuleOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.rule(r.Caller, in.EventBusName, in.Name, "name")
	if err != nil {
		return describeRuleOutput{}, err
	}
	return describeRuleOutput{ruleDescription: found.describe(), CreatedBy: r.Account}, nil
}

type listRulesInput struct {
	NamePrefix, EventBusName, NextToken string
	Limit                               *int
}

type listRulesOutput struct {
	Rules     []ruleDescription
	NextToken string `json:",omitempty"`
}

func (s *Service) listRules(r *wire.Request, in listRulesInput) (listRulesOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, err := s.own(r.Caller, in.EventBusName)
	if err != nil {
		return listRulesOutput{}, err
	}
	found := map[string]ruleDescription{}
	for name, one := range b.rules {
		found[name] = one.describe()
	}
	rules, next, err := paging.Page(found, in.NamePrefix, in.NextToken, in.Limit)
	return listRulesOutput{Rules: rules, NextToken: next}, err
}
