package hop

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Tracked is everything that tells what has become of one copy: one recovery point
// to one vault.
type Tracked struct {
	Request Request
	Event   CopyJobEvent // what told of the copy; zero where a request did
	Jobs    []CopyJob    // every listed job of the point to the vault, in any order
	// Copy is the newest copy that is still there, as described in the vault; zero
	// where there is none.
	Copy RecoveryPoint
	// VaultKey is the ARN of the destination vault's own key.
	VaultKey string

	Destination Destination
	Retry       Retry
	FirstSeen   time.Time // when the first message about this outcome was sent
	Now         time.Time // when the message was received
}

// TriageOutcome turns a notice into the copy whose outcome it tells, or into the
// decision that settles it at once (Skip or Reject).
func TriageOutcome(n Notice, routes Routes) (Request, Decision) {
	switch {
	case n.Request != nil && n.Request.Point == "":
		return Request{}, nameless
	case n.Request != nil:
		return *n.Request, leads(*n.Request, routes)
	case n.CopyJob == nil:
		return Request{}, skip(ReasonForeign, "detail-type %q is not one that twohop handles", n.Foreign)
	}
	e := *n.CopyJob
	if routes.From(e.SourceVault.ARN) {
		if e.Source == "" {
			return Request{}, nameless
		}
		r := Request{Point: e.Source, Source: e.SourceVault, Destination: e.Destination, ResourceType: e.ResourceType, Bytes: e.Bytes}
		return r, leads(r, routes)
	}
	if e.State == Completed && routes.From(e.Destination.ARN) {
		return Request{}, skip(ReasonOther, "a first hop that completed is for the queue of copies")
	}
	_, decision := triageCopyJob(e, routes)
	return Request{}, decision
}

// leads is the decision for a copy to a vault that no route has; zero where one has.
func leads(r Request, routes Routes) Decision {
	if routes.Lead(r.Source.ARN, r.Destination.ARN) {
		return Decision{}
	}
	return skip(ReasonOther, "no route leads from %s to %q", r.Source, r.Destination)
}

// Track says what to do about a copy that was started. The list of copy jobs and the
// described copy decide, not the event that told of them.
func Track(c Tracked) Decision {
	if job, ok := c.find(func(j CopyJob) bool { return j.State.InFlight() }); ok {
		if c.Event.JobID == job.ID && !c.Event.State.InFlight() && c.Now.Before(c.FirstSeen.Add(settling)) {
			return wait(ReasonNotYet, time.Time{}, "copy job %s has ended %s, but is still listed as %s", job.ID, c.Event.State, job.State)
		}
		return skip(ReasonInFlight, "copy job %s is %s", job.ID, job.State)
	}
	if c.Copy.ARN != "" {
		return c.verified()
	}
	unlisted := c.Unlisted()
	if unlisted && c.Now.Before(c.FirstSeen.Add(settling)) {
		return wait(ReasonNotYet, time.Time{}, "copy job %s has ended %s but is not listed yet", c.Event.JobID, c.Event.State)
	}
	if job, ok := c.find(func(j CopyJob) bool {
		return j.State == Completed && j.CopyState == CopyUndescribed && c.Now.Before(j.settles(c.FirstSeen))
	}); ok {
		return wait(ReasonNotYet, time.Time{}, "copy job %s is COMPLETED but its copy %s is not described in %s yet",
			job.ID, job.Copy, c.Request.Destination)
	}
	if unlisted {
		return again(ReasonVanished, "copy job %s has ended %s but is not listed", c.Event.JobID, c.Event.State)
	}
	if job, ok := c.find(func(j CopyJob) bool { return j.State == Completed }); ok {
		return again(ReasonVanished, "copy job %s made %s, which is no longer in %s", job.ID, job.Copy, c.Request.Destination)
	}
	if job, ok := c.find(func(j CopyJob) bool { return !j.State.Known() }); ok {
		return again(ReasonStrange, "copy job %s is in the unknown state %q", job.ID, job.State)
	}
	if len(c.Jobs) == 0 {
		if until := c.FirstSeen.Add(settling); c.Now.Before(until) {
			return wait(ReasonNotYet, time.Time{}, "no copy job of %s is listed yet", c.Request.Point)
		}
		return again(ReasonVanished, "no copy job of %s is listed", c.Request.Point)
	}
	failed := Case{Jobs: c.Jobs, Retry: c.Retry, Now: c.Now}
	if decision, ok := settledByFailures(failed); ok && decision.Verdict == Reject {
		return decision
	}
	_, last := failed.failures()
	return again(ReasonRetry, "copy job %s ended %s: %s", last.ID, last.State, last.Message)
}

