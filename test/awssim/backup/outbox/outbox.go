// Package outbox holds AWS Backup's events until its next batch: "AWS Backup
// emits events to EventBridge in a best-effort manner every 5 minutes"
// [eventbridge].
package outbox

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/clock"
)

// Events takes what AWS Backup tells EventBridge. Emit is called without any
// lock of the service held, on the driver's goroutine or within an API call.
type Events interface {
	// Emit puts an event of source aws.backup on the default bus of an account
	// and Region.
	Emit(account, region, detailType string, resources []string, detail json.RawMessage)
}

// Event is one thing to tell.
type Event struct {
	arn.Place
	DetailType string
	Resources  []string
	Detail     json.RawMessage
}

// Outbox is safe for concurrent use.
type Outbox struct {
	clock  *clock.Clock
	events Events

	mu        sync.Mutex
	batch     time.Duration
	queue     []Event
	scheduled bool
}

// New returns an outbox that delivers to events; nil events are told nothing.
func New(c *clock.Clock, events Events, batch time.Duration) *Outbox {
	return &Outbox{clock: c, events: events, batch: batch}
}

// SetBatch changes the time between deliveries. What is in the box keeps the
// delivery it was promised, or goes with the next Flush when batch is 0.
func (o *Outbox) SetBatch(batch time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.batch = batch
}

// Put adds an event. It is delivered at the next multiple of the batch on the
// simulated clock, or with the next Flush where there are no batches.
func (o *Outbox) Put(e Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.queue = append(o.queue, e)
	if o.batch > 0 && !o.scheduled {
		o.scheduled = true
		o.clock.At(o.clock.Now().Truncate(o.batch).Add(o.batch), o.deliver)
	}
}

// Flush delivers what need not wait for a batch. Whoever puts events while
// holding a lock calls it once that is released.
func (o *Outbox) Flush() {
	o.mu.Lock()
	var due []Event
	if o.batch <= 0 {
		due, o.queue = o.queue, nil
	}
	o.mu.Unlock()
	o.emit(due)
}

func (o *Outbox) deliver() {
	o.mu.Lock()
	due := o.queue
	o.queue, o.scheduled = nil, false
	o.mu.Unlock()
	o.emit(due)
}

func (o *Outbox) emit(due []Event) {
	if o.events == nil {
		return
	}
	for _, e := range due {
		o.events.Emit(e.Account, e.Region, e.DetailType, e.Resources, e.Detail)
	}
}
