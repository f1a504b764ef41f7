package relay

import (
	"context"
	"fmt"

	"github.com/twohop/twohop/pkg/hop"
)

// Do does a replay: what is needed is asked for, and after that the letter is deleted.
// Of a letter that another reader has received in the meantime nothing is done: ErrTaken.
// Where it is interrupted in between the letter is still there, and a further replay
// finds what was asked for. A letter that is to stay is left alone. Replays are done one
// after another.
func (r *Replayer) Do(ctx context.Context, p Replay, box Mailbox) error {
	if err := r.Ask(ctx, p, box); err != nil || p.Keep || p.Remedy == RemedyStay {
		return err
	}
	return box.Delete(ctx, p.Letter)
}

// Ask does a replay without deleting its letter, which stays until the outcome of its copies
// is known (Concluded): AWS itself then remembers what is waited for, however the waiting
// ends. Errors are those of Do.
func (r *Replayer) Ask(ctx context.Context, p Replay, box Mailbox) error {
	if p.Remedy == RemedyStay {
		return nil
	}
	if err := box.Hold(ctx, p.Letter); err != nil {
		return err
	}
	switch p.Remedy {
	case RemedyNone:
	case RemedyCopy:
		requests := requestsOf(p)
		if err := r.Copies.Split(ctx, Message{FirstSeen: p.Letter.Began(), RejectedAt: p.RejectedAt}, requests); err != nil {
			return err
		}
	case RemedyFirstHop:
		if err := r.startFirstHop(ctx, p); err != nil {
			return err
		}
	case RemedyRun:
		if err := r.sweep(ctx, p); err != nil {
			return err
		}
	default:
		return fmt.Errorf("no rule for the remedy %q", p.Remedy)
	}
	return nil
}

func (r *Replayer) sweep(ctx context.Context, p Replay) error {
	if r.swept {
		return nil
	}
	err := r.Later.Continue(ctx, NewSweep(p.Letter.Received))
	r.swept = err == nil
	return err
}

func requestsOf(p Replay) []hop.Request {
	var requests []hop.Request
	for _, leg := range p.Legs {
		if leg.needed() {
			requests = append(requests, leg.Request)
		}
	}
	return requests
}
