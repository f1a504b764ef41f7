package wire

import (
	"maps"
	"slices"
)

// Lister is a handler that says what it offers. The handlers of NewJSON, NewRPC,
// NewREST and NewQuery are listers.
type Lister interface {
	// Actions are the names of the service's actions, in order.
	Actions() []string
	// Unjudged are those actions whose rights nobody has written down, in order.
	Unjudged() []string
}

// Actions are the names of the service's actions, in order.
func (p *jsonProtocol) Actions() []string { return slices.Sorted(maps.Keys(p.ops)) }

// Unjudged are those whose rights nobody has written down, in order.
func (p *jsonProtocol) Unjudged() []string { return unjudged(p.ops) }

// Actions are the names of the service's actions, in order.
func (p *queryProtocol) Actions() []string { return slices.Sorted(maps.Keys(p.ops)) }

// Unjudged are those whose rights nobody has written down, in order.
func (p *queryProtocol) Unjudged() []string { return unjudged(p.ops) }

// Actions are the names of the service's actions, in order, however many routes
// each has.
func (p *restProtocol) Actions() []string {
	names := map[string]bool{}
	for _, op := range p.routes {
		names[op.Action] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// Unjudged are those with a route whose rights nobody has written down, in order.
func (p *restProtocol) Unjudged() []string {
	ops := map[string]Op{}
	for _, route := range p.routes {
		if known, ok := ops[route.Action]; !ok || known.needs != nil {
			ops[route.Action] = route.Op
		}
	}
	return unjudged(ops)
}

func unjudged(ops map[string]Op) []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(ops)) {
		if ops[name].needs == nil {
			names = append(names, name)
		}
	}
	return names
}
