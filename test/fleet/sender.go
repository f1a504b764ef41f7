package fleet

import (
	"context"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// sender is a queue as a function sees it.
type sender struct {
	*queue
	desk *desk
	late bool // what is sent leaves when the calls before it have taken their time
}

var _ relay.Queue = sender{}

// Resend implements relay.Resender.
func (s sender) Resend(_ context.Context, m relay.Message, delay time.Duration) error {
	s.desk.took("SQS")
	m.FirstSeen = m.Began()
	s.send(delay, m)
	return nil
}

// Split implements relay.Requests.
func (s sender) Split(_ context.Context, m relay.Message, requests []hop.Request) error {
	var first time.Time
	if !m.Sent.IsZero() {
		first = m.Began()
	}
	var delay time.Duration
	if s.late {
		delay = s.desk.elapsed()
	}
	for some := range slices.Chunk(requests, perBatch) {
		s.desk.took("SQS")
		var messages []relay.Message
		for _, request := range some {
			messages = append(messages, relay.Message{FirstSeen: first, RejectedAt: m.RejectedAt, Notice: hop.Notice{Request: &request}})
		}
		s.send(delay, messages...)
	}
	return nil
}

// NotVisible implements relay.Queue.
func (s sender) NotVisible(context.Context) (int, error) {
	s.desk.took("SQS")
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.hidden, nil
}

// Waiting implements relay.Queue.
func (s sender) Waiting(context.Context) (int, error) {
	s.desk.took("SQS")
	return s.waiting(), nil
}
