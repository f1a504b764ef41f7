package relay_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

func TestAFullPoolCostsNoCallPerMessage(t *testing.T) {
	b := newBench()
	for i := range 4 {
		b.backup.AddJob(hop.CopyJob{ID: fmt.Sprint("running-", i), State: hop.Running, ResourceType: "Aurora",
			Source: pointARN("cluster-snapshot", 100+i), Destination: final})
	}
	messages := make([]relay.Message, 10)
	for i := range messages {
		b.addPoint(pointARN("cluster-snapshot", i), "Neptune")
		messages[i] = event(fmt.Sprint(i), pointARN("cluster-snapshot", i), "Neptune")
	}
	require.Empty(t, b.handle(t, messages...))
	assert.Equal(t, map[string]int{"InFlight": 1}, b.backup.Calls())
	assert.Len(t, b.mail.resent, 10)
	for _, sent := range b.mail.resent {
		assert.GreaterOrEqual(t, sent.delay, time.Minute)
		assert.LessOrEqual(t, sent.delay, 5*time.Minute)
	}
}

func TestABatchStartsHalfOfWhatIsFree(t *testing.T) {
	b := newBench()
	messages := make([]relay.Message, 6)
	for i := range messages {
		b.addPoint(pointARN("cluster-snapshot", i), "Aurora")
		messages[i] = event(fmt.Sprint(i), pointARN("cluster-snapshot", i), "Aurora")
	}
	require.Empty(t, b.handle(t, messages...))
	assert.Len(t, b.backup.Jobs(), 2, "of five slots one is headroom; half of the other four")
	assert.Len(t, b.mail.resent, 4)
}

func TestTheCeilingOfOneAccountLeavesOthersAlone(t *testing.T) {
	b := newBench()
	b.Ceiling = 2
	for i := range 2 {
		b.backup.AddJob(hop.CopyJob{ID: fmt.Sprint(i), State: hop.Completed, Created: now.Add(-time.Hour),
			ResourceARN: "arn:aws:rds:eu-central-1:111111111111:db:x", Source: "s", Destination: final})
	}
	b.addPoint(pointARN("snapshot", 1), "RDS")
	b.backup.AddPoint(intermediate, hop.RecoveryPoint{ARN: pointARN("snapshot", 2), ResourceType: "RDS",
		ResourceARN: "arn:aws:rds:eu-central-1:444444444444:db:y", Status: hop.PointCompleted, Created: now})
	require.Empty(t, b.handle(t, event("over", pointARN("snapshot", 1), "RDS"), event("other", pointARN("snapshot", 2), "RDS")))
	assert.Equal(t, hop.ReasonCeiling, b.diary.outcomes["over"].Decision.Reason)
	assert.Equal(t, hop.Wait, b.diary.outcomes["over"].Decision.Verdict)
	assert.Equal(t, hop.Start, b.diary.outcomes["other"].Decision.Verdict)
}

func TestOneBatchDoesNotPassTheCeiling(t *testing.T) {
	b := newBench()
	b.Ceiling = 2
	messages := make([]relay.Message, 4)
	for i := range messages {
		b.addPoint(pointARN("snapshot", i), "RDS")
		messages[i] = event(fmt.Sprint(i), pointARN("snapshot", i), "RDS")
	}
	require.Empty(t, b.handle(t, messages...))
	assert.Len(t, b.backup.Jobs(), 2)
	assert.Len(t, b.mail.resent, 2)
}

func TestTheNumberOfWaitingMessagesIsNotWorthAReceive(t *testing.T) {
	b := newBench()
	b.mail.uncounted = errors.New("SQS does not count")
	require.Empty(t, b.handle(t, request("m", "missing", "RDS", final)))
	require.Len(t, b.mail.resent, 1)
	assert.ErrorIs(t, b.diary.outcomes["m"].Trouble, b.mail.uncounted)
}

func TestAMessageThatCannotBeSentOnIsRejectedAtTheLastReceive(t *testing.T) {
	b := newBench()
	b.Queue = refusing{b.mail}
	m := request("m", "missing", "RDS", final)
	m.Receives = 5
	require.Empty(t, b.handle(t, m))
	require.Len(t, b.mail.rejected, 1)
	assert.Equal(t, hop.ReasonError, b.mail.rejected[0].Decision.Reason)
	assert.Contains(t, b.mail.rejected[0].Decision.Detail, "too large")
}

