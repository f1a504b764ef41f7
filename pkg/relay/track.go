package relay

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Tracker follows copies to their end: a message of the queue `outcomes` comes in,
// and ends in exactly one of a verified copy, a request for another attempt in the
// queue `copies`, a rejection with its advice, a message sent again with a delay, or
// an acknowledgement because the copy is still on its way.
//
// Once every copy of a recovery point is verified, the point's retention in the
// intermediate vault is shortened. No other part of twohop changes a recovery point.
type Tracker struct {
	Routes      hop.Routes
	Retry       hop.Retry
	Keep        int // days from its creation that a point with verified copies is kept; 0: as it is
	MaxReceives int // the queue's maxReceiveCount

	Points    Points
	Jobs      JobsOfPoints
	Vaults    Vaults
	Retention Retention
	Queue     Resender // the queue `outcomes`
	Copies    Requests // the queue `copies`
	// Rejected is the dead-letter queue of `copies`: a copy that a person has to
	// mend is replayed from there. Unreadable is the dead-letter queue of `outcomes`.
	Rejected, Unreadable DeadLetters
	Advice               func(hop.FailedJob) string // for an operator
	Observer             Observer
}

// JobsOfPoints lists copy jobs by their source.
type JobsOfPoints interface {
	// From lists every job of a recovery point, to whatever vault and in whatever
	// state. *hop.Failure when AWS refuses.
	From(ctx context.Context, point string) ([]hop.CopyJob, error)
}

// Vaults describes vaults.
type Vaults interface {
	// Key is the ARN of a vault's own key. hop.ErrNotFound when there is no such
	// vault; *hop.Failure when AWS refuses.
	Key(ctx context.Context, vault hop.Vault) (string, error)
}

// Retention changes how long recovery points are kept.
type Retention interface {
	// Keep has a recovery point kept for so many days from its creation.
	// hop.ErrNotFound when it is not there; *hop.Failure when AWS refuses.
	Keep(ctx context.Context, vault hop.Vault, point string, days int64) error
}

// Handle settles the messages of one batch, all at once, each with a result of its
// own, in the order of the messages.
func (t *Tracker) Handle(ctx context.Context, messages []Message) []Result {
	results := make([]Result, len(messages))
	var all sync.WaitGroup
	for i, m := range messages {
		all.Go(func() {
			out := Outcome{MessageID: m.ID}
			out.Err = guarded(func() error { return t.settle(ctx, m, &out) })()
			t.Observer.Observe(out)
			results[i] = Result{ID: m.ID, Err: out.Err}
		})
	}
	all.Wait()
	return results
}

// settle takes one message from what it says to what becomes of it, and notes it in
// out. Without an error the message may be acknowledged.
func (t *Tracker) settle(ctx context.Context, m Message, out *Outcome) error {
	work, cancel := beforeDeadline(ctx)
	defer cancel()
	request, decision := t.read(m)
	out.Point, out.Hop = about(m.Notice, request)
	out.Destination = request.Destination
	var err error
	if decision.Verdict == "" {
		out.Route = routeName(t.Routes, request)
		decision, err = t.track(work, m, request, out)
	}
	if err != nil {
		decision, err = afterError(ctx, m, t.MaxReceives, err)
	}
	if err != nil {
		return err
	}
	out.Decision = decision
	err = t.act(ctx, m, request, out)
	if err != nil && out.Decision.Verdict != hop.Reject {
		// An outcome that cannot be sent on must not end without its reason either.
		if out.Decision, err = afterError(ctx, m, t.MaxReceives, err); err == nil {
			err = t.act(ctx, m, request, out)
		}
	}
	return err
}

func (t *Tracker) read(m Message) (hop.Request, hop.Decision) {
	if m.Malformed != nil {
		return hop.Request{}, hop.Malformed(m.Malformed)
	}
	return hop.TriageOutcome(m.Notice, t.Routes)
}

// about is the recovery point that a notice is about, and the hop.
func about(n hop.Notice, r hop.Request) (string, int) {
	if r.Point != "" {
		return r.Point, 2
	}
	return n.About()
}

