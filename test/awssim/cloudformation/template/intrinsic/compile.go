// Package intrinsic reads the values of a CloudFormation template and works out
// the functions in them: Ref and Fn::Base64, FindInMap, GetAtt, If, ImportValue,
// Join, Select, Split and Sub, and in conditions Condition and Fn::And, Equals,
// Not and Or. Any other function is a fault, and so is a function that gets or
// gives what does not belong there - told when the value is read wherever that
// can be known, with its place.
package intrinsic

import (
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// Place is where in a template a value stands, which decides what it may be.
type Place int

// Places.
const (
	Anywhere    Place = iota // properties and outputs
	Beforehand               // what CloudFormation must know before any resource is made
	inCondition              // what conditions compare: known beforehand, and few functions
)

// Compiler reads values of one template and notes what is wrong with them. The
// names are what the template declares.
type Compiler struct {
	Parameters map[string]bool
	Mappings   map[string]map[string]map[string]any // text or lists of text, by map and two keys
	Conditions map[string]bool
	Resources  map[string]bool
	Faults     document.Faults
}

// IsFunction tells a function's name from that of a property. "Condition" is a
// property wherever it does not stand among conditions: policies have it.
func IsFunction(name string) bool { return name == "Ref" || strings.HasPrefix(name, "Fn::") }

// Value reads a value of any kind. A faulty one becomes a value that nobody should
// work out.
func (c *Compiler) Value(at document.Path, v any, in Place) Expression {
	switch v := v.(type) {
	case map[string]any:
		all := object{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if !IsFunction(name) {
				all[name] = c.Value(at.Key(name), v[name], in)
				continue
			}
			if len(v) > 1 {
				c.Faults.Add(at.Key(name), "is a function, and a function stands alone in its object; there are %d members", len(v))
			}
			return c.function(at.Key(name), name, v[name], in)
		}
		return all
	case []any:
		items := array{}
		for i, item := range v {
			items = append(items, c.Value(at.Item(i), item, in))
		}
		return items
	default:
		return literal{v}
	}
}

// Members reads an object of which only the members' values may have functions.
// Where there is no object, nil, it has no members.
func (c *Compiler) Members(at document.Path, v any) Expression {
	values, ok := v.(map[string]any)
	if !ok && v != nil {
		c.Faults.Add(at, "is %s; an object belongs here", document.Kind(v))
	}
	all := object{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if IsFunction(name) {
			c.Faults.Add(at.Key(name), "is a function; names belong here, and functions in their values")
			continue
		}
		all[name] = c.Value(at.Key(name), values[name], Anywhere)
	}
	return all
}

// Text reads a value of which text must come.
func (c *Compiler) Text(at document.Path, v any, in Place) Expression {
	return call{at, text, []Expression{c.text(at, v, in)}, func(_ *Scope, args []any) (any, document.Faults) {
		return textOf(at, args[0])
	}}
}

// text is Text that may turn out to be left out.
func (c *Compiler) text(at document.Path, v any, in Place) Expression {
	e := c.Value(at, v, in)
	if g := givesOf(e); g == list || g == neither {
		c.Faults.Add(at, "is %s; text belongs here, or a function that gives text", kindOf(e, v))
	}
	return e
}

// list reads a list of texts, or a function that may give one.
func (c *Compiler) list(at document.Path, v any, in Place) Expression {
	if items, ok := v.([]any); ok {
		all := array{}
		for i, item := range items {
			all = append(all, c.text(at.Item(i), item, in))
		}
		return all
	}
	e := c.Value(at, v, in)
	if g := givesOf(e); g == text || g == neither {
		c.Faults.Add(at, "is %s; a list belongs here, or a function that gives a list", kindOf(e, v))
	}
	return e
}

// arguments takes a function's list of arguments apart; false if there are others
// than those named.
func (c *Compiler) arguments(at document.Path, arg any, names ...string) ([]any, bool) {
	args, ok := arg.([]any)
	if !ok || len(args) != len(names) {
		c.Faults.Add(at, "takes a list of %d: %s", len(names), strings.Join(names, ", "))
		return nil, false
	}
	return args, true
}

// written takes an argument that CloudFormation does not work out; empty if it is
// no text or has none, which is a fault then.
func (c *Compiler) written(at document.Path, arg any, what string) string {
	t, ok := arg.(string)
	if !ok {
		c.Faults.Add(at, "is %s; the %s is text that is written out", document.Kind(arg), what)
	} else if t == "" {
		c.Faults.Add(at, "is empty; the %s belongs here", what)
	}
	return t
}
