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

const finalKey, secondKey = "arn:aws:kms:eu-north-1:222222222222:key/final", "arn:aws:kms:eu-west-1:222222222222:key/second"

// tracking is a tracker beside a starter, on the same AWS Backup.
type tracking struct {
	*bench
	tracker    *relay.Tracker
	own        *mailbox // the queue `outcomes`
	unreadable *mailbox // its dead-letter queue
}

func newTracking(keep int) *tracking {
	b := newBench()
	b.backup.SetKey(final, finalKey)
	b.backup.SetKey(second, secondKey)
	k := &tracking{bench: b, own: &mailbox{}, unreadable: &mailbox{}}
	k.tracker = &relay.Tracker{
		Routes: b.Routes, Retry: b.Retry, Keep: keep, MaxReceives: 5,
		Points: b.backup, Jobs: b.backup, Vaults: b.backup, Retention: b.backup,
		Queue: k.own, Copies: b.mail, Rejected: b.mail, Unreadable: k.unreadable, Observer: b.diary, Advice: b.Advice,
	}
	return k
}

// started is the job of a second hop that the starter has begun.
func (k *tracking) started(t *testing.T, point string, to hop.Vault) string {
	t.Helper()
	k.addPoint(point, "RDS")
	return k.again(t, point, to)
}

func (k *tracking) again(t *testing.T, point string, to hop.Vault) string {
	t.Helper()
	m := request("start "+point+to.Name, point, "RDS", to)
	m.Sent, m.Received = k.backup.Now(), k.backup.Now()
	require.NoError(t, k.Handle(t.Context(), []relay.Message{m})[0].Err)
	job := k.diary.outcomes[m.ID].CopyJob
	require.NotEmpty(t, job)
	return job
}

// told has the tracker handle the event of a second hop once the lists show its job, and
// returns what became of it.
func (k *tracking) told(t *testing.T, point string, to hop.Vault, state hop.State) relay.Outcome {
	t.Helper()
	k.catchUp()
	return k.tell(t, relay.Message{ID: "told", Sent: k.backup.Now(), Received: k.backup.Now(), Receives: 1, Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{
		State: state, Source: point, SourceVault: intermediate, Destination: to, ResourceType: "RDS",
	}}})
}

func (k *tracking) tell(t *testing.T, m relay.Message) relay.Outcome {
	t.Helper()
	results := k.tracker.Handle(t.Context(), []relay.Message{m})
	require.Len(t, results, 1)
	out := k.diary.outcomes[m.ID]
	assert.Equal(t, results[0].Err, out.Err)
	return out
}

func TestACompletedCopyIsVerified(t *testing.T) {
	k := newTracking(0)
	job := k.started(t, "p", final)
	assert.Equal(t, hop.ReasonInFlight, k.told(t, "p", final, hop.Running).Decision.Reason)
	require.NoError(t, k.backup.Complete(job))
	out := k.told(t, "p", final, hop.Completed)
	require.NoError(t, out.Err)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason, out.Decision.Detail)
	assert.Equal(t, job, out.CopyJob)
	assert.Equal(t, "databases", out.Route)
	assert.Equal(t, []any{"p", 2, final}, []any{out.Point, out.Hop, out.Destination})
	assert.Zero(t, out.Shortened)
	assert.Empty(t, k.mail.split)
	assert.Empty(t, k.mail.rejected)
}

func TestACopyIsMeasuredByTheRouteOfItsType(t *testing.T) {
	k := newTracking(0)
	k.Routes[0].Types, k.Routes[0].Destinations[0].DeleteAfterDays = []string{"RDS"}, 7
	longer := k.Routes[0]
	longer.Types, longer.Destinations = []string{"Aurora"}, []hop.Destination{{Vault: final, DeleteAfterDays: 35}}
	k.Routes = append(k.Routes, longer)
	k.tracker.Routes = k.Routes
	require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVerified, out.Decision.Reason, out.Decision.Detail)
}

func TestACopyUnderAnotherKeyIsNoDeadLetterMessage(t *testing.T) {
	k := newTracking(3)
	job := k.started(t, "p", final)
	k.backup.SetKey(final, "arn:aws:kms:eu-north-1:222222222222:key/old")
	require.NoError(t, k.backup.Complete(job))
	k.backup.SetKey(final, finalKey)
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonUnderprotected, out.Decision.Reason)
	assert.Equal(t, hop.ClassUnderprotected, out.Decision.Class)
	assert.Empty(t, k.mail.rejected)
	assert.Empty(t, k.mail.split, "there is a copy")
	assert.Zero(t, k.backup.Calls()["Keep"], "nothing is trimmed before all is verified")
}

func TestAFailedCopyIsAskedForAgainUntilItsAttemptsAreUsedUp(t *testing.T) {
	k := newTracking(0)
	job := k.started(t, "p", final)
	for attempt := 1; attempt <= 3; attempt++ {
		k.backup.Advance(time.Minute)
		require.NoError(t, k.backup.End(job, hop.Failed, "Rate exceeded"))
		out := k.told(t, "p", final, hop.Failed)
		if attempt == 3 {
			assert.Equal(t, hop.ReasonAttempts, out.Decision.Reason)
			assert.Len(t, k.mail.split, 2)
			require.Len(t, k.mail.rejected, 1)
			return
		}
		assert.Equal(t, hop.ReasonRetry, out.Decision.Reason)
		require.Len(t, k.mail.split, attempt)
		assert.Equal(t, hop.Request{Point: "p", Source: intermediate, Destination: final, ResourceType: "RDS"}, k.mail.split[attempt-1])
		k.backup.Advance(3 * time.Hour)
		job = k.again(t, "p", final)
	}
}

