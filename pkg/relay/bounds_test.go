package relay_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// waiting sends a message again and again, as its function does, until it waits no longer.
func waiting(t *testing.T, b *bench, own *mailbox, handle func([]relay.Message) []relay.Result, m relay.Message) (relay.Outcome, int) {
	t.Helper()
	m.FirstSeen = m.Sent
	for n := 0; ; n++ {
		require.Less(t, n, 3000, "it waits for ever")
		require.NoError(t, handle([]relay.Message{m})[0].Err)
		out := b.diary.outcomes[m.ID]
		if out.Decision.Verdict != hop.Wait {
			return out, n
		}
		m.Waits = own.resent[len(own.resent)-1].message.Waits
		b.backup.Advance(out.Delay)
		m.Sent, m.Received = b.backup.Now(), b.backup.Now()
	}
}

func TestAWaitOfCopyStarterEnds(t *testing.T) {
	for name, c := range map[string]struct {
		begin func(*bench)
		class hop.Class
	}{
		"a point that is never complete": {func(b *bench) {
			b.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: pointARN("snapshot", 1), ResourceType: "RDS", Status: hop.PointCreating, Created: now})
		}, hop.ClassUnknown},
		"a point in a state that nobody knows": {func(b *bench) {
			b.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: pointARN("snapshot", 1), ResourceType: "RDS", Status: "NEW", Created: now})
		}, hop.ClassUnknown},
		"a job in a state that nobody knows": {func(b *bench) {
			b.addPoint(pointARN("snapshot", 1), "RDS")
			b.backup.AddJob(hop.CopyJob{ID: "new", State: "NEW", Source: pointARN("snapshot", 1), Destination: final, Created: now.Add(-time.Hour)})
		}, hop.ClassUnknown},
		"AWS throttles every call": {func(b *bench) {
			b.backup.Fail(func(string) error {
				return &hop.Failure{Class: hop.ClassTransient, Code: "ThrottlingException", Message: "Rate exceeded"}
			})
		}, hop.ClassTransient},
		"AWS answers every start with an old job": {func(b *bench) {
			b.addPoint(pointARN("snapshot", 1), "RDS")
			b.Copies = stale{b.Copies}
		}, hop.ClassUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench()
			c.begin(b)
			m := event("m", pointARN("snapshot", 1), "RDS")
			out, n := waiting(t, b, b.mail, func(ms []relay.Message) []relay.Result { return b.Handle(t.Context(), ms) }, m)
			assert.Equal(t, hop.ReasonWaitLimit, out.Decision.Reason, out.Decision.Detail)
			assert.Equal(t, c.class, out.Decision.Class)
			assert.GreaterOrEqual(t, n, 12*60)
			require.Len(t, b.mail.rejected, 1)
			assert.NotEmpty(t, b.mail.rejected[0].Advice)
		})
	}
}

// stale answers each start with a job of long ago that is in flight.
type stale struct{ relay.Copies }

func (stale) Start(context.Context, hop.Order) (relay.Started, error) {
	return relay.Started{JobID: "old", Created: now.AddDate(-1, 0, 0)}, nil
}

func (stale) Job(context.Context, string) (hop.CopyJob, error) {
	return hop.CopyJob{ID: "old", State: hop.Running, Created: now.AddDate(-1, 0, 0)}, nil
}

func TestAWaitOfOutcomeTrackerEnds(t *testing.T) {
	k := newTracking(0)
	job := k.started(t, "p", final)
	require.NoError(t, k.backup.Complete(job))
	copied, _ := k.backup.Held(final, "copy-of-"+job)
	copied.Status = hop.PointCreating
	k.backup.AddPoint(final, copied)
	m := relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: told(hop.Completed)}
	out, _ := waiting(t, k.bench, k.own, func(ms []relay.Message) []relay.Result { return k.tracker.Handle(t.Context(), ms) }, m)
	assert.Equal(t, hop.ReasonWaitLimit, out.Decision.Reason, out.Decision.Detail)
	require.Len(t, k.mail.rejected, 1)
	assert.Equal(t, "p", k.mail.rejected[0].Request.Point)
}

