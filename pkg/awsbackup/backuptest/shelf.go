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
	arrived     map[string]time.Time // copies from other Regions, by ARN
	deleted     map[string]time.Time // points that calls are still shown at the most, by ARN
}

// shelf is that of a vault, made when first asked for.
func (m *Memory) shelf(vault string) *shelf {
	s, ok := m.vaults[vault]
	if !ok {
		s = &shelf{byARN: map[string]*hop.RecoveryPoint{}, arrived: map[string]time.Time{}, deleted: map[string]time.Time{}}
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
	delete(s.arrived, p.ARN)
	delete(s.deleted, p.ARN)
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

// point is the one of an ARN, unless it is gone; false where there is none.
func (s *shelf) point(arn string, now time.Time) (*hop.RecoveryPoint, bool) {
	p, ok := s.byARN[arn]
	if !ok {
		return nil, false
	}
	_, gone := s.gone(p, now)
	return p, !gone
}

// gone is since when a point is: deleted, or at the end of its time, when AWS Backup
// deletes it, sooner or later; here at once. One that is EXPIRED it could not delete.
func (s *shelf) gone(p *hop.RecoveryPoint, now time.Time) (time.Time, bool) {
	if at, deleted := s.deleted[p.ARN]; deleted {
		return at, true
	}
	return p.DeleteAt, p.Status != hop.PointExpired && !p.DeleteAt.IsZero() && !now.Before(p.DeleteAt)
}

// shows tells whether calls are shown a point of a shelf.
func (m *Memory) shows(s *shelf, p *hop.RecoveryPoint) bool {
	if m.reads.Copies.Most > 0 { // asked of a hundred thousand points at a time
		if at, copied := s.arrived[p.ARN]; copied && m.reads.HidesCopy(m.now, p.ARN, at) {
			return false
		}
	}
	at, gone := s.gone(p, m.now)
	return !gone || m.reads.ShowsDeleted(m.now, p.ARN, at)
}

// made are the points of a vault that calls are shown, of those that were made after one
// time and before another, the newest first.
func (m *Memory) made(vault hop.Vault, after, before time.Time) []hop.RecoveryPoint {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.shelf(vault.ARN)
	from := s.first(func(p *hop.RecoveryPoint) bool { return p.Created.Before(before) })
	to := s.first(func(p *hop.RecoveryPoint) bool { return !p.Created.After(after) })
	found := make([]hop.RecoveryPoint, 0, max(0, to-from))
	for i := from; i < to; i++ {
		if p := s.newestFirst[i]; m.shows(s, p) {
			found = append(found, *p)
		}
	}
	return found
}

// first is the place of the newest point from which on something holds.
func (s *shelf) first(holds func(*hop.RecoveryPoint) bool) int {
	return sort.Search(len(s.newestFirst), func(i int) bool { return holds(s.newestFirst[i]) })
}

// older reports whether calls are shown a point that was made before a time.
func (m *Memory) older(s *shelf, t time.Time) bool {
	for _, p := range slices.Backward(s.newestFirst) {
		if m.shows(s, p) {
			return p.Created.Before(t)
		}
	}
	return false
}
