package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Events are the buses and rules of EventBridge in an account's Region.
type Events interface {
	// BusPolicy is the JSON of a bus's policy, empty for none; ErrNotFound without it.
	BusPolicy(ctx context.Context, bus string) (string, error)
	// RuleOn tells whether a rule is enabled; ErrNotFound without it. The bus is empty
	// for the default one.
	RuleOn(ctx context.Context, bus, rule string) (bool, error)
	// Targets are the ARNs of a rule's targets.
	Targets(ctx context.Context, bus, rule string) ([]string, error)
}

// On is what can be on or off, such as an event source mapping or a schedule.
type On interface {
	String() string                       // what it is
	On(ctx context.Context) (bool, error) // ErrNotFound without it
}

// rule is one of the estate's rules, where it sends events, and what follows when it does
// not.
type rule struct{ bus, part, target, causes string }

// late is what follows where events of hops do not arrive.
const late = "none: copies are found by the reconciler, hours late, and those that failed are not reported"

// MemberRule checks the rule that forwards a member's events.
func MemberRule(e estate.Estate, account, file string, events Events) []Check {
	return rules(e, account, Deploys{file, stackOf(e, estate.MemberAccount, e.Regions.Primary)}, events,
		rule{"", estate.ForwardRule, e.BusARN(), late})
}

// Bus checks the bus that members forward to, its policy, and the rules of the backup
// account.
func Bus(e estate.Estate, file string, events Events) []Check {
	account := e.Accounts.Backup
	deploy := Deploys{file, stackOf(e, estate.BackupAccount, e.Regions.Primary)}
	bus := Check{Name: "bus " + e.Name, Place: Place{Account: account, Region: e.Regions.Primary, Resource: e.BusARN()}, Right: "events:DescribeEventBus",
		Look: func(ctx context.Context) ([]Finding, error) {
			live, err := events.BusPolicy(ctx, e.Name)
			if errors.Is(err, ErrNotFound) {
				return broken("there is no bus "+e.Name, late, deploy.String()), nil
			}
			if err != nil {
				return nil, err
			}
			return compared(policy.Bus(e), live, "the policy of the bus "+e.Name, "", deploy.String())
		}}
	copies, outcomes := e.QueueARN(account, estate.CopiesQueue), e.QueueARN(account, estate.OutcomesQueue)
	return append([]Check{bus}, rules(e, account, deploy, events,
		rule{e.Name, estate.HopRule, copies, late}, rule{"", estate.HopRule, copies, "none where members' events arrive by the bus " + e.Name},
		rule{e.Name, estate.FailedRule, outcomes, "none: first hops that fail are not reported"},
		rule{"", estate.OutcomeRule, outcomes, "none: second hops that fail are not tried again before the reconciler finds them"})...)
}

func rules(e estate.Estate, account string, deploy Deploys, events Events, all ...rule) []Check {
	var checks []Check
	for _, r := range all {
		name, on := e.Called(r.part), " on the default bus"
		arn, enable := e.RuleARN(account, r.part), "aws events enable-rule --region "+e.Regions.Primary+" --name "+name
		if r.bus != "" {
			on, arn, enable = " on the bus "+r.bus, e.BusRuleARN(r.part), enable+" --event-bus-name "+r.bus
		}
		checks = append(checks, Check{Name: "rule " + name + on, Place: Place{Account: account, Region: e.Regions.Primary, Resource: arn}, Right: "events:DescribeRule",
			Look: func(ctx context.Context) ([]Finding, error) {
				enabled, err := events.RuleOn(ctx, r.bus, name)
				if errors.Is(err, ErrNotFound) {
					return broken("there is no rule "+name+on, r.causes, deploy.String()), nil
				}
				if err != nil {
					return nil, err
				}
				var found []Finding
				if !enabled {
					found = broken(fmt.Sprintf("the rule %s%s is disabled", name, on), r.causes, enable)
				}
				targets, err := events.Targets(ctx, r.bus, name)
				if err == nil && !slices.Contains(targets, r.target) {
					found = append(found, broken(fmt.Sprintf("the rule %s%s does not send to %s", name, on, r.target), r.causes, deploy.String())...)
				}
				return found, err
			}})
	}
	return checks
}

// Switched is something that is to be on, with what follows when it is off.
type Switched struct {
	On
	Right  string // to look, such as scheduler:GetSchedule
	Causes string
	Mend   string // command
}

// SwitchedOn checks what feeds functions in an account's Region.
func SwitchedOn(at Place, deploy Deploys, all []Switched) []Check {
	var checks []Check
	for _, s := range all {
		at := at
		at.Resource = s.String()
		checks = append(checks, Check{Name: s.String(), Place: at, Right: s.Right, Look: func(ctx context.Context) ([]Finding, error) {
			on, err := s.On.On(ctx)
			switch {
			case errors.Is(err, ErrNotFound):
				return broken("there is no "+s.String(), s.Causes, deploy.String()), nil
			case err != nil || on:
				return nil, err
			default:
				return broken("the "+s.String()+" is off", s.Causes, s.Mend), nil
			}
		}})
	}
	return checks
}
