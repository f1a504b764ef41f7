package relay

import (
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// ownStarts remembers what an environment of the function has started a moment ago, since
// neither its own lists nor those of the other environment need show it yet. It is safe
// for concurrent use; its zero value remembers nothing.
type ownStarts struct {
	mu    sync.Mutex
	begun []ownStart
}

type ownStart struct {
	hop.Own
	at time.Time // by the clocks of SQS and AWS Backup
}

// add notes a copy that is about to be started.
func (o *ownStarts) add(c hop.Case, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begun = append(o.begun, ownStart{at: now, Own: hop.Own{
		Point: c.Request.Point, ResourceType: c.Point.ResourceType, From: c.Request.Source, To: c.Request.Destination,
	}})
}

// created notes when AWS Backup created the job of a start: the batch that made it may have
// been received long before.
func (o *ownStarts) created(r hop.Request, at time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, s := range o.begun {
		if s.Point == r.Point && s.To == r.Destination {
			o.begun[i].at = latest(s.at, at)
		}
	}
}

// drop forgets a copy that was not started after all.
func (o *ownStarts) drop(r hop.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begun = slices.DeleteFunc(o.begun, func(s ownStart) bool { return s.Point == r.Point && s.To == r.Destination })
}

// recent are the starts that count beside the lists.
func (o *ownStarts) recent(now time.Time) []hop.Own {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begun = slices.DeleteFunc(o.begun, func(s ownStart) bool { return now.Sub(s.at) >= hop.OwnUnlisted })
	recent := make([]hop.Own, len(o.begun))
	for i, s := range o.begun {
		recent[i] = s.Own
		recent[i].Age = now.Sub(s.at)
	}
	return recent
}
