// Package turns lets one backup or copy job at a time work on a resource
// [aws-backup-limits: one running job per resource].
package turns

import (
	"sync"

	"github.com/twohop/twohop/test/awssim/clock"
)

// Resource is what is worked on, in the account that starts the jobs.
type Resource struct{ Account, ARN string }

// Table is who works on what, safe for concurrent use.
type Table struct {
	clock *clock.Clock

	mu     sync.Mutex
	taken  map[Resource]bool
	denied map[Resource][]*Party // who asked in vain meanwhile
}

// Party is one kind of jobs.
type Party struct {
	table *Table
	wake  func()
}

// New returns a table on which every resource is free.
func New(c *clock.Clock) *Table {
	return &Table{clock: c, taken: map[Resource]bool{}, denied: map[Resource][]*Party{}}
}

// Join adds a kind of jobs. wake is called on the driver's goroutine, without any
// lock held, when a resource has become free that the party was denied.
func (t *Table) Join(wake func()) *Party { return &Party{table: t, wake: wake} }

// Take takes a resource if it is free, and reports whether it was.
func (p *Party) Take(r Resource) bool {
	p.table.mu.Lock()
	defer p.table.mu.Unlock()
	if p.table.taken[r] {
		p.table.denied[r] = append(p.table.denied[r], p)
		return false
	}
	p.table.taken[r] = true
	return true
}

// Give frees a resource. The other parties that it was denied to are woken before
// time moves on; whoever gives looks after jobs of its own.
func (p *Party) Give(r Resource) {
	p.table.mu.Lock()
	defer p.table.mu.Unlock()
	delete(p.table.taken, r)
	woken := map[*Party]bool{p: true}
	for _, other := range p.table.denied[r] {
		if !woken[other] {
			woken[other] = true
			p.table.clock.At(p.table.clock.Now(), other.wake)
		}
	}
	delete(p.table.denied, r)
}
