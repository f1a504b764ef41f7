package events

import (
	"encoding/json"
	"fmt"

	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/events/entry"
	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/events/pattern"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	maxEntries = 10
	// maxRequest is the most that the entries of one PutEvents may come to, in
	// bytes [API: PutEvents].
	maxRequest = 1 << 20
)

type putEventsInput struct{ Entries []entry.Entry }

type putEventsOutput struct {
	FailedEntryCount int
	Entries          []entry.Result
}

// putEvents takes each entry by itself, but for the right to use the buses: one
// bus that does not admit the caller fails the whole request. An event for a bus
// that the caller's account does not have is accepted and lost, as on AWS; it
// shows among the dropped.
func (s *Service) putEvents(r *wire.Request, in putEventsInput) (putEventsOutput, error) {
	if len(in.Entries) == 0 || len(in.Entries) > maxEntries {
		return putEventsOutput{}, fault.Constraint(fmt.Sprintf("%d entries", len(in.Entries)), "entries",
			fmt.Sprintf("have length between 1 and %d", maxEntries))
	}
	keys := make([]delivery.Bus, len(in.Entries))
	total := 0
	for i, e := range in.Entries {
		total += e.Size()
		key, err := named(r.Caller, e.EventBusName)
		if err != nil {
			return putEventsOutput{}, err
		}
		if err := reaches(r, key); err != nil {
			return putEventsOutput{}, err
		}
		keys[i] = key
	}
	if total > maxRequest {
		return putEventsOutput{}, fault.Invalid("Total size of the entries in the request is over the limit.")
	}
	out := putEventsOutput{Entries: []entry.Result{}}
	for i, e := range in.Entries {
		result := e.Mistake()
		if result.ErrorCode == "" {
			result = s.accept(r.Caller, keys[i], e)
		} else {
			out.FailedEntryCount++
		}
		out.Entries = append(out.Entries, result)
	}
	return out, nil
}

// reaches refuses what no right opens: a bus in another Region and, where rights are
// not judged, one of another account.
func reaches(r *wire.Request, key delivery.Bus) error {
	if key.Region != r.Region {
		return fault.Invalid("Parameter EventBusName is not valid. Reason: %s is not in Region %s", key.ARN(), r.Region)
	}
	if key.Account != r.Account && !r.Judged() {
		return fault.New("AccessDeniedException", "User: %s is not authorized to perform: events:PutEvents on resource: %s: %s", r.Principal, key.ARN(), ownOnly)
	}
	return nil
}

func (s *Service) accept(c wire.Caller, key delivery.Bus, put entry.Entry) entry.Result {
	e := Event{
		ID: s.ids.UUID(), Source: put.Source, DetailType: put.DetailType, Account: c.Account, Region: c.Region,
		Time: put.Time.Time, Resources: put.Resources, Detail: json.RawMessage(put.Detail),
	}
	if e.Time.IsZero() {
		e.Time = s.clock.Now()
	}
	s.publish(key, e, false)
	return entry.Result{EventID: e.ID}
}

type testEventPatternInput struct{ EventPattern, Event string }

type testEventPatternOutput struct{ Result bool }

func (s *Service) testEventPattern(_ *wire.Request, in testEventPatternInput) (testEventPatternOutput, error) {
	matched, err := pattern.Test(in.EventPattern, in.Event)
	return testEventPatternOutput{Result: matched}, err
}
