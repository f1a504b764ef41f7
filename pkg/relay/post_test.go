package relay_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// parcel is a message in a queue.
type parcel struct {
	relay.Message
	visible  time.Time
	decision hop.Decision // of a rejected one
	advice   string
	excused  bool // its last receive could not settle it: a crash, or queues that were away
}

// post is a queue on SQS in memory: delays, visibility, receive counts, and a dead-letter
// queue for what was received too often.
type post struct {
	mu      sync.Mutex
	now     func() time.Time
	serial  *int
	parcels []*parcel
	dead    *post
	closed  bool // SQS takes nothing
	left    *int // messages that are sent before the function crashes; nil: it does not
}

const (
	visibility  = 6 * time.Minute
	maxReceives = 2
)

var errClosed = errors.New("SQS is away")

func newPost(now func() time.Time, serial *int) *post {
	return &post{now: now, serial: serial, dead: &post{now: now, serial: serial}}
}

func (p *post) put(m relay.Message, delay time.Duration) (*parcel, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.admit(); err != nil {
		return nil, err
	}
	*p.serial++
	m.ID, m.Sent, m.Received, m.Receives = fmt.Sprintf("m%04d", *p.serial), p.now(), time.Time{}, 0
	sent := &parcel{Message: m, visible: p.now().Add(delay)}
	p.parcels = append(p.parcels, sent)
	return sent, nil
}

// admit has one more message sent, if SQS takes it and the function lives.
func (p *post) admit() error {
	if p.closed || p.left != nil && *p.left == 0 {
		return errClosed
	}
	if p.left != nil {
		*p.left--
	}
	return nil
}

// Resend implements relay.Resender.
func (p *post) Resend(_ context.Context, m relay.Message, delay time.Duration) error {
	m.FirstSeen = m.Began()
	_, err := p.put(m, delay)
	return err
}

// Split implements relay.Requests.
func (p *post) Split(_ context.Context, m relay.Message, requests []hop.Request) error {
	for _, r := range requests {
		if _, err := p.put(relay.Message{Notice: hop.Notice{Request: &r}, FirstSeen: m.Began(), RejectedAt: m.RejectedAt}, 0); err != nil {
			return err
		}
	}
	return nil
}

// NotVisible implements relay.Queue.
func (p *post) NotVisible(context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, parcel := range p.parcels {
		if parcel.Receives > 0 && parcel.visible.After(p.now()) {
			n++
		}
	}
	return n, nil
}

// Waiting implements relay.Queue.
func (p *post) Waiting(context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, parcel := range p.parcels {
		if parcel.Receives == 0 || !parcel.visible.After(p.now()) {
			n++
		}
	}
	return n, nil
}

// Reject implements relay.DeadLetters.
func (p *post) Reject(_ context.Context, r relay.Rejection) error {
	m := r.Message
	if r.Request != nil {
		m.Notice = hop.Notice{Request: r.Request}
	}
	m.FirstSeen, m.RejectedAt = r.Message.Began(), r.At
	sent, err := p.put(m, 0)
	if err == nil {
		sent.decision, sent.advice = r.Decision, r.Advice
	}
	return err
}

// Requests implements relay.Letters.
func (p *post) Read(context.Context) (relay.Rejected, error) {
	found := relay.Rejected{Whole: true}
	for _, parcel := range p.parcels {
		switch n := parcel.Notice; {
		case n.Request != nil:
			found.Requests = append(found.Requests, *n.Request)
		case n.CopyJob != nil && n.CopyJob.Copy != "":
			found.Requests = append(found.Requests, hop.Request{Point: n.CopyJob.Copy, Source: n.CopyJob.Destination})
		}
	}
	return found, nil
}

// tells tells whether the message is about the copy of a point to a vault.
func (sent *parcel) tells(point string, to hop.Vault) bool {
	switch n := sent.Notice; {
	case n.Request != nil:
		return n.Request.Point == point && (n.Request.Destination == to || n.Request.Destination.ARN == "")
	case n.CopyJob != nil:
		return n.CopyJob.Copy == point || n.CopyJob.Source == point && n.CopyJob.Destination == to
	default:
		return false
	}
}

// ready are the messages that may be received, in an order that does not depend on that
// of goroutines.
func (p *post) ready() []*parcel {
	ready := slices.DeleteFunc(slices.Clone(p.parcels), func(sent *parcel) bool { return sent.visible.After(p.now()) })
	slices.SortFunc(ready, func(a, b *parcel) int {
		return cmp.Or(a.Sent.Compare(b.Sent), cmp.Compare(subject(a), subject(b)), cmp.Compare(a.ID, b.ID))
	})
	return ready
}

func subject(sent *parcel) string {
	point, _ := sent.Notice.About()
	if sent.Notice.Request != nil {
		point += sent.Notice.Request.Destination.Name
	}
	return point
}

// receive hands messages out. Those that were received too often go to the dead-letter
// queue instead.
func (p *post) receive(chosen []*parcel) (batch []relay.Message) {
	for _, sent := range chosen {
		if sent.Receives >= maxReceives {
			p.take(sent.ID)
			p.dead.parcels = append(p.dead.parcels, sent)
			continue
		}
		if sent.Receives++; sent.Receives == 1 {
			sent.Received = p.now()
		}
		sent.visible, sent.excused = p.now().Add(visibility), false
		batch = append(batch, sent.Message)
	}
	return batch
}

// take removes a message, as an acknowledgement does.
func (p *post) take(id string) {
	p.parcels = slices.DeleteFunc(p.parcels, func(sent *parcel) bool { return sent.ID == id })
}
