package queue

import (
	"maps"
	"strconv"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/sqs/message"
	"github.com/twohop/twohop/test/awssim/sqs/pile"
	"github.com/twohop/twohop/test/awssim/sqs/settings"
)

// queue is one queue. All of it is guarded by the service's mutex.
type queue struct {
	arn, region, account, name string

	created, modified time.Time
	attributes        map[string]string // what can be set, defaults included
	redrive           settings.Redrive  // the attribute, parsed; zero if unset
	tags              map[string]string

	messages map[string]*stored  // by id; each is in ready or in waiting
	ready    *pile.Pile[*stored] // can be received, earliest available first
	waiting  *pile.Pile[*stored] // delayed or in flight, earliest available first
	byAge    *pile.Pile[*stored] // all of them, earliest sent first
	news     bool                // something entered ready since the last unlock
	purged   time.Time

	pollers []*clock.Sleeper // long polls that found nothing
	timer   *clock.Timer     // set while somebody waits for a waiting message
	timerAt time.Time
}

// stored is a message in a queue.
type stored struct {
	message.Message
	arrival  uint64    // in its queue; grows over all queues
	entered  time.Time // its queue
	received time.Time // last
	receives int       // in its queue
	place    [piles]int
}

// The piles that a message can be in.
const (
	readyPile = iota
	waitingPile
	agePile
	piles
)

// Place is for the piles.
func (m *stored) Place(kind int) *int { return &m.place[kind] }

// sooner orders by availability, then by arrival.
func sooner(a, b *stored) bool {
	if a.Available.Equal(b.Available) {
		return a.arrival < b.arrival
	}
	return a.Available.Before(b.Available)
}

// older orders by the time of sending, from which retention counts.
func older(a, b *stored) bool { return a.Sent.Before(b.Sent) }

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
		ready:   pile.New(readyPile, sooner),
		waiting: pile.New(waitingPile, sooner),
		byAge:   pile.New(agePile, older),
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
	for m, ok := q.byAge.First(); ok && !now.Before(m.Sent.Add(retention)); m, ok = q.byAge.First() {
		q.remove(m)
	}
	for m, ok := q.waiting.First(); ok && !m.Available.After(now); m, ok = q.waiting.First() {
		q.waiting.Take(m)
		q.ready.Add(m)
		q.news = true
	}
}

// put adds a message that can be received from the time available on.
func (q *queue) put(m *stored, arrival uint64, available, now time.Time) {
	m.arrival, m.entered, m.receives, m.Available = arrival, now, 0, available
	q.messages[m.ID] = m
	q.byAge.Add(m)
	if available.After(now) {
		q.waiting.Add(m)
		return
	}
	q.ready.Add(m)
	q.news = true
}

// hide makes a message invisible until the time given; until now or earlier
// makes it visible.
func (q *queue) hide(m *stored, until, now time.Time) {
	q.ready.Take(m)
	q.waiting.Take(m)
	m.Available = until
	if until.After(now) {
		q.waiting.Add(m)
	} else {
		q.ready.Add(m)
	}
}

func (q *queue) remove(m *stored) {
	delete(q.messages, m.ID)
	q.byAge.Take(m)
	q.ready.Take(m)
	q.waiting.Take(m)
}

func (q *queue) inFlight() int {
	var n int
	for _, m := range q.waiting.Items() {
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
