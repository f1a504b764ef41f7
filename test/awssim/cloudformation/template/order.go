package template

import (
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// graph says what needs what, and where in the template that is said.
type graph map[string]map[string]document.Path

func (g graph) add(name string) { g[name] = map[string]document.Path{} }

// need notes that name needs another; the first place that says so is kept.
func (g graph) need(name, other string, at document.Path) {
	if _, known := g[name][other]; !known {
		g[name][other] = at
	}
}

// order lists all names, each after those it needs, by name among equals; at is
// where they stand. Names that need one another in a circle are faults, each
// circle one that names it whole.
func (g graph) order(at document.Path) ([]string, document.Faults) {
	var faults document.Faults
	var ordered []string
	done := map[string]bool{}
	waiting := slices.Sorted(maps.Keys(g))
	for len(waiting) > 0 {
		ready := slices.IndexFunc(waiting, func(name string) bool { return g.next(name, done) == "" })
		if ready >= 0 {
			ordered = append(ordered, waiting[ready])
			done[waiting[ready]] = true
			waiting = slices.Delete(waiting, ready, ready+1)
			continue
		}
		circle := g.circle(waiting[0], done)
		faults.Add(at.Key(circle[0]), "needs itself: %s", g.tell(circle))
		// As if they were done, so that the next circle shows.
		for _, name := range circle {
			done[name] = true
		}
		waiting = slices.DeleteFunc(waiting, func(name string) bool { return done[name] })
	}
	return ordered, faults
}

// without lists the names that name does not need, neither itself nor through others.
func (g graph) without(names []string, name string) []string {
	needed := map[string]bool{}
	for next := []string{name}; len(next) > 0; next = next[1:] {
		for other := range g[next[0]] {
			if !needed[other] {
				needed[other] = true
				next = append(next, other)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(names), func(other string) bool { return needed[other] })
}

// next is the first that name still needs; empty if it needs none.
func (g graph) next(name string, done map[string]bool) string {
	for _, other := range slices.Sorted(maps.Keys(g[name])) {
		if !done[other] {
			return other
		}
	}
	return ""
}

// circle follows what is needed until a name comes again, which it does where
// every name needs another. It begins with its first name.
func (g graph) circle(name string, done map[string]bool) []string {
	var way []string
	for !slices.Contains(way, name) {
		way = append(way, name)
		name = g.next(name, done)
	}
	way = way[slices.Index(way, name):]
	first := slices.Index(way, slices.Min(way))
	return slices.Concat(way[first:], way[:first])
}

func (g graph) tell(circle []string) string {
	var steps []string
	for i, name := range circle {
		other := circle[(i+1)%len(circle)]
		steps = append(steps, name+" needs "+other+" ("+string(g[name][other])+")")
	}
	return strings.Join(steps, ", ")
}
