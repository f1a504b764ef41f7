package relay_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestAReplayThatIsSplitIsAReplayOfEachCopy(t *testing.T) {
	b := newBench()
	b.fanOut()
	b.addPoint("p", "RDS")
	m := request("m", "p", "RDS", hop.Vault{})
	m.FirstSeen, m.RejectedAt = now.Add(-2*time.Hour), now.Add(-time.Hour)
	require.Empty(t, b.handle(t, m))
	require.Len(t, b.mail.split, 2)
	require.Len(t, b.mail.splitOf, 1)
	assert.Equal(t, m.FirstSeen, b.mail.splitOf[0].Began())
	assert.Equal(t, m.RejectedAt, b.mail.splitOf[0].RejectedAt)
}

func TestAReplayedOutcomeIsNoReplayOfItsCopy(t *testing.T) {
	k := newTracking(0)
	require.NoError(t, k.backup.End(k.started(t, "p", final), hop.Failed, "Rate exceeded"))
	k.catchUp()
	m := relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: told(hop.Failed), FirstSeen: now.Add(-2 * time.Hour), RejectedAt: now.Add(-time.Hour)}
	assert.Equal(t, hop.Again, k.tell(t, m).Decision.Verdict)
	require.Len(t, k.mail.splitOf, 1)
	assert.Equal(t, m.FirstSeen, k.mail.splitOf[0].Began())
	assert.Zero(t, k.mail.splitOf[0].RejectedAt, "it would forgive failures, and copy what may be copied")
}

func TestARedeliveryAfterAnEarlierFailureIsAStart(t *testing.T) {
	b := newBench()
	b.addPoint("p", "RDS")
	b.backup.AddJob(hop.CopyJob{ID: "earlier", State: hop.Failed, Source: "p", Destination: final, ResourceType: "RDS",
		Class: hop.ClassTransient, Created: now.Add(-3 * time.Hour), Completed: now.Add(-2 * time.Hour)})
	m := request("m", "p", "RDS", final)
	m.Receives = 2
	require.Empty(t, b.handle(t, m))
	assert.Equal(t, hop.ReasonDue, b.diary.outcomes["m"].Decision.Reason, "the job that has ended is not the one that was started")
	assert.NotEmpty(t, b.diary.outcomes["m"].CopyJob)
}

func TestAMessageIsNotRejectedForTheInvocationsEnd(t *testing.T) {
	b := newBench()
	b.addPoint("p", "RDS")
	ended, end := context.WithCancel(t.Context())
	b.backup.Fail(func(string) error { end(); return errors.New("odd") })
	m := request("m", "p", "RDS", final)
	m.Receives = 5
	require.Error(t, b.Handle(ended, []relay.Message{m})[0].Err, "the queue keeps it")
	assert.Empty(t, b.mail.rejected)
}

func TestTheWordOfAnEventDoesNotCountBesideListedJobs(t *testing.T) {
	k := newTracking(3)
	require.NoError(t, k.backup.End(k.started(t, "p", final), hop.Failed, "Rate exceeded"))
	k.catchUp()
	k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "copy-of-job-1", ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:p",
		ResourceType: "RDS", Status: hop.PointCompleted, Created: now, KeyARN: finalKey})
	out := k.tell(t, relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: told(hop.Completed)})
	assert.Equal(t, hop.ReasonRetry, out.Decision.Reason, out.Decision.Detail)
	assert.Zero(t, k.backup.Calls()["Keep"])
}
