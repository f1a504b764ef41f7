package delivery

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
)

// The ERROR_CODEs of dead letters [EventBridge user guide: eb-rule-dlq].
const (
	CodeNoResource    = "NO_RESOURCE"
	CodeNoPermissions = "NO_PERMISSIONS"
	CodeSecondHop     = "THIRD_ACCOUNT_HOP_DETECTED"
	CodeInvalidJSON   = "INVALID_JSON"
	CodeFromTarget    = "ERROR_FROM_TARGET" // any error that is not a *Refusal
	CodeIntercepted   = "INTERCEPTED"       // awssim's own: an interceptor dropped the event
)

// Queues is where events for queue targets and dead letters go.
type Queues interface {
	// Deliver puts a message on the queue, as the service principal
	// events.amazonaws.com on behalf of a rule. An error that repeating cannot mend
	// (the queue does not exist, its policy does not allow it) is a *Refusal; any
	// other error is retried.
	Deliver(queueARN, body string, attributes map[string]string, ruleARN string) error
}

// Forwarding is an event on its way from a rule to another bus.
type Forwarding struct {
	Account            string // the rule's
	RuleARN, RoleARN   string // the role is empty where the target names none
	BusARN             string
	Source, DetailType string // of the event
}

// Refusal is a target's final no: the event goes to the dead-letter queue at
// once, without retries [EventBridge user guide: eb-rule-dlq].
type Refusal struct {
	Code    string // ERROR_CODE: CodeNoResource, CodeNoPermissions
	Message string
}

// Error is the code, then the message.
func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// Verdict is what an interceptor makes of one delivery. The zero value leaves it
// alone: once, at once.
type Verdict struct {
	Drop   bool          // the event never reaches the target and is listed as dropped
	Copies int           // how many times it is delivered; less than 2 is once
	Delay  time.Duration // simulated time before the first attempt
}

// Delivery is one event on its way to one target.
type Delivery struct {
	Event     Event
	Body      string // the event as JSON
	Forwarded bool   // the event has come over a bus target already
	RuleARN   string
	Bus       Bus // the rule's
	Target    Target
	Accepted  time.Time // when the bus took the event: its age counts from here

	retries int
}

// Lost is the drop that this delivery ends in.
func (d Delivery) Lost(code, message string) Drop {
	return Drop{Event: d.Event, RuleARN: d.RuleARN, TargetARN: d.Target.Arn, Code: code, Message: message}
}

// Drop is an event that is lost for good.
type Drop struct {
	Event     Event
	RuleARN   string // empty: the event never reached a rule
	TargetARN string
	Code      string // an ERROR_CODE
	Message   string
	At        time.Time // simulated
}

// Courier carries deliveries. Set it up whole before the first of them.
type Courier struct {
	Clock  *clock.Clock
	IDs    *ids.Source // of the jitter between retries
	Queues Queues
	// Forward takes a delivery whose target is a bus there. Its errors are as
	// those of Queues.
	Forward func(d Delivery, to Bus) error
	// Count, if set, hears of one more of a metric of a rule.
	Count func(r Rule, metric string)

	mu      sync.Mutex
	dropped []Drop
}

// Start sets the delivery due on the clock, as often and as late as the verdict
// says. Nothing is delivered before it returns.
func (c *Courier) Start(d Delivery, v Verdict) {
	if v.Drop {
		c.Drop(d.Lost(CodeIntercepted, "dropped by the interceptor"))
		return
	}
	for range max(v.Copies, 1) {
		c.Clock.After(v.Delay, func() { c.attempt(d) })
	}
}

// Drop notes an event that is lost.
func (c *Courier) Drop(d Drop) {
	d.At = c.Clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dropped = append(c.dropped, d)
}

// Dropped lists the events lost so far, the oldest first.
func (c *Courier) Dropped() []Drop {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.dropped)
}

// attempt runs on the clock's driver: it tries once and sees to what follows.
func (c *Courier) attempt(d Delivery) {
	err := c.send(d)
	if err == nil {
		c.count(d, Invocations)
		return
	}
	if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
		c.giveUp(d, failure{code: refusal.Code, message: refusal.Message})
		return
	}
	c.retry(d, failure{code: CodeFromTarget, message: err.Error()})
}

func (c *Courier) send(d Delivery) error {
	if bus, ok := ParseBus(d.Target.Arn); ok {
		return c.Forward(d, bus)
	}
	return c.Queues.Deliver(d.Target.Arn, d.Body, nil, d.RuleARN)
}
