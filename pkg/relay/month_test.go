package relay_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// month is a state machine of deciding, tracking and reconciling together: an AWS
// Backup, whose events come late, doubled or not at all, the queues between, and the
// three functions, which may crash at any call.
type month struct {
	backup           *backuptest.Memory
	copies, outcomes *post
	starter          *relay.Starter
	tracker          *relay.Tracker
	reconciler       *relay.Reconciler
	diary            *diary

	points   []string
	events   []hop.CopyJobEvent   // that AWS has not delivered yet
	sweeps   []relay.Sweep        // parts of full runs that are yet to be made
	weak     []relay.WeakCopy     // of the last full run
	deleted  map[string]time.Time // by hand, by the point and the vault of the copy
	paused   bool
	lossless bool     // AWS loses no event
	faults   []string // rules that were broken, as far as a call shows it
	// hurry calls in a bubble of time, where to wait costs none.
	hurry func(func(context.Context))
}

var finals = []hop.Vault{final, second}

var keyOf = map[hop.Vault]string{final: finalKey, second: secondKey}

func newMonth(hurry func(func(context.Context))) *month {
	serial := 0
	n := &month{hurry: hurry, deleted: map[string]time.Time{}, backup: backuptest.NewMemory(now), diary: &diary{outcomes: map[string]relay.Outcome{}}}
	n.backup.ReadsLag(lag.Usual())
	n.copies, n.outcomes = newPost(n.backup.Now, &serial), newPost(n.backup.Now, &serial)
	for vault, key := range keyOf {
		n.backup.SetKey(vault, key)
	}
	routes := hop.Routes{{
		Name: "databases", Source: intermediate, Types: []string{"RDS"}, Role: "arn:aws:iam::222222222222:role/twohop-copy",
		Destinations: []hop.Destination{{Vault: final, DeleteAfterDays: 35}, {Vault: second, DeleteAfterDays: 21}},
	}}
	retry := hop.Retry{Attempts: 3, First: 5 * time.Minute, Longest: 2 * time.Hour}
	n.starter = &relay.Starter{
		Routes: routes, Pools: []hop.Pool{{Types: []string{"RDS"}, Size: 3, Headroom: 1}}, Retry: retry, MaxReceives: maxReceives,
		Points: n.backup, Jobs: n.backup, Copies: n.backup, Queue: n.copies, DeadLetters: n.copies.dead, Advice: diagnose.Advice, Observer: n.diary, Clock: n.backup.Now,
	}
	n.tracker = &relay.Tracker{
		Routes: routes, Retry: retry, Keep: keepDays, MaxReceives: maxReceives,
		Points: n.backup, Jobs: n.backup, Vaults: n.backup, Retention: n,
		Queue: n.outcomes, Copies: n.copies, Rejected: n.copies.dead, Unreadable: n.outcomes.dead, Advice: diagnose.Advice, Observer: n.diary,
	}
	n.reconciler = &relay.Reconciler{
		Routes: routes, Retry: retry, Keep: keepDays, Every: 15 * time.Minute, Recent: 72 * time.Hour,
		Inventory: n.backup, Jobs: n.backup, Vaults: n.backup, Copies: n.copies, Outcomes: n.outcomes, Letters: n.copies.dead, Later: n,
		Digests: n, Supervisor: n, Advice: diagnose.Advice,
	}
	return n
}

// keepDays is how long a point with verified copies is kept.
const keepDays = 2

// Keep implements relay.Retention, and notes where the rules forbid it.
func (n *month) Keep(ctx context.Context, vault hop.Vault, point string, days int64) error {
	before, _ := n.backup.Held(vault, point)
	if err := n.backup.Keep(ctx, vault, point, days); err != nil {
		return err
	}
	after, _ := n.backup.Held(vault, point)
	for _, to := range finals {
		if !n.right(point, to) && !n.shownStill(point, to) {
			n.faults = append(n.faults, fmt.Sprintf("the retention of %s is shortened without a right copy in %s", point, to.Name))
		}
	}
	if after.DeleteAt.After(before.DeleteAt) || after.DeleteAt.Before(n.backup.Now().Add(24*time.Hour)) {
		n.faults = append(n.faults, fmt.Sprintf("%s is kept until %s instead of %s", point, after.DeleteAt, before.DeleteAt))
	}
	return nil
}

// Continue implements relay.Later.
func (n *month) Continue(_ context.Context, s relay.Sweep) error {
	if err := n.copies.admit(); err != nil {
		return err
	}
	n.sweeps = append(n.sweeps, s)
	return nil
}

// Publish implements relay.Digests.
func (n *month) Publish(context.Context, string, string) error { return nil }

