package relay_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

const outsideLock = "Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault."

// old is a vault of an earlier estate.
var old = vault("arn:aws:backup:eu-central-1:222222222222:backup-vault:old")

// odd is a message that does not fit what AWS Backup, or the estate, has become.
type odd struct {
	sentence string
	// begin sets the stage; a copy of p that it has begun is job.
	begin  func(k *stage)
	what   hop.Notice
	want   hop.Verdict
	reason hop.Reason
	class  hop.Class // of a Reject
}

type stage struct {
	*tracking
	t       *testing.T
	message relay.Message
}

// nothing leaves the stage without p.
func nothing(*stage) {}

func there(k *stage) { k.addPoint("p", "RDS") }

// late has the message be looked at when a point, or a job, should long be known.
func late(k *stage) {
	k.message.FirstSeen = now.Add(-time.Hour)
}

func sentNow(k *stage) { k.message.Sent = k.backup.Now() }

func running(k *stage) string {
	defer k.catchUp()
	return k.started(k.t, "p", final)
}

func made(k *stage) string {
	job := running(k)
	require.NoError(k.t, k.backup.Complete(job))
	k.catchUp()
	return job
}

// both makes one of several settings.
func both(begin ...func(*stage)) func(*stage) {
	return func(k *stage) {
		for _, f := range begin {
			f(k)
		}
	}
}

func failedWith(text string) func(*stage) {
	return func(k *stage) {
		require.NoError(k.t, k.backup.End(k.started(k.t, "p", final), hop.Failed, text))
		k.backup.Advance(time.Hour)
	}
}

func sourceGone(k *stage) {
	k.backup.DeletePoint(intermediate, "p")
	k.catchUp()
}

// copyGone: for longer than the Regions may disagree about it.
func copyGone(k *stage) {
	k.backup.DeletePoint(final, "copy-of-"+made(k))
	k.backup.Advance(15 * time.Minute)
}

// copyHidden: its Region does not show it yet.
func copyHidden(k *stage) {
	k.backup.DeletePoint(final, "copy-of-"+made(k))
	k.catchUp()
}

func unlisted(k *stage) { k.backup.Lag(true) }

// routes changes the estate.
func routes(change func(*hop.Route)) func(*stage) {
	return func(k *stage) {
		change(&k.Routes[0])
		k.tracker.Routes = k.Routes
	}
}

var (
	firstHop = hop.Notice{CopyJob: &hop.CopyJobEvent{State: hop.Completed, SourceVault: local, Destination: intermediate, Copy: "p", ResourceType: "RDS"}}
	ofP      = hop.Notice{Request: &hop.Request{Point: "p", Source: intermediate, Destination: final, ResourceType: "RDS"}}
)

func told(state hop.State) hop.Notice {
	e := hop.CopyJobEvent{State: state, JobID: "job-1", Source: "p", SourceVault: intermediate, Destination: final, ResourceType: "RDS"}
	if state == hop.Completed {
		e.Copy = "copy-of-job-1"
	}
	return hop.Notice{CopyJob: &e}
}

// changed is a notice of an event that differs from another in something.
func changed(n hop.Notice, change func(*hop.CopyJobEvent)) hop.Notice {
	e := *n.CopyJob
	change(&e)
	return hop.Notice{CopyJob: &e}
}

// settled checks that a message has not vanished: what its verdict says has been done.
func (k *stage) settled(out relay.Outcome, own *mailbox, c odd) {
	t := k.t
	require.NoError(t, out.Err)
	assert.Equal(t, c.want, out.Decision.Verdict, out.Decision.Detail)
	assert.Equal(t, c.reason, out.Decision.Reason, out.Decision.Detail)
	assert.Equal(t, c.class, out.Decision.Class)
	assert.Len(t, own.resent, boolToInt(c.want == hop.Wait))
	letters := append(k.mail.rejected, k.unreadable.rejected...)
	assert.Len(t, letters, boolToInt(c.want == hop.Reject))
	assert.Len(t, k.mail.split, boolToInt(c.want == hop.Again))
	for _, letter := range letters {
		assert.NotEmpty(t, letter.Decision.Detail)
		assert.NotEmpty(t, letter.Advice)
		if c.class == hop.ClassRetention {
			assert.Contains(t, letter.Advice, "lock")
			assert.Contains(t, letter.Decision.Detail, outsideLock)
		}
	}
}

