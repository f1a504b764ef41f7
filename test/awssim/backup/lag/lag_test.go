package lag_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/lag"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

func config() lag.Config {
	return lag.Config{
		Seed: 1, Jobs: lag.Delay{Usual: 2 * time.Second, Most: time.Minute, Tail: 0.05},
		Copies:    lag.Delay{Usual: 30 * time.Second, Most: 5 * time.Minute, Tail: 0.05},
		Deletions: lag.Delay{Usual: 30 * time.Second, Most: 5 * time.Minute, Tail: 0.05},
	}
}

func TestNothingLagsByDefault(t *testing.T) {
	var c lag.Config
	assert.Equal(t, 0, c.Step(start, "job", 0, start))
	assert.Equal(t, 1, c.Step(start, "job", 0, start, start))
	assert.False(t, c.HidesCopy(start, "point", start))
	assert.False(t, c.ShowsDeleted(start, "point", start))
	assert.Zero(t, c.Longest())
	c.Stale = 1
	assert.Equal(t, 1, c.Step(start, "job", 0, start, start), "what is shown at once has no older step to show")
}

// shownAfter is how long a change stays hidden, in steps of half a second.
func shownAfter(shown func(now time.Time) bool) time.Duration {
	after := time.Duration(0)
	for !shown(start.Add(after)) {
		after += time.Second / 2
	}
	return after
}

func TestDelaysAreAsTheirDistributionSays(t *testing.T) {
	c := config()
	for name, test := range map[string]struct {
		of    lag.Delay
		shown func(thing string, now time.Time) bool
	}{
		"a new job":        {c.Jobs, func(job string, now time.Time) bool { return c.Step(now, job, 0, start) == 0 }},
		"a copy":           {c.Copies, func(point string, now time.Time) bool { return !c.HidesCopy(now, point, start) }},
		"a deleted point":  {c.Deletions, func(point string, now time.Time) bool { return !c.ShowsDeleted(now, point, start) }},
		"the end of a job": {c.Jobs, func(job string, now time.Time) bool { return c.Step(now, job, 0, start.Add(-time.Hour), start) == 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			const things = 2000
			tail := 0
			for i := range things {
				d := shownAfter(func(now time.Time) bool { return test.shown(fmt.Sprint(i), now) })
				require.LessOrEqual(t, d, test.of.Most)
				if d > test.of.Usual {
					tail++
				}
			}
			assert.InDelta(t, test.of.Tail, float64(tail)/things, 0.02)
		})
	}
}

func TestAJobNeverGoesBackUnlessReadsAreStale(t *testing.T) {
	c := config()
	taken := []time.Time{start, start.Add(20 * time.Second), start.Add(40 * time.Second)}
	backwards := func() (count int) {
		for i := range 300 {
			seen := -1
			for at := time.Duration(0); at < 3*time.Minute; at += time.Second {
				now, step := start.Add(at), 0
				for step < 2 && !now.Before(taken[step+1]) {
					step++
				}
				shown := c.Step(now, fmt.Sprint(i), uint64(at), taken[:step+1]...)
				if shown < seen {
					count++
				}
				seen = max(seen, shown)
				if at > 40*time.Second+c.Jobs.Most {
					require.Equal(t, 2, shown, "nothing is older than the bound")
				}
			}
		}
		return count
	}
	assert.Zero(t, backwards())
	c.Stale = 0.1
	assert.Positive(t, backwards())
}

func TestCheckNamesEveryFault(t *testing.T) {
	require.NoError(t, config().Check())
	require.NoError(t, lag.Config{}.Check())
	err := lag.Config{Stale: 2, Jobs: lag.Delay{Usual: time.Minute, Most: time.Second, Tail: -1}}.Check()
	require.ErrorContains(t, err, "stale reads: a share of 2")
	require.ErrorContains(t, err, "tail of the lag of jobs: a share of -1")
	require.ErrorContains(t, err, "lag of jobs: usually up to 1m0s and at the most 1s")
}
