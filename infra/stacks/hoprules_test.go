package stacks_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// hopRules: the rules of the backup account pass on what the two queues are for.
var hopRules = map[string]check{
	"two rules pass completed first hops into intermediate vaults on to the copystarter, and nothing else": {completedAreCopied, map[string]func(*draft){
		"no guard against loops": func(d *draft) { d.drop(stacks.Primary, "HopRule", "EventPattern", "detail", "sourceBackupVaultArn") },
		"none on the own bus":    func(d *draft) { d.drop(stacks.Primary, "OwnHopRule", "EventPattern", "detail", "sourceBackupVaultArn") },
		"a guard for one Region": func(d *draft) {
			d.say(stacks.Primary, "HopRule", "arn:aws:backup:*:222222222222", "arn:aws:backup:eu-central-1:222222222222")
		},
		"a guard upside down": func(d *draft) {
			d.say(stacks.Primary, "HopRule", `{"anything-but":{"wildcard":"arn:aws:backup:*:222222222222:backup-vault:*"}}`, `{"wildcard":"arn:aws:backup:*:222222222222:backup-vault:*"}`)
		},
		"a guard for members": func(d *draft) {
			d.say(stacks.Primary, "HopRule", "arn:aws:backup:*:222222222222", "arn:aws:backup:*:111111111111")
		},
		"a vault misspelt": func(d *draft) { d.say(stacks.Primary, "HopRule", ":twohop-intermediate", ":twohop-intermediates") },
		"final vaults": func(d *draft) {
			d.say(stacks.Primary, "HopRule", "eu-central-1:222222222222:backup-vault:twohop-intermediate", "eu-north-1:222222222222:backup-vault:twohop-final")
		},
		"FAILED":          func(d *draft) { d.say(stacks.Primary, "HopRule", `"COMPLETED"`, `"FAILED"`) },
		"any state":       func(d *draft) { d.drop(stacks.Primary, "OwnHopRule", "EventPattern", "detail", "state") },
		"any detail-type": func(d *draft) { d.drop(stacks.Primary, "HopRule", "EventPattern", "detail-type") },
		"to another queue": func(d *draft) {
			d.say(stacks.Primary, "HopRule", `"Arn":{"Fn::GetAtt":["CopiesQueue"`, `"Arn":{"Fn::GetAtt":["CopiesDlqQueue"`)
		},
		"on one bus only": func(d *draft) {
			d.set(stacks.Primary, "OwnHopRule", map[string]any{"Ref": "Bus"}, "EventPattern", "source", "0")
		},
		"no rule on the bus": func(d *draft) { d.remove(stacks.Primary, "HopRule") },
		"on the default bus": func(d *draft) { d.drop(stacks.Primary, "HopRule", "EventBusName") },
	}, nil},
	"a rule passes first hops that failed on to the outcometracker, and one ended second hops": {outcomesAreTracked, map[string]func(*draft){
		"no failures":          func(d *draft) { d.remove(stacks.Primary, "FailedRule") },
		"no second hops":       func(d *draft) { d.remove(stacks.Primary, "OutcomeRule") },
		"FAILED is passed by":  func(d *draft) { d.say(stacks.Primary, "FailedRule", `"FAILED",`, "") },
		"so is PARTIAL":        func(d *draft) { d.say(stacks.Primary, "FailedRule", `"PARTIAL",`, "") },
		"completed first hops": func(d *draft) { d.say(stacks.Primary, "FailedRule", `"PARTIAL"`, `"COMPLETED"`) },
		"no guard against restores": func(d *draft) {
			d.drop(stacks.Primary, "FailedRule", "EventPattern", "detail", "sourceBackupVaultArn")
		},
		"failures of the own bus, which come twice": func(d *draft) { d.drop(stacks.Primary, "FailedRule", "EventBusName") },
		"second hops of the members' bus": func(d *draft) {
			d.add(stacks.Primary, "OutcomeRule", "EventBusName", map[string]any{"Ref": "Bus"})
		},
		"completed second hops are passed by": func(d *draft) { d.say(stacks.Primary, "OutcomeRule", `"COMPLETED",`, "") },
		"expired ones are":                    func(d *draft) { d.say(stacks.Primary, "OutcomeRule", `,"EXPIRED"`, "") },
		"RUNNING":                             func(d *draft) { d.say(stacks.Primary, "OutcomeRule", `"ABORTED"`, `"RUNNING"`) },
		"from any vault": func(d *draft) {
			d.drop(stacks.Primary, "OutcomeRule", "EventPattern", "detail", "sourceBackupVaultArn")
		},
		"into any vault": func(d *draft) {
			d.drop(stacks.Primary, "OutcomeRule", "EventPattern", "detail", "destinationBackupVaultArn")
		},
		"to the copystarter": func(d *draft) {
			d.say(stacks.Primary, "OutcomeRule", `"Arn":{"Fn::GetAtt":["OutcomesQueue"`, `"Arn":{"Fn::GetAtt":["CopiesQueue"`)
		},
		"to the dead letters": func(d *draft) {
			d.say(stacks.Primary, "FailedRule", `"Arn":{"Fn::GetAtt":["OutcomesQueue"`, `"Arn":{"Fn::GetAtt":["OutcomesDlqQueue"`)
		},
		"one more rule": func(d *draft) { d.copy(stacks.Primary, "OutcomeRule", "Another", "Name", "twohop-another") },
	}, map[string]func(*draft){
		"not into the second final vault": func(d *draft) { d.say(stacks.Primary, "OutcomeRule", "eu-west-1", "eu-west-2") },
	}},
	"an alarm about events that were not delivered names the queues that they are for": {alarmsNameQueues, map[string]func(*draft){
		"another": func(d *draft) { d.say(stacks.Primary, "OutcomeRuleFailedAlarm", "twohop-outcomes", "twohop-copies") },
		"none":    func(d *draft) { d.say(stacks.Primary, "BusRuleFailedAlarm", "queue twohop-copies", "queue") },
		"one of a member's two": func(d *draft) {
			d.say(stacks.Member, "ForwardRuleFailedAlarm", "else to twohop-outcomes", "else to nobody")
		},
	}, nil},
}

