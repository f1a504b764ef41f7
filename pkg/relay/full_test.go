package relay_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

// full has as many copies of clusters in flight as may be.
func full(b *bench) {
	for i := range 4 {
		b.backup.AddJob(hop.CopyJob{ID: fmt.Sprint("running-", i), State: hop.Running, ResourceType: "Aurora",
			Source: pointARN("cluster-snapshot", 100+i), Destination: final})
	}
}

func TestAPoolThatWasFullAMomentAgoIsNotLookedAtAgain(t *testing.T) {
	for name, c := range map[string]struct {
		resourceType string
		after        time.Duration
		looks        int
	}{
		"at once":                        {"Neptune", 0, 1},
		"a moment later":                 {"Neptune", 2 * time.Second, 1},
		"later":                          {"Neptune", 3 * time.Second, 2},
		"before, by another clock":       {"Neptune", -time.Second, 2},
		"of a pool that had room":        {"RDS", time.Second, 2},
		"of a type that nobody has told": {"", time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench()
			full(b)
			b.addPoint(pointARN("cluster-snapshot", 1), "Neptune")
			require.Empty(t, b.handle(t, request("first", pointARN("cluster-snapshot", 1), "Neptune", final)))
			second := request("second", pointARN("cluster-snapshot", 2), c.resourceType, final)
			second.Received = second.Received.Add(c.after)
			b.addPoint(pointARN("cluster-snapshot", 2), "RDS")
			require.Empty(t, b.handle(t, second))
			assert.Equal(t, c.looks, b.backup.Calls()["InFlight"])
			assert.Equal(t, hop.ReasonPoolFull, b.diary.outcomes["first"].Decision.Reason)
			if c.looks == 1 {
				assert.Equal(t, hop.ReasonPoolFull, b.diary.outcomes["second"].Decision.Reason)
			}
		})
	}
}

// A batch starts half of what is free, with what its environment has started in the last
// minute. That it has none left is no full pool.
func TestWhatABatchHasUsedUpIsFreeForTheNext(t *testing.T) {
	b := newBench()
	for i := range 3 {
		point := pointARN("cluster-snapshot", i)
		b.addPoint(point, "Aurora")
		m := request(fmt.Sprint(i), point, "Aurora", final)
		m.Received = b.backup.Now()
		require.Empty(t, b.handle(t, m))
		b.backup.Advance(hop.OwnRecent + time.Second)
		assert.Equal(t, hop.Start, b.diary.outcomes[fmt.Sprint(i)].Decision.Verdict, "the %d. of four slots", i+1)
	}
	assert.Equal(t, 3, b.backup.Calls()["InFlight"])
}

func TestOneOfABatchesMessagesAboutACopyStartsIt(t *testing.T) {
	b := newBench()
	b.backup.Lag(true) // the list does not show the job yet
	b.addPoint(pointARN("snapshot", 1), "RDS")
	b.addPoint(pointARN("snapshot", 2), "RDS")
	require.Empty(t, b.handle(t,
		request("one", pointARN("snapshot", 1), "RDS", final), request("again", pointARN("snapshot", 1), "RDS", final),
		request("other", pointARN("snapshot", 2), "RDS", final)))
	assert.Equal(t, 2, b.backup.Calls()["Start"])
	verdicts := map[hop.Verdict]int{}
	for _, out := range b.diary.outcomes {
		verdicts[out.Decision.Verdict]++
	}
	assert.Equal(t, map[hop.Verdict]int{hop.Start: 2, hop.Skip: 1}, verdicts)
}
