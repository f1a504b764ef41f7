// Package bound says how early the copies of a pool can possibly all have ended,
// whoever starts them. What ends later than that has left slots empty. It also counts how
// many copies there were at once.
package bound

import (
	"slices"
	"time"
)

// Job is a copy that has to be made.
type Job struct {
	// Release is the earliest time at which it can be started.
	Release  time.Time
	Duration time.Duration
	// Resource is what it is a copy of: those of one resource run one after another.
	// A job without one waits for no other.
	Resource string
}

// Makespan is a time before which no order of the jobs has all of them ended, with
// slots of them at once (at least one, or it panics). It is the latest of these, for
// each time of release t: the work released from t on, shared by all slots, and that
// of one resource, by one. No jobs have ended at the zero time. Durations add up to
// less than 292 years, which is 500,000 copies of five hours.
func Makespan(jobs []Job, slots int) time.Time {
	if slots < 1 {
		panic("bound: no slots")
	}
	var end time.Time
	var work time.Duration
	chains := map[string]time.Duration{}
	for _, job := range latestFirst(jobs) {
		work += job.Duration
		chain := job.Duration
		if job.Resource != "" {
			chains[job.Resource] += job.Duration
			chain = chains[job.Resource]
		}
		least := max(work/time.Duration(slots), chain)
		if t := job.Release.Add(least); t.After(end) {
			end = t
		}
	}
	return end
}

func latestFirst(jobs []Job) []Job {
	sorted := slices.Clone(jobs)
	slices.SortFunc(sorted, func(a, b Job) int { return b.Release.Compare(a.Release) })
	return sorted
}
