package lambda_test

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/lambda"
)

const visibility = 6 * time.Minute

// memoryQueues is one queue, of whatever ARN.
type memoryQueues struct {
	clock *clock.Clock

	mu       sync.Mutex
	messages []*queued
	header   string // trace header of the messages sent next
	watchers map[int]func()
	broken   bool
	received int
}

type queued struct {
	lambda.Message
	hidden time.Time // until then
}

func newMemoryQueues(c *clock.Clock) *memoryQueues {
	return &memoryQueues{clock: c, watchers: map[int]func(){}}
}

// send adds messages m1, m2 and so on.
func (q *memoryQueues) send(n int) {
	hold := q.clock.Hold()
	defer hold.Release()
	q.mu.Lock()
	for range n {
		id := fmt.Sprintf("m%d", len(q.messages)+1)
		q.messages = append(q.messages, &queued{Message: lambda.Message{ID: id, Body: "body of " + id, Sent: q.clock.Now(), TraceHeader: q.header}})
	}
	q.mu.Unlock()
	q.tell()
}

func (q *memoryQueues) tell() {
	q.mu.Lock()
	var watchers []func()
	for _, available := range q.watchers {
		watchers = append(watchers, available)
	}
	q.mu.Unlock()
	for _, available := range watchers {
		available()
	}
}

// left is the ids of the messages not deleted.
func (q *memoryQueues) left() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	left := []string{}
	for _, m := range q.messages {
		if m.ReceiptHandle != "deleted" {
			left = append(left, m.ID)
		}
	}
	return left
}

func (q *memoryQueues) watched() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.watchers)
}

func (q *memoryQueues) Receive(_ string, limit int) ([]lambda.Message, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken {
		return nil, errors.New("the queue is out of order")
	}
	now := q.clock.Now()
	var out []lambda.Message
	for _, m := range q.messages {
		if len(out) == limit || m.ReceiptHandle == "deleted" || now.Before(m.hidden) {
			continue
		}
		m.hidden = now.Add(visibility)
		m.ReceiveCount++
		m.ReceiptHandle = fmt.Sprintf("%s-%d", m.ID, m.ReceiveCount)
		q.clock.At(m.hidden, q.tell)
		out = append(out, m.Message)
	}
	q.received += len(out)
	return out, nil
}

func (q *memoryQueues) Delete(_, receiptHandle string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, m := range q.messages {
		if m.ReceiptHandle == receiptHandle {
			m.ReceiptHandle = "deleted"
			return nil
		}
	}
	return fmt.Errorf("no message has the receipt handle %q", receiptHandle)
}

func (q *memoryQueues) Watch(_ string, available func()) func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	id := len(q.watchers)
	q.watchers[id] = available
	return func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		delete(q.watchers, id)
	}
}

// count is how many messages have been received, repeats included.
func (q *memoryQueues) count() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.received
}
