package stacks_test

import (
	"encoding/json"
	"regexp"
	"slices"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// duties: what CloudFormation has no resource for is done at deployment, in order,
// and daily.
var duties = map[string]check{
	"duties are done at deployment, each account's own": {dutiesAreDone, map[string]func(*draft){
		"not the account's":      func(d *draft) { d.remove(stacks.Primary, "AccountDuties") },
		"not the organization's": func(d *draft) { d.set(stacks.Management, "OrganizationDuties", []any{"members"}, "Duties") },
		"not the members'":       func(d *draft) { d.remove(stacks.Management, "MemberDuties") },
		"another account's":      func(d *draft) { d.set(stacks.Primary, "AccountDuties", []any{"account", "members"}, "Duties") },
		"a duty that is not":     func(d *draft) { d.set(stacks.Primary, "AccountDuties", []any{"accounts"}, "Duties") },
	}, nil},
	"duties are done daily, each account's own": {dutiesRecur, map[string]func(*draft){
		"never": func(d *draft) { d.remove(stacks.Management, "DailySchedule") },
		"not the members'": func(d *draft) {
			d.set(stacks.Management, "DailySchedule", `{"duties":["organization"]}`, "Target", "Input")
		},
		"without input":      func(d *draft) { d.drop(stacks.Primary, "DailySchedule", "Target", "Input") },
		"under another key":  func(d *draft) { d.say(stacks.Primary, "DailySchedule", `\"duties\"`, `\"duty\"`) },
		"once a year":        func(d *draft) { d.set(stacks.Primary, "DailySchedule", "rate(365 days)", "ScheduleExpression") },
		"switched off":       func(d *draft) { d.add(stacks.Primary, "DailySchedule", "State", "DISABLED") },
		"another function's": func(d *draft) { d.say(stacks.Primary, "DailySchedule", "PrerequisitesFunction", "CopystarterFunction") },
		"in another group":   func(d *draft) { d.set(stacks.Primary, "DailySchedule", "default", "GroupName") },
		"under another name": func(d *draft) { d.set(stacks.Management, "DailySchedule", "daily", "Name") },
		"never again":        func(d *draft) { d.drop(stacks.Primary, "DailySchedule", "Target", "RetryPolicy") },
		"tried for a day": func(d *draft) {
			d.set(stacks.Primary, "DailySchedule", 86400, "Target", "RetryPolicy", "MaximumEventAgeInSeconds")
		},
		"at a fixed time": func(d *draft) { d.set(stacks.Primary, "DailySchedule", "OFF", "FlexibleTimeWindow", "Mode") },
	}, nil},
	"a custom resource waits longer than its function runs": {dutiesAreAwaited, map[string]func(*draft){
		"as long":       func(d *draft) { d.set(stacks.Primary, "AccountDuties", 900, "ServiceTimeout") },
		"an hour":       func(d *draft) { d.drop(stacks.Management, "MemberDuties", "ServiceTimeout") },
		"no revision":   func(d *draft) { d.drop(stacks.Management, "MemberDuties", "Revision") },
		"for no answer": func(d *draft) { d.remove(stacks.Primary, "PrerequisitesFunction") },
	}, nil},
	"trusted access comes before the StackSet, its stacks before the members' duties": {dutiesAreInOrder, map[string]func(*draft){
		"the StackSet does not wait": func(d *draft) { d.attribute(stacks.Management, memberStacks, nil, "DependsOn") },
		"the duties do not":          func(d *draft) { d.attribute(stacks.Management, "MemberDuties", nil, "DependsOn") },
		"it waits for another":       func(d *draft) { d.attribute(stacks.Management, memberStacks, "Schedules", "DependsOn") },
	}, nil},
}

// dutiesOf are the duties that a stack's function has a configuration for.
func (s *stack) dutiesOf(d deployment) []string {
	config, err := estate.ReadPrerequisites(s.environment(d, estate.PrerequisiteDuty))
	if err != nil {
		return nil
	}
	var names []string
	if len(config.OptIns) > 0 {
		names = append(names, "account")
	}
	if config.Organization != nil {
		names = append(names, "organization")
	}
	if config.Members != nil {
		names = append(names, "members")
	}
	return names
}

func dutiesAreDone(d deployment) (found faults) {
	for _, s := range []*stack{d.primary(), d.management()} {
		var done []string
		for _, custom := range s.all(aDuty) {
			done = append(done, custom.texts("Duties")...)
		}
		if want := s.dutiesOf(d); !same(done, want) {
			found.add("%s: the duties %v are done, should be %v", s.part, done, want)
		}
	}
	return found
}

func dutiesRecur(d deployment) (found faults) {
	e := d.estate
	for _, s := range []*stack{d.primary(), d.management()} {
		var done []string
		for _, schedule := range s.all(aSchedule) {
			if schedule.text("Target", "Arn") == e.FunctionARN(s.account, estate.VaultReconciler) {
				continue // of another check
			}
			var input map[string][]string
			if err := json.Unmarshal([]byte(schedule.text("Target", "Input")), &input); err != nil {
				found.add("%s: %v", schedule, err)
			}
			done = append(done, input["duties"]...)
			runs := schedule.text("ScheduleExpression") == "rate(1 day)" && schedule.at("State") == nil &&
				schedule.text("Target", "Arn") == e.FunctionARN(s.account, estate.PrerequisiteDuty) &&
				schedule.arn() == e.ARNIn(e.Regions.Primary, "scheduler", s.account, "schedule/"+e.Name+"/"+e.Called(estate.DailyDuty)) &&
				s.find(aGroup, e.ScheduleGroupARN(s.account)) != nil
			window := schedule.text("FlexibleTimeWindow", "Mode") == "FLEXIBLE" && schedule.number("FlexibleTimeWindow", "MaximumWindowInMinutes") == 60
			tries := schedule.number("Target", "RetryPolicy", "MaximumRetryAttempts") > 0 && schedule.number("Target", "RetryPolicy", "MaximumEventAgeInSeconds") == 3600
			if !runs || !window || !tries {
				found.add("%s: %v", schedule, schedule.properties)
			}
		}
		if want := s.dutiesOf(d); !same(done, want) {
			found.add("%s: the duties %v are done daily, should be %v", s.part, done, want)
		}
	}
	return found
}

// aRevision is a hash of what a custom resource depends on; without it,
// CloudFormation would not see a change.
var aRevision = regexp.MustCompile(`^[0-9a-f]{16}$`)

func dutiesAreAwaited(d deployment) (found faults) {
	for _, custom := range d.all(aDuty) {
		function := custom.stack.find(aFunction, custom.text("ServiceToken"))
		seconds := custom.number("ServiceTimeout")
		if function == nil || seconds <= function.number("Timeout") || seconds > 3600 || !aRevision.MatchString(custom.text("Revision")) {
			found.add("%s: %v", custom, custom.properties)
		}
	}
	return found
}

func dutiesAreInOrder(d deployment) (found faults) {
	set := first(d.management().all(aStackSet), func(*resource) bool { return true })
	for _, custom := range d.management().all(aDuty) {
		for _, duty := range custom.texts("Duties") {
			if duty == "organization" && (set == nil || !slices.Contains(set.after, custom.id)) {
				found.add("the StackSet does not wait for %s", custom)
			}
			if duty == "members" && (set == nil || !slices.Contains(custom.after, set.id)) {
				found.add("%s does not wait for the StackSet", custom)
			}
		}
	}
	return found
}
