package relay

import (
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// full remembers for a moment which pools had no room when a batch looked. With
// thousands of copies in flight a look takes a second, and with tens of thousands of
// messages waiting, looks would be all that there is time for. That a pool is full may be
// a moment old: it only delays. That it has room never is.
type full struct {
	mu    sync.Mutex
	slots *hop.Slots
	at    time.Time
}

// moment is how long a full pool is taken for full: a slot that becomes free within it is
// found by the first message after it.
const moment = 3 * time.Second

// saw notes the slots that a look at a time found, of which nothing was taken since.
func (f *full) saw(slots *hop.Slots, at time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.slots, f.at = slots, at
}

// still tells whether a request's pool had no room a moment before now. Where its type is
// not told, neither is its pool.
func (f *full) still(r hop.Request, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	age := now.Sub(f.at)
	return f.slots != nil && age >= 0 && age < moment && !f.slots.Room(r.ResourceType, r.Source, r.Destination)
}
