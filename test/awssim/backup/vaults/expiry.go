package vaults

import (
	"cmp"
	"slices"
	"time"
)

// file puts a point into its place in the vault.
func (s *Store) file(v *vault, p *RecoveryPoint) {
	at, _ := slices.BinarySearchFunc(v.points, p, newestFirst)
	v.points = slices.Insert(v.points, at, p)
	s.at(v.place).points[p.RecoveryPointArn] = p
	v.expect(p)
}

func newestFirst(a, b *RecoveryPoint) int {
	return cmp.Or(b.CreationDate.Compare(a.CreationDate.Time), cmp.Compare(a.RecoveryPointArn, b.RecoveryPointArn))
}

// expect notes when the vault must next be swept for the point's sake.
func (v *vault) expect(p *RecoveryPoint) {
	at := p.CalculatedLifecycle.DeleteAt.Time
	if p.Status != expired && !at.IsZero() && (v.nextDelete.IsZero() || at.Before(v.nextDelete)) {
		v.nextDelete = at
	}
}

// sweep takes away what has expired. It runs before every look into a vault
// rather than on timers, so that a clock which runs until nothing is due does
// not run to the end of the longest retention.
func (s *Store) sweep(v *vault) {
	now := s.clock.Now()
	if v.nextDelete.IsZero() || now.Before(v.nextDelete) {
		return
	}
	for _, p := range slices.Clone(v.points) {
		deleteAt := p.CalculatedLifecycle.DeleteAt
		if p.Status != expired && !deleteAt.IsZero() && !now.Before(deleteAt.Time) {
			s.discard(v, p, deleteAt.Time)
		}
	}
	v.nextDelete = time.Time{}
	for _, p := range v.points {
		v.expect(p)
	}
}

// discard removes a point as of a time, or leaves it EXPIRED where it cannot be removed.
func (s *Store) discard(v *vault, p *RecoveryPoint, at time.Time) {
	if s.config.Deletes != nil && !s.config.Deletes(*p) {
		p.Status = expired
		p.StatusMessage = "AWS Backup does not have permission to delete the recovery point."
		return
	}
	v.points = slices.DeleteFunc(v.points, func(other *RecoveryPoint) bool { return other == p })
	delete(s.at(v.place).points, p.RecoveryPointArn)
	s.remember(v, p, at)
}