// track looks at AWS Backup and decides. A copy found right may have been the last of
// its point: then the point's retention is shortened.
func (t *Tracker) track(ctx context.Context, m Message, r hop.Request, out *Outcome) (hop.Decision, error) {
	jobs, err := t.Jobs.From(ctx, r.Point)
	if err != nil {
		return hop.Decision{}, err
	}
	c, err := t.look(ctx, m, r, jobs)
	if err != nil {
		return hop.Decision{}, err
	}
	decision := hop.Track(c)
	if decision.Reason == hop.ReasonVerified {
		out.CopyJob = jobOf(c)
		var untrimmed hop.Decision
		if out.Shortened, untrimmed, err = t.shorten(ctx, m, c, jobs); untrimmed.Verdict != "" {
			decision = untrimmed
		}
	}
	return decision, err
}

// look gathers what decides about one copy of a point, of all the point's jobs.
func (t *Tracker) look(ctx context.Context, m Message, r hop.Request, jobs []hop.CopyJob) (hop.Tracked, error) {
	c := hop.Tracked{Request: r, Retry: t.Retry, FirstSeen: m.Began(), Now: m.Received}
	if m.Notice.CopyJob != nil {
		c.Event = *m.Notice.CopyJob
	}
	for _, job := range jobs {
		if job.Destination.ARN == r.Destination.ARN {
			c.Jobs = append(c.Jobs, job)
		}
	}
	if slices.ContainsFunc(c.Jobs, func(j hop.CopyJob) bool { return j.State.InFlight() }) {
		return c, nil
	}
	err := t.findCopy(ctx, &c)
	if err != nil || c.Copy.ARN == "" {
		return c, err
	}
	route, _ := t.Routes.For(r.Source.ARN, c.Copy.ResourceType) // another type may be kept there for longer
	c.Destination, _ = route.Destination(r.Destination.ARN)
	c.VaultKey, err = t.Vaults.Key(ctx, r.Destination)
	return c, err
}

// findCopy describes the newest copy that is still there, and says of each newer one that
// its job calls COMPLETED why it is not. A copy that only the event or the request names
// counts where AWS Backup does not list its job: not yet, or no longer.
func (t *Tracker) findCopy(ctx context.Context, c *hop.Tracked) error {
	var named []string
	if len(c.Jobs) == 0 {
		named = []string{c.Event.Copy, c.Request.Copy}
	} else if c.Unlisted() {
		named = []string{c.Event.Copy}
	}
	slices.SortStableFunc(c.Jobs, func(a, b hop.CopyJob) int { return b.Created.Compare(a.Created) })
	for i, job := range c.Jobs {
		if job.State != hop.Completed || job.Copy == "" {
			continue
		}
		var err error
		if c.Copy, c.Jobs[i].CopyState, err = describe(ctx, t.Points, c.Request.Destination, job.Copy); err != nil || c.Copy.ARN != "" {
			return err
		}
	}
	for _, arn := range slices.DeleteFunc(named, func(arn string) bool { return arn == "" }) {
		var err error
		if c.Copy, _, err = describe(ctx, t.Points, c.Request.Destination, arn); err != nil || c.Copy.ARN != "" {
			return err
		}
	}
	return nil
}

func jobOf(c hop.Tracked) string {
	for _, job := range c.Jobs {
		if job.Copy == c.Copy.ARN {
			return job.ID
		}
	}
	return c.Event.JobID
}

// act does what was decided; when it returns without an error the message may be
// acknowledged.
func (t *Tracker) act(ctx context.Context, m Message, r hop.Request, out *Outcome) error {
	out.Decision = m.Waits.Bound(out.Decision)
	switch d := out.Decision; d.Verdict {
	case hop.Skip:
		return nil
	case hop.Again:
		m.RejectedAt, m.Waits = time.Time{}, nil // they are of the outcome; the copy was not rejected, and has not waited
		return t.Copies.Split(ctx, m, []hop.Request{r})
	case hop.Wait:
		out.Delay = hop.Delay(d, m.Received, m.ID, hop.Spread{})
		m.Waits = m.Waits.After(d.Reason)
		return t.Queue.Resend(ctx, m, out.Delay)
	case hop.Reject:
		rejection := Rejection{Message: m, Decision: d, Advice: t.Advice(d.Failed(m.Notice, r)), At: latest(m.Received, d.FailedAt)}
		switch {
		case r.Point != "" && d.Reason != hop.ReasonError:
			rejection.Request = &r
			return t.Rejected.Reject(ctx, rejection)
		case d.Reason == hop.ReasonHopOne:
			return t.Rejected.Reject(ctx, rejection)
		default:
			return t.Unreadable.Reject(ctx, rejection)
		}
	default:
		return fmt.Errorf("no rule for the verdict %q", d.Verdict)
	}
}
