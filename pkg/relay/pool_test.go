package relay_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// environments are two of copystarter, as many as its mapping has at once, on one AWS Backup.
func environments() (a, b *bench) {
	a, b = newBench(), newBench()
	b.backup = a.backup
	b.Points, b.Jobs, b.Copies = a.backup, a.backup, a.backup
	return a, b
}

// tenOf are ten messages about databases from a number on, received now.
func tenOf(b *bench, from int) []relay.Message {
	messages := make([]relay.Message, 10)
	for i := range messages {
		point := pointARN("snapshot", from+i)
		b.addPoint(point, "RDS")
		messages[i] = request(fmt.Sprint(from+i), point, "RDS", final)
		messages[i].Sent, messages[i].Received = b.backup.Now(), b.backup.Now()
	}
	return messages
}

func TestListsThatHideFreshJobsDoNotOverfillThePool(t *testing.T) {
	a, b := environments()
	a.backup.Lag(true)
	for round := range 6 {
		require.Empty(t, a.handle(t, tenOf(a, 20*round)...))
		require.Empty(t, b.handle(t, tenOf(b, 20*round+10)...))
		a.backup.Advance(10 * time.Second)
	}
	assert.Len(t, a.backup.Jobs(), 18, "half of twenty slots less the headroom, for each of two")
}

// A slow invocation has listed the jobs in flight, and starts its share only after the
// other environment has made several invocations.
func TestASlowInvocationDoesNotOverfillThePool(t *testing.T) {
	for name, c := range map[string]struct {
		slow  time.Duration
		lists int
	}{
		"its list is no longer fresh": {4 * time.Second, 2},
		"its list is still fresh":     {2 * time.Second, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := environments()
				a.Points = lateAnswers{a.Points, c.slow}
				lists := &counted{Jobs: a.Jobs}
				a.Jobs = lists
				done := make(chan map[string]error)
				go func() { done <- a.handle(t, tenOf(a, 0)...) }()
				time.Sleep(time.Second) // of the bubble
				for round := range 8 {
					require.Empty(t, b.handle(t, tenOf(b, 100+10*round)...))
				}
				require.Empty(t, <-done)
				assert.LessOrEqual(t, len(a.backup.Jobs()), 19, "one over the slots less the headroom")
				assert.GreaterOrEqual(t, len(a.backup.Jobs()), 9)
				assert.EqualValues(t, c.lists, lists.inFlight.Load(), "a list that is not fresh is made once more, for all of the batch")
			})
		})
	}
}

// counted counts lists of what is in flight.
type counted struct {
	relay.Jobs
	inFlight atomic.Int32
}

func (c *counted) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	c.inFlight.Add(1)
	return c.Jobs.InFlight(ctx)
}

// lateAnswers describe points after a while.
type lateAnswers struct {
	relay.Points
	by time.Duration
}

func (l lateAnswers) Point(ctx context.Context, vault hop.Vault, arn string) (hop.RecoveryPoint, error) {
	time.Sleep(l.by)
	return l.Points.Point(ctx, vault, arn)
}

func TestACopyThatIsRefusedTakesNoSlot(t *testing.T) {
	b := newBench()
	b.Pools[0].Size, b.Pools[0].Headroom = 3, 1
	b.backup.Fail(func(call string) error {
		if call == "Start" {
			return &hop.Failure{Class: hop.ClassKey, Code: "InvalidParameterValueException", Message: "Given key ID is not accessible"}
		}
		return nil
	})
	refused := tenOf(b, 0)[:1]
	require.Empty(t, b.handle(t, refused...))
	require.Equal(t, hop.Reject, b.diary.outcomes["0"].Decision.Verdict)
	b.backup.Fail(nil)
	next := slices.Clone(tenOf(b, 10)[:1])
	require.Empty(t, b.handle(t, next...))
	assert.Equal(t, hop.Start, b.diary.outcomes["10"].Decision.Verdict)
}

func TestACopyWhoseStartWasNotAnsweredTakesASlot(t *testing.T) {
	b := newBench()
	b.Pools[0].Size, b.Pools[0].Headroom = 3, 1
	b.backup.Fail(func(call string) error {
		if call == "Start" {
			return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: "timeout"}
		}
		return nil
	})
	require.Empty(t, b.handle(t, tenOf(b, 0)[:1]...))
	b.backup.Fail(nil)
	require.Empty(t, b.handle(t, tenOf(b, 10)[:1]...))
	assert.Equal(t, hop.ReasonPoolFull, b.diary.outcomes["10"].Decision.Reason, "it may have been started")
}

// slowLists answer late with what was in flight when they were asked.
type slowLists struct {
	relay.Jobs
	by time.Duration
}

func (s slowLists) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	jobs, err := s.Jobs.InFlight(ctx)
	select {
	case <-time.After(s.by):
		return jobs, err
	case <-ctx.Done():
		return nil, &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: ctx.Err().Error()}
	}
}

