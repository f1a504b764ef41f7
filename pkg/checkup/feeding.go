package checkup

import (
	"context"
	"errors"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Events are the buses and rules of EventBridge in an account's Region.
type Events interface {
	// BusPolicy is the JSON of a bus's policy, empty for none; ErrNotFound without it.
	BusPolicy(ctx context.Context, bus string) (string, error)
	// Rule describes a rule; ErrNotFound without it. The bus is empty for the default one.
	Rule(ctx context.Context, bus, rule string) (Rule, error)
	// Archive describes an archive; ErrNotFound without it.
	Archive(ctx context.Context, name string) (Archive, error)
	// Targets are a rule's targets.
	Targets(ctx context.Context, bus, rule string) ([]Target, error)
}

// Archive is an archive of EventBridge.
type Archive struct {
	On      bool
	Source  string // ARN of the bus
	Pattern string // JSON; empty: every event
	Days    int    // that events are kept; 0: for good
}

// Rule is a rule of EventBridge.
type Rule struct {
	On      bool
	Pattern string // JSON; empty for none
}

// Target is where a rule sends its events.
type Target struct {
	ARN         string
	Role        string // ARN of the role that it sends with; empty for none
	DeadLetters string // ARN of the queue for events that cannot be delivered; empty for none
}

// On is what can be on or off, such as an event source mapping or a schedule.
type On interface {
	String() string                       // what it is
	On(ctx context.Context) (bool, error) // ErrNotFound without it
}

// late is what follows where events of hops do not arrive.
const late = "none: copies are found by the reconciler, hours late, and those that failed are not reported"

// MemberRule checks the rule that forwards a member's events.
func MemberRule(e estate.Estate, account, file string, events Events) []Check {
	return rules(e, account, MemberDeploys(e, file, account), events,
		rule{"", estate.ForwardRule, e.BusARN(), e.RoleARN(account, estate.ForwardRule), estate.ForwardDLQ, late})
}

// Bus checks the bus that members forward to, its policy, and the rules of the backup
// account.
func Bus(e estate.Estate, file string, events Events) []Check {
	account := e.Accounts.Backup
	deploy := deploysOf(e, file, account, estate.BackupAccount, e.Regions.Primary)
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
	return append([]Check{bus, archived(e, deploy, events)}, rules(e, account, deploy, events,
		rule{e.Name, estate.HopRule, copies, "", estate.EventsDLQ, late},
		rule{"", estate.HopRule, copies, "", estate.EventsDLQ, "none where members' events arrive by the bus " + e.Name},
		rule{e.Name, estate.FailedRule, outcomes, "", estate.EventsDLQ, "none: first hops that fail are not reported"},
		rule{"", estate.OutcomeRule, outcomes, "", estate.EventsDLQ, "none: second hops that fail are not tried again before the reconciler finds them"})...)
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
