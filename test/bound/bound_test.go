package bound_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/test/bound"
)

var night = time.Date(2026, 11, 1, 1, 0, 0, 0, time.UTC)

func job(releaseHours, hours int, resource string) bound.Job {
	return bound.Job{Release: night.Add(time.Duration(releaseHours) * time.Hour), Duration: time.Duration(hours) * time.Hour, Resource: resource}
}

func TestMakespan(t *testing.T) {
	for name, c := range map[string]struct {
		jobs  []bound.Job
		slots int
		hours int
	}{
		"one job takes its time":                             {[]bound.Job{job(2, 3, "a")}, 5, 5},
		"slots share the work":                               {[]bound.Job{job(0, 2, "a"), job(0, 2, "b"), job(0, 2, "c"), job(0, 2, "d")}, 2, 4},
		"one slot makes one copy after another":              {[]bound.Job{job(0, 2, "a"), job(0, 3, "b")}, 1, 5},
		"the longest job is not shared":                      {[]bound.Job{job(0, 1, "a"), job(0, 9, "b")}, 10, 9},
		"copies of one resource wait for each other":         {[]bound.Job{job(0, 4, "a"), job(0, 4, "a"), job(0, 1, "b")}, 3, 8},
		"a resource's chain begins when it may":              {[]bound.Job{job(0, 1, "a"), job(6, 4, "a")}, 3, 10},
		"jobs without a resource wait for no other":          {[]bound.Job{job(0, 4, ""), job(0, 4, "")}, 2, 4},
		"what comes late counts from then, whatever is done": {[]bound.Job{job(0, 1, "a"), job(8, 2, "b"), job(8, 2, "c")}, 1, 12},
		"early work still counts when it reaches beyond":     {[]bound.Job{job(0, 20, "a"), job(1, 2, "b")}, 1, 22},
		"the order of the jobs does not matter":              {[]bound.Job{job(8, 2, "c"), job(0, 1, "a"), job(8, 2, "b")}, 1, 12},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, night.Add(time.Duration(c.hours)*time.Hour), bound.Makespan(c.jobs, c.slots))
		})
	}
}

func TestMakespanOfNothing(t *testing.T) {
	assert.Zero(t, bound.Makespan(nil, 1))
	assert.Panics(t, func() { bound.Makespan(nil, 0) })
}

// Whatever order the jobs are taken in, they do not end earlier than the bound.
func TestNoOrderIsFaster(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		jobs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) bound.Job {
			return job(rapid.IntRange(0, 20).Draw(t, "release"), rapid.IntRange(0, 9).Draw(t, "hours"), rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "resource"))
		}), 1, 30).Draw(t, "jobs")
		slots := rapid.IntRange(1, 5).Draw(t, "slots")
		least := bound.Makespan(jobs, slots)
		ended := run(rapid.Permutation(jobs).Draw(t, "order"), slots)
		assert.False(t, ended.Before(least), "ended %s, bound %s", ended, least)
	})
}

// run makes the copies in the order given, each as soon as it may, in the slot that
// is free first.
func run(jobs []bound.Job, slots int) time.Time {
	free, resources := make([]time.Time, slots), map[string]time.Time{}
	latest := func(a, b time.Time) time.Time {
		if a.After(b) {
			return a
		}
		return b
	}
	var end time.Time
	for _, j := range jobs {
		slices.SortFunc(free, time.Time.Compare)
		begin := latest(j.Release, free[0])
		if j.Resource != "" {
			begin = latest(begin, resources[j.Resource])
		}
		free[0] = begin.Add(j.Duration)
		resources[j.Resource] = free[0]
		end = latest(end, free[0])
	}
	return end
}