func TestAPausedQueueUsesUpNoWait(t *testing.T) {
	b := newBench()
	b.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: pointARN("snapshot", 1), ResourceType: "RDS", Status: hop.PointCreating, Created: now})
	m := event("m", pointARN("snapshot", 1), "RDS")
	m.FirstSeen, m.Received = m.Sent, m.Sent.Add(13*24*time.Hour)
	require.Empty(t, b.handle(t, m))
	assert.Equal(t, hop.ReasonNotYet, b.diary.outcomes["m"].Decision.Reason)
	require.Len(t, b.mail.resent, 1)
	assert.Equal(t, hop.Waits{hop.ReasonNotYet: 1}, b.mail.resent[0].message.Waits)
}

// A full pool is known without a look at the point, which may have expired meanwhile.
func TestAWaitForAFullPoolLooksAtItsPointNowAndThen(t *testing.T) {
	b := newBench()
	full(b)
	b.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: pointARN("cluster-snapshot", 1), ResourceType: "Aurora", Status: hop.PointCompleted,
		Created: now.AddDate(0, 0, -1), DeleteAt: now.Add(3 * time.Hour)})
	m := event("m", pointARN("cluster-snapshot", 1), "Aurora")
	out, n := waiting(t, b, b.mail, func(ms []relay.Message) []relay.Result { return b.Handle(t.Context(), ms) }, m)
	assert.Equal(t, hop.ReasonGone, out.Decision.Reason, out.Decision.Detail)
	assert.Less(t, b.backup.Calls()["Point"], 10, "of %d waits", n)
}

func TestEveryThirtiethWaitForAFullPoolLooksAtItsPoint(t *testing.T) {
	for waited, looks := range map[int]int{0: 0, 1: 0, 28: 0, 29: 1, 30: 0, 58: 0, 59: 1} {
		b := newBench()
		full(b)
		b.addPoint(pointARN("cluster-snapshot", 1), "Aurora")
		m := event("m", pointARN("cluster-snapshot", 1), "Aurora")
		m.Waits = hop.Waits{hop.ReasonPoolFull: waited}
		require.Empty(t, b.handle(t, m))
		assert.Equal(t, hop.ReasonPoolFull, b.diary.outcomes["m"].Decision.Reason)
		assert.Equal(t, looks, b.backup.Calls()["Point"], "after %d waits", waited)
	}
}

// A limit of another call than StartCopyJob is waited for as any fault, and not for ever.
func TestALimitOfAnotherCallIsBounded(t *testing.T) {
	limit := func(of string) func(string) error {
		return func(call string) error {
			if call == of {
				return &hop.Failure{Class: hop.ClassLimit, Code: "LimitExceededException", Message: "A limit in the request has been exceeded"}
			}
			return nil
		}
	}
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	b.backup.Fail(limit("Of"))
	m := event("m", pointARN("snapshot", 1), "RDS")
	out, _ := waiting(t, b, b.mail, func(ms []relay.Message) []relay.Result { return b.Handle(t.Context(), ms) }, m)
	assert.Equal(t, hop.ReasonWaitLimit, out.Decision.Reason)

	k := newTracking(3)
	require.NoError(t, k.backup.Complete(k.started(t, "p", final)))
	k.catchUp()
	k.backup.Fail(limit("Keep"))
	m = relay.Message{ID: "m", Sent: k.backup.Now(), Received: k.backup.Now(), Receives: 1, Notice: told(hop.Completed)}
	out, n := waiting(t, k.bench, k.own, func(ms []relay.Message) []relay.Result { return k.tracker.Handle(t.Context(), ms) }, m)
	assert.Equal(t, hop.ReasonWaitLimit, out.Decision.Reason)
	assert.Equal(t, 5, n)
}

func TestACopyThatIsAskedForAgainHasNotWaited(t *testing.T) {
	k := newTracking(0)
	require.NoError(t, k.backup.End(k.started(t, "p", final), hop.Failed, "Rate exceeded"))
	k.catchUp()
	k.tell(t, relay.Message{ID: "m", Sent: now, Received: now, Receives: 1, Notice: told(hop.Failed), Waits: hop.Waits{hop.ReasonNotYet: 9}})
	require.Len(t, k.mail.splitOf, 1)
	assert.Empty(t, k.mail.splitOf[0].Waits)
}
