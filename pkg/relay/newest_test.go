package relay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestTheNewestCopyCounts(t *testing.T) {
	k := newTracking(0)
	k.addPoint("p", "RDS")
	for i, key := range []string{"arn:aws:kms:eu-north-1:222222222222:key/old", finalKey} {
		arn := []string{"first", "second"}[i]
		k.backup.AddJob(hop.CopyJob{ID: arn, State: hop.Completed, Source: "p", Destination: final, Copy: arn, Created: now.Add(time.Duration(i-9) * time.Hour)})
		k.backup.AddPoint(final, hop.RecoveryPoint{ARN: arn, ResourceType: "RDS", Status: hop.PointCompleted, Created: now.Add(-10 * time.Hour), KeyARN: key})
	}
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason, out.Decision.Detail)
	assert.Equal(t, "second", out.CopyJob)
}

func TestACopyThatIsGoingIsNotThere(t *testing.T) {
	for _, status := range []hop.PointStatus{hop.PointDeleting, hop.PointExpired} {
		k := newTracking(0)
		job := k.started(t, "p", final)
		require.NoError(t, k.backup.Complete(job))
		copied, ok := k.backup.Held(final, "copy-of-"+job)
		require.True(t, ok)
		copied.Status = status
		k.backup.AddPoint(final, copied)
		assert.Equal(t, hop.ReasonVanished, k.told(t, "p", final, hop.Completed).Decision.Reason, status)
		assert.Len(t, k.mail.split, 1)
	}
}

func TestAFailureThatIsLaterThanItsMessageIsForgivenToo(t *testing.T) {
	k := newTracking(0)
	job := k.started(t, "p", final)
	k.backup.Advance(time.Minute)
	require.NoError(t, k.backup.End(job, hop.Failed, "Given key ID is not accessible"))
	k.catchUp()
	k.tell(t, relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: told(hop.Failed)})
	require.Len(t, k.mail.rejected, 1)
	assert.Equal(t, now.Add(time.Minute), k.mail.rejected[0].At)
}

func TestAPointThatGoesBeforeItIsTrimmedIsNoTrouble(t *testing.T) {
	k := newTracking(3)
	require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
	k.backup.Fail(func(call string) error {
		if call == "Keep" {
			return hop.ErrNotFound
		}
		return nil
	})
	out := k.told(t, "p", final, hop.Completed)
	require.NoError(t, out.Err)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason)
	assert.Zero(t, out.Shortened)
}
