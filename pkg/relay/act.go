package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// afterError decides what a failed call means for the message. A quota or a
// passing fault is waited for, so that no outage of AWS uses the receives up; what
// repeating cannot mend is rejected; anything else is left to the queue until the
// receives run out, and then rejected with its cause.
func afterError(ctx context.Context, m Message, maxReceives int, cause error) (hop.Decision, error) {
	var failure *hop.Failure
	class := hop.ClassUnknown
	if errors.As(cause, &failure) {
		class = failure.Class
		if decision, ok := hop.AfterFailure(failure, m.Began(), m.Received); ok {
			return decision, nil
		}
	}
	if ctx.Err() == nil && m.Receives >= maxReceives {
		return hop.Exhausted(m.Receives, class, cause), nil
	}
	return hop.Decision{}, cause
}

// act does what was decided, apart from starting the copy; when it returns
// without an error the message may be acknowledged.
func (s *Starter) act(ctx context.Context, b *batch, m Message, out *Outcome, requests []hop.Request) error {
	out.Decision = m.Waits.Bound(out.Decision)
	switch d := out.Decision; d.Verdict {
	case hop.Start, hop.Skip:
		return nil
	case hop.Split:
		return s.Queue.Split(ctx, m, requests)
	case hop.Reject:
		var request hop.Request
		if len(requests) == 1 {
			request = requests[0]
		}
		return s.DeadLetters.Reject(ctx, Rejection{
			Message: m, Decision: d, Advice: s.Advice(d.Failed(m.Notice, request)), At: m.Received, // a failure after the message was sent is not told of here
		})
	case hop.Wait:
		waiting, err := b.waiting(ctx)
		if err != nil {
			waiting, out.Trouble = 0, err // the number only shapes the delay
		}
		out.Delay = hop.Delay(d, m.Received, m.ID, s.spread(d, m, waiting))
		m.Waits = m.Waits.After(d.Reason)
		return s.Queue.Resend(ctx, m, out.Delay)
	default:
		return fmt.Errorf("no rule for the verdict %q", d.Verdict)
	}
}

// spread tells copies that wait for room apart by their size, and by the size of the pool.
// One that has failed before is late already, and looks as soon as any.
func (s *Starter) spread(d hop.Decision, m Message, waiting int) hop.Spread {
	spread := hop.Spread{Waiting: waiting}
	if d.Reason != hop.ReasonPoolFull {
		return spread
	}
	resourceType, n := "", m.Notice
	switch {
	case n.Request != nil:
		resourceType, spread.Pace = n.Request.ResourceType, s.pace.Of(n.Request.Bytes)
	case n.CopyJob != nil:
		resourceType, spread.Pace = n.CopyJob.ResourceType, s.pace.Of(n.CopyJob.Bytes)
	}
	if m.Waits[hop.ReasonBackoff] > 0 {
		spread.Pace = hop.Fastest
	}
	for _, pool := range s.Pools {
		if slices.Contains(pool.Types, resourceType) {
			spread.Slots = pool.Size
		}
	}
	return spread
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
