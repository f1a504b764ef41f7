package stacks_test

import (
	"fmt"
	"time"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// runs: the vaults are compared as often as the estate says.
var runs = map[string]check{
	"recent and full runs of the reconciler are scheduled as the estate says": {runsAreScheduled, map[string]func(*draft){
		"no recent ones":      func(d *draft) { d.remove(stacks.Primary, "RecentSchedule") },
		"no full ones":        func(d *draft) { d.remove(stacks.Primary, "FullSchedule") },
		"half as often":       func(d *draft) { d.set(stacks.Primary, "RecentSchedule", "rate(30 minutes)", "ScheduleExpression") },
		"full ones as recent": func(d *draft) { d.set(stacks.Primary, "FullSchedule", "rate(15 minutes)", "ScheduleExpression") },
		"at any time":         func(d *draft) { d.set(stacks.Primary, "RecentSchedule", "FLEXIBLE", "FlexibleTimeWindow", "Mode") },
		"switched off":        func(d *draft) { d.add(stacks.Primary, "FullSchedule", "State", "DISABLED") },
		"without input":       func(d *draft) { d.drop(stacks.Primary, "RecentSchedule", "Target", "Input") },
		"of the other kind":   func(d *draft) { d.say(stacks.Primary, "RecentSchedule", `\"recent\"`, `\"full\"`) },
		"of no kind":          func(d *draft) { d.say(stacks.Primary, "FullSchedule", `\"run\"`, `\"runs\"`) },
		"without a time": func(d *draft) {
			d.set(stacks.Primary, "RecentSchedule", `{"run":"recent","scheduled":"2026-11-01T03:00:00Z"}`, "Target", "Input")
		},
		"of the attempt": func(d *draft) {
			d.say(stacks.Primary, "FullSchedule", "aws.scheduler.scheduled-time", "aws.scheduler.attempt-number")
		},
		"its words are escaped": func(d *draft) {
			d.set(stacks.Primary, "FullSchedule", `{"run":"full","scheduled":"\u003caws.scheduler.scheduled-time\u003e"}`, "Target", "Input")
		},
		"tried into the next": func(d *draft) {
			d.set(stacks.Primary, "RecentSchedule", 901, "Target", "RetryPolicy", "MaximumEventAgeInSeconds")
		},
		"tried once": func(d *draft) {
			d.set(stacks.Primary, "FullSchedule", 0, "Target", "RetryPolicy", "MaximumRetryAttempts")
		},
		"tried for a day": func(d *draft) { d.drop(stacks.Primary, "FullSchedule", "Target", "RetryPolicy") },
		"of another function": func(d *draft) {
			d.say(stacks.Primary, "RecentSchedule", "ReconcilerFunction", "OutcometrackerFunction")
		},
		"in another group":   func(d *draft) { d.set(stacks.Primary, "RecentSchedule", "default", "GroupName") },
		"under another name": func(d *draft) { d.set(stacks.Primary, "FullSchedule", "twohop-whole", "Name") },
		"one more":           func(d *draft) { d.copy(stacks.Primary, "FullSchedule", "Another", "Name", "twohop-another") },
	}, nil},
}

func runsAreScheduled(d deployment) (found faults) {
	e, s := d.estate, d.primary()
	every := map[string]time.Duration{estate.RecentRuns: e.Reconciling.RecentEvery, estate.FullRuns: e.Reconciling.FullEvery}
	reconciler := func(r *resource) bool {
		return r.text("Target", "Arn") == e.FunctionARN(s.account, estate.VaultReconciler)
	}
	for part, period := range every {
		schedule := s.find(aSchedule, e.ARNIn(e.Regions.Primary, "scheduler", s.account, "schedule/"+e.Name+"/"+e.Called(part)))
		if schedule == nil {
			found.add("no schedule %s", part)
			continue
		}
		// Scheduler looks for its words in the text, before it is JSON to anybody.
		literal := fmt.Sprintf(`{"run":%q,"scheduled":"<aws.scheduler.scheduled-time>"}`, part)
		runs := reconciler(schedule) && schedule.text("Target", "Input") == literal &&
			schedule.text("ScheduleExpression") == fmt.Sprintf("rate(%d minutes)", period/time.Minute) &&
			schedule.text("FlexibleTimeWindow", "Mode") == "OFF" && schedule.at("State") == nil
		age := schedule.number("Target", "RetryPolicy", "MaximumEventAgeInSeconds")
		tries := age >= 60 && age <= min(period, time.Hour).Seconds() && schedule.number("Target", "RetryPolicy", "MaximumRetryAttempts") > 0
		if !runs || !tries {
			found.add("%s: %v", schedule, schedule.properties)
		}
	}
	n := 0
	for _, schedule := range s.all(aSchedule) {
		if reconciler(schedule) {
			n++
		}
	}
	if n != len(every) {
		found.add("%d schedules of the reconciler, should be %d", n, len(every))
	}
	return found
}
