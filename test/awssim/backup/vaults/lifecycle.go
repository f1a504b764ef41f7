package vaults

import (
	"time"

	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Lifecycle is a recovery point's retention as the API writes it. Cold storage
// is not simulated: none of the four database types has it.
type Lifecycle struct {
	DeleteAfterDays                     *int64 `json:",omitempty"` // counted from the recovery point's creation
	MoveToColdStorageAfterDays          *int64 `json:",omitempty"`
	OptInToArchiveForSupportedResources *bool  `json:",omitempty"`
}

// CalculatedLifecycle is when the retention ends.
type CalculatedLifecycle struct {
	DeleteAt wire.Epoch `json:",omitzero"`
}

// DeleteAfter is a retention of so many days.
func DeleteAfter(days int64) Lifecycle { return Lifecycle{DeleteAfterDays: &days} }

const maxDays = 36500

// Validate refuses what AWS refuses and what is not simulated. -1 stands for
// "none" in both fields [API: Lifecycle].
func (l Lifecycle) Validate() error {
	if d := l.DeleteAfterDays; d != nil && *d != -1 && (*d < 1 || *d > maxDays) {
		return fault.InvalidValue("Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than %d days", maxDays)
	}
	if d := l.MoveToColdStorageAfterDays; d != nil && *d != -1 {
		return fault.InvalidValue("Invalid lifecycle. MoveToColdStorageAfterDays is unavailable")
	}
	if opt := l.OptInToArchiveForSupportedResources; opt != nil && *opt {
		return fault.InvalidValue("Invalid lifecycle. OptInToArchiveForSupportedResources is unavailable")
	}
	return nil
}

// Days of retention; 0 is forever.
func (l Lifecycle) Days() int64 {
	if l.DeleteAfterDays == nil || *l.DeleteAfterDays < 0 {
		return 0
	}
	return *l.DeleteAfterDays
}

// retain gives the point a retention. It counts from the point's creation date,
// which for a copy is the original backup's [recov-point-create-a-copy].
func (p *RecoveryPoint) retain(l Lifecycle) {
	p.Lifecycle, p.CalculatedLifecycle = Lifecycle{}, CalculatedLifecycle{}
	if days := l.Days(); days > 0 {
		p.Lifecycle = DeleteAfter(days)
		p.CalculatedLifecycle.DeleteAt.Time = p.CreationDate.Add(time.Duration(days) * 24 * time.Hour)
	}
}
