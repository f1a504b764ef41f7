package clock

import (
	"container/heap"
	"time"
)

// Timer is one due event.
type Timer struct {
	clock *Clock
	at    time.Time
	seq   uint64 // events due at one instant run in the order they were set
	run   func()
	index int // in the heap; -1 once fired or stopped

	background bool
}

// At runs f at the simulated time t, or as soon as time moves when t has
// passed. f runs on the driver's goroutine while the clock stands still; it may
// set timers and take holds, and it must not drive the clock.
func (c *Clock) At(t time.Time, f func()) *Timer { return c.set(&Timer{at: t, run: f}) }

// Background is At for what happens because time passes, and is no reason for it to
// pass: Step and RunUntil run it on their way to other events, and are idle where
// nothing else is due.
func (c *Clock) Background(t time.Time, f func()) *Timer {
	return c.set(&Timer{at: t, run: f, background: true})
}

func (c *Clock) set(timer *Timer) *Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	timer.clock, timer.seq = c, c.seq
	heap.Push(&c.due, timer)
	c.count(timer, 1)
	c.change.Broadcast()
	return timer
}

func (c *Clock) count(timer *Timer, n int) {
	if !timer.background {
		c.awaited += n
	}
}

// next takes the earliest event that is due. c.mu is held.
func (c *Clock) next() *Timer {
	timer := heap.Pop(&c.due).(*Timer)
	c.count(timer, -1)
	return timer
}

// After runs f once d has passed, as At does.
func (c *Clock) After(d time.Duration, f func()) *Timer {
	return c.At(c.Now().Add(d), f)
}

// Stop takes the event back. It reports whether the event had still been due.
func (t *Timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&t.clock.due, t.index)
	t.clock.count(t, -1)
	return true
}

// timers is a heap by time, then by the order of setting.
type timers []*Timer

func (h timers) Len() int { return len(h) }

func (h timers) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].seq < h[j].seq
	}
	return h[i].at.Before(h[j].at)
}

func (h timers) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *timers) Push(x any) {
	timer := x.(*Timer)
	timer.index = len(*h)
	*h = append(*h, timer)
}

func (h *timers) Pop() any {
	old := *h
	last := old[len(old)-1]
	old[len(old)-1] = nil
	last.index = -1
	*h = old[:len(old)-1]
	return last
}
