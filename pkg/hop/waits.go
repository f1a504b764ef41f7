package hop

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Waits counts how often a message was sent again, by the reason for which it waited. Its
// zero value has waited for nothing. Every wait is bounded by it, for nothing else would
// end one: the functions that wait are exempt from Lambda's recursive loop detection.
//
// It counts re-sends and no time, so that the time in which the queue was paused does not
// count. A re-send delays by a minute at least.
type Waits map[Reason]int

// longest is the least time after which each wait ends. A wait for room ends when the
// point expires, and after the time here only where it never does.
var longest = map[Reason]time.Duration{
	ReasonPoolFull:  14 * 24 * time.Hour,
	ReasonCeiling:   14 * 24 * time.Hour,
	ReasonBackoff:   24 * time.Hour, // pauses end by themselves
	ReasonNotYet:    12 * time.Hour,
	ReasonStale:     24 * time.Hour,
	ReasonStrange:   24 * time.Hour, // a copy that goes well takes no longer
	ReasonThrottled: 24 * time.Hour,
	ReasonTrim:      5 * time.Minute,
}

// used reports whether a message has waited as often as it may for a reason.
func (w Waits) used(r Reason) bool { return w[r] >= int(longest[r]/shortestDelay) }

// After is w with one more wait; w stays as it is.
func (w Waits) After(r Reason) Waits {
	after := maps.Clone(w)
	if after == nil {
		after = Waits{}
	}
	after[r]++
	return after
}

// Bound is the decision d, or where it is a wait that has lasted for as long as it may,
// the rejection that ends it. Waits for room are left to Decide, which knows when the point
// expires.
func (w Waits) Bound(d Decision) Decision {
	if d.Verdict != Wait || d.Reason == ReasonPoolFull || d.Reason == ReasonCeiling || !w.used(d.Reason) {
		return d
	}
	return w.ended(d)
}

func (w Waits) ended(d Decision) Decision {
	class := d.Class
	if class == "" {
		class = ClassUnknown
	}
	return reject(ReasonWaitLimit, class, "wait limit reached: re-sent %d times for %s (at least %s): %s", w[d.Reason], d.Reason, longest[d.Reason], d.Detail)
}

// settledByWaiting: a point that never expires does not wait for room for ever.
func settledByWaiting(c Case) (Decision, bool) {
	if !c.Point.DeleteAt.IsZero() {
		return Decision{}, false
	}
	for reason, detail := range map[Reason]string{
		ReasonPoolFull: fmt.Sprintf("the quota of concurrent %s copies to %s was used up for the whole wait", c.Point.ResourceType, c.Request.Destination.Region),
		ReasonCeiling:  fmt.Sprintf("account %s stayed at the estate's copies.dailyCeiling for the whole wait", c.Point.Account()),
	} {
		if c.Waits.used(reason) {
			return c.Waits.ended(Decision{Reason: reason, Class: ClassQuota, Detail: detail}), true
		}
	}
	// Each job that failed for a full quota is waited out by a message of its own.
	for _, job := range c.Jobs {
		if job.State.Unsuccessful() && job.Class == ClassLimit && job.ended().After(c.RejectedAt) && c.Now.Sub(job.ended()) >= longest[ReasonPoolFull] {
			return reject(ReasonWaitLimit, ClassQuota, "copy jobs have failed since %s because the quota of concurrent %s copies to %s was used up",
				job.ended().Format(time.RFC3339), c.Point.ResourceType, c.Request.Destination.Region), true
		}
	}
	return Decision{}, false
}

// MarshalText writes the counts, such as not_yet=2,pool_full=31.
func (w Waits) MarshalText() ([]byte, error) {
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(w)) {
		parts = append(parts, fmt.Sprintf("%s=%d", reason, w[reason]))
	}
	return []byte(strings.Join(parts, ",")), nil
}

// UnmarshalText reads what MarshalText writes.
func (w *Waits) UnmarshalText(text []byte) error {
	read := Waits{}
	for part := range strings.SplitSeq(string(text), ",") {
		reason, number, _ := strings.Cut(part, "=")
		n, err := strconv.ParseUint(number, 10, 31)
		if err != nil || reason == "" {
			return fmt.Errorf("%q is no count of waits; expected, e.g. pool_full=31,throttled=2", part)
		}
		read[Reason(reason)] += int(n)
	}
	*w = read
	return nil
}
