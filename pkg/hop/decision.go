package hop

import (
	"fmt"
	"time"
)

// Verdict is what to do with a message.
type Verdict string

// The four verdicts; Split for a message that asks for several copies, and Again for an
// outcome that leaves a copy to be made.
const (
	Start  Verdict = "start"  // start the copy, then acknowledge
	Wait   Verdict = "wait"   // send the message again with a delay, then acknowledge
	Skip   Verdict = "skip"   // acknowledge: nothing is left to do
	Reject Verdict = "reject" // to the dead-letter queue with the reason, then acknowledge
	Split  Verdict = "split"  // send one message per destination, then acknowledge
	Again  Verdict = "again"  // ask the queue of copies for the copy, then acknowledge
)

// Reason says why, in one word for metrics and filters.
type Reason string

// Every reason there is.
const (
	ReasonDue       Reason = "due"        // start: no copy, none in flight, room
	ReasonFanOut    Reason = "fan_out"    // split: several destinations
	ReasonPoolFull  Reason = "pool_full"  // wait: the destination's quota is used up
	ReasonCeiling   Reason = "ceiling"    // wait: the account's daily ceiling is reached
	ReasonBackoff   Reason = "backoff"    // wait: the last attempt failed a short while ago
	ReasonNotYet    Reason = "not_yet"    // wait or skip: hop 1 or the point is not complete
	ReasonStale     Reason = "stale"      // wait: AWS answered with an earlier job
	ReasonThrottled Reason = "throttled"  // wait: AWS was throttling or failing
	ReasonStrange   Reason = "strange"    // wait: a job is in an unknown state
	ReasonTrim      Reason = "trim"       // wait: the copy is verified, its source's retention could not be shortened
	ReasonCopied    Reason = "copied"     // skip: the copy is there
	ReasonInFlight  Reason = "in_flight"  // skip: a copy job is CREATED or RUNNING
	ReasonExpired   Reason = "expired"    // skip: a copy would expire on arrival, or has
	ReasonUnrouted  Reason = "unrouted"   // skip: no route for the type, or not to this vault
	ReasonOther     Reason = "other"      // skip: not a vault of ours
	ReasonOwnCopy   Reason = "own_copy"   // skip: the backup account's own copy came back
	ReasonTold      Reason = "told"       // skip: the copy failed for good, of which others tell
	ReasonForeign   Reason = "foreign"    // skip: not an event that twohop handles
	ReasonAttempts  Reason = "attempts"   // reject: attempts used up
	ReasonPermanent Reason = "permanent"  // reject: repeating cannot mend it
	ReasonMalformed Reason = "malformed"  // reject: the message cannot be read
	ReasonGone      Reason = "gone"       // reject: the source went before it was copied
	ReasonUntold    Reason = "untold"     // reject: no copy job is listed, of a point from before the list begins
	ReasonUnusable  Reason = "unusable"   // reject: the source's status admits no copy
	ReasonHopOne    Reason = "hop_1"      // reject: hop 1 failed
	ReasonWaitLimit Reason = "wait_limit" // reject: it waited for as long as a wait may last
	ReasonError     Reason = "error"      // reject: handling failed until receives ran out
	ReasonVerified  Reason = "verified"   // skip: the copy is there and what was asked for
	// ReasonUnderprotected is of a skip: the copy is there, and not under its vault's key.
	ReasonUnderprotected Reason = "underprotected"

	ReasonWrong    Reason = "wrong"    // reject: the copy is there, and not what was asked for
	ReasonRetry    Reason = "retry"    // again: the copy failed, and attempts are left
	ReasonVanished Reason = "vanished" // again: the copy, or its job, is no longer there
)

// Decision is a verdict with its reason. The zero value is no decision.
type Decision struct {
	Verdict Verdict
	Reason  Reason
	Detail  string    // one sentence for a person; AWS's own words are kept whole
	Class   Class     // of a Reject, and of a Wait for a failure to pass
	Until   time.Time // of a Wait: not before then; zero: as soon as there may be room
	Order   Order     // of a Start
	// FailedAt is when the failure that a Reject is about ended; zero: no job's.
	FailedAt time.Time
}

