// Package buspolicy keeps the resource policies of event buses, statement by
// statement, as PutPermission and RemovePermission change them. Who is admitted by
// them is judged elsewhere.
package buspolicy

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/policy"
)

// Policy is a bus's resource policy. The zero value admits nobody.
type Policy struct {
	text string // as it was set, or as its statements make it
}

// document is a policy as far as its statements are told apart.
type document struct {
	Version   string            `json:"Version"`
	ID        string            `json:"Id,omitempty"`
	Statement []json.RawMessage `json:"Statement"`
}

// String is the policy as DescribeEventBus shows it: empty without statements.
func (p Policy) String() string { return p.text }

// Parse reads a whole policy of the bus with this ARN. The error names what AWS would
// refuse or awssim does not evaluate.
func Parse(text, busARN string) (Policy, error) {
	if _, err := policy.Parse(policy.Resource, "the bus's policy", []byte(text)); err != nil {
		return Policy{}, err
	}
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return Policy{}, err
	}
	if d.Version != "2012-10-17" {
		return Policy{}, fmt.Errorf("Version is %q; it must be 2012-10-17", d.Version)
	}
	if len(d.Statement) == 0 {
		return Policy{}, errors.New("there is no Statement")
	}
	for i, statement := range d.Statement {
		if err := check(statement, busARN); err != nil {
			return Policy{}, fmt.Errorf("Statement %d: %w", i+1, err)
		}
	}
	compact, err := json.Marshal(d)
	return Policy{text: string(compact)}, err
}

// check finds what AWS refuses in a bus's policy beside what no policy may have
// [EventBridge: resource-based policies for event buses].
func check(statement json.RawMessage, busARN string) error {
	var s struct{ Action, Resource any }
	if err := json.Unmarshal(statement, &s); err != nil {
		return err
	}
	for _, action := range texts(s.Action) {
		if !strings.HasPrefix(action, "events:") {
			return fmt.Errorf("the Action %q is not one of events", action)
		}
	}
	for _, resource := range texts(s.Resource) {
		// Rules of the bus may be named too, which here nobody but the owner manages.
		if resource != "*" && resource != busARN {
			return fmt.Errorf("the Resource is %q; it must be %s", resource, busARN)
		}
	}
	return nil
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, fmt.Sprint(item))
		}
		return all
	default:
		return nil
	}
}

// With returns the policy's text with one statement added or, by its id, replaced.
func (p Policy) With(sid string, statement json.RawMessage) string {
	kept := p.without(sid)
	return textOf(append(kept, statement))
}

// Without returns the policy's text without the statements of this id, empty where
// none is left, and whether there were any.
func (p Policy) Without(sid string) (text string, found bool) {
	kept := p.without(sid)
	if len(kept) == 0 {
		return "", p.text != ""
	}
	return textOf(kept), len(kept) < len(p.statements())
}

func (p Policy) statements() []json.RawMessage {
	var d document
	if p.text == "" || json.Unmarshal([]byte(p.text), &d) != nil {
		return nil
	}
	return d.Statement
}

func (p Policy) without(sid string) []json.RawMessage {
	return slices.DeleteFunc(p.statements(), func(statement json.RawMessage) bool {
		var s struct{ Sid string }
		return json.Unmarshal(statement, &s) == nil && s.Sid == sid
	})
}

func textOf(statements []json.RawMessage) string {
	text, err := json.Marshal(document{Version: "2012-10-17", Statement: statements})
	if err != nil {
		return "" // the statements were JSON when they came
	}
	return string(text)
}
