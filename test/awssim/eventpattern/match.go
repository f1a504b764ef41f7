package eventpattern

import (
	"fmt"
	"maps"
	"slices"
)

// field is one leaf of the event: its value, and in which elements of which
// arrays it was found (the array's number in the event, then the index).
type field struct {
	value   value
	element map[int]int
}

// flattening walks an event and collects its leaves by path. Arrays leave no
// trace in a path: a list of objects looks like one object with more values.
type flattening struct {
	arrays int
	fields map[string][]field
}

func flatten(event node) map[string][]field {
	f := &flattening{fields: map[string][]field{}}
	f.walk("", event, nil)
	return f.fields
}

func (f *flattening) walk(path string, n node, element map[int]int) {
	switch n.kind {
	case kindObject:
		for _, m := range n.members {
			step := m.name
			if path != "" {
				step = path + "." + m.name
			}
			f.walk(step, m.value, element)
		}
	case kindArray:
		array := f.arrays
		f.arrays++
		for i, item := range n.items {
			inside := element
			if item.kind == kindObject || item.kind == kindArray {
				inside = map[int]int{array: i}
				maps.Copy(inside, element)
			}
			f.walk(path, item, inside)
		}
	default:
		f.fields[path] = append(f.fields[path], field{value: value{kind: n.kind, text: n.text}, element: element})
	}
}

// match tries the fields of the pattern in the order of their paths, as
// event-ruler does, and keeps every choice of array elements that is still
// possible. The order shows with exists:false, which asks only about the
// elements chosen before it.
func (a alternative) match(event map[string][]field) bool {
	paths := slices.Sorted(maps.Keys(a))
	passing := map[string][]field{}
	for _, path := range paths {
		passing[path] = a[path].accept(event[path])
		if len(passing[path]) == 0 && !a[path].absent {
			return false
		}
	}
	choices := []map[int]int{{}}
	for i, path := range paths {
		next := extend(choices, passing[path])
		if a[path].absent {
			next = append(next, without(choices, event[path])...)
		}
		choices = distinct(next, arraysOf(paths[i+1:], event))
		if len(choices) == 0 {
			return false
		}
	}
	return true
}

// extend adds to each choice of elements those of each field that agrees with
// it: no array may be in two elements at once.
func extend(choices []map[int]int, fields []field) []map[int]int {
	var extended []map[int]int
	for _, choice := range choices {
		for _, f := range fields {
			if !agrees(choice, f) {
				continue
			}
			both := maps.Clone(choice)
			maps.Copy(both, f.element)
			extended = append(extended, both)
		}
	}
	return extended
}

// without keeps the choices that no field agrees with: to them it is absent.
func without(choices []map[int]int, fields []field) []map[int]int {
	var left []map[int]int
	for _, choice := range choices {
		if !slices.ContainsFunc(fields, func(f field) bool { return agrees(choice, f) }) {
			left = append(left, choice)
		}
	}
	return left
}

func agrees(choice map[int]int, f field) bool {
	for array, index := range f.element {
		if chosen, ok := choice[array]; ok && chosen != index {
			return false
		}
	}
	return true
}

// arraysOf are the arrays that fields at these paths lie in.
func arraysOf(paths []string, event map[string][]field) map[int]bool {
	arrays := map[int]bool{}
	for _, path := range paths {
		for _, f := range event[path] {
			for array := range f.element {
				arrays[array] = true
			}
		}
	}
	return arrays
}

// distinct forgets the elements of arrays that no later field lies in, and then
// the choices that have become the same. Without it the choices of unrelated
// arrays would multiply.
func distinct(choices []map[int]int, later map[int]bool) []map[int]int {
	seen := map[string]bool{}
	var kept []map[int]int
	for _, choice := range choices {
		reduced := maps.Clone(choice)
		maps.DeleteFunc(reduced, func(array, _ int) bool { return !later[array] })
		key := fmt.Sprint(reduced) // fmt sorts a map's keys
		if !seen[key] {
			seen[key] = true
			kept = append(kept, reduced)
		}
	}
	return kept
}
