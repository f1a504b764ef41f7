package relay

import (
	"context"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// asking gathers the copies that a run asks for.
type asking struct {
	since time.Time // what came about after it
	all   bool      // or all, whenever it came about
	due   []hop.Request
}

func (r *Reconciler) asking(now time.Time) *asking {
	return &asking{since: now.Add(-r.Every - margin)}
}

// consider takes a leg up if nobody else is known to see to it.
func (a *asking) consider(leg hop.Leg) {
	switch leg.Standing {
	case hop.Absent, hop.Failing, hop.Rejected:
		if a.all || leg.Since().After(a.since) {
			a.due = append(a.due, leg.Request)
		}
	case hop.Flying, hop.Stuck, hop.Copied, hop.Untold:
	}
}

// perCall is how many requests are handed to the queue at once.
const perCall = 100

// ask sends what is due to the queue `copies`, apart from what is in its dead-letter
// queue, and returns how many. Where that could not be read whole, what is in it may be
// asked for once more: that makes a second letter, and no second copy.
func (r *Reconciler) ask(ctx context.Context, a *asking) (int, error) {
	if len(a.due) == 0 {
		return 0, nil
	}
	letters, _, err := r.Letters.Requests(ctx)
	if err != nil {
		return 0, err
	}
	type copyOf struct{ point, destination string }
	before := map[copyOf]bool{}
	for _, letter := range letters {
		before[copyOf{letter.Point, letter.Destination.ARN}] = true
	}
	due := a.due[:0:0]
	for _, request := range a.due {
		if !before[copyOf{request.Point, request.Destination.ARN}] && !before[copyOf{request.Point, ""}] {
			due = append(due, request)
		}
	}
	return len(due), sendAll(ctx, r.Copies, due)
}

// sendAll sends requests as fresh messages, some at a time.
func sendAll(ctx context.Context, to Requests, requests []hop.Request) error {
	for len(requests) > 0 {
		n := min(perCall, len(requests))
		if err := to.Split(ctx, Message{}, requests[:n]); err != nil {
			return err
		}
		requests = requests[n:]
	}
	return nil
}
