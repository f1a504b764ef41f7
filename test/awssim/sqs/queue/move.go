package queue

import (
	"cmp"
	"slices"

	"github.com/twohop/twohop/test/awssim/sqs/message"
)

// Ready returns the ids of the messages that can be received now, in order of
// arrival in the queue.
func (s *Store) Ready(queueARN string) ([]string, error) {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return nil, err
	}
	inOrder := slices.SortedFunc(slices.Values(q.ready.Items()), func(a, b *stored) int { return cmp.Compare(a.arrival, b.arrival) })
	ids := make([]string, len(inOrder))
	for i, m := range inOrder {
		ids[i] = m.ID
	}
	return ids, nil
}

// Move takes a message that can be received out of a queue and puts its content
// into another one: to, or where it is empty the queue that redrove the message.
// What arrives is a new message with its own id, time of sending and receive
// count, per "dead-letter queue redrive" in the SQS guide; that it keeps the trace header is
// UNCONFIRMED A18. moved is false, and
// nothing done, if the message cannot be received any more; sourceless is true,
// and nothing done, if there is no telling where to move it.
func (s *Store) Move(from, id, to string) (moved, sourceless bool, err error) {
	s.mu.Lock()
	defer s.unlock()
	source, err := s.find(from)
	if err != nil {
		return false, false, err
	}
	m, ok := source.messages[id]
	if !ok || !source.ready.Has(m) {
		return false, false, nil
	}
	if to == "" {
		to = m.DeadLetterSource
	}
	if to == "" {
		return false, true, nil
	}
	destination, err := s.find(to)
	if err != nil {
		return false, false, err
	}
	source.remove(m)
	s.enqueue(destination, message.Message{
		Body: m.Body, MD5OfBody: m.MD5OfBody,
		Attributes: m.Attributes, MD5OfAttributes: m.MD5OfAttributes,
		Sender: m.Sender, TraceHeader: m.TraceHeader,
	}, destination.seconds("DelaySeconds"))
	return true, false, nil
}
