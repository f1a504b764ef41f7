package events

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/events/entry"
)

// Emit puts an event on the default bus of the account and Region, as an AWS
// service does: the source may begin with aws. here. ID, Account, Region, Time
// and Detail are filled in where they are empty. A Detail that is not a JSON
// object makes a dropped event. Deliveries are due on the clock; none has
// happened when Emit returns.
func (s *Service) Emit(account, region string, e Event) {
	if e.ID == "" {
		e.ID = s.ids.UUID()
	}
	if e.Account == "" {
		e.Account = account
	}
	if e.Region == "" {
		e.Region = region
	}
	if e.Time.IsZero() {
		e.Time = s.clock.Now()
	}
	if len(e.Detail) == 0 {
		e.Detail = json.RawMessage("{}")
	}
	b := delivery.Bus{Account: account, Region: region, Name: delivery.DefaultBus}
	if !entry.IsObject(e.Detail) {
		s.courier.Drop(Drop{Event: e, TargetARN: b.ARN(), Code: delivery.CodeInvalidJSON, Message: "Detail is not a JSON object"})
		return
	}
	s.publish(b, e, false)
}

// publish asks the rules of a bus about an event and sets the deliveries due.
func (s *Service) publish(to delivery.Bus, e Event, forwarded bool) {
	body, err := e.Body()
	if err != nil {
		s.courier.Drop(Drop{Event: e, TargetARN: to.ARN(), Code: delivery.CodeInvalidJSON, Message: err.Error()})
		return
	}
	deliveries, lost := s.match(to, delivery.Delivery{Event: e, Body: body, Forwarded: forwarded, Bus: to, Accepted: s.clock.Now()})
	for _, d := range lost {
		s.courier.Drop(d)
	}
	for _, d := range deliveries {
		var verdict Delivery
		if s.Intercept != nil {
			verdict = s.Intercept(d.Event, d.RuleARN, d.Target.Arn)
		}
		s.courier.Start(d, verdict)
	}
}

// match makes a delivery of d for every target of every enabled rule that
// matches, in the order of their names. What is lost here is for the caller to
// record.
func (s *Service) match(key delivery.Bus, d delivery.Delivery) (deliveries []delivery.Delivery, lost []Drop) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.lookup(key)
	if !ok {
		d.Target.Arn = key.ARN()
		return nil, []Drop{d.Lost(delivery.CodeNoResource, "Event bus "+key.Name+" does not exist.")}
	}
	for _, name := range sorted(b.rules) {
		r := b.rules[name]
		if r.state != enabled {
			continue
		}
		d.RuleARN, d.Target = r.arn(), delivery.Target{}
		matched, err := r.pattern.Match([]byte(d.Body))
		if err != nil {
			lost = append(lost, d.Lost(delivery.CodeInvalidJSON, err.Error()))
			continue
		}
		if !matched {
			continue
		}
		for _, id := range sorted(r.targets) {
			d.Target = r.targets[id]
			deliveries = append(deliveries, d)
		}
	}
	return deliveries, lost
}

// forward puts the event of a delivery on another bus as it is. That happens to
// an event only once: "EventBridge can't route events received from a sender
// event bus to a third event bus" [EventBridge user guide: eb-bus-to-bus],
// whichever accounts the buses are in.
func (s *Service) forward(d delivery.Delivery, to delivery.Bus) error {
	if d.Forwarded {
		return &Refusal{Code: delivery.CodeSecondHop, Message: fmt.Sprintf("Event ingestion rejected for event %s because an event can be "+
			"sent to an event bus target only once. This event was previously delivered to an event bus target.", d.Event.ID)}
	}
	if err := s.mayForward(d, to); err != nil {
		return &Refusal{Code: delivery.CodeNoPermissions, Message: err.Error()}
	}
	s.mu.Lock()
	_, exists := s.lookup(to)
	s.mu.Unlock()
	if !exists {
		return &Refusal{Code: delivery.CodeNoResource, Message: fmt.Sprintf("Event bus %s does not exist.", to.Name)}
	}
	s.publish(to, d.Event, true)
	return nil
}

func (s *Service) mayForward(d delivery.Delivery, to delivery.Bus) error {
	if s.MayForward != nil {
		return s.MayForward(Forwarding{
			Account: d.Bus.Account, RuleARN: d.RuleARN, RoleARN: d.Target.RoleArn, BusARN: to.ARN(), Source: d.Event.Source, DetailType: d.Event.DetailType,
		})
	}
	if d.Bus.Account != to.Account {
		return errors.New(ownOnly)
	}
	return nil
}

// ownOnly is why another account is turned away where rights are not judged.
const ownOnly = "awssim is not asked to judge rights, and a bus then serves its own account only"
