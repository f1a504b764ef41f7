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

// Requests implements relay.Letters.
func (l *letters) Requests(context.Context) ([]hop.Request, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []hop.Request
	for _, r := range l.held {
		switch n := r.Message.Notice; {
		case r.Request != nil:
			found = append(found, *r.Request)
		case n.Request != nil:
			found = append(found, *n.Request)
		case n.CopyJob != nil:
			found = append(found, hop.Request{Point: n.CopyJob.Copy, Source: n.CopyJob.Destination})
		}
	}
	return found, true, nil
}

func (l *letters) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.held)
}
