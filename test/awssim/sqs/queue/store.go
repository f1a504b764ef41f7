// Package queue is the inside of the local Amazon SQS: queues and their messages
// on simulated time, without the wire. A message is delayed, can be received, is
// in flight, goes to a dead-letter queue, is moved, and expires.
//
// Every message is handed out once per visibility timeout and in order of
// availability; AWS promises neither.
//
// All errors are *wire.Error, made by package fault.
package queue

import (
	"strings"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sqs/fault"
)

// Store holds the queues of all accounts and Regions, safe for concurrent use.
type Store struct {
	clock *clock.Clock
	ids   *ids.Source

	mu       sync.Mutex
	queues   map[string]*queue     // by ARN
	deleted  map[string]time.Time  // by ARN, when the latest queue of that name went
	watchers map[string][]*watcher // by queue ARN, in order of registration
	arrivals uint64                // counts messages as they enter queues
	touched  []*queue              // by whoever has mu now; unlock sees to them
}

// NewStore returns a store without queues.
func NewStore(c *clock.Clock, source *ids.Source) *Store {
	return &Store{
		clock: c, ids: source,
		queues:   map[string]*queue{},
		deleted:  map[string]time.Time{},
		watchers: map[string][]*watcher{},
	}
}

// ARN names a queue.
func ARN(region, account, name string) string {
	return strings.Join([]string{"arn:aws:sqs", region, account, name}, ":")
}

// SplitARN is the reverse of ARN; ok is false for what is not a queue's.
func SplitARN(queueARN string) (region, account, name string, ok bool) {
	parts := strings.Split(queueARN, ":")
	if len(parts) != 6 || !strings.HasPrefix(queueARN, "arn:aws:sqs:") {
		return "", "", "", false
	}
	return parts[3], parts[4], parts[5], true
}

// find returns a queue as it is now. Its caller has mu and gives it up through
// unlock.
func (s *Store) find(queueARN string) (*queue, error) {
	q, ok := s.queues[queueARN]
	if !ok {
		return nil, fault.NoQueue()
	}
	s.touch(q)
	return q, nil
}

// touch brings a queue up to the present and marks it for unlock.
func (s *Store) touch(q *queue) {
	q.settle(s.clock.Now())
	s.touched = append(s.touched, q)
}

// touchIfAny touches a queue if it exists.
func (s *Store) touchIfAny(queueARN string) {
	if q, ok := s.queues[queueARN]; ok {
		s.touch(q)
	}
}

// unlock gives mu up. Before, it wakes the long polls of queues that have
// something new to hand out and sets the timers of those that will; after, with
// no lock held, it calls the watchers.
func (s *Store) unlock() {
	var calls []func()
	for _, q := range s.touched {
		if q.news {
			q.news = false
			q.wakePollers()
			for _, w := range s.watchers[q.arn] {
				calls = append(calls, w.available)
			}
		}
		s.arm(q)
	}
	s.touched = nil
	s.mu.Unlock()
	for _, call := range calls {
		call()
	}
}

// arm keeps one timer at the time when the next delayed or invisible message
// comes back, but only while somebody waits for it: without one, time need not
// stop there.
func (s *Store) arm(q *queue) {
	waited := len(q.pollers) > 0 || len(s.watchers[q.arn]) > 0
	next, some := q.waiting.First()
	wanted := waited && some && s.queues[q.arn] == q
	if q.timer != nil {
		if wanted && q.timerAt.Equal(next.Available) {
			return
		}
		q.timer.Stop()
		q.timer = nil
	}
	if !wanted {
		return
	}
	q.timerAt = next.Available
	q.timer = s.clock.At(next.Available, func() {
		s.mu.Lock()
		defer s.unlock()
		q.timer = nil
		s.touch(q)
	})
}
