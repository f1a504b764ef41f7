package clock

import (
	"context"
	"sync"
	"time"
)

// Hold keeps the clock standing still while something is in flight.
type Hold struct {
	clock *Clock
	once  sync.Once
}

// Hold stops the clock until the result's Release. Holds add up.
func (c *Clock) Hold() *Hold {
	c.take()
	return &Hold{clock: c}
}

// Release lets go. Calls after the first do nothing.
func (h *Hold) Release() {
	h.once.Do(h.clock.drop)
}

func (c *Clock) take() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held++
}

func (c *Clock) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held--
	c.change.Broadcast()
}

// Sleeper is a party that waits for simulated time or to be woken, whichever
// comes first: a long poll, say. The clock does not move between its waking and
// its going on.
type Sleeper struct {
	clock *Clock
	timer *Timer
	done  chan struct{}
	once  sync.Once
}

// NewSleeper returns a sleeper that wakes at the simulated time until.
func (c *Clock) NewSleeper(until time.Time) *Sleeper {
	s := &Sleeper{clock: c, done: make(chan struct{})}
	s.timer = c.At(until, s.wake)
	return s
}

// Wake ends the sleep early. It must be called by one who holds the clock (the
// call that brought what the sleeper waits for); calls after the first do
// nothing.
func (s *Sleeper) Wake() {
	s.timer.Stop()
	s.wake()
}

func (s *Sleeper) wake() {
	s.once.Do(func() {
		s.clock.take() // on the sleeper's behalf: it goes on before time does
		close(s.done)
	})
}

// Sleep gives h up until s wakes or ctx ends, and holds the clock again when it
// returns.
func (h *Hold) Sleep(ctx context.Context, s *Sleeper) {
	h.clock.drop()
	select {
	case <-s.done:
	case <-ctx.Done():
		s.Wake()
	}
}
