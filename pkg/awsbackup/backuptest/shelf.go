package backuptest

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// shelf holds the recovery points of one vault.
type shelf struct {
	byARN       map[string]*hop.RecoveryPoint
	newestFirst []*hop.RecoveryPoint
}

// shelf is that of a vault, made when first asked for.
func (m *Memory) shelf(vault string) *shelf {
	s, ok := m.vaults[vault]
	if !ok {
		s = &shelf{byARN: map[string]*hop.RecoveryPoint{}}
		m.vaults[vault] = s
	}
	return s
}

func newestFirst(a, b *hop.RecoveryPoint) int {
	return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ARN, b.ARN))
}

// put adds a point, in the place of another of its ARN.
func (s *shelf) put(p hop.RecoveryPoint) {
	s.remove(p.ARN)
	at, _ := slices.BinarySearchFunc(s.newestFirst, &p, newestFirst)
	s.newestFirst = slices.Insert(s.newestFirst, at, &p)
	s.byARN[p.ARN] = &p
}

func (s *shelf) remove(arn string) {
	p, ok := s.byARN[arn]
	if !ok {
		return
	}
	at, _ := slices.BinarySearchFunc(s.newestFirst, p, newestFirst)
	s.newestFirst = slices.Delete(s.newestFirst, at, at+1)
	delete(s.byARN, arn)
}

// point is the one of an ARN, unless its time is over; false where there is none.
func (s *shelf) point(arn string, now time.Time) (*hop.RecoveryPoint, bool) {
	p, ok := s.byARN[arn]
	return p, ok && !over(p, now)
}

// over: AWS Backup deletes points at their time, sooner or later; here at once.
func over(p *hop.RecoveryPoint, now time.Time) bool {
	return !p.DeleteAt.IsZero() && !now.Before(p.DeleteAt)
}

// made are the points that were made after one time and before another, the newest
// first.
func (s *shelf) made(after, before, now time.Time) []hop.RecoveryPoint {
	from := s.first(func(p *hop.RecoveryPoint) bool { return p.Created.Before(before) })
	to := s.first(func(p *hop.RecoveryPoint) bool { return !p.Created.After(after) })
	found := make([]hop.RecoveryPoint, 0, max(0, to-from))
	for i := from; i < to; i++ {
		if p := s.newestFirst[i]; !over(p, now) {
			found = append(found, *p)
		}
	}
	return found
}

// first is the place of the newest point from which on something holds.
func (s *shelf) first(holds func(*hop.RecoveryPoint) bool) int {
	return sort.Search(len(s.newestFirst), func(i int) bool { return holds(s.newestFirst[i]) })
}

// older reports whether a point was made before a time.
func (s *shelf) older(t, now time.Time) bool {
	for _, p := range slices.Backward(s.newestFirst) {
		if !over(p, now) {
			return p.Created.Before(t)
		}
	}
	return false
}