// Ran implements relay.Supervisor.
func (n *month) Ran(report relay.Report) error {
	if report.Run == relay.FullRun && !report.Unfinished {
		n.weak = report.Weak
	}
	return nil
}

// reported tells whether a vault holds a copy of the point that is not under its key, and
// the last full run reports it. Without a reconciler there is no report.
func (n *month) reported(point string, to hop.Vault) bool {
	return slices.ContainsFunc(n.copiesOf(point, to), func(p hop.RecoveryPoint) bool {
		return n.lossless || slices.ContainsFunc(n.weak, func(w relay.WeakCopy) bool { return w.Copy == p.ARN })
	})
}

// copiesOf are the copies of a point that a vault holds.
func (n *month) copiesOf(point string, to hop.Vault) (held []hop.RecoveryPoint) {
	for _, job := range n.backup.Jobs() {
		if job.Source == point && job.Destination == to && job.State == hop.Completed {
			if copied, ok := n.backup.Held(to, job.Copy); ok {
				held = append(held, copied)
			}
		}
	}
	return held
}

// right tells whether a vault holds a copy of the point that is what was asked for.
func (n *month) right(point string, to hop.Vault) bool {
	for _, copied := range n.copiesOf(point, to) {
		if copied.KeyARN == keyOf[to] {
			return true
		}
	}
	return false
}

// shownStill reports whether a copy was deleted so lately that AWS Backup may still show it.
func (n *month) shownStill(point string, to hop.Vault) bool {
	at, deleted := n.deleted[point+" "+to.ARN]
	return deleted && n.backup.Now().Before(at.Add(lag.Usual().Deletions.Most))
}

// inFlight are the jobs that have not ended, in the order of their points.
func (n *month) inFlight() []hop.CopyJob {
	jobs := slices.DeleteFunc(n.backup.Jobs(), func(j hop.CopyJob) bool { return !j.State.InFlight() })
	slices.SortStableFunc(jobs, func(a, b hop.CopyJob) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Destination.ARN, b.Destination.ARN))
	})
	return jobs
}

// arrive completes a first hop.
func (n *month) arrive() {
	arn := pointARN("snapshot", len(n.points))
	n.points = append(n.points, arn)
	created := n.backup.Now().Add(-2 * time.Hour)
	n.backup.AddPoint(intermediate, hop.RecoveryPoint{
		ARN: arn, ResourceARN: fmt.Sprintf("arn:aws:rds:eu-central-1:111111111111:db:orders-%d", len(n.points)), ResourceType: "RDS",
		Status: hop.PointCompleted, Created: created, Completed: n.backup.Now(), DeleteAt: created.AddDate(0, 0, 7), SourceVault: local,
	})
	n.events = append(n.events, hop.CopyJobEvent{State: hop.Completed, SourceVault: local, Destination: intermediate, Copy: arn, ResourceType: "RDS"})
}

// tell has AWS send an event about a job as it is.
func (n *month) tell(id string) {
	for _, job := range n.backup.Jobs() {
		if job.ID == id {
			n.events = append(n.events, hop.CopyJobEvent{
				State: job.State, JobID: id, Source: job.Source, SourceVault: intermediate, Destination: job.Destination, Copy: job.Copy,
				ResourceARN: job.ResourceARN, ResourceType: job.ResourceType, Message: job.Message, Class: job.Class,
			})
		}
	}
}

// end ends a job as AWS does: not at once, and a copy whose source is gone fails,
// whatever else would have become of it.
func (n *month) end(t *rapid.T, job hop.CopyJob, state hop.State, message string) {
	n.backup.Advance(10 * time.Second)
	if _, ok := n.backup.Held(intermediate, job.Source); !ok {
		state, message = hop.Failed, "Copy job failed. The source recovery point does not exist any more."
	}
	if err := n.backup.End(job.ID, state, message); err != nil {
		t.Fatal(err)
	}
	n.tell(job.ID)
}

// pass has time pass, and what expires go. An AWS that loses nothing does not lag for long.
func (n *month) pass(d time.Duration) {
	if n.lossless {
		n.backup.Lag(false)
		n.backup.Freeze(false)
	}
	n.backup.Advance(d)
	gone := func(vault hop.Vault, arn string) {
		if p, ok := n.backup.Held(vault, arn); ok && !p.DeleteAt.IsZero() && p.DeleteAt.Before(n.backup.Now()) {
			n.backup.DeletePoint(vault, arn)
		}
	}
	for _, point := range n.points {
		gone(intermediate, point)
	}
	for _, job := range n.backup.Jobs() {
		gone(job.Destination, job.Copy)
	}
}
