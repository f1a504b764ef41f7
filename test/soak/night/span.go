package night

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/bound"
)

// pools are those of the estate: the slots that twohop uses, headroom left out.
var pools = []struct {
	types []string
	slots int
}{{[]string{"RDS"}, 18}, {[]string{"Aurora", "DocumentDB", "Neptune"}, 4}}

// span measures each pool's nights, from the moment that the first copy was known to
// be due until the last one was made, and keeps the worst.
func (n *nights) span(fates []fate, result *Result) {
	for _, pool := range pools {
		for at := range n.Nights {
			var jobs []bound.Job
			var first, last time.Time
			for _, f := range fates {
				if f.night != at || !slices.Contains(pool.types, f.point.ResourceType) || len(f.jobs) == 0 {
					continue
				}
				for _, attempt := range n.attempts(f) {
					if first.IsZero() || attempt.Release.Before(first) {
						first = attempt.Release
					}
					jobs = append(jobs, attempt)
				}
				for _, job := range f.jobs {
					last = later(last, n.ended(job))
				}
			}
			if len(jobs) == 0 {
				continue
			}
			makespan, least := last.Sub(first), bound.Makespan(jobs, pool.slots).Sub(first)
			if result.Bound == 0 || float64(makespan)/float64(least) > result.Ratio() {
				result.Makespan, result.Bound, result.Worst = makespan, least, fmt.Sprintf("%s, night %d", strings.Join(pool.types, "+"), at+1)
			}
		}
	}
}

// pauses are those after the first failure of a copy, and after the second.
var pauses = []time.Duration{5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute}

// attempts are the jobs that a point takes. The first can begin once the point is known
// of, a further one once the failure before it is, and its pause over.
func (n *nights) attempts(f fate) []bound.Job {
	var all []bound.Job
	release := n.known.since(f.point.RecoveryPointArn, f.arrived())
	for i, job := range f.jobs {
		all = append(all, bound.Job{Release: release, Resource: f.point.ResourceArn, Duration: n.ended(job).Sub(job.CreationDate.Time)})
		release = n.known.again(job, pauses[min(i, len(pauses)-1)])
	}
	return all
}

// ended is when a job has ended; now, where it has not.
func (n *nights) ended(job backup.CopyJob) time.Time {
	if job.CompletionDate.IsZero() {
		return n.World.Clock.Now()
	}
	return job.CompletionDate.Time
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
