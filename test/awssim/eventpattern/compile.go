package eventpattern

import (
	"fmt"
	"maps"
	"slices"
)

// maxAlternatives is EventBridge's limit of rule combinations that $or may make
// [EventBridge user guide: eb-create-pattern-operators].
const maxAlternatives = 1000

// alternative is one way to match: all of its fields, by path.
type alternative map[string]filters

// place is where in the pattern the compiler is.
type place struct {
	json  string // JSON path, for errors
	field string // path of the event's field: names joined by dots, $or left out
	inOr  bool   // below a $or, where the words of the pattern language are reserved
}

func (p place) member(name string) place {
	p.json += "." + name
	return p
}

func (p place) index(i int) place {
	p.json += fmt.Sprintf("[%d]", i)
	return p
}

// step is member for a name that is a field of the event.
func (p place) step(name string) place {
	p = p.member(name)
	if p.field != "" {
		p.field += "."
	}
	p.field += name
	return p
}

func (p place) errorf(format string, args ...any) error {
	return &SyntaxError{Path: p.json, Reason: fmt.Sprintf(format, args...)}
}

// reserved are the names that may not be fields inside $or.
var reserved = []string{
	"exactly", "equals-ignore-case", "prefix", "suffix", "anything-but", "exists", "wildcard", "numeric", "cidr",
	"html", "=", "<", "<=", ">", ">=", "regex", "not-wildcard", "not-equals-ignore-case", "date-after",
	"date-on-or-after", "date-before", "date-on-or-before", "in-date-range", "ip-address-in-range",
	"ip-address-not-in-range",
}

// compileObject adds the object's fields to each of the alternatives so far.
func compileObject(at place, object node, sofar []alternative) ([]alternative, error) {
	if len(object.members) == 0 {
		return nil, at.errorf("Empty objects are not allowed")
	}
	var err error
	for _, m := range object.members {
		switch {
		case m.name == "$or":
			sofar, err = compileOr(at.member(m.name), m.value, sofar)
		case at.inOr && slices.Contains(reserved, m.name):
			err = at.member(m.name).errorf("%s is Ruler reserved fieldName which cannot be used inside $or.", m.name)
		case m.value.kind == kindObject:
			sofar, err = compileObject(at.step(m.name), m.value, sofar)
		case m.value.kind == kindArray:
			sofar, err = compileField(at.step(m.name), m.value, sofar)
		default:
			err = at.member(m.name).errorf("%q must be an object or an array", m.name)
		}
		if err != nil {
			return nil, err
		}
	}
	return sofar, nil
}

// compileOr multiplies the alternatives so far by the members of a $or.
func compileOr(at place, list node, sofar []alternative) ([]alternative, error) {
	if list.kind != kindArray {
		return nil, at.errorf("It must be an Array followed with $or.")
	}
	if len(list.items) < 2 {
		return nil, at.errorf("There must have at least 2 Objects in $or relationship.")
	}
	at.inOr = true
	var product []alternative
	for i, item := range list.items {
		if item.kind != kindObject {
			return nil, at.index(i).errorf("Only JSON object is allowed in array of $or relationship.")
		}
		branch := make([]alternative, len(sofar))
		for j, a := range sofar {
			branch[j] = maps.Clone(a)
		}
		// The $or itself is no field of the event, so the branch's fields hang
		// where the $or does.
		branch, err := compileObject(at.index(i), item, branch)
		if err != nil {
			return nil, err
		}
		product = append(product, branch...)
		if len(product) > maxAlternatives {
			return nil, at.errorf("$or makes more than %d rule combinations", maxAlternatives)
		}
	}
	return product, nil
}

// compileField adds one field's filters to each of the alternatives so far.
func compileField(at place, list node, sofar []alternative) ([]alternative, error) {
	if len(list.items) == 0 {
		return nil, at.errorf("Empty arrays are not allowed")
	}
	var field filters
	for i, item := range list.items {
		f, err := compileFilter(at.index(i), item)
		if err != nil {
			return nil, err
		}
		field.any = append(field.any, f)
		field.absent = field.absent || asksAbsence(item)
	}
	for _, a := range sofar {
		if _, twice := a[at.field]; twice {
			return nil, at.errorf("Path `%s` cannot be allowed multiple times", at.field)
		}
		a[at.field] = field
	}
	return sofar, nil
}
