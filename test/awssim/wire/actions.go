package wire

import (
	"maps"
	"slices"
)

// Lister is a handler that says what it offers. The handlers of NewJSON, NewREST
// and NewQuery are listers.
type Lister interface {
	// Actions are the names of the service's actions, in order.
	Actions() []string
}

// Actions are the names of the service's actions, in order.
func (p *jsonProtocol) Actions() []string { return slices.Sorted(maps.Keys(p.ops)) }

// Actions are the names of the service's actions, in order.
func (p *queryProtocol) Actions() []string { return slices.Sorted(maps.Keys(p.ops)) }

// Actions are the names of the service's actions, in order, however many routes
// each has.
func (p *restProtocol) Actions() []string {
	names := map[string]bool{}
	for _, op := range p.routes {
		names[op.Action] = true
	}
	return slices.Sorted(maps.Keys(names))
}
