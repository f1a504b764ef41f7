// Package events is the local Amazon EventBridge: event buses with their
// policies, rules with event patterns, and targets that are SQS queues or event
// buses, with retries and dead-letter queues on the simulated clock.
//
// An event goes this way: it enters a bus by PutEvents (put.go) or, from an AWS
// service, by Emit (route.go); the bus's enabled rules are asked (route.go); each
// of their targets gets a delivery of its own, due on the clock, with retries and
// dead letters (package delivery).
//
// Left out: schedules, archives, input transformation, other targets, tags and
// encryption, all of which are refused when asked for; and identity policies and
// the trust and rights of roles, which are not evaluated.
package events

import (
	"maps"
	"slices"
	"sync"

	"github.com/twohop/twohop/test/awssim/clock"
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
)

// Service is the EventBridge of all accounts and Regions, safe for concurrent
// use.
type Service struct {
	// Intercept, if set before the first event, sees every event on its way to
	// every target, before the first attempt.
	Intercept func(e Event, ruleARN, targetARN string) Delivery
	// MayForward, if set before the first event, judges a forwarding to another bus
	// in place of the bus's policy alone.
	MayForward func(Forwarding) error

	clock   *clock.Clock
	ids     *ids.Source
	courier *delivery.Courier

	mu            sync.Mutex
	buses         map[delivery.Bus]*bus
	organizations map[string]string // by account
}

// New returns an EventBridge in which every account has a default bus in every
// Region, and nothing else.
func New(c *clock.Clock, source *ids.Source, queues Queues) *Service {
	s := &Service{clock: c, ids: source, buses: map[delivery.Bus]*bus{}, organizations: map[string]string{}}
	s.courier = &delivery.Courier{Clock: c, IDs: source, Queues: queues, Forward: s.forward}
	return s
}

// SetOrganization makes the account a member of the organization with this id
// (o-exampleorgid), for aws:PrincipalOrgID in bus policies.
func (s *Service) SetOrganization(account, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.organizations[account] = id
}

// Dropped lists the events lost so far, the oldest first: those that could not
// be delivered and had no dead-letter queue to go to.
func (s *Service) Dropped() []Drop { return s.courier.Dropped() }

// Handler is the service on the wire.
func (s *Service) Handler() wire.Handler {
	return wire.NewJSON("1.1", "AWSEvents", map[string]wire.Op{
		"CreateEventBus":    wire.NewOp(s.createEventBus),
		"DeleteEventBus":    wire.NewOp(s.deleteEventBus),
		"DescribeEventBus":  wire.NewOp(s.describeEventBus),
		"ListEventBuses":    wire.NewOp(s.listEventBuses),
		"PutPermission":     wire.NewOp(s.putPermission),
		"RemovePermission":  wire.NewOp(s.removePermission),
		"PutRule":           wire.NewOp(s.putRule),
		"DeleteRule":        wire.NewOp(s.deleteRule),
		"DescribeRule":      wire.NewOp(s.describeRule),
		"ListRules":         wire.NewOp(s.listRules),
		"EnableRule":        wire.NewOp(s.setState(enabled)),
		"DisableRule":       wire.NewOp(s.setState(disabled)),
		"PutTargets":        wire.NewOp(s.putTargets),
		"RemoveTargets":     wire.NewOp(s.removeTargets),
		"ListTargetsByRule": wire.NewOp(s.listTargetsByRule),
		"TestEventPattern":  wire.NewOp(s.testEventPattern),
		"PutEvents":         wire.NewOp(s.putEvents),
	})
}

// none is the answer of operations that answer nothing.
type none struct{}

// sorted returns a map's keys in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
