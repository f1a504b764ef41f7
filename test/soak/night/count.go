package night

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// fate is what became of one recovery point of the intermediate vault.
type fate struct {
	point    backup.RecoveryPoint
	night    int
	mustFail bool
	jobs     []backup.CopyJob // second hops, the oldest first
	copies   int              // in the final vault
	letters  []letter         // in the dead-letter queue
}

// count makes the nights' result.
func (n *nights) count() (Result, error) {
	result := Result{Calls: int(n.faults.calls.Load()), Runs: int(n.faults.runs.Load())}
	letters, err := n.letters()
	if err != nil {
		return result, err
	}
	fates := n.fates(letters)
	for _, f := range fates {
		result.settle(f)
	}
	n.strangers(letters, fates, &result)
	n.firstHops(letters, &result)
	n.alarms(fates, &result)
	n.span(fates, &result)
	result.fly(n.World.Backup.CopyJobs(stage.Backup, stage.Primary))
	return result, nil
}

func (r *Result) fault(format string, args ...any) {
	r.Faults = append(r.Faults, fmt.Sprintf(format, args...))
}

// fates gathers what is known of each point.
func (n *nights) fates(letters []letter) []fate {
	jobs := map[string][]backup.CopyJob{}
	copied := map[string]int{} // by job's copy
	for _, point := range n.World.Backup.RecoveryPoints(n.Final.ARN) {
		copied[point.RecoveryPointArn]++
	}
	for _, job := range n.World.Backup.CopyJobs(stage.Backup, stage.Primary) {
		jobs[job.SourceRecoveryPointArn] = append(jobs[job.SourceRecoveryPointArn], job)
	}
	rejected := map[string][]letter{}
	for _, l := range letters {
		rejected[l.point] = append(rejected[l.point], l)
	}
	var fates []fate
	for _, point := range n.World.Backup.RecoveryPoints(n.Intermediate.ARN) {
		f := fate{point: point, night: night(point.CreationDate.Time), jobs: jobs[point.RecoveryPointArn], letters: rejected[point.RecoveryPointArn]}
		f.mustFail = n.failsForGood(point.ResourceArn, f.night)
		slices.SortStableFunc(f.jobs, func(a, b backup.CopyJob) int {
			return cmp.Or(a.CreationDate.Compare(b.CreationDate.Time), cmp.Compare(a.Number, b.Number))
		})
		for _, job := range f.jobs {
			f.copies += copied[job.DestinationRecoveryPointArn]
		}
		fates = append(fates, f)
	}
	return fates
}

// settle counts one fate. A point with more letters than one is one that a person has
// to see to, all the same.
func (r *Result) settle(f fate) {
	r.Points++
	name := f.point.ResourceArn + " of night " + fmt.Sprint(f.night+1)
	switch {
	case f.copies > 1, overlap(f.jobs):
		r.Doubled++
		r.fault("doubled: %s has %d copies by %d jobs", name, f.copies, len(f.jobs))
	case f.mustFail && len(f.letters) > 0 && !slices.ContainsFunc(f.letters, func(l letter) bool { return l.silent }):
		r.RightlyRejected++
	case len(f.letters) > 0:
		r.WronglyRejected++
		r.fault("wrongly rejected: %s: %s", name, f.letters[0].reason)
	case f.copies == 0:
		r.Lost++
		r.fault("lost: %s has no copy and no letter; %d jobs", name, len(f.jobs))
	}
	if len(f.jobs) > 0 {
		r.LongestWait = max(r.LongestWait, f.jobs[0].CreationDate.Sub(f.arrived()))
	}
}

func (f fate) arrived() time.Time { return f.point.CompletionDate.Time }

// overlap tells whether two jobs of one point were under way at once.
func overlap(jobs []backup.CopyJob) bool {
	for i := 1; i < len(jobs); i++ {
		if before := jobs[i-1].CompletionDate; before.IsZero() || jobs[i].CreationDate.Before(before.Time) {
			return true
		}
	}
	return false
}

// strangers are letters that no point of the nights explains, and whatever lies in the
// other dead-letter queues.
func (n *nights) strangers(letters []letter, fates []fate, result *Result) {
	known := map[string]bool{}
	for _, f := range fates {
		known[f.point.RecoveryPointArn] = true
	}
	for _, l := range letters {
		if !known[l.point] && (l.silent || l.hop != 1 || !n.closed[l.resource]) {
			result.WronglyRejected++
			result.fault("wrongly rejected: %s: %s", l.reason, l.body)
		}
	}
	for _, queue := range []string{"outcomes-dlq", "reconciler-dlq", "events-dlq", "schedules-dlq", "prerequisites-dlq"} {
		for _, m := range n.World.SQS.Peek(n.Queue(queue).ARN) {
			result.WronglyRejected++
			result.fault("in %s: %s", queue, m.Body)
		}
	}
}

// firstHops counts the first hops that failed: each of their databases must be in the
// dead-letter queue, or be told of as one whose newest copy is too old.
func (n *nights) firstHops(letters []letter, result *Result) {
	told := map[string]bool{}
	for _, l := range letters {
		if l.hop == 1 {
			told[l.resource] = true
		}
	}
	failed := map[string]bool{}
	for _, job := range n.World.Backup.CopyJobs(stage.Member, stage.Primary) {
		if job.State == string(hop.Failed) {
			result.FirstHops++
			failed[job.ResourceArn] = true
		}
	}
	for resource := range failed {
		if !told[resource] && !n.faults.late(resource) {
			result.Untold++
			result.fault("untold: first hops of %s failed, and neither a letter nor an alarm tells", resource)
		}
	}
}
