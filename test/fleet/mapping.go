package fleet

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/twohop/twohop/pkg/relay"
)

// mapping is an event source mapping: two invocations of a function at once, as the
// estate has it, each of a batch of ten at most.
type mapping struct {
	clock   *clock
	queue   *queue
	random  *rand.Rand
	crashes float64 // share of invocations that end before they have answered
	workers []*worker
	// after is called when an invocation has done what it does.
	after   func()
	batches int
	failed  error // the first message that was not settled, though nothing crashed
}

// worker is one environment of the function.
type worker struct {
	handle  func(context.Context, []relay.Message) []relay.Result
	desk    *desk
	busy    bool
	paused  chan time.Duration
	resumed chan struct{}
}

// newWorker returns an environment; pausing is for a function that looks at what is in
// flight first.
func newWorker(d *desk, pausing bool) *worker {
	w := &worker{desk: d, paused: make(chan time.Duration), resumed: make(chan struct{})}
	if pausing {
		d.pause = func(took time.Duration) {
			w.paused <- took
			<-w.resumed
		}
	}
	return w
}

// poll has idle workers take what is visible.
func (m *mapping) poll() {
	for _, w := range m.workers {
		if w.busy {
			continue
		}
		batch := m.queue.receive()
		if len(batch) == 0 {
			return
		}
		m.invoke(w, batch)
	}
}

func (m *mapping) invoke(w *worker, batch []*relay.Message) {
	w.busy, m.batches = true, m.batches+1
	received := m.clock.time()
	messages := make([]relay.Message, len(batch))
	for i, letter := range batch {
		messages[i] = *letter
	}
	done := make(chan []relay.Result, 1)
	go func() { done <- w.handle(context.Background(), messages) }()
	finish := func(results []relay.Result) {
		m.after()
		m.clock.after(w.desk.elapsed()+callTime, func() { m.answer(w, batch, received, results) })
	}
	select {
	case took := <-w.paused:
		m.clock.after(took, func() {
			w.resumed <- struct{}{}
			finish(<-done)
		})
	case results := <-done:
		finish(results)
	}
}

// answer ends an invocation: the time of its last call is that of its deletes.
func (m *mapping) answer(w *worker, batch []*relay.Message, received time.Time, results []relay.Result) {
	crashed := m.random.Float64() < m.crashes
	for i, letter := range batch {
		if err := results[i].Err; err != nil && m.failed == nil {
			m.failed = fmt.Errorf("message %s: %w", letter.ID, err)
		}
		m.queue.settle(letter, received, !crashed && results[i].Err == nil)
	}
	if !crashed {
		m.queue.count(1)
	}
	w.busy = false
	m.poll()
}