// Unlisted reports whether the list lacks the job of the event. Until it is listed, the
// point's older jobs say nothing about this one.
func (c Tracked) Unlisted() bool {
	_, listed := c.find(func(j CopyJob) bool { return j.ID == c.Event.JobID })
	return c.Event.JobID != "" && !listed
}

// again is the decision to ask the queue of copies for the copy.
func again(reason Reason, format string, args ...any) Decision {
	return Decision{Verdict: Again, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

func (c Tracked) find(is func(CopyJob) bool) (CopyJob, bool) { return Case{Jobs: c.Jobs}.find(is) }

// early is by how much a copy may expire before the requested time. In published samples
// the time is exact to the millisecond (A59); AWS does not promise it.
const early = time.Hour

// verified compares the copy with what was asked for.
func (c Tracked) verified() Decision {
	switch c.Copy.Status {
	case PointCompleted, PointAvailable:
	case PointCreating:
		return wait(ReasonNotYet, time.Time{}, "the copy %s is still CREATING", c.Copy.ARN)
	default:
		return reject(ReasonWrong, ClassWrong, "the copy %s is %s", c.Copy.ARN, c.Copy.Status)
	}
	var faults []string
	add := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if resource := c.resource(); resource != "" && c.Copy.ResourceARN != resource {
		add("it is of %s, not of %s", c.Copy.ResourceARN, resource)
	}
	if asked := c.Copy.Created.AddDate(0, 0, int(c.Destination.DeleteAfterDays)); !c.Copy.DeleteAt.IsZero() && c.Copy.DeleteAt.Before(asked.Add(-early)) {
		add("it expires at %s, before %s", c.Copy.DeleteAt.Format(time.RFC3339), asked.Format(time.RFC3339))
	}
	weak := c.Copy.Underprotected(c.VaultKey)
	switch {
	case len(faults) > 0 && weak != "":
		faults = append(faults, weak)
		fallthrough
	case len(faults) > 0:
		return reject(ReasonWrong, ClassWrong, "the copy %s is not what was asked for: %s", c.Copy.ARN, strings.Join(faults, "; "))
	case weak != "":
		d := skip(ReasonUnderprotected, "the copy %s is protected less than asked: %s", c.Copy.ARN, weak)
		d.Class = ClassUnderprotected
		return d
	}
	return skip(ReasonVerified, "%s is there and right", c.Copy.ARN)
}

// resource is what the copied point was made from, as the jobs say; "" where they do
// not.
func (c Tracked) resource() string {
	for _, job := range c.Jobs {
		if job.Copy == c.Copy.ARN && job.ResourceARN != "" {
			return job.ResourceARN
		}
	}
	return c.Event.ResourceARN
}

// leastLeft is what a point in the intermediate vault keeps at least when its
// retention is shortened: a copy of it that somebody starts meanwhile has that long to be made.
const leastLeft = 48 * time.Hour

// Shorten is the retention, in days from the point's creation, that a point whose
// copies are all verified needs no longer than; false where it is to be left as it is:
// no days are configured, a job still has the point as its source, or it ends as early
// by itself. It never lengthens, and leaves two days at least.
func Shorten(p RecoveryPoint, from []CopyJob, days int, now time.Time) (int64, bool) {
	if days == 0 || p.Created.IsZero() {
		return 0, false
	}
	for _, job := range from {
		if job.State.InFlight() || !job.State.Known() {
			return 0, false
		}
	}
	ends := p.Created.AddDate(0, 0, days)
	if least := now.Add(leastLeft); ends.Before(least) {
		ends = least
	}
	whole := int64(math.Ceil(ends.Sub(p.Created).Hours() / 24))
	ends = p.Created.Add(time.Duration(whole) * 24 * time.Hour)
	if !p.DeleteAt.IsZero() && !ends.Before(p.DeleteAt) {
		return 0, false
	}
	return whole, true
}
