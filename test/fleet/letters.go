package fleet

import (
	"context"
	"sync"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// letters are a dead-letter queue.
type letters struct {
	mu   sync.Mutex
	held []relay.Rejection
}

var (
	_ relay.DeadLetters = (*letters)(nil)
	_ relay.Letters     = (*letters)(nil)
)

func (l *letters) add(r relay.Rejection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held = append(l.held, r)
}

// Reject implements relay.DeadLetters.
func (l *letters) Reject(_ context.Context, r relay.Rejection) error {
	l.add(r)
	return nil
}

// Read implements relay.Letters.
func (l *letters) Read(context.Context) (relay.Rejected, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := relay.Rejected{Whole: true}
	for _, r := range l.held {
		if sent := r.At; found.Oldest.IsZero() || sent.Before(found.Oldest) {
			found.Oldest = sent
		}
		switch n := r.Message.Notice; {
		case r.Request != nil:
			found.Requests = append(found.Requests, *r.Request)
		case n.Request != nil:
			found.Requests = append(found.Requests, *n.Request)
		case n.CopyJob != nil:
			found.Requests = append(found.Requests, hop.Request{Point: n.CopyJob.Copy, Source: n.CopyJob.Destination})
		}
	}
	return found, nil
}

func (l *letters) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}
