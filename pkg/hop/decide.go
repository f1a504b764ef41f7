package hop

import (
	"slices"
	"time"
)

// Case is everything that decides one copy: one recovery point to one vault.
type Case struct {
	Request Request
	Point   RecoveryPoint // as described; unused when Missing
	Missing bool          // the source vault does not have the point
	Jobs    []CopyJob     // every listed job of this point to this vault, in any order
	Routes  Routes
	Retry   Retry

	// Room reports whether a copy of the type may start now (see Slots).
	Room bool
	// Today is how many copies of the point's account began in the last 24
	// hours, Ceiling how many may; a Ceiling of 0 is none.
	Today, Ceiling int

	// Answered is an ended job that AWS Backup answered a start with and no longer lists or
	// describes; zero: none. What became of it is not known: the next token is of it.
	Answered CopyJob

	Waits      Waits     // how often the message has waited
	FirstSeen  time.Time // when the first message about this copy was sent
	RejectedAt time.Time // when it was last rejected: a replay forgives what failed before; zero: never
	Now        time.Time // when the message was received
}

// settling is how long a recovery point that an event or a completed job names may
// stay undescribed before it counts as gone, and a job unlisted.
const settling = 15 * time.Minute

// expiring is how long before its deletion a source is no longer copied: a copy
// takes time, and loses its source on the way.
const expiring = time.Hour

// Decide says what to do about one copy. The list of copy jobs is the state: it
// alone tells whether a copy exists, is on its way, or how often it failed.
func Decide(c Case) Decision {
	for _, step := range []func(Case) (Decision, bool){
		settledByJobs, settledByRoute, settledBySource, settledByExpiry, settledByStrangeJobs, settledByHistory, settledByOthers, settledByFailures, settledByWaiting, settledByCapacity,
	} {
		if decision, ok := step(c); ok {
			return decision
		}
	}
	return start(c)
}

// settledByJobs: a copy that exists or is on its way needs nothing.
func settledByJobs(c Case) (Decision, bool) {
	if job, ok := c.find(func(j CopyJob) bool { return j.State.InFlight() }); ok {
		return skip(ReasonInFlight, "copy job %s is %s", job.ID, job.State), true
	}
	if job, ok := c.find(CopyJob.copied); ok {
		return skip(ReasonCopied, "copy job %s made %s", job.ID, job.Copy), true
	}
	if job, ok := c.find(func(j CopyJob) bool {
		return j.State == Completed && j.CopyState == CopyUndescribed && c.Now.Before(j.settles(c.FirstSeen))
	}); ok {
		return wait(ReasonNotYet, time.Time{}, "copy job %s is COMPLETED but its copy %s is not described in %s yet",
			job.ID, job.Copy, c.Request.Destination), true
	}
	return Decision{}, false
}

// settledByStrangeJobs: a state that nobody knows may be a copy on its way, so
// nothing is started beside it, for as long as the source lasts.
func settledByStrangeJobs(c Case) (Decision, bool) {
	if job, ok := c.find(func(j CopyJob) bool { return !j.State.Known() }); ok {
		return wait(ReasonStrange, time.Time{}, "copy job %s is in the unknown state %q", job.ID, job.State), true
	}
	return Decision{}, false
}

// settledByRoute: routes, not messages, say what goes where.
func settledByRoute(c Case) (Decision, bool) {
	if c.Missing {
		return Decision{}, false // its type is not known
	}
	if c.Point.SourceVault.Account == c.Request.Source.Account {
		return skip(ReasonOwnCopy, "the point came from %s, the backup account's own vault", c.Point.SourceVault), true
	}
	route, ok := c.Routes.For(c.Request.Source.ARN, c.Point.ResourceType)
	if !ok {
		return skip(ReasonUnrouted, "no route takes %s from vault %s", c.Point.ResourceType, c.Request.Source.Name), true
	}
	if _, ok := route.Destination(c.Request.Destination.ARN); !ok {
		return skip(ReasonUnrouted, "route %s does not lead to %q", route.Name, c.Request.Destination), true
	}
	return Decision{}, false
}

// settledBySource: the point must be there, and complete.
func settledBySource(c Case) (Decision, bool) {
	if c.Missing {
		if until := c.FirstSeen.Add(settling); c.Now.Before(until) {
			return wait(ReasonNotYet, time.Time{}, "%s is not described yet", c.Request.Point), true
		}
		return gone(c, "%s is no longer in vault %s", c.Request.Point, c.Request.Source.Name), true
	}
	switch c.Point.Status {
	case PointCompleted, PointAvailable:
		return Decision{}, false
	case PointCreating:
		return wait(ReasonNotYet, time.Time{}, "the recovery point is still CREATING"), true
	case PointDeleting, PointExpired:
		return gone(c, "the recovery point is %s", c.Point.Status), true
	case PointPartial, PointStopped:
		return reject(ReasonUnusable, ClassUnsupported, "a recovery point that is %s cannot be copied", c.Point.Status), true
	default:
		return wait(ReasonStrange, time.Time{}, "the recovery point is in the unknown state %q", c.Point.Status), true
	}
}

