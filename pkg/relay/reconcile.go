package relay

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Reconciler finds what no event told: it compares the recovery points of the source
// vaults with the copy jobs and with the final vaults, asks the queue `copies` for
// what is missing and the queue `outcomes` for what nobody has verified, and says how
// old the oldest of it is.
//
// It keeps no record of what it has asked for. A recent run asks for what has come
// about since the run before it, but for what its event may yet tell of, and for
// everything else if the queue `copies` is empty: then no message can be about it. What a
// person has before him in the dead-letter queue is not asked for again.
type Reconciler struct {
	Routes     hop.Routes
	Retry      hop.Retry
	Keep       int                      // as the Tracker's
	Every      time.Duration            // a recent run begins so often
	Recent     time.Duration            // a recent run looks at the points of so long
	Objectives map[string]time.Duration // how old the newest final copy may be, by resource type

	Inventory  Inventory
	Jobs       AllJobs
	Vaults     Vaults
	Copies     Queue    // the queue `copies`
	Outcomes   Requests // the queue `outcomes`
	Letters    Letters  // the dead-letter queue of `copies`
	Later      Later
	Digests    Digests
	Advice     func(hop.FailedJob) string
	Supervisor Supervisor
}

// AllJobs lists copy jobs in both ways that reconciling needs.
type AllJobs interface {
	JobsOfPoints
	Into
	// Since lists the jobs created after t, whatever their state.
	Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error)
}

// Inventory lists what is in vaults. *hop.Failure when AWS refuses.
type Inventory interface {
	// Made calls visit with the recovery points of a vault that were made from after
	// until before, page by page.
	Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error
	// Older reports whether the vault has points that were made before t.
	Older(ctx context.Context, vault hop.Vault, t time.Time) (bool, error)
	// Resources lists what the vault has copies of.
	Resources(ctx context.Context, vault hop.Vault) ([]hop.Resource, error)
}

// Letters reads a dead-letter queue without taking anything from it.
type Letters interface {
	Read(ctx context.Context) (Rejected, error)
}

// Rejected is what a dead-letter queue holds.
type Rejected struct {
	Requests []hop.Request // the copies that messages there ask for
	Oldest   time.Time     // when the oldest message was sent; zero: there is none
	Whole    bool          // all of it was read
}

// Later has a sweep go on in an invocation of its own.
type Later interface {
	Continue(ctx context.Context, s Sweep) error
}

// Digests tell people, in one text for each run.
type Digests interface {
	Publish(ctx context.Context, subject, text string) error
}

// Supervisor is told of every run.
type Supervisor interface {
	// Ran is told before anything is told to people, and of a run with an error too. A
	// run whose supervisor was not told has failed.
	Ran(Report) error
}

// The two kinds of runs.
const (
	RecentRun = "recent"
	FullRun   = "full"
)

const (
	// margin is by how much lists are asked for more than is meant: clocks differ, and
	// lists may lag.
	margin = 10 * time.Minute
	// overlap is by how much what a run asks for overlaps with the run before, for a
	// schedule is not exact to the minute. What is in both is asked for twice; what slips
	// through is asked for once the queue is empty.
	overlap = 2 * time.Minute
	// delivery is how long something is left to its event, which AWS Backup sends within
	// five minutes or so, and to the function that takes it. Who asks sooner makes a
	// second message of it and, of a failure, a second letter.
	delivery = 10 * time.Minute
)

// Retired is for how long a resource is without a new copy until it is taken for gone.
const Retired = 14 * 24 * time.Hour

// Look makes a recent run for the schedule's time now. What is missing is asked for before
// what is only measured is read, and one reading that fails keeps no other from being made: the
// run then ends with its error. Only without the copy jobs nothing is asked for, since every
// point would look uncopied.
func (r *Reconciler) Look(ctx context.Context, now time.Time) (report Report, err error) {
	report = r.report(RecentRun, now)
	jobs, err := r.Jobs.Since(ctx, now.Add(-r.Recent))
	if err != nil {
		return report, err
	}
	report.Waiting, err = r.Copies.Waiting(ctx)
	report.read(WaitingMessages, err)
	slices.SortFunc(jobs, bySource)
	report.read(FinalVaults, r.confirm(ctx, jobs, now.Add(-r.Recent), now.Add(margin)))
	asking := r.asking(&report, err == nil && report.Waiting == 0)
	for _, source := range r.sources() {
		err := r.visit(ctx, source, now.Add(-r.Recent), now.Add(margin), func(points []hop.RecoveryPoint) {
			survey := hop.Look(source, points, jobsOf(jobs, points), r.Routes, r.Retry, now)
			report.add(len(points), survey, r.Routes, r.Advice)
			for _, leg := range survey.Legs {
				asking.consider(leg)
			}
		})
		report.read(SourceVaults, err)
	}
	report.failed(r.ask(ctx, asking))
	report.read(FinalVaults, r.late(ctx, &report))
	report.OldestLetter, err = asking.oldest(ctx)
	report.read(DeadLetterMessages, err)
	return report, errors.Join(report.Err, r.conclude(ctx, report, now.Add(-r.Every)))
}

// conclude reports a run: to the supervisor everything, to people what is new to them.
func (r *Reconciler) conclude(ctx context.Context, report Report, since time.Time) error {
	return errors.Join(r.Supervisor.Ran(report), r.tell(ctx, report, since))
}

func bySource(a, b hop.CopyJob) int { return strings.Compare(a.Source, b.Source) }

// jobsOf are the jobs of some points, out of all that are sorted by their source. A run
// holds the jobs of days at once, and the points of a page: both would not fit into the
// function's memory where there are a hundred thousand.
func jobsOf(sorted []hop.CopyJob, points []hop.RecoveryPoint) []hop.CopyJob {
	var jobs []hop.CopyJob
	for _, point := range points {
		i, _ := slices.BinarySearchFunc(sorted, hop.CopyJob{Source: point.ARN}, bySource)
		for ; i < len(sorted) && sorted[i].Source == point.ARN; i++ {
			jobs = append(jobs, sorted[i])
		}
	}
	return jobs
}

// sources are the vaults that routes start from.
func (r *Reconciler) sources() []hop.Vault {
	var sources []hop.Vault
	seen := map[string]bool{}
	for _, route := range r.Routes {
		if !seen[route.Source.ARN] {
			seen[route.Source.ARN] = true
			sources = append(sources, route.Source)
		}
	}
	return sources
}

// finals are the vaults that routes lead to.
func (r *Reconciler) finals() []hop.Vault {
	var finals []hop.Vault
	seen := map[string]bool{}
	for _, route := range r.Routes {
		for _, destination := range route.Destinations {
			if !seen[destination.Vault.ARN] {
				seen[destination.Vault.ARN] = true
				finals = append(finals, destination.Vault)
			}
		}
	}
	return finals
}
