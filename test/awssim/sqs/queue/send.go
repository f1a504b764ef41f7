package queue

import (
	"maps"
	"time"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/message"
)

// Send puts a message in a queue. sender is shown as SenderId.
func (s *Store) Send(queueARN string, d message.Draft, sender string) (message.Message, error) {
	if err := d.Check(); err != nil {
		return message.Message{}, err
	}
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return message.Message{}, err
	}
	if limit := q.number("MaximumMessageSize"); d.Size() > limit {
		return message.Message{}, fault.Invalid("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", limit)
	}
	delay := q.seconds("DelaySeconds")
	if d.DelaySeconds != nil {
		delay = time.Duration(*d.DelaySeconds) * time.Second
	}
	sent := s.enqueue(q, message.Message{
		Body: d.MessageBody, MD5OfBody: message.MD5OfBody(d.MessageBody),
		Attributes: maps.Clone(d.MessageAttributes), MD5OfAttributes: message.MD5OfAttributes(d.MessageAttributes),
		Sender: sender, TraceHeader: d.MessageSystemAttributes[message.TraceHeader].StringValue,
	}, delay)
	return sent.copy(), nil
}

// Deliver sends a message as an AWS service does, with the queue's own delay.
func (s *Store) Deliver(queueARN, body string, attributes map[string]message.Attribute, sender string) error {
	_, err := s.Send(queueARN, message.Draft{MessageBody: body, MessageAttributes: attributes}, sender)
	return err
}

// enqueue puts a new message, which gets an id and now as the time of sending,
// in a queue.
func (s *Store) enqueue(q *queue, m message.Message, delay time.Duration) *stored {
	now := s.clock.Now()
	m.ID, m.Sent = s.ids.UUID(), now
	s.arrivals++
	sent := &stored{Message: m}
	q.put(sent, s.arrivals, now.Add(delay), now)
	return sent
}