// settledByExpiry: what is about to go cannot be copied, and what would be gone
// on arrival need not be.
func settledByExpiry(c Case) (Decision, bool) {
	_, destination := c.destination()
	ends := c.Point.Created.AddDate(0, 0, int(destination.DeleteAfterDays))
	if !c.Point.Created.IsZero() && !ends.After(c.Now.Add(expiring)) {
		return skip(ReasonExpired, "a copy kept for %d days from %s would expire on arrival",
			destination.DeleteAfterDays, c.Point.Created.Format(time.DateOnly)), true
	}
	if c.Point.DeleteAt.IsZero() || c.Point.DeleteAt.After(c.Now.Add(expiring)) {
		return Decision{}, false
	}
	return gone(c, "the recovery point expires at %s", c.Point.DeleteAt.Format(time.RFC3339)), true
}

// gone is the end of a source. If a copy was made once, that copy has had its
// time; if none was, the point is lost to hop 2 and a person must know.
func gone(c Case, format string, args ...any) Decision {
	if _, once := c.find(func(j CopyJob) bool { return j.State == Completed }); once {
		return skip(ReasonExpired, format, args...)
	}
	return reject(ReasonGone, ClassGone, format, args...)
}

// settledByHistory: of a point from before the job list begins nobody knows whether it
// was copied. A person who has looked replays the rejection.
func settledByHistory(c Case) (Decision, bool) {
	if len(c.Jobs) > 0 || !c.RejectedAt.IsZero() || !c.Point.forgotten(c.Now) {
		return Decision{}, false
	}
	return reject(ReasonUntold, ClassUntold, "the recovery point is in the vault since %s, and AWS Backup lists no copy job of it to %s: whether it was copied is not told",
		c.Point.Arrived().Format(time.DateOnly), c.Request.Destination), true
}

// settledByOthers: a message that was there before the copy failed for good is one of
// several about it. The failure's own event tells of it, or the reconciler, and one letter
// is enough.
func settledByOthers(c Case) (Decision, bool) {
	_, last := c.failures()
	decision, ok := settledByFailures(c)
	if !ok || decision.Verdict != Reject || !c.FirstSeen.Before(last.ended()) {
		return Decision{}, false
	}
	return skip(ReasonTold, "copy job %s ended %s after the message was sent, and that is told of by itself: %s",
		last.ID, last.State, last.Message), true
}

// settledByFailures: some failures cannot be mended by repeating, the others get
// a bounded number of attempts.
func settledByFailures(c Case) (Decision, bool) {
	failures, last := c.failures()
	switch {
	case last.ID == "":
		return Decision{}, false
	case c.permanent(last):
		return last.rejected(ReasonPermanent, "copy job %s ended %s: %s", last.ID, last.State, last.Message), true
	case failures >= c.Retry.Attempts:
		return last.rejected(ReasonAttempts, "%d attempts failed; copy job %s ended %s: %s",
			failures, last.ID, last.State, last.Message), true
	}
	if until := last.ended().Add(c.Retry.after(failures)); c.Now.Before(until) {
		return wait(ReasonBackoff, until, "copy job %s ended %s: %s", last.ID, last.State, last.Message), true
	}
	return Decision{}, false
}

// settledByCapacity: over a quota AWS would fail the copy, so it waits here.
func settledByCapacity(c Case) (Decision, bool) {
	if c.Ceiling > 0 && c.Today >= c.Ceiling {
		return wait(ReasonCeiling, time.Time{}, "account %s has had %d copies in 24 hours, its ceiling is %d",
			c.Point.Account(), c.Today, c.Ceiling), true
	}
	if !c.Room {
		return poolFull(c.Point.ResourceType, c.Request.Destination), true
	}
	return Decision{}, false
}

func start(c Case) Decision {
	route, destination := c.destination()
	return Decision{Verdict: Start, Reason: ReasonDue, Order: Order{
		Point:           c.Request.Point,
		Source:          route.Source,
		Destination:     destination.Vault,
		DeleteAfterDays: destination.DeleteAfterDays,
		Role:            route.Role,
		Token:           Token(c.Request.Point, destination.Vault, c.newestEnded()),
	}}
}

// find is the first listed job for which is holds.
func (c Case) find(is func(CopyJob) bool) (CopyJob, bool) {
	if i := slices.IndexFunc(c.Jobs, is); i >= 0 {
		return c.Jobs[i], true
	}
	return CopyJob{}, false
}

func (c Case) destination() (Route, Destination) {
	route, _ := c.Routes.For(c.Request.Source.ARN, c.Point.ResourceType)
	destination, _ := route.Destination(c.Request.Destination.ARN)
	return route, destination
}

// newestEnded is the ID of the job that ended, however it ended, and was created last;
// "" where none has. Of two jobs of one time the greater ID counts, for all readers alike.
func (c Case) newestEnded() string {
	newest := c.Answered
	for _, job := range c.Jobs {
		if later := job.Created.Compare(newest.Created); !job.State.InFlight() && (later > 0 || later == 0 && job.ID > newest.ID) {
			newest = job
		}
	}
	return newest.ID
}
