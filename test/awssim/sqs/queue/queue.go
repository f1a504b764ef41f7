package queue

import (
	"maps"
	"strconv"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/sqs/message"
	"github.com/twohop/twohop/test/awssim/sqs/settings"
)

// queue is one queue. All of it is guarded by the service's mutex.
type queue struct {
	arn, region, account, name string

	created, modified time.Time
	attributes        map[string]string // what can be set, defaults included
	redrive           settings.Redrive  // the attribute, parsed; zero if unset
	tags              map[string]string

	messages map[string]*stored // by id; each is in ready or in waiting
	ready    pile               // can be received, earliest available first
	waiting  pile               // delayed or in flight, earliest available first
	byAge    pile               // all of them, earliest sent first
	news     bool               // something entered ready since the last unlock
	purged   time.Time

	pollers []*clock.Sleeper // long polls that found nothing
	timer   *clock.Timer     // set while somebody waits for a waiting message
	timerAt time.Time
}

// stored is a message in a queue.
type stored struct {
	message.Message
	arrival  uint64    // in its queue; grows over all queues
	received time.Time // last
	place    [piles]int
}

// copy is the message for those outside: they may do with it what they like.
func (m *stored) copy() message.Message {
	c := m.Message
	c.Attributes = maps.Clone(c.Attributes)
	return c
}

// inFlight tells a received message from a delayed one; both are waiting.
func (m *stored) inFlight() bool { return m.ReceiptHandle != "" }

func newQueue(queueARN, region, account, name string, now time.Time) *queue {
	return &queue{
		arn: queueARN, region: region, account: account, name: name,
		created: now, modified: now,
		tags: map[string]string{}, messages: map[string]*stored{},
		ready:   pile{kind: readyPile, before: sooner},
		waiting: pile{kind: waitingPile, before: sooner},
		byAge:   pile{kind: agePile, before: older},
	}
}

// number is an attribute that is one.
func (q *queue) number(attribute string) int {
	n, _ := strconv.Atoi(q.attributes[attribute]) // checked when it was set
	return n
}

func (q *queue) seconds(attribute string) time.Duration {
	return time.Duration(q.number(attribute)) * time.Second
}

// settle brings the queue up to now: messages past their retention are gone,
// those whose delay or visibility timeout is over can be received. Expiry needs
// no timer, because nobody sees a message without settling first.
func (q *queue) settle(now time.Time) {
	retention := q.seconds("MessageRetentionPeriod")
	for m, ok := q.byAge.first(); ok && !now.Before(m.Sent.Add(retention)); m, ok = q.byAge.first() {
		q.remove(m)
	}
	for m, ok := q.waiting.first(); ok && !m.Available.After(now); m, ok = q.waiting.first() {
		q.waiting.take(m)
		q.ready.add(m)
		q.news = true
	}
}

// put adds a message that can be received from the time available on.
func (q *queue) put(m *stored, arrival uint64, available, now time.Time) {
	m.arrival, m.Available = arrival, available
	q.messages[m.ID] = m
	q.byAge.add(m)
	if available.After(now) {
		q.waiting.add(m)
		return
	}
	q.ready.add(m)
	q.news = true
}

// hide makes a message invisible until the time given; until now or earlier
// makes it visible.
func (q *queue) hide(m *stored, until, now time.Time) {
	q.ready.take(m)
	q.waiting.take(m)
	m.Available = until
	if until.After(now) {
		q.waiting.add(m)
	} else {
		q.ready.add(m)
	}
}

func (q *queue) remove(m *stored) {
	delete(q.messages, m.ID)
	q.byAge.take(m)
	q.ready.take(m)
	q.waiting.take(m)
}

func (q *queue) inFlight() int {
	var n int
	for _, m := range q.waiting.items {
		if m.inFlight() {
			n++
		}
	}
	return n
}

func (q *queue) wakePollers() {
	for _, p := range q.pollers {
		p.Wake()
	}
	q.pollers = nil
}
