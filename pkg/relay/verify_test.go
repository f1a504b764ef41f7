package relay_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// change replaces a copy by one that differs from it.
func (k *tracking) change(t *testing.T, copied string, change func(*hop.RecoveryPoint)) {
	t.Helper()
	p, ok := k.backup.Held(final, copied)
	require.True(t, ok)
	change(&p)
	k.backup.AddPoint(final, p)
}

// A copy that ends before the time that the route asks for is not verified, and its source
// keeps its retention: it is the only one that lasts.
func TestACopyThatEndsTooEarlyIsWrongAndTrimsNothing(t *testing.T) {
	for sentence, c := range map[string]struct {
		days   int // from its creation that the copy is kept
		reason hop.Reason
	}{
		"as long as the route asks": {35, hop.ReasonVerified},
		"a day less":                {34, hop.ReasonWrong},
		"a day":                     {1, hop.ReasonWrong},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newTracking(3)
			job := k.started(t, "p", final)
			require.NoError(t, k.backup.Complete(job))
			k.change(t, "copy-of-"+job, func(p *hop.RecoveryPoint) { p.DeleteAt = p.Created.AddDate(0, 0, c.days) })
			out := k.told(t, "p", final, hop.Completed)
			assert.Equal(t, c.reason, out.Decision.Reason, out.Decision.Detail)
			if c.reason == hop.ReasonVerified {
				assert.EqualValues(t, 3, out.Shortened)
				return
			}
			assert.Zero(t, out.Shortened)
			assert.Zero(t, k.backup.Calls()["Keep"])
			require.Len(t, k.mail.rejected, 1)
			assert.Equal(t, hop.ClassWrong, k.mail.rejected[0].Decision.Class)
		})
	}
}

func TestACopyOfOneDestinationDoesNotSpeakForTheOther(t *testing.T) {
	k := newTracking(3)
	k.fanOut()
	k.tracker.Routes = k.Routes
	one, two := k.started(t, "p", final), k.again(t, "p", second)
	require.NoError(t, k.backup.Complete(one))
	require.NoError(t, k.backup.Complete(two))
	k.change(t, "copy-of-"+one, func(p *hop.RecoveryPoint) { p.DeleteAt = p.Created.AddDate(0, 0, 7) }) // as the other destination asks
	assert.Zero(t, k.told(t, "p", second, hop.Completed).Shortened, "the other copy is wrong")
	assert.Equal(t, hop.ReasonWrong, k.told(t, "p", final, hop.Completed).Decision.Reason)
	k.change(t, "copy-of-"+one, func(p *hop.RecoveryPoint) { p.DeleteAt = p.Created.AddDate(0, 0, 35) })
	assert.EqualValues(t, 3, k.told(t, "p", second, hop.Completed).Shortened)
}

func TestWhichCopyOfAPointIsLookedAt(t *testing.T) {
	failed := hop.CopyJob{ID: "older", State: hop.Failed, Class: hop.ClassUnknown, Source: "p", Destination: final, Created: now.Add(-9 * time.Hour), Completed: now.Add(-8 * time.Hour)}
	made := hop.CopyJob{ID: "made", State: hop.Completed, Source: "p", Destination: final, Created: now.Add(-2 * time.Hour), Completed: now.Add(-time.Minute)}
	gone, kept := made, made
	gone.ID, gone.Copy = "gone", "gone"
	kept.ID, kept.Copy, kept.Created = "kept", "copy", now.Add(-3*time.Hour)
	for sentence, c := range map[string]struct {
		jobs   []hop.CopyJob
		event  hop.CopyJobEvent
		named  string // by a request
		reason hop.Reason
	}{
		"that of an event whose job is not listed, older ones are": {[]hop.CopyJob{failed}, hop.CopyJobEvent{State: hop.Completed, JobID: "new", Copy: "copy"}, "", hop.ReasonVerified},
		"that of an event without a job list":                      {nil, hop.CopyJobEvent{State: hop.Completed, JobID: "new", Copy: "copy"}, "", hop.ReasonVerified},
		"that of a request without a job list":                     {nil, hop.CopyJobEvent{}, "copy", hop.ReasonVerified},
		"not that of a request beside listed jobs":                 {[]hop.CopyJob{failed}, hop.CopyJobEvent{}, "copy", hop.ReasonRetry},
		"not that of an event whose job is listed as failed":       {[]hop.CopyJob{failed}, hop.CopyJobEvent{State: hop.Completed, JobID: "older", Copy: "copy"}, "", hop.ReasonRetry},
		"an older one, where the newest has gone":                  {[]hop.CopyJob{gone, kept}, hop.CopyJobEvent{}, "", hop.ReasonVerified},
		"none of a completed job that names none":                  {[]hop.CopyJob{made}, hop.CopyJobEvent{}, "", hop.ReasonVanished},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newTracking(0)
			k.addPoint("p", "RDS")
			k.backup.AddPoint(final, hop.RecoveryPoint{ARN: "copy", ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:p", ResourceType: "RDS",
				Status: hop.PointCompleted, Created: now, KeyARN: finalKey})
			for _, job := range c.jobs {
				k.backup.AddJob(job)
			}
			m := relay.Message{ID: "m", Sent: now, Received: now, Receives: 1}
			if c.event.State != "" {
				c.event.Source, c.event.SourceVault, c.event.Destination = "p", intermediate, final
				m.Notice.CopyJob = &c.event
			} else {
				m.Notice.Request = &hop.Request{Point: "p", Source: intermediate, Destination: final, Copy: c.named}
			}
			out := k.tell(t, m)
			assert.Equal(t, c.reason, out.Decision.Reason, out.Decision.Detail)
			if c.event.JobID == "new" {
				assert.Equal(t, "new", out.CopyJob)
			}
		})
	}
}

