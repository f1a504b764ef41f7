package fleet

import (
	"container/heap"
	"sync"
	"time"
)

// clock is simulated time: it stands still while something is done, and jumps to
// what is due next.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	due   tasks
	count int
	// moved is told by how much the time has jumped.
	moved func(by time.Duration)
}

// task is something to be done at a time; of those of one time the first set is first.
type task struct {
	at     time.Time
	number int
	do     func()
}

type tasks []task

func (t tasks) Len() int      { return len(t) }
func (t tasks) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *tasks) Push(x any)   { *t = append(*t, x.(task)) }
func (t tasks) Less(i, j int) bool {
	if c := t[i].at.Compare(t[j].at); c != 0 {
		return c < 0
	}
	return t[i].number < t[j].number
}

func (t *tasks) Pop() any {
	old := *t
	last := old[len(old)-1]
	old[len(old)-1] = task{}
	*t = old[:len(old)-1]
	return last
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// at has something done at a time, or at once where that has passed.
func (c *clock) at(t time.Time, do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Before(c.now) {
		t = c.now
	}
	c.count++
	heap.Push(&c.due, task{at: t, number: c.count, do: do})
}

func (c *clock) after(d time.Duration, do func()) { c.at(c.time().Add(d), do) }

// step does what is due next; false when nothing is.
func (c *clock) step() bool {
	c.mu.Lock()
	if len(c.due) == 0 {
		c.mu.Unlock()
		return false
	}
	next := heap.Pop(&c.due).(task)
	by := next.at.Sub(c.now)
	c.now = next.at
	c.mu.Unlock()
	c.moved(by)
	next.do()
	return true
}
