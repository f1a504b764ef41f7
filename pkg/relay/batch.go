package relay

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// batch is what the messages of one batch share: facts that are read once, when
// the first message needs them, and the copies that they start.
type batch struct {
	now     time.Time // when the last of its messages was received
	known   *full     // what batches before it have seen
	slots   func(context.Context) (*hop.Slots, error)
	today   func(context.Context) (map[string]int, error) // copies by account, changed under mu
	waiting func(context.Context) (int, error)

	mu      sync.Mutex
	started map[copyKey]bool
}

type copyKey struct{ point, destination string }

func newBatch(s *Starter, messages []Message) *batch {
	var now time.Time
	for _, m := range messages {
		if m.Received.After(now) {
			now = m.Received
		}
	}
	return &batch{
		now: now, known: &s.full,
		slots: once(func(ctx context.Context) (*hop.Slots, error) {
			inFlight, err := s.Jobs.InFlight(ctx)
			if err != nil {
				return nil, err
			}
			s.full.saw(hop.NewSlots(s.Pools, inFlight), now)
			return hop.NewSlots(s.Pools, inFlight), nil
		}),
		today: once(func(ctx context.Context) (map[string]int, error) {
			if s.Ceiling == 0 {
				return map[string]int{}, nil
			}
			return s.day.copies(ctx, s.Jobs, now)
		}),
		waiting: once(s.Queue.Waiting),
		started: map[copyKey]bool{},
	}
}

// once reads a fact at the first call; every other call waits for that one and
// gets its answer.
func once[T any](read func(context.Context) (T, error)) func(context.Context) (T, error) {
	var (
		begun atomic.Bool
		ready = make(chan struct{})
		value T
		err   = errors.New("reading what the batch shares panicked")
	)
	return func(ctx context.Context) (T, error) {
		if begun.CompareAndSwap(false, true) {
			defer close(ready)
			value, err = read(ctx)
			return value, err
		}
		select {
		case <-ready:
			return value, err
		case <-ctx.Done():
			var none T
			return none, &hop.Failure{Class: hop.ClassTransient, Code: "timeout", Message: ctx.Err().Error()}
		}
	}
}

// full reports whether the request's pool is known to have no room, so that a
// waiting message costs no call of its own.
func (b *batch) full(ctx context.Context, r hop.Request) (bool, error) {
	if b.known.still(r, b.now) {
		return true, nil
	}
	slots, err := b.slots(ctx)
	if err != nil {
		return false, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return r.ResourceType != "" && !slots.Room(r.ResourceType, r.Source, r.Destination), nil
}

// decide completes the case with what the batch shares, decides, and books what
// a Start uses up.
func (b *batch) decide(ctx context.Context, c hop.Case) (hop.Decision, error) {
	slots, err := b.slots(ctx)
	if err != nil {
		return hop.Decision{}, err
	}
	today, err := b.today(ctx)
	if err != nil {
		return hop.Decision{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	key := copyKey{c.Request.Point, c.Request.Destination.ARN}
	if b.started[key] {
		return hop.Twice(), nil
	}
	c.Room = slots.Room(c.Point.ResourceType, c.Request.Source, c.Request.Destination)
	c.Today = today[c.Point.Account()]
	decision := hop.Decide(c)
	if decision.Verdict == hop.Start {
		b.started[key] = true
		slots.Take(c.Point.ResourceType, c.Request.Source, c.Request.Destination)
		today[c.Point.Account()]++
	}
	return decision, nil
}
