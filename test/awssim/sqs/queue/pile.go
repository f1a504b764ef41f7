package queue

import "container/heap"

// The piles that a message can be in.
const (
	readyPile = iota
	waitingPile
	agePile
	piles
)

// pile is a heap of messages from which any one can be taken.
type pile struct {
	kind   int
	before func(a, b *stored) bool
	items  []*stored
}

// sooner orders by availability, then by arrival.
func sooner(a, b *stored) bool {
	if a.Available.Equal(b.Available) {
		return a.arrival < b.arrival
	}
	return a.Available.Before(b.Available)
}

// older orders by the time of sending, from which retention counts.
func older(a, b *stored) bool { return a.Sent.Before(b.Sent) }

func (p *pile) first() (*stored, bool) {
	if len(p.items) == 0 {
		return nil, false
	}
	return p.items[0], true
}

func (p *pile) add(m *stored) { heap.Push(p, m) }

func (p *pile) has(m *stored) bool { return m.place[p.kind] > 0 }

// take does nothing if m is not in the pile.
func (p *pile) take(m *stored) {
	if p.has(m) {
		heap.Remove(p, m.place[p.kind]-1)
	}
}

// The rest is heap.Interface. A message's place is its index plus one, so that
// a new message is in no pile.

func (p *pile) Len() int           { return len(p.items) }
func (p *pile) Less(i, j int) bool { return p.before(p.items[i], p.items[j]) }

func (p *pile) Swap(i, j int) {
	p.items[i], p.items[j] = p.items[j], p.items[i]
	p.items[i].place[p.kind], p.items[j].place[p.kind] = i+1, j+1
}

func (p *pile) Push(x any) {
	m := x.(*stored)
	p.items = append(p.items, m)
	m.place[p.kind] = len(p.items)
}

func (p *pile) Pop() any {
	last := len(p.items) - 1
	m := p.items[last]
	p.items[last] = nil
	p.items = p.items[:last]
	m.place[p.kind] = 0
	return m
}
