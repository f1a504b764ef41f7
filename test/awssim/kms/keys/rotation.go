package keys

import (
	"time"

	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// rotation is the repeated change of a key's material; days is zero while it is off.
type rotation struct {
	since time.Time
	days  int
}

// The time between rotations, in days [API: EnableKeyRotation].
const (
	UsualRotation    = 365
	shortestRotation = 90
	longestRotation  = 2560
)

// Rotate has a key's material changed every so many days, 90 to 2560, from now on.
// Its errors are those of EnableKeyRotation, *wire.Error.
func (s *Store) Rotate(keyARN string, days int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return err
	}
	if days < shortestRotation || days > longestRotation {
		return fault.Invalid("RotationPeriodInDays is %d; it must be from %d to %d", days, shortestRotation, longestRotation)
	}
	if err := k.usable(); err != nil {
		return err
	}
	k.rotation = rotation{since: s.config.Clock.Now(), days: days}
	return nil
}

// next is when the key material is changed next after now.
func (r rotation) next(now time.Time) time.Time {
	every := time.Duration(r.days) * 24 * time.Hour
	passed := now.Sub(r.since)
	return now.Add(every - passed%every)
}
