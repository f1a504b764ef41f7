package intrinsic

import (
	"maps"
	"slices"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// Expression is a value of a template whose functions are not worked out yet.
type Expression interface {
	// Resolve works the value out to a plain one, or to Absent{}. With faults, the
	// value means nothing.
	Resolve(s *Scope) (any, document.Faults)
	// visit shows the expression and those inside it, without the branches of
	// Fn::If that are not taken.
	visit(s *Scope, see func(Expression))
}

// Absent is the value of AWS::NoValue: the property that has it is left out
// [CloudFormation: pseudo parameters reference]. That an item of a list is left
// out likewise is UNCONFIRMED A99.
type Absent struct{}

// Scope is what expressions are worked out from.
type Scope struct {
	Account, Region string
	Values          map[string]any              // of parameters and pseudo parameters: text or []any of text
	Conditions      map[string]bool             // outcomes
	Resources       map[string]Resource         // those that are made
	Imports         func(string) (string, bool) // by the name of the export; nil: nothing
}

// Resource is what references to a resource give.
type Resource struct {
	Type       string            // AWS::SQS::Queue
	PhysicalID string            // what Ref gives
	Attributes map[string]string // what Fn::GetAtt gives
}

type literal struct{ value any }

func (l literal) Resolve(*Scope) (any, document.Faults) { return l.value, nil }
func (l literal) visit(_ *Scope, see func(Expression))  { see(l) }

type object map[string]Expression

func (o object) Resolve(s *Scope) (any, document.Faults) {
	var faults document.Faults
	values := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		value, wrong := o[name].Resolve(s)
		faults.Join(wrong)
		if value != (Absent{}) {
			values[name] = value
		}
	}
	return values, faults
}

func (o object) visit(s *Scope, see func(Expression)) {
	see(o)
	for _, name := range slices.Sorted(maps.Keys(o)) {
		o[name].visit(s, see)
	}
}

type array []Expression

func (a array) Resolve(s *Scope) (any, document.Faults) {
	var faults document.Faults
	values := []any{}
	for _, item := range a {
		value, wrong := item.Resolve(s)
		faults.Join(wrong)
		if value != (Absent{}) {
			values = append(values, value)
		}
	}
	return values, faults
}

func (a array) visit(s *Scope, see func(Expression)) {
	see(a)
	for _, item := range a {
		item.visit(s, see)
	}
}

// call is a function whose arguments are all worked out.
type call struct {
	at    document.Path
	gives gives
	args  []Expression
	apply func(s *Scope, args []any) (any, document.Faults)
}

func (c call) Resolve(s *Scope) (any, document.Faults) {
	var faults document.Faults
	values := make([]any, len(c.args))
	for i, arg := range c.args {
		value, wrong := arg.Resolve(s)
		faults.Join(wrong)
		values[i] = value
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return c.apply(s, values)
}

func (c call) visit(s *Scope, see func(Expression)) {
	see(c)
	for _, arg := range c.args {
		arg.visit(s, see)
	}
}

// choice is Fn::If.
type choice struct {
	condition       string
	then, otherwise Expression
}

func (c choice) taken(s *Scope) Expression {
	if s.Conditions[c.condition] {
		return c.then
	}
	return c.otherwise
}

func (c choice) Resolve(s *Scope) (any, document.Faults) { return c.taken(s).Resolve(s) }

func (c choice) visit(s *Scope, see func(Expression)) {
	see(c)
	c.taken(s).visit(s, see)
}
