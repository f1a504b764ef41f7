package fleet

import (
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// pool is a quota and what has come of it.
type pool struct {
	hop.Pool
	running, most int
	waiting       int // points that can be known of and have not begun
	begun, ended  time.Time
	// idle is the time of slots that were free while points waited, up to since.
	idle  time.Duration
	since time.Time
}

func (p *pool) slots() int { return p.Size - p.Headroom }

// pass adds up the time since the last change.
func (p *pool) pass(now time.Time) {
	if free := min(p.slots()-p.running, p.waiting); free > 0 {
		p.idle += time.Duration(free) * now.Sub(p.since)
	}
	p.since = now
}

// know has a further point wait.
func (p *pool) know(now time.Time) {
	p.pass(now)
	p.waiting++
}

// begin has a copy begin, for the first time of its point or again.
func (p *pool) begin(now time.Time, first bool) {
	p.pass(now)
	p.running++
	p.most = max(p.most, p.running)
	if first {
		p.waiting--
		p.begun = now
	}
}

// end ends a copy.
func (p *pool) end(now time.Time) {
	p.pass(now)
	p.running--
	p.ended = now
}