func TestACopyThatFailedForAKeyIsNotRepeated(t *testing.T) {
	k := newTracking(0)
	job := k.started(t, "p", final)
	require.NoError(t, k.backup.End(job, hop.Failed, "Given key ID is not accessible"))
	described := k.backup.Calls()["Point"]
	out := k.told(t, "p", final, hop.Failed)
	assert.Equal(t, described, k.backup.Calls()["Point"], "it made no copy to describe")
	assert.Equal(t, hop.ReasonPermanent, out.Decision.Reason)
	assert.Empty(t, k.mail.split)
	require.Len(t, k.mail.rejected, 1)
	assert.False(t, k.mail.rejected[0].At.Before(k.backup.Now()), "a replay forgives this failure")
}

func TestACopyThatWasDeletedIsMadeAgain(t *testing.T) {
	k := newTracking(0)
	job := k.started(t, "p", final)
	require.NoError(t, k.backup.Complete(job))
	k.backup.DeletePoint(final, "copy-of-"+job)
	out := k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonNotYet, out.Decision.Reason, "its Region may not describe it yet")
	assert.Empty(t, k.mail.split)

	k.backup.Advance(15 * time.Minute)
	out = k.told(t, "p", final, hop.Completed)
	assert.Equal(t, hop.ReasonVanished, out.Decision.Reason)
	assert.Len(t, k.mail.split, 1)
	assert.Zero(t, k.backup.Calls()["Key"], "without a copy there is nothing to compare a key with")
}

func TestAnOutcomeWhoseJobIsNotListedYetWaits(t *testing.T) {
	k := newTracking(0)
	k.addPoint("p", "RDS")
	out := k.told(t, "p", final, hop.Failed)
	assert.Equal(t, hop.Wait, out.Decision.Verdict)
	require.Len(t, k.own.resent, 1)
	assert.GreaterOrEqual(t, k.own.resent[0].delay, time.Minute)
	assert.Empty(t, k.mail.split)
}

func TestAFailedFirstHopIsShownToAPerson(t *testing.T) {
	k := newTracking(0)
	out := k.tell(t, relay.Message{ID: "m", Body: "event", Sent: now, Received: now, Receives: 1, Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{
		State: hop.Failed, Source: "source", SourceVault: local, Destination: intermediate, Message: "text", Class: hop.ClassKey,
	}}})
	assert.Equal(t, hop.ReasonHopOne, out.Decision.Reason)
	assert.Equal(t, 1, out.Hop)
	assert.Equal(t, "source", out.Point)
	require.Len(t, k.mail.rejected, 1)
	assert.Nil(t, k.mail.rejected[0].Request, "the event itself")
}

func TestWhatCannotBeReadGoesToTheTrackersOwnDeadLetters(t *testing.T) {
	k := newTracking(0)
	out := k.tell(t, relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Malformed: errors.New("no JSON")})
	assert.Equal(t, hop.ReasonMalformed, out.Decision.Reason)
	assert.Len(t, k.unreadable.rejected, 1)
	assert.Empty(t, k.mail.rejected)
}

func TestAnOutcomeThatCannotBeSentOnIsRejectedAtTheLastReceive(t *testing.T) {
	for sentence, state := range map[string]hop.State{"to the queue of copies": hop.Failed, "to its own queue": ""} {
		t.Run(sentence, func(t *testing.T) {
			k := newTracking(0)
			k.addPoint("p", "RDS")
			if state != "" {
				require.NoError(t, k.backup.End(k.again(t, "p", final), state, "Rate exceeded"))
				k.catchUp()
			}
			k.mail.refuse, k.own.refuse = errors.New("too large"), errors.New("too large")
			m := relay.Message{ID: "m", Sent: now, Received: now, Receives: 4, Notice: hop.Notice{Request: &hop.Request{
				Point: "p", Source: intermediate, Destination: final,
			}}}
			require.ErrorContains(t, k.tell(t, m).Err, "too large", "the queue delivers it again")
			m.Receives = 5
			out := k.tell(t, m)
			require.NoError(t, out.Err)
			assert.Equal(t, hop.ReasonError, out.Decision.Reason)
			require.Len(t, k.unreadable.rejected, 1)
			assert.Contains(t, k.unreadable.rejected[0].Decision.Detail, "too large")
		})
	}
}

func TestOutcomesWhileAWSIsAway(t *testing.T) {
	for sentence, test := range map[string]struct {
		err      error
		receives int
		want     hop.Reason // empty: the queue delivers it again
	}{
		"throttling is waited for":             {&hop.Failure{Class: hop.ClassTransient, Code: "ThrottlingException"}, 1, hop.ReasonThrottled},
		"what is unknown is left to the queue": {errors.New("odd"), 1, ""},
		"and rejected at the last receive":     {errors.New("odd"), 5, hop.ReasonError},
	} {
		t.Run(sentence, func(t *testing.T) {
			for _, call := range []string{"From", "Point", "Key"} {
				k := newTracking(3)
				job := k.started(t, "p", final)
				require.NoError(t, k.backup.Complete(job))
				k.catchUp()
				k.backup.Fail(func(name string) error {
					if name == call {
						return test.err
					}
					return nil
				})
				out := k.tell(t, relay.Message{ID: "m", Sent: now, Received: now, Receives: test.receives, Notice: hop.Notice{CopyJob: &hop.CopyJobEvent{
					State: hop.Completed, Source: "p", SourceVault: intermediate, Destination: final,
				}}})
				assert.Equal(t, test.want, out.Decision.Reason, call)
				assert.Equal(t, test.want == "", out.Err != nil, call)
				assert.Len(t, k.unreadable.rejected, map[bool]int{true: 1}[test.want == hop.ReasonError], call)
			}
		})
	}
}