// Order is a copy to start: the arguments of StartCopyJob.
type Order struct {
	Point           string // recovery point ARN
	Source          Vault
	Destination     Vault
	DeleteAfterDays int32
	Role            string
	Token           string
}

func skip(reason Reason, format string, args ...any) Decision {
	return Decision{Verdict: Skip, Reason: reason, Detail: fmt.Sprintf(format, args...)}
}

func wait(reason Reason, until time.Time, format string, args ...any) Decision {
	return Decision{Verdict: Wait, Reason: reason, Until: until, Detail: fmt.Sprintf(format, args...)}
}

func reject(reason Reason, class Class, format string, args ...any) Decision {
	return Decision{Verdict: Reject, Reason: reason, Class: class, Detail: fmt.Sprintf(format, args...)}
}

// Malformed is the decision for a message that cannot be read.
func Malformed(cause error) Decision {
	return reject(ReasonMalformed, ClassMalformed, "%v", cause)
}

// FanOut is the decision for a message that asks for n copies.
func FanOut(n int) Decision {
	return Decision{Verdict: Split, Reason: ReasonFanOut, Detail: fmt.Sprintf("one message for each of %d destinations", n)}
}

// Full is the decision for a request whose pool is known to be full before
// anything else is known of it.
func Full(r Request) Decision { return poolFull(r.ResourceType, r.Destination) }

func poolFull(resourceType string, destination Vault) Decision {
	return wait(ReasonPoolFull, time.Time{}, "no slot for %s copies to %s is left for this invocation", resourceType, destination.Region)
}

// Twice is the decision for a second message about one copy in one batch.
func Twice() Decision {
	return skip(ReasonInFlight, "another message of the same batch is starting this copy")
}

// Stale is the decision when AWS answers a start with an earlier job.
func Stale(job string) Decision {
	return wait(ReasonStale, time.Time{}, "AWS answered with copy job %s, which is not new; the job list will tell", job)
}

// AfterFailure is the decision when AWS refuses a call in a way that says what to
// do; false when repeating the whole message is the best that can be done. A recovery point
// that AWS cannot find counts as gone once the settling time since firstSeen is over.
func AfterFailure(f *Failure, firstSeen, now time.Time) (Decision, bool) {
	switch {
	case f.Class == ClassLimit || f.Class == ClassTransient:
		return waitFor(ReasonThrottled, f), true
	case f.Class == ClassGone && now.Before(firstSeen.Add(settling)):
		return waitFor(ReasonNotYet, f), true
	case f.Class == ClassRole || !f.Class.Permanent():
		return Decision{}, false // rights may be on their way: IAM takes a while
	default:
		return reject(ReasonPermanent, f.Class, "%v", f), true
	}
}

// NoRoom is the decision when AWS refuses to start a copy because of a limit that passes by
// itself: it is a full pool that the job list did not show.
func NoRoom(f *Failure) Decision { return waitFor(ReasonPoolFull, f) }

func waitFor(reason Reason, f *Failure) Decision {
	d := wait(reason, time.Time{}, "%v", f)
	d.Class = f.Class
	return d
}

// Untrimmed is the decision where the retention of a point whose copies are all verified
// was not shortened for a cause: the message is re-sent and evaluated again with the
// current time.
func Untrimmed(class Class, cause error) Decision {
	d := wait(ReasonTrim, time.Time{}, "the copy is verified, but the retention of its source is not shortened yet: %v", cause)
	d.Class = class
	return d
}

// Exhausted is the decision for a message whose last receive failed.
func Exhausted(receives int, class Class, cause error) Decision {
	return reject(ReasonError, class, "failed at each of %d receives, at last: %v", receives, cause)
}
