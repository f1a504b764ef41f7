package clients_test

import (
	"os"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/events/archive"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/scheduler"
)

const schedulesRole = "arn:aws:iam::111111111111:role/schedules"

// addSwitches gives the member a function that reads two queues, and two schedules in
// the group twohop that are due on New Year's Day; the API has no calls for these here.
func (l *local) addSwitches() {
	l.t.Helper()
	executable, err := os.Executable() // it is never invoked
	require.NoError(l.t, err)
	function, err := l.Lambda.CreateFunction(lambda.Function{
		Name: "copystarter", Account: member, Region: primary, RoleARN: "arn:aws:iam::111111111111:role/copystarter", Bootstrap: executable,
	})
	require.NoError(l.t, err)
	for _, queue := range []string{"first", "second"} {
		arn, err := l.SQS.Create(member, primary, queue, nil, nil)
		require.NoError(l.t, err)
		_, err = l.Lambda.CreateMapping(lambda.Mapping{QueueARN: arn, Function: function, MaximumConcurrency: 2, ReportBatchItemFailures: true, Enabled: true})
		require.NoError(l.t, err)
	}
	const of = "arn:aws:events:" + primary + ":" + member
	l.Events.Archives.Set(of+":archive/twohop", archive.Archive{
		ArchiveName: "twohop", ArchiveArn: of + ":archive/twohop", EventSourceArn: of + ":event-bus/twohop", State: "ENABLED", RetentionDays: 14,
	})
	_, err = l.Scheduler.AddGroup(member, primary, "twohop")
	require.NoError(l.t, err)
	for _, name := range []string{"full", "recent"} {
		_, err := l.Scheduler.Add(scheduler.Schedule{
			Account: member, Region: primary, Group: "twohop", Name: name, Expression: "cron(0 12 1 1 ? *)",
			Description: "what events missed", FlexibleMinutes: 5,
			Target: scheduler.Target{ARN: function, RoleARN: schedulesRole, Input: `{"run":"` + name + `"}`, DeadLetterARN: queueARN("first")},
		})
		require.NoError(l.t, err)
	}
}
