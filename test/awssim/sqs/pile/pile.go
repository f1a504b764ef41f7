// Package pile is a heap from which any item can be taken, not the first one alone.
package pile

import "container/heap"

// Item knows its place in each kind of pile that it can be in.
type Item interface {
	comparable
	// Place is where the pile of a kind keeps the item's place: 0 while it is in none.
	Place(kind int) *int
}

// Pile is a heap of items. The zero value is of no use; see New.
type Pile[T Item] struct{ heap order[T] }

// New returns an empty pile of a kind.
func New[T Item](kind int, before func(a, b T) bool) *Pile[T] {
	return &Pile[T]{order[T]{kind: kind, before: before}}
}

// First is the item before all others; false where there is none.
func (p *Pile[T]) First() (first T, some bool) {
	if len(p.heap.items) == 0 {
		return first, false
	}
	return p.heap.items[0], true
}

// Len is how many items there are.
func (p *Pile[T]) Len() int { return len(p.heap.items) }

// Items are all of them in no order that can be relied on; the pile's own slice.
func (p *Pile[T]) Items() []T { return p.heap.items }

// Add puts an item in.
func (p *Pile[T]) Add(item T) { heap.Push(&p.heap, item) }

// Has reports whether the item is in the pile.
func (p *Pile[T]) Has(item T) bool { return *item.Place(p.heap.kind) > 0 }

// Take does nothing if the item is not in the pile.
func (p *Pile[T]) Take(item T) {
	if p.Has(item) {
		heap.Remove(&p.heap, *item.Place(p.heap.kind)-1)
	}
}

// order is heap.Interface. An item's place is its index plus one, so that a new item is
// in no pile.
type order[T Item] struct {
	kind   int
	before func(a, b T) bool
	items  []T
}

func (o *order[T]) Len() int           { return len(o.items) }
func (o *order[T]) Less(i, j int) bool { return o.before(o.items[i], o.items[j]) }

func (o *order[T]) Swap(i, j int) {
	o.items[i], o.items[j] = o.items[j], o.items[i]
	*o.items[i].Place(o.kind), *o.items[j].Place(o.kind) = i+1, j+1
}

func (o *order[T]) Push(x any) {
	item := x.(T)
	o.items = append(o.items, item)
	*item.Place(o.kind) = len(o.items)
}

func (o *order[T]) Pop() any {
	last := len(o.items) - 1
	item := o.items[last]
	var none T
	o.items[last] = none
	o.items = o.items[:last]
	*item.Place(o.kind) = 0
	return item
}