func begin(t *testing.T, c odd) *stage {
	t.Helper()
	k := &stage{tracking: newTracking(0), t: t}
	k.Advice, k.tracker.Advice = diagnose.Advice, diagnose.Advice
	k.message = relay.Message{ID: "odd", Body: "body", Notice: c.what, Sent: now, Receives: 1}
	c.begin(k)
	k.message.Received = k.backup.Now()
	return k
}

func TestOddMessagesAboutCopiesToMake(t *testing.T) {
	other := func(e *hop.CopyJobEvent) { e.Destination = old }
	for _, c := range []odd{
		{"it is about a vault of others", there, changed(firstHop, other), hop.Skip, hop.ReasonOther, ""},
		{"the vault was renamed since", both(there, routes(func(r *hop.Route) { r.Source = another })), ofP, hop.Skip, hop.ReasonOther, ""},
		{"its state is not known", there, changed(firstHop, func(e *hop.CopyJobEvent) { e.State = "PAUSED" }), hop.Reject, hop.ReasonMalformed, hop.ClassMalformed},
		{"it names no point", there, changed(firstHop, func(e *hop.CopyJobEvent) { e.Copy = "" }), hop.Reject, hop.ReasonMalformed, hop.ClassMalformed},
		{"the destination has left the route", both(there, routes(func(r *hop.Route) { r.Destinations[0].Vault = second })), ofP, hop.Skip, hop.ReasonUnrouted, ""},
		{"the type has left the route", both(there, routes(func(r *hop.Route) { r.Types = []string{"Aurora"} })), ofP, hop.Skip, hop.ReasonUnrouted, ""},
		{"the type has left the route, and no destination is named", both(there, routes(func(r *hop.Route) { r.Types = []string{"Aurora"} })), firstHop, hop.Skip, hop.ReasonUnrouted, ""},
		{"its point is not described yet", nothing, firstHop, hop.Wait, hop.ReasonNotYet, ""},
		{"its point was deleted before it was copied", late, firstHop, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"its point was deleted while it is copied", func(k *stage) { running(k); sourceGone(k) }, ofP, hop.Skip, hop.ReasonInFlight, ""},
		{"its point was deleted while it was copied", both(late, failedWith("the source does not exist any more"), sourceGone), ofP, hop.Reject, hop.ReasonGone, hop.ClassGone},
		{"the copy was deleted by hand", copyGone, ofP, hop.Start, hop.ReasonDue, ""},
		{"the copy is not described yet", copyHidden, ofP, hop.Wait, hop.ReasonNotYet, ""},
		{"the copy was deleted by hand, and its point has gone", both(late, copyGone, sourceGone), ofP, hop.Skip, hop.ReasonExpired, ""},
		{"the copy's job is not listed, and AWS remembers the token", func(k *stage) { made(k); k.backup.Advance(time.Hour); sentNow(k); unlisted(k) }, ofP, hop.Skip, hop.ReasonCopied, ""},
		{"the copy is deleted, its job is not listed, and AWS remembers the token", func(k *stage) { copyGone(k); sentNow(k); unlisted(k) }, ofP, hop.Start, hop.ReasonDue, ""},
		{"the copy's job is in flight and not listed, and AWS remembers the token", func(k *stage) { running(k); k.backup.Advance(time.Hour); sentNow(k); unlisted(k) }, ofP, hop.Wait, hop.ReasonStale, ""},
		{"the copy failed for good, its job is not listed, and AWS remembers the token", both(failedWith(outsideLock), sentNow, unlisted), ofP, hop.Reject, hop.ReasonPermanent, hop.ClassRetention},
		{"the list's clock is minutes behind", func(k *stage) { there(k); k.message.Sent = now.Add(4 * time.Minute) }, ofP, hop.Wait, hop.ReasonStale, ""},
		{"the list's clock is minutes ahead", func(k *stage) { there(k); k.backup.Advance(4 * time.Minute); k.message.Sent = now }, ofP, hop.Start, hop.ReasonDue, ""},
		{"the copy failed, minutes from now by the list's clock", func(k *stage) {
			failedWith("odd")(k)
			k.backup.ReadsLag(lag.Config{}) // nothing is shown before the clock has come to it
			k.backup.Advance(-64 * time.Minute)
		}, ofP, hop.Wait, hop.ReasonBackoff, ""},
		{"the vault's lock does not take the retention", failedWith(outsideLock), ofP, hop.Reject, hop.ReasonPermanent, hop.ClassRetention},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			k := begin(t, c)
			require.NoError(t, k.Handle(t.Context(), []relay.Message{k.message})[0].Err)
			k.settled(k.diary.outcomes["odd"], k.mail, c)
		})
	}
}