// refusing is a queue that takes nothing, beside a dead-letter queue that does.
type refusing struct{ *mailbox }

func (refusing) Resend(context.Context, relay.Message, time.Duration) error {
	return errors.New("too large")
}

func TestWhatAFailedCallMeans(t *testing.T) {
	refusal := func(class hop.Class) error {
		return fmt.Errorf("call: %w", &hop.Failure{Class: class, Code: "Code", Message: "text"})
	}
	for _, test := range []struct {
		name     string
		call     string
		err      error
		receives int
		want     hop.Verdict
		reason   hop.Reason
	}{
		{"throttled while describing", "Point", refusal(hop.ClassTransient), 1, hop.Wait, hop.ReasonThrottled},
		{"throttled while listing", "Of", refusal(hop.ClassTransient), 1, hop.Wait, hop.ReasonThrottled},
		{"throttled while counting", "InFlight", refusal(hop.ClassTransient), 1, hop.Wait, hop.ReasonThrottled},
		{"throttled while starting", "Start", refusal(hop.ClassTransient), 1, hop.Wait, hop.ReasonThrottled},
		{"throttled at the last receive", "Start", refusal(hop.ClassTransient), 5, hop.Wait, hop.ReasonThrottled},
		{"copies in progress while starting", "Start", refusal(hop.ClassLimit), 1, hop.Wait, hop.ReasonPoolFull},
		{"a quota used up while starting", "Start", refusal(hop.ClassQuota), 1, hop.Reject, hop.ReasonPermanent},
		{"refused for good", "Start", refusal(hop.ClassUnsupported), 1, hop.Reject, hop.ReasonPermanent},
		{"denied", "Point", refusal(hop.ClassRole), 1, "", ""},
		{"denied at the last receive", "Point", refusal(hop.ClassRole), 5, hop.Reject, hop.ReasonError},
		{"an unknown text", "Start", refusal(hop.ClassUnknown), 1, "", ""},
		{"an unknown text at the last receive", "Start", refusal(hop.ClassUnknown), 5, hop.Reject, hop.ReasonError},
		{"an error of no class", "Start", errors.New("odd"), 4, "", ""},
		{"an error of no class at the last receive", "Start", errors.New("odd"), 5, hop.Reject, hop.ReasonError},
		{"the point went between description and start", "Start", hop.ErrNotFound, 1, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBench()
			b.addPoint(pointARN("snapshot", 1), "RDS")
			b.backup.Fail(func(call string) error {
				if call == test.call {
					return test.err
				}
				return nil
			})
			m := event("m", pointARN("snapshot", 1), "RDS")
			m.Receives = test.receives
			errs := b.handle(t, m)
			if test.want == "" {
				require.ErrorIs(t, errs["m"], test.err, "the queue delivers it again")
				require.Empty(t, b.mail.resent)
				require.Empty(t, b.mail.rejected)
				return
			}
			require.Empty(t, errs)
			assert.Equal(t, test.want, b.diary.outcomes["m"].Decision.Verdict)
			assert.Equal(t, test.reason, b.diary.outcomes["m"].Decision.Reason)
			assert.Len(t, b.mail.resent, boolToInt(test.want == hop.Wait))
			assert.Len(t, b.mail.rejected, boolToInt(test.want == hop.Reject))
		})
	}
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestNothingIsAcknowledgedThatWasNotSent(t *testing.T) {
	for name, m := range map[string]relay.Message{
		"a wait":   request("m", "missing", "RDS", final),
		"a split":  event("m", pointARN("snapshot", 1), "RDS"),
		"a reject": {ID: "m", Malformed: errors.New("broken"), Sent: now, Received: now, Receives: 1},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench()
			b.fanOut()
			b.mail.refuse = errors.New("SQS is away")
			require.ErrorIs(t, b.handle(t, m)["m"], b.mail.refuse)
		})
	}
}

func TestASlowCallIsWaitedForWithinTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.addPoint(pointARN("snapshot", 1), "RDS")
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		b.backup.Fail(func(string) error {
			time.Sleep(26 * time.Second) // past the time for calls, within that for settling
			return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: "deadline exceeded"}
		})
		results := b.Handle(ctx, []relay.Message{event("m", pointARN("snapshot", 1), "RDS")})
		require.NoError(t, results[0].Err)
		assert.Len(t, b.mail.resent, 1)
	})
}

