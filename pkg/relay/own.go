package relay

import (
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// ownStarts records the copies that an environment of the function started recently,
// because ListCopyJobs may not show them yet, to it or to the other environment. It is safe
// for concurrent use; its zero value has recorded nothing.
type ownStarts struct {
	mu      sync.Mutex
	begun   []ownStart
	since   time.Time // when the environment handled its first batch; zero: not yet, or not known
	checked bool      // whether others hold messages was asked
	others  bool      // they do
}

type ownStart struct {
	hop.Own
	at time.Time // by the clocks of SQS and AWS Backup; zero: not known yet
}

// add records a copy that is about to be started.
func (o *ownStarts) add(c hop.Case, b *batch) {
	o.mu.Lock()
	defer o.mu.Unlock()
	start := ownStart{Own: hop.Own{
		Point: c.Request.Point, ResourceType: c.Point.ResourceType, From: c.Request.Source, To: c.Request.Destination,
	}}
	if b.dated {
		start.at = b.time()
	}
	o.begun = append(o.begun, start)
}

// last is the place of the newest start of a copy; -1 where there is none.
func (o *ownStarts) last(r hop.Request) int {
	for i, s := range slices.Backward(o.begun) {
		if s.Point == r.Point && s.To == r.Destination {
			return i
		}
	}
	return -1
}

// created records when AWS Backup created the job that answered a start.
func (o *ownStarts) created(r hop.Request, at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i := o.last(r); i >= 0 {
		o.begun[i].at = at
	}
}

// drop forgets a copy that was not started after all.
func (o *ownStarts) drop(r hop.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if i := o.last(r); i >= 0 {
		o.begun = slices.Delete(o.begun, i, i+1)
	}
}

// recent are the starts that count beside the lists.
func (o *ownStarts) recent(b *batch) []hop.Own {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := b.time()
	if b.dated {
		for i, s := range o.begun {
			if s.at.IsZero() {
				o.begun[i].at = now
			}
		}
		o.begun = slices.DeleteFunc(o.begun, func(s ownStart) bool { return now.Sub(s.at) >= hop.OwnUnlisted })
	}
	recent := make([]hop.Own, len(o.begun))
	for i, s := range o.begun {
		recent[i] = s.Own
		if b.dated {
			recent[i].Age = now.Sub(s.at)
		}
	}
	return recent
}

// unknown reports whether an environment that has ended may have started copies that no
// list shows yet: this one is new, and when it began others held messages of the queue.
// held is how many messages are received and not deleted, this batch's included.
func (o *ownStarts) unknown(b *batch, held func() (int, error)) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.checked {
		n, err := held()
		o.checked, o.others = true, err != nil || n > b.size
	}
	if o.since.IsZero() && b.dated {
		o.since = b.time()
	}
	return o.others && (o.since.IsZero() || !b.dated || b.time().Sub(o.since) < hop.OwnRecent)
}
