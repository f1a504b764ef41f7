// Package eventpattern decides whether an event matches an Amazon EventBridge
// event pattern, as AWS's own matcher does (github.com/aws/event-ruler, read as
// the reference; names of its behaviours below are facts about AWS).
//
// A pattern is a JSON object in the shape of the event. Its leaves are lists:
// a field matches when any of its values passes any filter of the list, and the
// pattern matches when every field does. Arrays in the event are seen through,
// but two fields found inside one array of objects must be in the same element.
package eventpattern

import "fmt"

// Pattern is a compiled event pattern, safe for concurrent use.
type Pattern struct {
	// alternatives are the pattern with every $or multiplied out: one of them
	// must match.
	alternatives []alternative
}

// SyntaxError says why EventBridge would refuse a pattern with
// InvalidEventPatternException.
type SyntaxError struct {
	Path   string // where, as a JSON path: $.detail.state[0].prefix
	Reason string // event-ruler's own words where it has any
}

// Error is the reason, then the path.
func (e *SyntaxError) Error() string { return e.Reason + " at " + e.Path }

// Compile reads a pattern. Every error is a *SyntaxError.
func Compile(pattern string) (*Pattern, error) {
	root, err := parse([]byte(pattern))
	if err != nil {
		return nil, &SyntaxError{Path: "$", Reason: err.Error()}
	}
	if root.kind != kindObject {
		return nil, &SyntaxError{Path: "$", Reason: "Filter is not an object"}
	}
	alternatives, err := compileObject(place{json: "$"}, root, []alternative{{}})
	if err != nil {
		return nil, err
	}
	return &Pattern{alternatives: alternatives}, nil
}

// Match reports whether the event, a JSON object, matches. It fails on anything
// that is not one.
func (p *Pattern) Match(event []byte) (bool, error) {
	root, err := parse(event)
	if err != nil {
		return false, fmt.Errorf("parse event: %w", err)
	}
	if root.kind != kindObject {
		return false, fmt.Errorf("parse event: Event must be a JSON object")
	}
	fields := flatten(root)
	for _, a := range p.alternatives {
		if a.match(fields) {
			return true, nil
		}
	}
	return false, nil
}
