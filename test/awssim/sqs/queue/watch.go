package queue

import (
	"cmp"
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/sqs/message"
)

// watcher is one who wants to know of new messages.
type watcher struct{ available func() }

// Watch calls available each time a message of the queue may have become
// receivable: sent, delay over, visibility over, redriven or moved here; not
// for what is there already. available is called with no lock held, by one who
// holds the clock or on the driver's goroutine. The queue need not exist yet. A
// call already on its way may still arrive after stop.
func (s *Store) Watch(queueARN string, available func()) (stop func()) {
	w := &watcher{available}
	s.mu.Lock()
	s.touchIfAny(queueARN)
	s.unlock() // the watchers so far have heard of what is there

	s.mu.Lock()
	defer s.unlock()
	s.watchers[queueARN] = append(s.watchers[queueARN], w)
	s.touchIfAny(queueARN)
	return func() {
		s.mu.Lock()
		defer s.unlock()
		left := slices.DeleteFunc(slices.Clone(s.watchers[queueARN]), func(other *watcher) bool { return other == w })
		s.watchers[queueARN] = left
		s.touchIfAny(queueARN)
	}
}

// VisibilityTimeout is the queue's own.
func (s *Store) VisibilityTimeout(queueARN string) (time.Duration, error) {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return 0, err
	}
	return q.seconds("VisibilityTimeout"), nil
}

// Peek returns all messages, delayed and in flight ones too, in order of
// arrival in the queue, and leaves them as they are. It returns none if the
// queue does not exist.
func (s *Store) Peek(queueARN string) []message.Message {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return nil
	}
	all := slices.Clone(q.byAge.Items())
	slices.SortFunc(all, func(a, b *stored) int { return cmp.Compare(a.arrival, b.arrival) })
	messages := make([]message.Message, len(all))
	for i, m := range all {
		messages[i] = m.copy()
	}
	return messages
}
