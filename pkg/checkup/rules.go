package checkup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
)

// rule is one of the estate's rules, where it sends events, with which role if any, where
// those go that cannot be delivered, and what follows when it does not.
type rule struct{ bus, part, target, role, dead, causes string }

func rules(e estate.Estate, account string, deploy Deploys, events Events, all ...rule) []Check {
	var checks []Check
	for _, r := range all {
		l := liveRule{rule: r, e: e, account: account, name: e.Called(r.part), on: " on the default bus", deploy: deploy, events: events}
		arn := e.RuleARN(account, r.part)
		if r.bus != "" {
			l.on, arn = " on the bus "+r.bus, e.BusRuleARN(r.part)
		}
		checks = append(checks, Check{Name: "rule " + l.name + l.on, Place: Place{Account: account, Region: e.Regions.Primary, Resource: arn}, Right: "events:DescribeRule", Look: l.look})
	}
	return checks
}

// liveRule is a rule as it is to be compared.
type liveRule struct {
	rule
	e                 estate.Estate
	account, name, on string
	deploy            Deploys
	events            Events
}

func (l liveRule) look(ctx context.Context) ([]Finding, error) {
	live, err := l.events.Rule(ctx, l.bus, l.name)
	if errors.Is(err, ErrNotFound) {
		return broken("there is no rule "+l.name+l.on, l.causes, l.deploy.String()), nil
	}
	if err != nil {
		return nil, err
	}
	var found []Finding
	if !live.On {
		found = broken(fmt.Sprintf("the rule %s%s is disabled", l.name, l.on), l.causes, l.command("enable-rule --name"))
	}
	same, wanted, err := matches(l.e.RulePattern(l.part), live.Pattern)
	if err != nil {
		return found, err
	}
	if !same {
		found = append(found, broken(fmt.Sprintf("the event pattern of the rule %s%s is not the estate's", l.name, l.on), l.causes,
			l.command("put-rule --name")+" --event-pattern '"+wanted+"'")...)
	}
	targets, err := l.events.Targets(ctx, l.bus, l.name)
	if err != nil {
		return found, err
	}
	return append(found, l.sends(targets)...), nil
}

// sends compares the rule's target with the estate's.
func (l liveRule) sends(targets []Target) []Finding {
	dead := l.e.QueueARN(l.account, l.dead)
	mend := l.command("put-targets --rule") + " --targets '" + l.entry(dead) + "'"
	at := slices.IndexFunc(targets, func(t Target) bool { return t.ARN == l.target })
	switch {
	case at < 0:
		return broken(fmt.Sprintf("the rule %s%s does not send to %s", l.name, l.on, l.target), l.causes, mend)
	case targets[at].Role != l.role:
		return broken(fmt.Sprintf("the rule %s%s sends with the role %q, and the estate's with %q", l.name, l.on, targets[at].Role, l.role), l.causes, mend)
	case targets[at].DeadLetters != dead:
		return broken(fmt.Sprintf("the rule %s%s has the dead-letter queue %q, and the estate's %s", l.name, l.on, targets[at].DeadLetters, dead),
			"none: events that it cannot deliver are lost after 24 hours, or are where neither alarms nor twohop dlq read", mend)
	default:
		return nil
	}
}

// entry is the rule's target as the API takes it.
func (l liveRule) entry(dead string) string {
	role := ""
	if l.role != "" {
		role = fmt.Sprintf(`"RoleArn":%q,`, l.role)
	}
	return fmt.Sprintf(`[{"Id":"target","Arn":%q,%s"DeadLetterConfig":{"Arn":%q}}]`, l.target, role, dead)
}

// command is a command about the rule, whose name follows.
func (l liveRule) command(verb string) string {
	command := "aws events " + strings.Replace(verb, " ", " --region "+l.e.Regions.Primary+" ", 1) + " " + l.name
	if l.bus != "" {
		command += " --event-bus-name " + l.bus
	}
	return command
}

// matches reports whether a live event pattern is the wanted one, in whatever order lists and
// keys are, and what the wanted one is as JSON.
func matches(pattern map[string]any, live string) (same bool, wanted string, err error) {
	text, err := json.Marshal(pattern)
	if err != nil {
		return false, "", fmt.Errorf("write an event pattern: %w", err)
	}
	var one, other any
	if !json.Valid([]byte(live)) {
		return false, string(text), nil // without one, such as a rule on a schedule
	}
	if err := json.Unmarshal([]byte(live), &one); err != nil {
		return false, "", fmt.Errorf("read an event pattern: %w", err)
	}
	if err := json.Unmarshal(text, &other); err != nil {
		return false, "", fmt.Errorf("read an event pattern: %w", err)
	}
	return reflect.DeepEqual(sorted(one), sorted(other)), string(text), nil
}

// sorted is a JSON value with its lists in order.
func sorted(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key := range v {
			v[key] = sorted(v[key])
		}
	case []any:
		for i := range v {
			v[i] = sorted(v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return value
}

// archived checks the archive of the estate's bus: events that were lost behind the bus are
// replayed from it.
func archived(e estate.Estate, deploy Deploys, events Events) Check {
	at := Place{Account: e.Accounts.Backup, Region: e.Regions.Primary, Resource: e.ARNIn(e.Regions.Primary, "events", e.Accounts.Backup, "archive/"+e.Name)}
	const causes = "none: events that are lost behind the bus cannot be replayed; of completed copies the reconciler finds what is missing"
	return Check{Name: "archive " + e.Name, Place: at, Right: "events:DescribeArchive", Look: func(ctx context.Context) ([]Finding, error) {
		live, err := events.Archive(ctx, e.Name)
		if errors.Is(err, ErrNotFound) {
			return broken("there is no archive "+e.Name, causes, deploy.String()), nil
		}
		if err != nil {
			return nil, err
		}
		same, wanted, err := matches(estate.CopyEvents(), live.Pattern)
		if err != nil || live.On && live.Source == e.BusARN() && same && live.Days == e.Logs.ArchiveDays {
			return nil, err
		}
		if live.Source != e.BusARN() {
			return broken(fmt.Sprintf("the archive %s is of %s, not of the estate's bus", e.Name, live.Source), causes, deploy.String()), nil
		}
		return broken(fmt.Sprintf("the archive %s keeps other events than the estate's, or for %d days and not %d, or is off", e.Name, live.Days, e.Logs.ArchiveDays), causes,
			fmt.Sprintf("aws events update-archive --region %s --archive-name %s --retention-days %d --event-pattern '%s'", e.Regions.Primary, e.Name, e.Logs.ArchiveDays, wanted)), nil
	}}
}
