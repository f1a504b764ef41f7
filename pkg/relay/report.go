package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Report is what a run found and did.
type Report struct {
	Run          string                     // recent or full
	Now          time.Time                  // of the schedule
	Points       int                        // looked at
	Standings    map[hop.Standing]int       // of copies
	Oldest       map[string]time.Duration   // of points with a copy that is due, by resource type
	Newest       map[string]time.Duration   // age of the newest copy of the resource whose is oldest, by type
	Unrouted     int                        // points of types that no route takes
	Late         int                        // resources beyond their type's objective
	Expired      int                        // recovery points that AWS Backup could not delete, in all parts. Full runs only
	Waiting      int                        // messages in the queue `copies`
	OldestLetter time.Duration              // age of the oldest message in the dead-letter queue of `copies`; 0: none. Recent runs only
	Asked        int                        // copies asked for
	Looked       int                        // outcomes asked for
	Unfinished   bool                       // a full run goes on in another invocation
	Rest         Sweep                      // with this; zero where it is finished
	Findings     map[hop.Standing][]Finding // for people
	Weak         []WeakCopy                 // not under their vault's key, one of each resource in a vault; full runs only

	// Unread is what the run could not read. What is counted there is unknown, not zero.
	Unread []Reading
	// Err is everything that the run, or a part of it before this one, could not read or
	// send; nil where it could do all. A run with an error has failed.
	Err error
}

// Reading is something that a run reads.
type Reading string

// What a run reads besides the copy jobs, without which it does nothing.
const (
	SourceVaults       Reading = "source vaults"        // then Points, Standings, Oldest and Unrouted are unknown
	FinalVaults        Reading = "final vaults"         // then Newest and Late, or Expired, are unknown
	WaitingMessages    Reading = "waiting messages"     // then Waiting is unknown
	DeadLetterMessages Reading = "dead-letter messages" // then OldestLetter is unknown
)

// Read reports whether the run could read something.
func (report Report) Read(what Reading) bool { return !slices.Contains(report.Unread, what) }

// read notes whether something could be read; what fails again fails once.
func (report *Report) read(what Reading, err error) {
	if err != nil && report.Read(what) {
		report.Unread = append(report.Unread, what)
		report.failed(err)
	}
}

// failed notes an error that the run ends with.
func (report *Report) failed(err error) { report.Err = errors.Join(report.Err, err) }

// Finding is something that a person should know.
type Finding struct {
	Point       string // or the resource that is late
	Destination hop.Vault
	Since       time.Time
	Detail      string
	Advice      string
}

func (r *Reconciler) report(run string, now time.Time) Report {
	return Report{Run: run, Now: now, Standings: map[hop.Standing]int{}, Oldest: hop.Survey{}.Oldest(r.Routes, now),
		Newest: map[string]time.Duration{}, Findings: map[hop.Standing][]Finding{}}
}

// add counts what a survey found.
func (report *Report) add(points int, s hop.Survey, routes hop.Routes, advice func(hop.FailedJob) string) {
	report.Points += points
	report.Unrouted += len(s.Unrouted)
	for _, leg := range s.Legs {
		report.Standings[leg.Standing]++
		report.find(leg, advice)
	}
	for resourceType, age := range s.Oldest(routes, report.Now) {
		report.Oldest[resourceType] = max(report.Oldest[resourceType], age)
	}
}

// find notes a leg that a person should know of.
func (report *Report) find(leg hop.Leg, advice func(hop.FailedJob) string) {
	f := Finding{Point: leg.Point.ARN, Destination: leg.Request.Destination, Since: leg.Since()}
	switch leg.Standing {
	case hop.Rejected:
		f.Detail, f.Advice = leg.Failure.Detail, advice(leg.Failed(hop.SecondHop))
	case hop.Stuck:
		f.Detail = fmt.Sprintf("copy job %s is %s since %s", leg.Job.ID, leg.Job.State, leg.Job.Created.Format(time.RFC3339))
		f.Advice = "AWS Backup cannot stop a copy job; open a case with AWS Support if it does not end within a day"
	case hop.Vanished:
		f.Detail = fmt.Sprintf("copy job %s made %s, which is no longer in the vault", leg.Job.ID, leg.Job.Copy)
		f.Advice = "none: it is copied again; to delete a backup for good delete its recovery point in the intermediate vault first"
	case hop.Untold:
		f.Detail = fmt.Sprintf("no copy of %s made at %s is in the vault, and AWS Backup lists no copy jobs of its age", leg.Point.ResourceARN, leg.Point.Created.Format(time.RFC3339))
		f.Advice = "look whether the vault has its copy under another creation time; if not, start one with aws backup start-copy-job"
	case hop.Absent, hop.Flying, hop.Copied, hop.Failing:
		return
	}
	report.Findings[leg.Standing] = append(report.Findings[leg.Standing], f)
}

// Late is how findings of resources are filed whose newest copy is too old.
const Late hop.Standing = "late"

// late looks for resources whose newest final copy is older than it may be: a plan
// that never fired, and a first hop that failed, leave no other trace here.
func (r *Reconciler) late(ctx context.Context, report *Report) error {
	for _, vault := range r.finals() {
		resources, err := r.Inventory.Resources(ctx, vault)
		if err != nil {
			return err
		}
		late, gone := hop.Late(resources, r.Objectives, Retired, report.Now)
		report.Late += len(late)
		for _, resource := range late {
			report.Findings[Late] = append(report.Findings[Late], Finding{
				Point: resource.ARN, Destination: vault, Since: resource.Newest.Add(r.Objectives[resource.Type]),
				Detail: fmt.Sprintf("the newest copy of %s is of %s, its objective is %s", resource.ARN, resource.Newest.Format(time.RFC3339), r.Objectives[resource.Type]),
				Advice: "look at the member's backup jobs and first hops of the last night; if the resource is gone, nothing is to be done",
			})
		}
		skip := map[string]bool{}
		for _, resource := range gone {
			skip[resource.ARN] = true
		}
		for _, resource := range resources {
			if age := report.Now.Sub(resource.Newest); !skip[resource.ARN] && age > report.Newest[resource.Type] {
				report.Newest[resource.Type] = age
			}
		}
	}
	return nil
}
