package fleet

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/relay"
)

const (
	perBatch    = 10
	mostDelay   = 900 * time.Second
	visibility  = 6 * time.Minute // six times the functions' timeout
	maxReceives = 5
	// mixed is among how many of the first messages one is picked: SQS promises no order.
	mixed = 50
)

// queue is a queue of SQS: what is received is hidden, comes again unless it is
// deleted, and goes to the dead letters after too many receives.
type queue struct {
	clock *clock
	dead  *letters
	// wake is told when a message has become visible.
	wake func()

	mu      sync.Mutex
	random  *rand.Rand
	visible []*relay.Message // from first on
	first   int
	delayed int
	hidden  int
	sent    int           // messages, ever
	asked   int           // requests of SQS's price list: sends, receives, deletes
	most    int           // messages at once
	longest time.Duration // from a message's sending to its first receive
}

// send sends messages as one request. Each is a new one: its id and time are its own.
func (q *queue) send(delay time.Duration, messages ...relay.Message) {
	q.mu.Lock()
	q.asked++
	q.delayed += len(messages)
	fresh := make([]*relay.Message, len(messages))
	for i, m := range messages {
		q.sent++
		fresh[i] = &relay.Message{ID: strconv.Itoa(q.sent), Body: m.Body, Notice: m.Notice, Malformed: m.Malformed,
			Sent: q.clock.time(), FirstSeen: m.FirstSeen, RejectedAt: m.RejectedAt, Waits: m.Waits}
	}
	q.most = max(q.most, len(q.visible)-q.first+q.delayed+q.hidden)
	q.mu.Unlock()
	q.clock.after(min(delay, mostDelay), func() { q.show(&q.delayed, fresh...) })
}

// show makes messages visible that were counted elsewhere.
func (q *queue) show(from *int, messages ...*relay.Message) {
	q.mu.Lock()
	*from -= len(messages)
	q.visible = append(q.visible, messages...)
	q.mu.Unlock()
	q.wake()
}

// receive hides up to a batch of messages; none where none is visible.
func (q *queue) receive() []*relay.Message {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := min(perBatch, len(q.visible)-q.first)
	if n == 0 {
		return nil
	}
	q.asked++
	batch := make([]*relay.Message, n)
	for i := range batch {
		other := q.first + q.random.IntN(min(mixed, len(q.visible)-q.first))
		q.visible[q.first], q.visible[other] = q.visible[other], q.visible[q.first]
		batch[i], q.visible[q.first] = q.visible[q.first], nil
		q.first++
		if batch[i].Receives++; batch[i].Receives == 1 {
			batch[i].Received = q.clock.time()
			q.longest = max(q.longest, batch[i].Received.Sub(batch[i].Sent))
		}
	}
	if q.first > len(q.visible)/2 {
		q.visible = append([]*relay.Message(nil), q.visible[q.first:]...)
		q.first = 0
	}
	q.hidden += n
	return batch
}

// settle deletes what was settled; the rest is seen again, or was received too often.
func (q *queue) settle(m *relay.Message, received time.Time, settled bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case settled:
		q.hidden--
	case m.Receives >= maxReceives:
		q.hidden--
		q.dead.add(relay.Rejection{Message: *m})
	default:
		q.clock.at(received.Add(visibility), func() { q.show(&q.hidden, m) })
	}
}

// empty: nobody has anything of it before him or coming.
func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.delayed+q.hidden+len(q.visible)-q.first == 0
}

// waiting are the messages that nobody has received.
func (q *queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.delayed + len(q.visible) - q.first
}

// count counts requests that others made of the queue.
func (q *queue) count(requests int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.asked += requests
}
