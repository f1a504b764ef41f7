package bound

import (
	"cmp"
	"slices"
	"time"
)

// Span is the time from the start of a copy to its end, which is zero where it has not
// ended.
type Span struct{ From, To time.Time }

// AtOnce is the most copies that there were at once, and when there were as many for the
// first time. A copy that ends in the moment in which another starts is not counted beside
// it.
func AtOnce(spans []Span) (most int, at time.Time) {
	type change struct {
		at time.Time
		by int
	}
	var changes []change
	for _, s := range spans {
		changes = append(changes, change{s.From, 1})
		if !s.To.IsZero() {
			changes = append(changes, change{s.To, -1})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.by, b.by)) })
	now := 0
	for _, c := range changes {
		if now += c.by; now > most {
			most, at = now, c.at
		}
	}
	return most, at
}