func TestOddMessagesAboutOutcomes(t *testing.T) {
	elsewhere := func(e *hop.CopyJobEvent) { e.Destination = local }
	for _, c := range []odd{
		{"it is about a copy to elsewhere", there, changed(told(hop.Completed), elsewhere), hop.Skip, hop.ReasonOther, ""},
		{"the vault was renamed since", both(failedWith("odd"), routes(func(r *hop.Route) { r.Source = another })), told(hop.Failed), hop.Skip, hop.ReasonOther, ""},
		{"the destination has left the route", both(failedWith("odd"), routes(func(r *hop.Route) { r.Destinations[0].Vault = second })), told(hop.Failed), hop.Skip, hop.ReasonOther, ""},
		{"the type has left the route, the copy is there", func(k *stage) { made(k); routes(func(r *hop.Route) { r.Types = []string{"Aurora"} })(k) }, told(hop.Completed), hop.Skip, hop.ReasonVerified, ""},
		{"the job is not listed yet", both(failedWith("odd"), unlisted, sentNow), told(hop.Failed), hop.Wait, hop.ReasonNotYet, ""},
		{"the job has vanished from the list", both(failedWith("odd"), unlisted, late), told(hop.Failed), hop.Again, hop.ReasonVanished, ""},
		{"the job has vanished from the list, the copy is there", func(k *stage) { made(k); unlisted(k) }, told(hop.Completed), hop.Skip, hop.ReasonVerified, ""},
		{"the job and the copy have vanished", both(copyGone, unlisted, late), told(hop.Completed), hop.Again, hop.ReasonVanished, ""},
		{"the event is minutes before the list", func(k *stage) { running(k) }, told(hop.Failed), hop.Wait, hop.ReasonNotYet, ""},
		{"the event is minutes behind the list", func(k *stage) { made(k) }, told(hop.Running), hop.Skip, hop.ReasonVerified, ""},
		{"its point was deleted while it was copied", both(failedWith("the source does not exist any more"), sourceGone), told(hop.Failed), hop.Again, hop.ReasonRetry, ""},
		{"its point was deleted, the copy is there", func(k *stage) { made(k); sourceGone(k) }, told(hop.Completed), hop.Skip, hop.ReasonVerified, ""},
		{"the copy was deleted by hand", copyGone, told(hop.Completed), hop.Again, hop.ReasonVanished, ""},
		{"the copy is not described yet", copyHidden, told(hop.Completed), hop.Wait, hop.ReasonNotYet, ""},
		{"its job is not listed yet, older ones are", both(failedWith("odd"), sentNow), changed(told(hop.Completed), func(e *hop.CopyJobEvent) {
			e.JobID, e.Copy = "job-2", "copy-of-job-2"
		}), hop.Wait, hop.ReasonNotYet, ""},
		{"its failed job is not listed yet, an older one failed for good", both(failedWith(outsideLock), sentNow), changed(told(hop.Failed), func(e *hop.CopyJobEvent) {
			e.JobID = "job-2"
		}), hop.Wait, hop.ReasonNotYet, ""},
		{"its job is never listed, an older one failed for good", both(failedWith(outsideLock), late), changed(told(hop.Failed), func(e *hop.CopyJobEvent) {
			e.JobID = "job-2"
		}), hop.Again, hop.ReasonVanished, ""},
		{"the vault's lock does not take the retention", failedWith(outsideLock), told(hop.Failed), hop.Reject, hop.ReasonPermanent, hop.ClassRetention},
		{"the first hop failed for a lock", nothing, changed(told(hop.Failed), func(e *hop.CopyJobEvent) {
			e.SourceVault, e.Destination, e.Message, e.Class = local, intermediate, outsideLock, diagnose.Text(outsideLock).Class
		}), hop.Reject, hop.ReasonHopOne, hop.ClassRetention},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			k := begin(t, c)
			k.settled(k.tell(t, k.message), k.own, c)
		})
	}
}
