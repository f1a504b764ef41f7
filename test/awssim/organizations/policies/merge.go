package policies

import (
	"maps"
	"slices"
)

// merge adds the documents of one root, unit or account, in the order in which they
// were attached, to what is inherited from above: nil, a string, a list of strings
// or a map. It returns what is inherited from here; nil is nothing.
func merge(g *grammar, inherited any, level []*node) any {
	if len(level) == 0 {
		return inherited
	}
	if g.fields == nil && g.each == nil {
		return g.settle(inherited, level)
	}
	merged, _ := inherited.(map[string]any)
	merged = maps.Clone(merged)
	if merged == nil {
		merged = map[string]any{}
	}
	for _, n := range level {
		for key := range n.fields {
			merged[key] = nil
		}
	}
	before, _ := inherited.(map[string]any)
	for key := range merged {
		under := g.each
		if g.fields != nil {
			under = g.fields[key]
		}
		merged[key] = merge(under, before[key], childrenOf(level, key))
	}
	return merged
}

func childrenOf(level []*node, key string) []*node {
	var found []*node
	for _, n := range level {
		if child := n.fields[key]; child != nil {
			found = append(found, child)
		}
	}
	return found
}

// settle works the operators of one level out: what was attached first assigns, then
// all append, then all remove [policy-operators; inheritance-examples, conflicts at
// one level]. That appending at a level comes before removing there is UNCONFIRMED A87.
func (g *grammar) settle(inherited any, level []*node) any {
	value := inherited
	for _, n := range slices.Backward(level) {
		switch assigned := n.fields["@@assign"]; {
		case assigned == nil:
		case g.list:
			value = assigned.list
		default:
			value = *assigned.text
		}
	}
	if !g.list {
		return value
	}
	values, _ := value.([]string)
	values = slices.Clone(values)
	for _, n := range childrenOf(level, "@@append") {
		for _, added := range n.list {
			if !slices.Contains(values, added) {
				values = append(values, added)
			}
		}
	}
	for _, n := range childrenOf(level, "@@remove") {
		values = slices.DeleteFunc(values, func(v string) bool { return slices.Contains(n.list, v) })
	}
	if values == nil {
		values = []string{} // written as [], not null
	}
	return values
}