func TestASlowListDoesNotOverfillThePool(t *testing.T) {
	for _, by := range []time.Duration{9 * time.Second, 100 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			a, b := environments()
			a.Jobs = slowLists{a.Jobs, by}
			done := make(chan map[string]error)
			go func() { done <- a.handle(t, tenOf(a, 0)...) }()
			time.Sleep(time.Second)
			for round := range 12 {
				require.Empty(t, b.handle(t, tenOf(b, 100+10*round)...))
				b.backup.Advance(8 * time.Second)
				time.Sleep(8 * time.Second)
			}
			require.Empty(t, <-done)
			assert.LessOrEqual(t, len(a.backup.Jobs()), 19, "a list that takes %s", by)
		})
	}
}

// unanswered starts copies and never answers.
type unanswered struct{ relay.Copies }

func (s unanswered) Start(ctx context.Context, o hop.Order) (relay.Started, error) {
	_, err := s.Copies.Start(ctx, o)
	return relay.Started{}, errors.Join(&hop.Failure{Class: hop.ClassTransient, Code: "network", Message: "timeout"}, err)
}

// What a redelivered batch starts is started now, not when its messages were first received.
func TestStartsOfARedeliveredBatchCount(t *testing.T) {
	b := newBench()
	b.backup.Lag(true)
	b.backup.Advance(10 * time.Minute)
	b.Copies = unanswered{b.backup}
	old := tenOf(b, 0)
	for i := range old {
		old[i].Received, old[i].Receives = b.backup.Now().Add(-10*time.Minute), 2
	}
	require.Empty(t, b.handle(t, old...))
	require.Len(t, b.backup.Jobs(), 9)
	b.Copies = b.backup
	require.Empty(t, b.handle(t, tenOf(b, 10)...))
	assert.Len(t, b.backup.Jobs(), 9, "one environment's half of the eighteen slots")

	b.backup.Advance(hop.OwnUnlisted + time.Second)
	require.Empty(t, b.handle(t, tenOf(b, 20)...))
	assert.Len(t, b.backup.Jobs(), 18, "what is never listed holds its slots for a while only")
}

func TestAnOldJobThatAnswersHoldsNoSlot(t *testing.T) {
	b := newBench()
	b.Pools[0].Size, b.Pools[0].Headroom = 3, 1
	b.Copies = stale{b.Copies}
	require.Empty(t, b.handle(t, tenOf(b, 0)[:1]...))
	require.Equal(t, hop.ReasonStale, b.diary.outcomes["0"].Decision.Reason)
	b.Copies = b.backup
	require.Empty(t, b.handle(t, tenOf(b, 10)[:1]...))
	assert.Equal(t, hop.Start, b.diary.outcomes["10"].Decision.Verdict)
}

// An environment that begins while others hold messages may follow one that has ended right
// after its starts.
func TestANewEnvironmentStartsOneCopyAtATimeWhileItsPredecessorMayHaveStartedSome(t *testing.T) {
	b := newBench()
	b.mail.held = 20 // ten of its own
	require.Empty(t, b.handle(t, tenOf(b, 0)...))
	assert.Len(t, b.backup.Jobs(), 1)
	b.mail.held = 0
	require.Empty(t, b.handle(t, tenOf(b, 10)...))
	assert.Len(t, b.backup.Jobs(), 1, "it is asked once, when it begins")
	b.backup.Advance(hop.OwnRecent + time.Second)
	require.Empty(t, b.handle(t, tenOf(b, 20)...))
	assert.Len(t, b.backup.Jobs(), 10, "one is in flight: half of seventeen more, rounded up")
}

func TestANewEnvironmentThatCannotAskStartsOneCopyAtATime(t *testing.T) {
	b := newBench()
	b.mail.uncounted = errors.New("away")
	require.Empty(t, b.handle(t, tenOf(b, 0)...))
	assert.Len(t, b.backup.Jobs(), 1)
}

func TestAListThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		b.addPoint(pointARN("snapshot", 1), "RDS")
		b.Jobs = hangingList{b.backup}
		begun := time.Now()
		require.Empty(t, b.handle(t, event("m", pointARN("snapshot", 1), "RDS")))
		assert.Equal(t, hop.ReasonThrottled, b.diary.outcomes["m"].Decision.Reason)
		assert.Equal(t, 10*time.Second, time.Since(begun))
	})
}

type hangingList struct{ relay.Jobs }

func (hangingList) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	<-ctx.Done()
	return nil, &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: ctx.Err().Error()}
}

func TestListsThatFailAreMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench()
		n := 0
		b.backup.Fail(func(call string) error {
			if call == "InFlight" {
				if n++; n == 1 {
					return &hop.Failure{Class: hop.ClassTransient, Code: "ThrottlingException", Message: "Rate exceeded"}
				}
			}
			return nil
		})
		messages := tenOf(b, 0)[:2]
		messages[1].Notice.Request.ResourceType, messages[1].Notice.Request.Destination = "", hop.Vault{} // it is described first
		b.Points = lateAnswers{b.Points, 4 * time.Second}
		require.Empty(t, b.handle(t, messages...))
		assert.Equal(t, hop.ReasonThrottled, b.diary.outcomes["0"].Decision.Reason)
		assert.Equal(t, hop.Start, b.diary.outcomes["1"].Decision.Verdict, "a list that failed is not kept for the batch")
	})
}