func TestARejectionThatCannotBeSentIsLeftToTheQueue(t *testing.T) {
	t.Run("of an outcome", func(t *testing.T) {
		k := newTracking(0)
		require.NoError(t, k.backup.End(k.started(t, "p", final), hop.Failed, "Given key ID is not accessible"))
		k.catchUp()
		k.mail.refuse = errAway
		out := k.tell(t, relay.Message{ID: "m", Sent: now, Received: now, Receives: 5, Notice: told(hop.Failed)})
		require.ErrorIs(t, out.Err, errAway)
		assert.Equal(t, hop.ReasonPermanent, out.Decision.Reason, "its reason stays")
		assert.Empty(t, k.unreadable.rejected)
	})
	for sentence, m := range map[string]relay.Message{
		"of a first hop":         {ID: "m", Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Failed, Source: "s", SourceVault: local, Destination: intermediate}}},
		"of what cannot be read": {ID: "m", Malformed: errors.New("no JSON")},
		"of what names no copy":  {ID: "m", Notice: hop.Notice{Request: &hop.Request{Source: intermediate}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			k := newTracking(0)
			k.mail.refuse, k.unreadable.refuse = errAway, errAway
			require.ErrorIs(t, k.tell(t, m).Err, errAway)
		})
	}
	t.Run("of a copy to make", func(t *testing.T) {
		b := newBench()
		b.mail.refuse = errAway
		m := event("m", "p", "RDS")
		m.Malformed, m.Receives = errors.New("no JSON"), 5
		require.ErrorIs(t, b.handle(t, m)["m"], errAway)
		assert.Equal(t, hop.ReasonMalformed, b.diary.outcomes["m"].Decision.Reason)
	})
}

func TestAPointOfATypeThatHasLeftItsRouteKeepsItsRetention(t *testing.T) {
	k := newTracking(3)
	require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
	k.Routes[0].Types = []string{"Aurora"}
	k.tracker.Routes = k.Routes
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason)
	assert.Zero(t, out.Shortened, "which copies it should have is not known")
	assert.Zero(t, k.backup.Calls()["Keep"])
}

func TestTheLastReceiveIsRejectedWithTheClassOfItsFailure(t *testing.T) {
	for class, want := range map[hop.Class]hop.Class{hop.ClassRole: hop.ClassRole, "": hop.ClassUnknown} {
		b := newBench()
		b.addPoint("p", "RDS")
		b.backup.Fail(func(string) error {
			if class == "" {
				return errAway
			}
			return &hop.Failure{Class: class, Code: "AccessDenied", Message: "no"}
		})
		m := request("m", "p", "RDS", final)
		m.Receives = 5
		require.Empty(t, b.handle(t, m))
		require.Len(t, b.mail.rejected, 1)
		assert.Equal(t, hop.ReasonError, b.mail.rejected[0].Decision.Reason)
		assert.Equal(t, want, b.mail.rejected[0].Decision.Class)
	}
}

// A copy that is no longer needed has no vault that it would go to: the full run comes to a
// point of which no copy is due, and which may be shortened.
func TestAFullRunPassesOverAPointThatNeedsNoCopy(t *testing.T) {
	k := newComparing(3)
	k.arrive("kept-for-ever", 60*24*time.Hour)
	k.arrive("new", time.Hour)
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.Equal(t, 2, report.Points)
	assert.Equal(t, []string{"new"}, k.asked())
	assert.Empty(t, k.outcomes.split)
}

func TestOnlyACopyThatIsWholeCounts(t *testing.T) {
	for status, whole := range map[hop.PointStatus]bool{
		hop.PointCompleted: true, hop.PointAvailable: true, hop.PointCreating: false, hop.PointPartial: false, hop.PointDeleting: false,
	} {
		k := newComparing(0)
		k.arrive("p", time.Hour)
		copied, _ := k.backup.Held(intermediate, "p")
		copied.ARN, copied.KeyARN, copied.Status = "copy", finalKey, status
		k.backup.AddPoint(final, copied)
		report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
		require.NoError(t, err)
		assert.Equal(t, whole, report.Standings[hop.Copied] == 1, status)
		assert.Equal(t, !whole, len(k.asked()) == 1, status)
	}
}

func TestWhatAFullRunCounts(t *testing.T) {
	k := newComparing(0)
	k.arrive("listed", 5*time.Hour)
	require.NoError(t, k.backup.Complete(k.again(t, "listed", final)))
	k.arrive("deleted", 4*time.Hour)
	gone := k.again(t, "deleted", final)
	require.NoError(t, k.backup.Complete(gone))
	k.backup.DeletePoint(final, "copy-of-"+gone)
	k.arrive("weak", 3*time.Hour)
	k.backup.SetKey(final, "arn:aws:kms:eu-north-1:222222222222:key/old")
	require.NoError(t, k.backup.Complete(k.again(t, "weak", final)))
	k.backup.SetKey(final, finalKey)
	k.arrive("flying", 2*time.Hour)
	k.again(t, "flying", final)
	k.catchUp()
	k.arrive("absent", time.Hour)
	report, err := k.reconciler.Sweep(t.Context(), relay.NewSweep(k.backup.Now()))
	require.NoError(t, err)
	assert.Equal(t, map[hop.Standing]int{hop.Copied: 3, hop.Flying: 1, hop.Absent: 1}, report.Standings, "a listed copy is there, whatever the jobs say")
	require.Len(t, k.outcomes.split, 1)
	assert.Equal(t, "deleted", k.outcomes.split[0].Point)
	require.Len(t, report.Weak, 1)
	assert.Equal(t, []string{"absent"}, k.asked())
	require.NoError(t, report.Err, "which would take the heartbeat away")
}
