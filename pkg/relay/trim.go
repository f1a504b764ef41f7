package relay

import (
	"context"
	"errors"

	"github.com/twohop/twohop/pkg/hop"
)

// shorten shortens the retention of a point whose every copy is verified, and returns
// the days, or 0 where nothing is to be changed. Where it is to be changed and cannot be
// now, the decision is to wait.
func (t *Tracker) shorten(ctx context.Context, m Message, verified hop.Tracked, jobs []hop.CopyJob) (int64, hop.Decision, error) {
	point, days, err := t.excess(ctx, m, verified, jobs)
	if err != nil || days == 0 {
		return 0, hop.Decision{}, err
	}
	if m.Receives > 1 {
		// m.Received is the time of the first receive, from which days may have passed.
		return 0, hop.Untrimmed("", errors.New("the message was received before")), nil
	}
	// A person may have started a copy back since the jobs were listed.
	if jobs, err = t.Jobs.From(ctx, point.ARN); err != nil {
		return 0, hop.Decision{}, err
	}
	if _, due := hop.Shorten(point, jobs, t.Keep, m.Received); !due {
		return 0, hop.Decision{}, nil
	}
	err = t.Retention.Keep(ctx, verified.Request.Source, point.ARN, days)
	var refused *hop.Failure
	switch {
	case errors.Is(err, hop.ErrNotFound):
		return 0, hop.Decision{}, nil // it went in between
	case errors.As(err, &refused) && refused.Class != hop.ClassTransient:
		return 0, hop.Untrimmed(refused.Class, err), nil
	case err != nil:
		return 0, hop.Decision{}, err
	default:
		return days, hop.Decision{}, nil
	}
}

// excess describes the point of a verified copy, and returns for how many days from its
// creation it is to be kept; 0 where it is to be left as it is.
func (t *Tracker) excess(ctx context.Context, m Message, verified hop.Tracked, jobs []hop.CopyJob) (hop.RecoveryPoint, int64, error) {
	r := verified.Request
	if t.Keep == 0 {
		return hop.RecoveryPoint{}, 0, nil
	}
	point, err := t.Points.Point(ctx, r.Source, r.Point)
	if errors.Is(err, hop.ErrNotFound) {
		return point, 0, nil // it has had its time
	}
	if err != nil {
		return point, 0, err
	}
	days, due := hop.Shorten(point, jobs, t.Keep, m.Received)
	route, routed := t.Routes.For(r.Source.ARN, point.ResourceType)
	if !due || !routed || verified.Copy.ResourceARN != point.ResourceARN {
		return point, 0, nil
	}
	for _, destination := range route.Destinations {
		if destination.Vault.ARN == r.Destination.ARN {
			continue // verified just now
		}
		other := r
		other.Destination, other.Copy = destination.Vault, ""
		c, err := t.look(ctx, Message{Sent: m.Sent, FirstSeen: m.FirstSeen, Received: m.Received}, other, jobs)
		if err != nil {
			return point, 0, err
		}
		if hop.Track(c).Reason != hop.ReasonVerified {
			return point, 0, nil // its own outcome will come here
		}
	}
	return point, days, nil
}
