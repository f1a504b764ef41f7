// Package pattern reads and tries event patterns, with errors worded as
// EventBridge's.
package pattern

import (
	"encoding/json"

	"github.com/twohop/twohop/test/awssim/eventpattern"
	"github.com/twohop/twohop/test/awssim/events/fault"
)

// Compile reads an event pattern and words its errors as EventBridge does, but
// for the place, which EventBridge gives as line and column.
func Compile(text string) (*eventpattern.Pattern, error) {
	if len(text) > 4096 {
		return nil, fault.Constraint(text, "eventPattern", "have length less than or equal to 4096")
	}
	compiled, err := eventpattern.Compile(text)
	if err != nil {
		return nil, fault.New("InvalidEventPatternException", "Event pattern is not valid. Reason: %v", err)
	}
	return compiled, nil
}

// mandatory are the fields that TestEventPattern wants in an event
// [API: TestEventPattern].
var mandatory = []string{"id", "account", "source", "time", "region", "resources", "detail-type"}

// Test tells whether an event matches a pattern.
func Test(pattern, event string) (bool, error) {
	compiled, err := Compile(pattern)
	if err != nil {
		return false, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(event), &fields); err != nil {
		return false, fault.Invalid("Parameter Event is not valid. Reason: %v", err)
	}
	for _, name := range mandatory {
		if _, ok := fields[name]; !ok {
			return false, fault.Invalid("Parameter Event is not valid. Reason: %s is a mandatory field", name)
		}
	}
	matched, err := compiled.Match([]byte(event))
	if err != nil {
		return false, fault.Invalid("Parameter Event is not valid. Reason: %v", err)
	}
	return matched, nil
}
