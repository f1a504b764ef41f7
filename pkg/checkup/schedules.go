package checkup

import (
	"context"
	"fmt"
	"time"

	"github.com/twohop/twohop/pkg/estate"
)

// Schedules are the schedules of an account's Region.
type Schedules interface {
	// Schedule describes a schedule; ErrNotFound without it.
	Schedule(ctx context.Context, group, name string) (Schedule, error)
}

// Schedule is a schedule of EventBridge Scheduler.
type Schedule struct {
	Expression  string
	Target      string // ARN of the function
	Role        string // ARN
	DeadLetters string // ARN of the queue for runs that could not be started; empty for none
}

// ScheduledRun is a schedule as the estate deploys it.
type ScheduledRun struct {
	Part, Function string        // parts of the estate's names
	Every          time.Duration // between two runs
}

// BackupRuns are the schedules of the backup account, DutyRun that of the management account.
func BackupRuns(e estate.Estate) []ScheduledRun {
	return []ScheduledRun{
		{estate.RecentRuns, estate.VaultReconciler, e.Reconciling.RecentEvery}, {estate.FullRuns, estate.VaultReconciler, e.Reconciling.FullEvery}, DutyRun,
	}
}

// DutyRun is the daily run of the function prerequisites.
var DutyRun = ScheduledRun{estate.DailyDuty, estate.PrerequisiteDuty, 24 * time.Hour}

// Scheduled checks what schedules of an account start, and when. Whether they are there and on
// is checked by SwitchedOn.
func Scheduled(e estate.Estate, account string, deploy Deploys, schedules Schedules, runs ...ScheduledRun) []Check {
	var checks []Check
	for _, run := range runs {
		name := e.Called(run.Part)
		at := Place{Account: account, Region: e.Regions.Primary, Resource: "schedule " + name}
		checks = append(checks, Check{Name: "target of the schedule " + name, Place: at, Right: "scheduler:GetSchedule", Look: func(ctx context.Context) ([]Finding, error) {
			live, err := schedules.Schedule(ctx, e.Name, name)
			if err != nil {
				return nil, unexpected(err)
			}
			var found []Finding
			for _, setting := range []struct{ what, is, wanted, causes string }{
				{"starts", live.Target, e.FunctionARN(account, run.Function), "none: the runs of " + e.Called(run.Function) + " are not started"},
				{"has the role", live.Role, e.RoleARN(account, estate.SchedulesRole), "none: the runs of " + e.Called(run.Function) + " are started only if that role may"},
				{"has the dead-letter queue", live.DeadLetters, e.QueueARN(account, estate.SchedulesDLQ), "none: runs that could not be started are lost"},
			} {
				if setting.is != setting.wanted {
					found = append(found, broken(fmt.Sprintf("the schedule %s %s %q, and the estate's %s", name, setting.what, setting.is, setting.wanted), setting.causes, deploy.String())...)
				}
			}
			if every, ok := rateOf(live.Expression); !ok || every != run.Every {
				found = append(found, Finding{Kind: Warning, Problem: fmt.Sprintf("the schedule %s is %s, and the estate's every %s", name, live.Expression, run.Every),
					Causes: "none: alarms and objectives count on the estate's", Mend: deploy.String()})
			}
			return found, nil
		}})
	}
	return checks
}

// rateOf is the time between two runs of a rate expression [EventBridge Scheduler: schedule
// types].
func rateOf(expression string) (time.Duration, bool) {
	var n int
	var unit string
	if _, err := fmt.Sscanf(expression, "rate(%d %s", &n, &unit); err != nil {
		return 0, false
	}
	units := map[string]time.Duration{"minute)": time.Minute, "minutes)": time.Minute, "hour)": time.Hour, "hours)": time.Hour, "day)": 24 * time.Hour, "days)": 24 * time.Hour}
	return time.Duration(n) * units[unit], units[unit] > 0
}
