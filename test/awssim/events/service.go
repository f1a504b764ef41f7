// Package events is the local Amazon EventBridge: event buses with their
// policies, rules with event patterns, and targets that are SQS queues or event
// buses, with retries and dead-letter queues on the simulated clock.
//
// An event goes this way: it enters a bus by PutEvents (put.go) or, from an AWS
// service, by Emit (route.go); the bus's enabled rules are asked (route.go); each
// of their targets gets a delivery of its own, due on the clock, with retries and
// dead letters (package delivery).
//
// Left out: schedules, what archives keep, input transformation, other targets, tags and
// encryption, all of which are refused when asked for. Who may call, and what may be
// forwarded, is judged by who serves the calls, bus policies included; where that is
// not judged, a bus serves its own account only.
package events

import (
	"maps"
	"slices"
	"sync"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/events/archive"
	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

type (
	// Event is one event on a bus.
	Event = delivery.Event
	// Forwarding is an event on its way from a rule to another bus.
	Forwarding = delivery.Forwarding
	// Queues is where events for queue targets and dead letters go.
	Queues = delivery.Queues
	// Refusal is the error of Queues.Deliver that is not retried.
	Refusal = delivery.Refusal
	// Delivery is what an interceptor makes of one delivery.
	Delivery = delivery.Verdict
	// Drop is an event that is lost for good.
	Drop = delivery.Drop
	// Rule names a rule.
	Rule = delivery.Rule
)

// Service is the EventBridge of all accounts and Regions, safe for concurrent
// use.
type Service struct {
	Archives archive.Store // of all accounts

	// Intercept, if set before the first event, sees every event on its way to
	// every target, before the first attempt.
	Intercept func(e Event, ruleARN, targetARN string) Delivery
	// MayForward, if set before the first event, judges a forwarding to another bus;
	// nil: buses take those of their own account, and no others.
	MayForward func(Forwarding) error

	clock   *clock.Clock
	ids     *ids.Source
	courier *delivery.Courier

	mu    sync.Mutex
	buses map[delivery.Bus]*bus
}

// New returns an EventBridge in which every account has a default bus in every
// Region, and nothing else.
func New(c *clock.Clock, source *ids.Source, queues Queues) *Service {
	s := &Service{clock: c, ids: source, buses: map[delivery.Bus]*bus{}}
	s.courier = &delivery.Courier{Clock: c, IDs: source, Queues: queues, Forward: s.forward}
	return s
}

// Dropped lists the events lost so far, the oldest first: those that could not
// be delivered and had no dead-letter queue to go to.
func (s *Service) Dropped() []Drop { return s.courier.Dropped() }

// Count has f hear of one more of a metric of a rule, one of delivery.Metrics. It is
// called before the first event.
func (s *Service) Count(f func(r Rule, metric string)) { s.courier.Count = f }

// HasRule reports whether there is such a rule.
func (s *Service) HasRule(r Rule) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.lookup(r.On())
	return ok && b.rules[r.Name] != nil
}

// Handler is the service on the wire.
func (s *Service) Handler() wire.Handler {
	return wire.NewJSON("1.1", "AWSEvents", map[string]wire.Op{
		"CreateEventBus":    on(wire.NewOp(s.createEventBus), func(in createEventBusInput) (string, string) { return in.Name, "" }),
		"DeleteEventBus":    on(wire.NewOp(s.deleteEventBus), func(in nameInput) (string, string) { return in.Name, "" }),
		"DescribeArchive":   s.Archives.Describe(),
		"DescribeEventBus":  on(wire.NewOp(s.describeEventBus), func(in nameInput) (string, string) { return in.Name, "" }),
		"ListEventBuses":    wire.NewOp(s.listEventBuses).OnAll(),
		"PutPermission":     on(wire.NewOp(s.putPermission), func(in putPermissionInput) (string, string) { return in.EventBusName, "" }),
		"RemovePermission":  on(wire.NewOp(s.removePermission), func(in removePermissionInput) (string, string) { return in.EventBusName, "" }),
		"PutRule":           on(wire.NewOp(s.putRule), func(in putRuleInput) (string, string) { return in.EventBusName, in.Name }),
		"DeleteRule":        on(wire.NewOp(s.deleteRule), func(in deleteRuleInput) (string, string) { return in.EventBusName, in.Name }),
		"DescribeRule":      on(wire.NewOp(s.describeRule), func(in ruleInput) (string, string) { return in.EventBusName, in.Name }),
		"ListRules":         on(wire.NewOp(s.listRules), func(in listRulesInput) (string, string) { return in.EventBusName, "" }),
		"EnableRule":        on(wire.NewOp(s.setState(enabled)), func(in ruleInput) (string, string) { return in.EventBusName, in.Name }),
		"DisableRule":       on(wire.NewOp(s.setState(disabled)), func(in ruleInput) (string, string) { return in.EventBusName, in.Name }),
		"PutTargets":        wire.Takes(wire.NewOp(s.putTargets), onTargets),
		"RemoveTargets":     on(wire.NewOp(s.removeTargets), func(in removeTargetsInput) (string, string) { return in.EventBusName, in.Rule }),
		"ListTargetsByRule": on(wire.NewOp(s.listTargetsByRule), func(in listTargetsInput) (string, string) { return in.EventBusName, in.Rule }),
		"TestEventPattern":  wire.NewOp(s.testEventPattern).OnAll(),
		"PutEvents":         wire.Takes(wire.NewOp(s.putEvents), onEntries),
	})
}

// none is the answer of operations that answer nothing.
type none struct{}

// sorted returns a map's keys in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
