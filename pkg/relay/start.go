package relay

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/hop"
)

// Starter starts second hops. It is the only caller of StartCopyJob.
type Starter struct {
	Routes      hop.Routes
	Pools       []hop.Pool
	Retry       hop.Retry
	Ceiling     int // copies per account in 24 hours; 0: none
	MaxReceives int // the queue's maxReceiveCount

	Points      Points
	Jobs        Jobs
	Copies      Copies
	Queue       Queue
	DeadLetters DeadLetters
	Advice      func(hop.Class, string) string // for a person, from class and AWS's words
	Observer    Observer

	day  day  // copies that count towards the ceiling
	full full // pools that had no room a moment ago
}

// skew is how far the clocks of SQS and AWS Backup may disagree without a fresh
// job being taken for an old one.
const skew = 5 * time.Second

// Handle settles the messages of one batch, all at once. No message waits for
// another, and none is lost by another's failure: each has its own result, in
// the order of the messages.
func (s *Starter) Handle(ctx context.Context, messages []Message) []Result {
	b := newBatch(s, messages)
	results := make([]Result, len(messages))
	var all sync.WaitGroup
	for i, m := range messages {
		all.Go(func() {
			out := Outcome{MessageID: m.ID}
			out.Err = guarded(func() error { return s.settle(ctx, b, m, &out) })()
			s.Observer.Observe(out)
			results[i] = Result{ID: m.ID, Err: out.Err}
		})
	}
	all.Wait()
	return results
}

// settle takes one message from what it says to what becomes of it, and notes it
// in out. Without an error the message may be acknowledged.
func (s *Starter) settle(ctx context.Context, b *batch, m Message, out *Outcome) error {
	work, cancel := beforeDeadline(ctx)
	defer cancel()
	requests, decision, err := s.read(work, m)
	out.Point, out.Hop = m.Notice.About()
	if len(requests) == 1 {
		out.Destination, out.Route = requests[0].Destination, routeName(s.Routes, requests[0])
	}
	if err == nil && decision.Verdict == "" {
		decision, err = s.decide(work, b, m, requests[0])
	}
	if err == nil && decision.Verdict == hop.Start {
		decision, out.CopyJob, err = s.start(work, m, requests[0], decision)
	}
	if err != nil {
		decision, err = afterError(ctx, m, s.MaxReceives, err)
	}
	if err != nil {
		return err
	}
	out.Decision = decision
	err = s.act(ctx, b, m, out, requests)
	if err != nil && decision.Verdict != hop.Reject {
		// A message that cannot be sent on must not end without its reason either.
		if out.Decision, err = afterError(ctx, m, s.MaxReceives, err); err == nil {
			err = s.act(ctx, b, m, out, nil)
		}
	}
	return err
}

func routeName(routes hop.Routes, r hop.Request) string {
	for _, route := range routes {
		if _, leads := route.Destination(r.Destination.ARN); leads && route.Source == r.Source &&
			(r.ResourceType == "" || slices.Contains(route.Types, r.ResourceType)) {
			return route.Name
		}
	}
	return ""
}

// decide looks at AWS Backup, the only state there is, and decides.
func (s *Starter) decide(ctx context.Context, b *batch, m Message, r hop.Request) (hop.Decision, error) {
	if full, err := b.full(ctx, r); err != nil || full {
		return hop.Full(r), err
	}
	c := hop.Case{
		Request: r, Routes: s.Routes, Retry: s.Retry, Ceiling: s.Ceiling,
		FirstSeen: m.Began(), RejectedAt: m.RejectedAt, Now: m.Received,
	}
	look, lookCtx := errgroup.WithContext(ctx)
	look.Go(func() error { return s.look(lookCtx, &c) })
	look.Go(guarded(func() error {
		_, err := b.today(ctx) // shared with the batch: another look's failure must not cancel it
		return err
	}))
	if err := look.Wait(); err != nil {
		return hop.Decision{}, err
	}
	return b.decide(ctx, c)
}

// look completes a case with the point as it is described and its listed jobs.
func (s *Starter) look(ctx context.Context, c *hop.Case) error {
	both, ctx := errgroup.WithContext(ctx)
	both.Go(guarded(func() (err error) {
		c.Point, err = s.Points.Point(ctx, c.Request.Source, c.Request.Point)
		if errors.Is(err, hop.ErrNotFound) {
			c.Missing, err = true, nil
		}
		return err
	}))
	both.Go(guarded(func() (err error) {
		c.Jobs, err = s.jobs(ctx, c.Request)
		return err
	}))
	return both.Wait()
}

// start calls StartCopyJob. AWS may answer a token that it remembers with the
// job of an earlier call. When that job is older than the message it was no start,
// and the job list decides again later; nor was it when the job is of an earlier
// receive of the same message and has ended since.
func (s *Starter) start(ctx context.Context, m Message, r hop.Request, d hop.Decision) (hop.Decision, string, error) {
	started, err := s.Copies.Start(ctx, d.Order)
	if err != nil {
		return d, "", err
	}
	if started.Created.Before(m.Sent.Add(-skew)) {
		return hop.Stale(started.JobID), "", nil
	}
	if m.Receives == 1 {
		return d, started.JobID, nil
	}
	// A crash hid an earlier receive's work: this may be its job.
	jobs, err := s.Jobs.Of(ctx, r.Point, r.Destination)
	if err != nil {
		return d, "", err
	}
	for _, job := range jobs {
		if job.ID == started.JobID && !job.State.InFlight() {
			return hop.Stale(started.JobID), "", nil
		}
	}
	return d, started.JobID, nil
}
