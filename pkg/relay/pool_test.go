package relay_test

import (
	"context"
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
