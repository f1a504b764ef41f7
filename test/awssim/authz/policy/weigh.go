package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/compare"
)

// Question is a request as statements see it.
type Question struct {
	Action   string // in any case
	Resource string // ARN or "*"
	Caller   Caller
	Values   map[string][]string // of condition keys, by their names in lower case
}

// Match tells how far a request gets through a statement, in the order that the
// elements are compared. What comes later is the nearer miss.
type Match int

// Where a request leaves a statement.
const (
	OtherAction Match = iota
	OtherResource
	OtherPrincipal
	ConditionFails
	Applies
)

// Finding is what one statement says to a request.
type Finding struct {
	Document  string // its name
	Statement string // its Sid, or its position such as Statement[2]
	Denies    bool   // its Effect
	Match     Match
	// Reach tells of a statement that applies whether it names the caller.
	Reach Reach
	// Why tells of a statement that does not apply what is in the way.
	Why string
}

// Weigh has every statement's finding, in order. The error names conditions whose
// outcome is not defined, whatever the other statements say.
func (d Document) Weigh(q Question) ([]Finding, error) {
	q.Action = strings.ToLower(q.Action) // actions are compared without case [IAM user guide: Action]
	findings := make([]Finding, 0, len(d.statements))
	var faults []error
	for _, s := range d.statements {
		f, err := s.weigh(q, d.Kind)
		if err != nil {
			faults = append(faults, fmt.Errorf("weigh %s of policy %s: %w", s.label(), d.Name, err))
		}
		f.Document, f.Statement, f.Denies = d.Name, s.label(), s.Effect == "Deny"
		findings = append(findings, f)
	}
	return findings, errors.Join(faults...)
}

// label is how findings name the statement.
func (s statement) label() string {
	if s.Sid != "" {
		return s.Sid
	}
	return s.position
}

func (s statement) weigh(q Question, kind Kind) (Finding, error) {
	reach := s.reaches(q.Caller, kind)
	switch {
	case !s.aboutAction(q):
		return Finding{Match: OtherAction, Why: "it is about other actions"}, nil
	case kind != Trust && !s.aboutResource(q):
		return Finding{Match: OtherResource, Why: fmt.Sprintf("its %s is %q", element("Resource", s.NotResource), s.Resources)}, nil
	case reach == nobody:
		return Finding{Match: OtherPrincipal, Why: fmt.Sprintf("its %s is %q", element("Principal", s.NotPrincipal), s.Principals)}, nil
	}
	var failing []string
	var faults []error
	for _, c := range s.conditions {
		holds, err := c.Holds(q.Values)
		switch have := c.Values(q.Values); {
		case err != nil:
			faults = append(faults, err)
		case !holds && len(have) == 0:
			failing = append(failing, fmt.Sprintf("its condition %s finds no such key in the request", c))
		case !holds:
			failing = append(failing, fmt.Sprintf("its condition %s finds %q", c, have))
		}
	}
	if len(failing) > 0 {
		return Finding{Match: ConditionFails, Why: strings.Join(failing, ", and ")}, errors.Join(faults...)
	}
	return Finding{Match: Applies, Reach: reach}, errors.Join(faults...)
}

func element(name string, not bool) string {
	if not {
		return "Not" + name
	}
	return name
}

func (s statement) aboutAction(q Question) bool {
	return s.NotAction != slices.ContainsFunc(s.actions, func(t compare.Text) bool {
		p, resolved := t.Resolve(nil)
		return resolved && p.Matches(q.Action)
	})
}

// aboutResource: a variable without value matches no resource, so NotResource with
// one excepts none [IAM user guide: policy variables].
func (s statement) aboutResource(q Question) bool {
	return s.NotResource != slices.ContainsFunc(s.resources, func(t compare.Text) bool {
		p, resolved := t.Resolve(q.Values)
		return resolved && p.MatchesResource(q.Resource)
	})
}