func TestARejectionTellsAPersonWhatToDo(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	ended := now.Add(-time.Hour)
	b.backup.AddJob(hop.CopyJob{ID: "j", State: hop.Failed, Class: hop.ClassKey, Message: "Given key ID is not accessible",
		Source: pointARN("snapshot", 1), Destination: final, Created: ended, Completed: ended})
	m := event("m", pointARN("snapshot", 1), "RDS")
	m.FirstSeen = ended
	require.Empty(t, b.handle(t, m))

	require.Len(t, b.mail.rejected, 1)
	r := b.mail.rejected[0]
	assert.Equal(t, hop.ClassKey, r.Decision.Class)
	assert.Contains(t, r.Decision.Detail, "Given key ID is not accessible")
	assert.Equal(t, "advice for Key", r.Advice)
	assert.False(t, r.At.Before(ended), "a replay must forgive this failure")
	assert.Equal(t, ended, r.Message.Began())

	m.RejectedAt = r.At
	b.backup.Advance(10 * time.Minute)
	require.Empty(t, b.handle(t, m))
	assert.Equal(t, hop.Start, b.diary.outcomes["m"].Decision.Verdict)
}

func TestOneLetterIsEnough(t *testing.T) {
	b := newBench()
	b.addPoint(pointARN("snapshot", 1), "RDS")
	b.backup.AddJob(hop.CopyJob{ID: "j", State: hop.Failed, Class: hop.ClassKey, Message: "Given key ID is not accessible",
		Source: pointARN("snapshot", 1), Destination: final, Created: now.Add(-time.Hour), Completed: now.Add(-time.Minute)})
	m := event("m", pointARN("snapshot", 1), "RDS")
	m.FirstSeen = now.Add(-2 * time.Minute)
	require.Empty(t, b.handle(t, m))
	assert.Empty(t, b.mail.rejected, "the failure came after the message, and is told of by itself")
	assert.Equal(t, hop.ReasonTold, b.diary.outcomes["m"].Decision.Reason)
	assert.Contains(t, b.diary.outcomes["m"].Decision.Detail, "Given key ID is not accessible", "AWS's words are kept")
}

// TestWhoLooksForRoomSooner: a large copy does, and one that failed before; so do all where
// the pool is large.
func TestWhoLooksForRoomSooner(t *testing.T) {
	delay := func(bytes int64, slots int, waits hop.Waits) time.Duration {
		b := newBench()
		b.mail.waiting = 200
		b.Pools = []hop.Pool{{Types: []string{"RDS"}, Size: slots, Headroom: slots - 1}}
		b.backup.AddJob(hop.CopyJob{ID: "running", State: hop.Running, ResourceType: "RDS", Source: pointARN("snapshot", 100), Destination: final})
		for i := range 20 { // what is usual
			require.Empty(t, b.handle(t, sized(fmt.Sprint("other-", i), 8<<30)))
		}
		m := sized("message", bytes)
		m.Waits = waits
		require.Empty(t, b.handle(t, m))
		return b.mail.resent[20].delay
	}
	usual := delay(8<<30, 20, nil)
	assert.InDelta(t, float64(usual)/2, float64(delay(32<<30, 20, nil)), float64(usual)/10, "four times as large")
	assert.Greater(t, delay(1<<30, 20, nil), usual)
	assert.Equal(t, usual, delay(0, 20, nil), "its size is not known")
	assert.InDelta(t, float64(usual)/2.5, float64(delay(1<<30, 20, hop.Waits{hop.ReasonBackoff: 1})), float64(time.Second))
	assert.Equal(t, usual, delay(8<<30, 20, hop.Waits{hop.ReasonPoolFull: 9}))
	assert.InDelta(t, float64(usual)/3, float64(delay(8<<30, 180, nil)), float64(time.Second))
}

// sized is the event of a completed first hop of so many bytes.
func sized(id string, bytes int64) relay.Message {
	m := event(id, pointARN("snapshot", 1), "RDS")
	m.Notice.CopyJob.Bytes = bytes
	return m
}
