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
	size    int
	now     time.Time // when the last of its messages was first received
	dated   bool      // that is now: not all of them were received before
	began   time.Time // the same, by the environment's clock
	starter *Starter
	today   func(context.Context) (map[string]int, error) // copies by account, changed under mu
	waiting func(context.Context) (int, error)

	mu      sync.Mutex
	started map[copyKey]bool
	free    *freeSlots // the last list of what is in flight; nil: none was made yet
}

// freeSlots are the slots that one list of the jobs in flight leaves to the batch.
type freeSlots struct {
	read   func(context.Context) (*hop.Slots, error)
	listed time.Time // by the environment's clock; zero until it is listed
}

const (
	// listTime is how long a list of the jobs in flight may take, its repetitions included:
	// its answer may be as old as its question.
	listTime = 10 * time.Second
	// fresh is how long a list of the jobs in flight may be used for starts.
	fresh = 3 * time.Second
)

type copyKey struct{ point, destination string }

func newBatch(s *Starter, messages []Message) *batch {
	var now time.Time
	dated := false
	for _, m := range messages {
		now = latest(now, m.Received)
		dated = dated || m.Receives <= 1
	}
	return &batch{
		size: len(messages), now: now, dated: dated, began: s.Clock(), starter: s,
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

// time is the time by SQS's clock, where the batch is dated.
func (b *batch) time() time.Time { return b.now.Add(b.starter.Clock().Sub(b.began)) }

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

// slots are those that the batch's last list leaves; a new list is made where there is
// none, or one that is no longer fresh. Callers that come meanwhile wait for it.
func (b *batch) slots(ctx context.Context) (*hop.Slots, *freeSlots, error) {
	b.mu.Lock()
	if b.free == nil || !b.free.listed.IsZero() && b.starter.Clock().Sub(b.free.listed) > fresh {
		b.free = b.list()
	}
	free := b.free
	b.mu.Unlock()
	slots, err := free.read(ctx)
	return slots, free, err
}

func (b *batch) list() *freeSlots {
	s, free := b.starter, &freeSlots{}
	free.read = once(func(ctx context.Context) (*hop.Slots, error) {
		use, err := b.inUse(ctx)
		b.mu.Lock()
		defer b.mu.Unlock()
		free.listed = s.Clock()
		if err != nil {
			return nil, err
		}
		use.Own = s.own.recent(b)
		slots := hop.NewSlots(s.Pools, use)
		s.full.saw(slots.Clone(), b.now)
		return slots, nil
	})
	return free
}

func (b *batch) inUse(ctx context.Context) (use hop.InUse, err error) {
	s := b.starter
	use.Unknown = s.own.unknown(b, func() (int, error) { return s.Queue.NotVisible(ctx) })
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	use.Jobs, err = s.Jobs.InFlight(ctx)
	return use, err
}

// full reports whether the request's pool is known to have no room, so that a
// waiting message costs no call of its own.
func (b *batch) full(ctx context.Context, r hop.Request) (bool, error) {
	if b.starter.full.still(r, b.now) {
		return true, nil
	}
	slots, _, err := b.slots(ctx)
	if err != nil {
		return false, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return !slots.Room(r.ResourceType, r.Source, r.Destination), nil // of no known type there is room
}

// decide completes the case with what the batch shares, decides, and books what
// a Start uses up. It is the last step before the start, so that a list that is no longer
// fresh is made again here.
func (b *batch) decide(ctx context.Context, c *hop.Case) (hop.Decision, error) {
	today, err := b.today(ctx)
	if err != nil {
		return hop.Decision{}, err
	}
	for {
		slots, free, err := b.slots(ctx)
		if err != nil {
			return hop.Decision{}, err
		}
		b.mu.Lock()
		if b.free != free { // another message has listed again: these slots may be taken
			b.mu.Unlock()
			continue
		}
		decision := b.book(c, slots, today)
		b.mu.Unlock()
		return decision, nil
	}
}

// book decides, and takes the slot of a Start. The caller holds the lock.
func (b *batch) book(c *hop.Case, slots *hop.Slots, today map[string]int) hop.Decision {
	key := copyKey{c.Request.Point, c.Request.Destination.ARN}
	if b.started[key] {
		return hop.Twice()
	}
	c.Room = slots.Room(c.Point.ResourceType, c.Request.Source, c.Request.Destination)
	c.Today = today[c.Point.Account()]
	decision := hop.Decide(*c)
	if decision.Verdict == hop.Start {
		b.started[key] = true
		b.starter.own.add(*c, b)
		slots.Take(c.Point.ResourceType, c.Request.Source, c.Request.Destination)
		today[c.Point.Account()]++
	}
	return decision
}
