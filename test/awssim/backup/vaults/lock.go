package vaults

import (
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Lock is a Vault Lock. Zero means no limit, and for ChangeableForDays that the
// lock can always be changed.
type Lock struct {
	MinRetentionDays, MaxRetentionDays, ChangeableForDays int64
}

// validate checks the ranges of [API: PutBackupVaultLockConfiguration].
func (l Lock) validate() error {
	for _, days := range []int64{l.MinRetentionDays, l.MaxRetentionDays} {
		if days < 0 || days > maxDays {
			return fault.InvalidValue("MinRetentionDays and MaxRetentionDays must be from 1 to %d days, not %d", maxDays, days)
		}
	}
	if l.MaxRetentionDays > 0 && l.MinRetentionDays > l.MaxRetentionDays {
		return fault.InvalidValue("MinRetentionDays cannot be greater than MaxRetentionDays")
	}
	if days := l.ChangeableForDays; days != 0 && (days < 3 || days > maxDays) {
		return fault.InvalidValue("ChangeableForDays must be from 3 to %d days, not %d", maxDays, days)
	}
	return nil
}

// PutLock locks a vault: its points can no longer be deleted or given another
// lifecycle, and copies into it must keep to the limits. From its lock date on,
// the lock itself stands for good.
func (s *Store) PutLock(p arn.Place, name string, lock Lock) error {
	if err := lock.validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.find(p, name)
	if !ok {
		return denied()
	}
	now := s.clock.Now()
	if !v.LockDate.IsZero() && !now.Before(v.LockDate.Time) {
		return fault.InvalidRequest("The Vault Lock of %s cannot be changed since %s", v.ARN, v.LockDate.Format(time.RFC3339))
	}
	v.Locked, v.LockDate = true, wire.Epoch{}
	v.MinRetentionDays, v.MaxRetentionDays = lock.MinRetentionDays, lock.MaxRetentionDays
	if lock.ChangeableForDays > 0 {
		v.LockDate.Time = now.Add(time.Duration(lock.ChangeableForDays) * 24 * time.Hour)
	}
	return nil
}

// Admits tells whether a retention of so many days, 0 being forever, keeps to
// the vault's lock.
func (v Vault) Admits(days int64) bool {
	if v.MaxRetentionDays > 0 && (days == 0 || days > v.MaxRetentionDays) {
		return false
	}
	return days == 0 || days >= v.MinRetentionDays
}
