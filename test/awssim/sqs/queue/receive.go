package queue

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/message"
)

// maxInFlight is the quota of received, not yet deleted messages of a queue.
const maxInFlight = 120_000

// Receive hands out up to max messages without waiting, as ReceiveMessage does:
// they become invisible for the queue's visibility timeout, and those received
// too often already go to the dead-letter queue instead. max may exceed the ten
// of the API. No message is an empty slice.
func (s *Store) Receive(queueARN string, max int) ([]message.Message, error) {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return nil, err
	}
	return s.take(q, max, q.seconds("VisibilityTimeout"))
}

// Ask is a request for messages. What is nil is as the queue says.
type Ask struct {
	Max        int
	Visibility *int // seconds
	Wait       *int // seconds
}

// Poll is Receive that waits for a first message. While it does, the clock is
// free of hold, which the caller has. An error of ctx is returned, and no
// message taken, when ctx ends before there is one.
func (s *Store) Poll(ctx context.Context, hold *clock.Hold, queueARN string, ask Ask) ([]message.Message, error) {
	start := s.clock.Now()
	for {
		messages, wait, err := s.tryReceive(start, queueARN, ask)
		if err != nil || wait == nil {
			return messages, err
		}
		hold.Sleep(ctx, wait.sleeper)
		s.leave(wait)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}

// longPoll is one who waits at a queue.
type longPoll struct {
	queue   *queue
	sleeper *clock.Sleeper
}

// tryReceive returns messages, or a place to wait if there are none and the
// time that the request, which came at start, may wait is not over.
func (s *Store) tryReceive(start time.Time, queueARN string, ask Ask) ([]message.Message, *longPoll, error) {
	s.mu.Lock()
	defer s.unlock()
	q, err := s.find(queueARN)
	if err != nil {
		return nil, nil, err
	}
	seconds := func(asked *int, attribute string) time.Duration {
		if asked == nil {
			return q.seconds(attribute)
		}
		return time.Duration(*asked) * time.Second
	}
	messages, err := s.take(q, ask.Max, seconds(ask.Visibility, "VisibilityTimeout"))
	if err != nil {
		return nil, nil, err
	}
	until := start.Add(seconds(ask.Wait, "ReceiveMessageWaitTimeSeconds"))
	if len(messages) > 0 || !s.clock.Now().Before(until) {
		return messages, nil, nil
	}
	wait := &longPoll{queue: q, sleeper: s.clock.NewSleeper(until)}
	q.pollers = append(q.pollers, wait.sleeper)
	return nil, wait, nil
}

func (s *Store) leave(wait *longPoll) {
	s.mu.Lock()
	defer s.unlock()
	q := wait.queue
	q.pollers = slices.DeleteFunc(q.pollers, func(p *clock.Sleeper) bool { return p == wait.sleeper })
	s.touch(q)
}

// take is Receive with the visibility timeout given, for who has mu.
func (s *Store) take(q *queue, max int, visibility time.Duration) ([]message.Message, error) {
	if q.waiting.Len()+max > maxInFlight { // counting is for large queues only
		max = min(max, maxInFlight-q.inFlight())
	}
	if max <= 0 {
		return nil, fault.WithStatus(http.StatusForbidden,
			fault.Modeled("OverLimit", "The maximum number of in flight messages (%d) is reached.", maxInFlight))
	}
	now := s.clock.Now()
	var taken []*stored
	for len(taken) < max {
		m, ok := q.ready.First()
		if !ok {
			break
		}
		if dead, ok := s.queues[q.redrive.DeadLetterTarget]; ok && m.ReceiveCount >= q.redrive.MaxReceives {
			s.redrive(m, q, dead, now)
			continue
		}
		q.ready.Take(m)
		taken = append(taken, m)
	}
	handed := make([]message.Message, 0, len(taken))
	for _, m := range taken {
		m.ReceiveCount++
		m.receives++
		m.received = now
		if m.FirstReceived.IsZero() {
			m.FirstReceived = now
		}
		m.ReceiptHandle = s.receiptHandle(q, m)
		q.hide(m, now.Add(visibility), now)
		handed = append(handed, m.copy())
	}
	return handed, nil
}

// redrive moves a message to the dead-letter queue. It stays the same message:
// id, time of sending (from which it expires) and receive count go with it, as
// the SQS guide and recordings say of standard queues; that its trace header does too is
// UNCONFIRMED A18. If the dead-letter queue is gone, the message goes on being handed out.
func (s *Store) redrive(m *stored, from, dead *queue, now time.Time) {
	from.remove(m)
	m.DeadLetterSource, m.ReceiptHandle = from.arn, ""
	s.touch(dead)
	s.arrivals++
	dead.put(m, s.arrivals, now, now)
}

// receiptHandle names queue and message, so that a stale handle can be told
// from one that was never given out.
func (s *Store) receiptHandle(q *queue, m *stored) string {
	return base64.StdEncoding.EncodeToString([]byte(strings.Join([]string{s.ids.UUID(), q.arn, m.ID}, " ")))
}
