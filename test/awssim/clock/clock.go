// Package clock is the simulated time of the local AWS.
//
// Time does not flow by itself: a driver moves it with Step, RunUntil or
// Advance. It jumps to the next due event, and stands still while anything
// holds it (an API call or an invocation in flight), so a night of copies takes
// seconds and no result depends on how fast the machine is. Follow is the other
// mode: time flows with the wall clock until its context ends.
package clock

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrIdle is returned by RunUntil when nothing is left to happen and its
// condition is still false.
var ErrIdle = errors.New("clock: nothing is due and nothing is in flight")

// Clock is one simulated time line, safe for concurrent use.
type Clock struct {
	mu     sync.Mutex
	change *sync.Cond // held or due changed
	now    time.Time
	held   int
	due    timers
	seq    uint64
	// awaited is how many of those due are not in the background.
	awaited int

	following bool      // Follow is running: time flows with the wall clock
	simStart  time.Time // simulated time when Follow began
	wallStart time.Time // wall time when Follow began
}

// New returns a clock that stands at start.
func New(start time.Time) *Clock {
	c := &Clock{now: start.UTC()}
	c.change = sync.NewCond(&c.mu)
	return c
}

// Now is the simulated time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.nowLocked()
}

func (c *Clock) nowLocked() time.Time {
	if c.following {
		return c.simStart.Add(time.Since(c.wallStart))
	}
	return c.now
}

// Skip adds d to the time at once, holds or not: what a slow call costs. Events
// that fall due by it run at the next step.
func (c *Clock) Skip(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.simStart = c.simStart.Add(d)
}

// Step waits until nothing holds the clock, jumps to the next due event and
// runs it. It reports whether there was one.
func (c *Clock) Step(ctx context.Context) (bool, error) {
	return c.step(ctx, time.Time{})
}

// step is Step with a limit: an event later than a non-zero limit stays due.
func (c *Clock) step(ctx context.Context, limit time.Time) (bool, error) {
	if err := c.lockFree(ctx); err != nil {
		return false, err
	}
	idle := c.awaited == 0
	if !limit.IsZero() {
		idle = len(c.due) == 0 || c.due[0].at.After(limit)
	}
	if idle {
		c.mu.Unlock()
		return false, nil
	}
	next := c.next()
	if next.at.After(c.now) {
		c.now = next.at
	}
	c.mu.Unlock()

	next.run()
	return true, nil
}

// lockFree waits until nothing holds the clock and returns with its mutex
// locked; on an error, which is ctx's, the mutex is free.
func (c *Clock) lockFree(ctx context.Context) error {
	defer context.AfterFunc(ctx, c.notify)()
	c.mu.Lock()
	for c.held > 0 && ctx.Err() == nil {
		c.change.Wait()
	}
	if err := ctx.Err(); err != nil {
		c.mu.Unlock()
		return err
	}
	return nil
}

// notify lets everyone who waits for a change look again.
func (c *Clock) notify() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.change.Broadcast()
}

// RunUntil steps until done reports true. done is asked before the first step
// and after each one, whenever nothing holds the clock. It returns ErrIdle when
// nothing is left to happen before that.
func (c *Clock) RunUntil(ctx context.Context, done func() bool) error {
	for {
		if err := c.lockFree(ctx); err != nil {
			return err
		}
		c.mu.Unlock()
		if done() {
			return nil
		}
		ran, err := c.Step(ctx)
		if err != nil {
			return err
		}
		if !ran {
			return ErrIdle
		}
	}
}

// Advance runs everything that falls due within d and leaves the clock at the
// time it had plus d.
func (c *Clock) Advance(ctx context.Context, d time.Duration) error {
	end := c.Now().Add(d)
	for {
		ran, err := c.step(ctx, end)
		if err != nil {
			return err
		}
		if !ran {
			break
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now.Before(end) {
		c.now = end
	}
	return nil
}

// Follow lets time flow with the wall clock, holds or not, until ctx ends; then
// it returns ctx's error. Nothing else may drive the clock meanwhile.
func (c *Clock) Follow(ctx context.Context) error {
	c.mu.Lock()
	c.following, c.simStart, c.wallStart = true, c.now, time.Now()
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.now, c.following = c.nowLocked(), false
	}()

	defer context.AfterFunc(ctx, c.notify)()
	for {
		next := c.waitDue(ctx)
		if next == nil {
			return ctx.Err()
		}
		next.run()
	}
}

// waitDue sleeps until the earliest event is due and takes it, or returns nil
// once ctx has ended.
func (c *Clock) waitDue(ctx context.Context) *Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	for ctx.Err() == nil {
		if len(c.due) == 0 {
			c.change.Wait()
			continue
		}
		left := c.due[0].at.Sub(c.nowLocked())
		if left <= 0 {
			return c.next()
		}
		alarm := time.AfterFunc(left, c.notify)
		c.change.Wait()
		alarm.Stop()
	}
	return nil
}
