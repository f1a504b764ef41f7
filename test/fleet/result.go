package fleet

import (
	"maps"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/bound"
)

// Result is what came of a night.
type Result struct {
	Points  int
	Lost    int // without a copy in the final vault
	Doubled int // with more than one
	Retried int // copies that were made after a failure
	// Verified are the copies that the outcometracker found right.
	Verified int
	Rejected int // messages in the dead-letter queues
	// MostInADay is the most copies that were started within 24 hours.
	MostInADay int
	Pools      []PoolResult

	Starting, Tracking, Reconciling map[string]int // calls by what they are
	Reasons                         map[hop.Reason]int
	Copies, Outcomes                QueueResult
	Batches                         int // invocations of the copystarter
	Runs                            int // recent runs
	Heap                            uint64
	Wall                            time.Duration // real time that the model took
}

// PoolResult is what came of one quota.
type PoolResult struct {
	Types  []string
	Size   int
	Slots  int // without the headroom
	Points int
	Most   int // copies that ran at once
	// InFlight is the most copies that were CREATED or RUNNING at once.
	InFlight int
	// From when the first point was known: before Bound no order of the copies ends; the
	// last point's copy was begun at Begun, and the last copy ended at Took.
	Bound, Begun, Took time.Duration
	// Idle is the share of the slots' time that was free while points waited.
	Idle float64
}

// Ratio is how much longer it took than the bound.
func (p PoolResult) Ratio() float64 { return float64(p.Took) / float64(p.Bound) }

// QueueResult is what a queue had to do.
type QueueResult struct {
	Messages int           // sent
	Requests int           // of SQS: sends, receives, deletes
	Most     int           // messages at once
	Longest  time.Duration // from a message's sending to its first receive
}

func (q *queue) result() QueueResult { return QueueResult{q.sent, q.asked, q.most, q.longest} }

func (f *fleet) result() Result {
	r := Result{
		Points: f.config.Points, Verified: f.tracked.reasons[hop.ReasonVerified],
		Rejected: f.rejected.count() + f.unreadable.count(), Runs: f.runs, Heap: f.heap,
		Starting: f.starting.calls, Tracking: f.tracking.calls, Reconciling: f.reconciling.calls,
		Reasons: maps.Clone(f.started.reasons), Copies: f.copies.result(), Outcomes: f.outcomes.result(),
	}
	made, jobs := map[string]int{}, f.account.Jobs()
	for _, job := range jobs {
		if job.State == hop.Completed {
			made[job.Source]++
		} else {
			r.Retried++
		}
	}
	for _, p := range f.night {
		switch n := made[p.ARN]; {
		case n == 0:
			r.Lost++
		case n > 1:
			r.Doubled++
		}
	}
	r.MostInADay = mostWithin(24*time.Hour, jobs)
	for _, p := range f.account.pools {
		result := f.pool(p)
		result.InFlight = inFlight(p, jobs)
		r.Pools = append(r.Pools, result)
	}
	return r
}

// mostWithin is the most copies that were started within a time.
func mostWithin(d time.Duration, jobs []hop.CopyJob) int {
	var spans []bound.Span
	for _, job := range jobs {
		spans = append(spans, bound.Span{From: job.Created, To: job.Created.Add(d)})
	}
	most, _ := bound.AtOnce(spans)
	return most
}

func inFlight(p *pool, jobs []hop.CopyJob) int {
	var spans []bound.Span
	for _, job := range jobs {
		if slices.Contains(p.Types, job.ResourceType) {
			spans = append(spans, bound.Span{From: job.Created, To: job.Completed})
		}
	}
	most, _ := bound.AtOnce(spans)
	return most
}

func (f *fleet) pool(p *pool) PoolResult {
	var jobs []bound.Job
	first := f.clock.time()
	for _, point := range f.night {
		if slices.Contains(p.Types, point.ResourceType) {
			known := point.known()
			jobs = append(jobs, bound.Job{Release: known, Duration: point.duration, Resource: point.ResourceARN})
			if known.Before(first) {
				first = known
			}
		}
	}
	took := p.ended.Sub(first)
	return PoolResult{Types: p.Types, Size: p.Size, Slots: p.slots(), Points: len(jobs), Most: p.most,
		Bound: bound.Makespan(jobs, p.slots()).Sub(first), Begun: p.begun.Sub(first), Took: took,
		Idle: float64(p.idle) / float64(p.slots()) / float64(took)}
}

// known is when a point can be known of: its event is there, or the next recent run
// begins.
func (p *point) known() time.Time {
	run := p.Completed.Truncate(every)
	if run.Before(p.Completed) {
		run = run.Add(every)
	}
	if len(p.events) > 0 && p.events[0].Before(run) {
		return p.events[0]
	}
	return run
}
