package vaults

import (
	"slices"
	"sort"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
)

// What callers of the API are shown: it may lag behind what Point and Points return, by
// which AWS Backup itself decides [package lag].

// deletedPoint is a recovery point that readers may still be shown.
type deletedPoint struct {
	*RecoveryPoint
	at time.Time
}

// remember keeps a deleted point for as long as a reader may be shown it.
func (s *Store) remember(v *vault, p *RecoveryPoint, at time.Time) {
	if most := s.lag.Deletions.Most; most > 0 {
		now := s.clock.Now()
		v.deleted = slices.DeleteFunc(v.deleted, func(d deletedPoint) bool { return !now.Before(d.at.Add(most)) })
		v.deleted = append(v.deleted, deletedPoint{p, at})
	}
}

// hides tells whether readers are not shown a point yet: one that was copied from
// another Region a moment ago.
func (s *Store) hides(v *vault, p *RecoveryPoint, now time.Time) bool {
	if s.lag.Copies.Most == 0 || p.CompletionDate.IsZero() {
		return false
	}
	from, _, isCopy := arn.ParseVault(p.SourceBackupVaultArn)
	return isCopy && from.Region != v.place.Region && s.lag.HidesCopy(now, p.RecoveryPointArn, p.CompletionDate.Time)
}

// stillShown are the deleted points of a vault that readers are still shown.
func (s *Store) stillShown(v *vault, now time.Time) []*RecoveryPoint {
	var found []*RecoveryPoint
	for _, d := range v.deleted {
		if s.lag.ShowsDeleted(now, d.RecoveryPointArn, d.at) {
			found = append(found, d.RecoveryPoint)
		}
	}
	return found
}

// Describe is Point as DescribeRecoveryPoint answers it, with the same errors.
func (s *Store) Describe(p arn.Place, vaultName, pointARN string) (RecoveryPoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.find(p, vaultName)
	if !ok {
		return RecoveryPoint{}, denied()
	}
	now := s.clock.Now()
	for _, deleted := range s.stillShown(v, now) {
		if deleted.RecoveryPointArn == pointARN && !s.hides(v, deleted, now) {
			return s.view(v, deleted), nil
		}
	}
	_, found, err := s.point(p, vaultName, pointARN)
	if err != nil {
		return RecoveryPoint{}, err
	}
	if s.hides(v, found, now) {
		return RecoveryPoint{}, pointNotFound(vaultName, pointARN)
	}
	return s.view(v, found), nil
}

// List are at most so many points of a vault that keep admits as lists show them, newest
// first, from the first one on that is beyond a place in their order; nil is before all.
// A page of a vault of a hundred thousand takes no look at all of them.
func (s *Store) List(p arn.Place, vaultName string, keep, beyond func(*RecoveryPoint) bool, most int) ([]RecoveryPoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.find(p, vaultName)
	if !ok {
		return nil, denied()
	}
	now, points := s.clock.Now(), v.points
	if deleted := s.stillShown(v, now); len(deleted) > 0 {
		points = slices.Concat(points, deleted)
		slices.SortFunc(points, newestFirst)
	}
	from := 0
	if beyond != nil {
		from = sort.Search(len(points), func(i int) bool { return beyond(points[i]) })
	}
	return s.some(v, points[from:], func(p *RecoveryPoint) bool { return keep(p) && !s.hides(v, p, now) }, most), nil
}

func pointNotFound(vaultName, pointARN string) error {
	return fault.NotFound("Cannot find recovery point %s in backup vault %s", pointARN, vaultName)
}
