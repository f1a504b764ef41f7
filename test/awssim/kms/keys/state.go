package keys

import (
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/kms/fault"
)

// SetEnabled enables or disables a key, whoever asks. Its errors are those of
// EnableKey and DisableKey.
func (s *Store) SetEnabled(keyARN string, enabled bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return err
	}
	if k.state == PendingDeletion {
		return fault.PendingDeletion(keyARN)
	}
	k.state = Disabled
	if enabled {
		k.state = Enabled
	}
	return nil
}

// The waiting time before a key is deleted, in days [API: ScheduleKeyDeletion].
const (
	shortestWindow = 7
	LongestWindow  = 30 // and the usual one
)

// ScheduleDeletion deletes a key after so many days, 7 to 30, whoever asks; until
// then it cannot be used. Its errors are those of ScheduleKeyDeletion.
func (s *Store) ScheduleDeletion(keyARN string, days int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return err
	}
	if k.state == PendingDeletion {
		return fault.PendingDeletion(keyARN)
	}
	if days < shortestWindow || days > LongestWindow {
		return fault.Invalid("PendingWindowInDays is %d; it must be from %d to %d", days, shortestWindow, LongestWindow)
	}
	k.state, k.deletion = PendingDeletion, s.config.Clock.Now().AddDate(0, 0, days)
	k.end = s.config.Clock.At(k.deletion, func() { s.remove(k) })
	return nil
}

// remove runs on the clock's driver. Aliases go with their key.
func (s *Store) remove(k *key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.state != PendingDeletion || s.config.Clock.Now().Before(k.deletion) {
		return // taken back while this was about to run
	}
	s.keys = slices.DeleteFunc(s.keys, func(other *key) bool { return other == k })
	s.aliases = slices.DeleteFunc(s.aliases, func(a *alias) bool { return a.key == k })
}

// CancelDeletion leaves the key disabled [API: CancelKeyDeletion], whoever asks. Its
// errors are those of the API.
func (s *Store) CancelDeletion(keyARN string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, err := s.byARN(keyARN)
	if err != nil {
		return err
	}
	if k.state != PendingDeletion {
		return fault.New("KMSInvalidStateException", "%s is not pending deletion.", keyARN)
	}
	k.end.Stop()
	k.state, k.deletion, k.end = Disabled, time.Time{}, nil
	return nil
}

// usable is an error while the key's state forbids to work with it. s.mu is held.
func (k *key) usable() error {
	switch k.state {
	case Disabled:
		return fault.Disabled(k.arn())
	case PendingDeletion:
		return fault.PendingDeletion(k.arn())
	case Enabled:
	}
	return nil
}
