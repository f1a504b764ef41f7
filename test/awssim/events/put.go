package events

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/events/buspolicy"
	"github.com/twohop/twohop/test/awssim/events/delivery"
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

type putEventsInput struct{ Entries []putEntry }

type putEntry struct {
	Time         wire.Epoch
	Source       string
	Resources    []string
	DetailType   string
	Detail       string
	EventBusName string
}

type putEventsOutput struct {
	FailedEntryCount int
	Entries          []putResult
}

type putResult struct {
	EventId      string `json:",omitempty"`
	ErrorCode    string `json:",omitempty"`
	ErrorMessage string `json:",omitempty"`
}

// size counts an entry as EventBridge does [EventBridge user guide: eb-putevents].
func (e putEntry) size() int {
	n := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if !e.Time.IsZero() {
		n += 14
	}
	for _, resource := range e.Resources {
		n += len(resource)
	}
	return n
}

// mistake is what is wrong with an entry alone; its code is empty if nothing is.
func (e putEntry) mistake() putResult {
	missing := func(name string) putResult {
		return putResult{ErrorCode: "InvalidArgument",
			ErrorMessage: fmt.Sprintf("Parameter %s is not valid. Reason: %s is a required argument.", name, name)}
	}
	switch {
	case e.Source == "":
		return missing("Source")
	case e.DetailType == "":
		return missing("DetailType")
	case e.Detail == "":
		return missing("Detail")
	case strings.HasPrefix(e.Source, "aws."):
		return putResult{ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source."}
	case !isObject([]byte(e.Detail)):
		return putResult{ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed."}
	}
	return putResult{}
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
	for i, entry := range in.Entries {
		total += entry.size()
		key, err := named(r.Caller, entry.EventBusName)
		if err != nil {
			return putEventsOutput{}, err
		}
		if err := s.authorize(r.Caller, key, entry); err != nil {
			return putEventsOutput{}, err
		}
		keys[i] = key
	}
	if total > maxRequest {
		return putEventsOutput{}, fault.Invalid("Total size of the entries in the request is over the limit.")
	}
	out := putEventsOutput{Entries: []putResult{}}
	for i, entry := range in.Entries {
		result := entry.mistake()
		if result.ErrorCode == "" {
			result = s.accept(r.Caller, keys[i], entry)
		} else {
			out.FailedEntryCount++
		}
		out.Entries = append(out.Entries, result)
	}
	return out, nil
}

// authorize asks a bus in another account for its policy's leave.
func (s *Service) authorize(c wire.Caller, key delivery.Bus, entry putEntry) error {
	if key.Region != c.Region {
		return fault.Invalid("Parameter EventBusName is not valid. Reason: %s is not in Region %s", key.ARN(), c.Region)
	}
	if _, admitted := s.ask(key, buspolicy.Request{
		Account: c.Account, PrincipalARN: buspolicy.PrincipalARN(c.Principal), Source: entry.Source, DetailType: entry.DetailType,
	}); !admitted {
		return fault.New("AccessDeniedException", "User: %s is not authorized to perform: events:PutEvents on resource: %s "+
			"because no resource-based policy allows the events:PutEvents action", c.Principal, key.ARN())
	}
	return nil
}

func (s *Service) accept(c wire.Caller, key delivery.Bus, entry putEntry) putResult {
	e := Event{
		ID: s.ids.UUID(), Source: entry.Source, DetailType: entry.DetailType, Account: c.Account, Region: c.Region,
		Time: entry.Time.Time, Resources: entry.Resources, Detail: json.RawMessage(entry.Detail),
	}
	if e.Time.IsZero() {
		e.Time = s.clock.Now()
	}
	s.publish(key, e, false)
	return putResult{EventId: e.ID}
}

type testEventPatternInput struct{ EventPattern, Event string }

type testEventPatternOutput struct{ Result bool }

func (s *Service) testEventPattern(_ *wire.Request, in testEventPatternInput) (testEventPatternOutput, error) {
	matched, err := pattern.Test(in.EventPattern, in.Event)
	return testEventPatternOutput{Result: matched}, err
}