// pass finds what is wrong with the rules that send to a queue: there is one on each of
// the buses that wanted has, and it takes what is wanted there. A bus without a name is
// the default one.
func (d deployment) pass(queue string, wanted map[string]func(occurrence) bool) (found faults) {
	buses, want := map[string]int{}, map[string]int{}
	for bus := range wanted {
		want[bus] = 1
	}
	for _, rule := range d.primary().all(aRule) {
		if rule.text("Targets", "0", "Arn") != d.estate.QueueARN(d.estate.Accounts.Backup, queue) {
			continue
		}
		bus := rule.text("EventBusName")
		buses[bus]++
		if takes := wanted[bus]; takes != nil {
			found.takes(d, rule, takes)
		}
	}
	if !maps.Equal(buses, want) {
		found.add("rules to the queue %s by bus: %v; %v are needed", queue, buses, want)
	}
	return found
}

func completedAreCopied(d deployment) faults {
	takes := func(o occurrence) bool { return o.firstHop && o.state == "COMPLETED" }
	return d.pass(estate.CopiesQueue, map[string]func(occurrence) bool{"": takes, d.estate.Name: takes})
}

func outcomesAreTracked(d deployment) faults {
	return d.pass(estate.OutcomesQueue, map[string]func(occurrence) bool{
		d.estate.Name: func(o occurrence) bool { return o.firstHop && ended(o.state) && o.state != "COMPLETED" },
		"":            func(o occurrence) bool { return o.secondHop && ended(o.state) },
	})
}

// watched is the rule that an alarm is about; nil: it is about none.
func (r *resource) watched() *resource {
	of := dimensions(r)
	return first(r.stack.all(aRule), func(rule *resource) bool {
		return of["RuleName"] == rule.text("Name") && of["EventBusName"] == rule.text("EventBusName")
	})
}

// saysWhere reports whether a text names each queue that a rule's events are for.
func (r *resource) saysWhere(text string, d deployment) bool {
	into := []string{estate.CopiesQueue, estate.OutcomesQueue} // from a member, by the bus
	if r.text("Targets", "0", "Arn") != d.estate.BusARN() {
		_, queue, _ := strings.Cut(r.text("Targets", "0", "Arn"), ":"+d.estate.Called(""))
		into = []string{queue}
	}
	return !slices.ContainsFunc(into, func(queue string) bool {
		return !strings.Contains(text, "queue "+d.estate.Called(queue)) && !strings.Contains(text, "to "+d.estate.Called(queue))
	})
}

func alarmsNameQueues(d deployment) (found faults) {
	for _, alarm := range d.all(anAlarm) {
		says := alarm.text("AlarmDescription")
		if rule := alarm.watched(); rule != nil && alarm.text("MetricName") == "FailedInvocations" && !rule.saysWhere(says, d) {
			found.add("%s: says %q of events for %s", alarm, says, rule.text("Targets", "0", "Arn"))
		}
	}
	return found
}
