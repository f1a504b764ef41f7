package relay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestThePointIsTrimmedOnceEveryCopyIsVerified(t *testing.T) {
	k := newTracking(3)
	k.fanOut()
	k.tracker.Routes = k.Routes
	one := k.started(t, "p", final)
	two := k.again(t, "p", second)
	require.NoError(t, k.backup.Complete(one))
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason)
	assert.Zero(t, out.Shortened, "the other copy is on its way")
	require.NoError(t, k.backup.Complete(two))
	out = k.told(t, "p", second, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason)
	assert.EqualValues(t, 3, out.Shortened)
	trimmed, err := k.backup.Point(t.Context(), intermediate, "p")
	require.NoError(t, err)
	assert.Equal(t, trimmed.Created.AddDate(0, 0, 3), trimmed.DeleteAt)
	assert.Zero(t, k.told(t, "p", final, hop.Completed).Shortened, "once is enough")
}

func TestThePointIsNotTrimmedWhileAnotherCopyIsUnderprotected(t *testing.T) {
	k := newTracking(3)
	k.fanOut()
	k.tracker.Routes = k.Routes
	one := k.started(t, "p", final)
	two := k.again(t, "p", second)
	k.backup.SetKey(second, "another")
	require.NoError(t, k.backup.Complete(two))
	k.backup.SetKey(second, secondKey)
	require.NoError(t, k.backup.Complete(one))
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason)
	assert.Zero(t, out.Shortened)
	assert.Equal(t, hop.ReasonUnderprotected, k.told(t, "p", second, hop.Completed).Decision.Reason)
	assert.Zero(t, k.backup.Calls()["Keep"])
}

func TestThePointIsNotTrimmedByTheTimeOfAnEarlierReceive(t *testing.T) {
	k := newTracking(3)
	require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
	k.catchUp()
	m := relay.Message{ID: "m", Sent: now, Received: now, Receives: 2, Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{
		State: hop.Completed, Source: "p", SourceVault: intermediate, Destination: final,
	}}}
	out := k.tell(t, m)
	assert.Equal(t, hop.ReasonTrim, out.Decision.Reason)
	assert.Empty(t, out.Decision.Class, "nothing was refused")
	assert.Zero(t, out.Shortened, "it may be the time of days ago")
	require.Len(t, k.own.resent, 1, "it comes again with the present time")
	m.Receives = 1
	assert.EqualValues(t, 3, k.tell(t, m).Shortened)
}

func TestARetentionThatCannotBeShortenedIsTriedAgainAndThenReported(t *testing.T) {
	k := newTracking(3)
	require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
	k.catchUp()
	denied := true
	k.backup.Fail(func(call string) error {
		if call == "Keep" && denied {
			return &hop.Failure{Class: hop.ClassRole, Code: "AccessDeniedException", Message: "not authorized to perform backup:UpdateRecoveryPointLifecycle"}
		}
		return nil
	})
	m := relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: told(hop.Completed)}
	out, n := waiting(t, k.bench, k.own, func(ms []relay.Message) []relay.Result { return k.tracker.Handle(t.Context(), ms) }, m)
	assert.Equal(t, 5, n)
	assert.Equal(t, hop.ReasonWaitLimit, out.Decision.Reason)
	assert.Equal(t, hop.ClassRole, out.Decision.Class)
	require.Len(t, k.mail.rejected, 1, "with the copies, so that a full run does not ask for it again")
	assert.Contains(t, k.mail.rejected[0].Decision.Detail, "UpdateRecoveryPointLifecycle")

	denied = false
	m.Sent, m.Received = k.backup.Now(), k.backup.Now()
	assert.EqualValues(t, 3, k.tell(t, m).Shortened)
}

func TestThePointIsNotTrimmedBesideAJobThatBeganMeanwhile(t *testing.T) {
	k := newTracking(3)
	require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
	lists := 0
	k.backup.Fail(func(call string) error {
		if call == "From" {
			if lists++; lists == 2 {
				k.backup.AddJob(hop.CopyJob{ID: "back", State: hop.Created, Source: "p", Destination: local, Created: k.backup.Now().Add(-time.Minute)})
			}
		}
		return nil
	})
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason)
	assert.Zero(t, out.Shortened)
	assert.Equal(t, 2, lists, "the jobs are listed again right before the change")
	assert.Zero(t, k.backup.Calls()["Keep"])
}

func TestThePointIsNotTrimmedForACopyOfSomethingElse(t *testing.T) {
	k := newTracking(3)
	k.addPoint("p", "RDS")
	k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "copy", ResourceARN: "else", ResourceType: "RDS", Status: hop.PointCompleted, Created: now, KeyARN: finalKey})
	out := k.tell(t, relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: hop.Notice{Request: &hop.Request{
		Point: "p", Source: intermediate, Destination: final, Copy: "copy",
	}}})
	assert.Zero(t, out.Shortened)
	assert.Zero(t, k.backup.Calls()["Keep"])
}

func TestThePointIsNotTrimmedWhileAnyJobHasItAsSource(t *testing.T) {
	k := newTracking(3)
	job := k.started(t, "p", final)
	require.NoError(t, k.backup.Complete(job))
	k.backup.AddJob(hop.CopyJob{ID: "back", State: hop.Running, Source: "p", Destination: local, Created: now})
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason)
	assert.Zero(t, out.Shortened)
	assert.Zero(t, k.backup.Calls()["Keep"])
}
