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
	Advice      func(hop.FailedJob) string // for an operator
	Observer    Observer

	Clock func() time.Time // of the environment: how long an invocation takes

	day  day       // copies that count towards the ceiling
	full full      // pools that had no room a moment ago
	own  ownStarts // copies that were started a moment ago
	pace hop.Pace  // of copies that wait for room
}

// skew is how far the clocks of SQS and AWS Backup may disagree without a fresh
// job being taken for an old one. How far they do is UNCONFIRMED A35.
const skew = 5 * time.Second

// startTime is how long a call of StartCopyJob may take, its repetitions included: three
// attempts with pauses of 6 s at most, 3 s on average, which only an x-amz-retry-after of
// AWS makes longer. A later start could be missing from lists that other invocations use
// (hop.OwnRecent). If the call timed out but AWS started the job, the next receive finds it
// in the job list.
const startTime = 10 * time.Second

// mostAnswers is how many ended jobs may answer one start, one after the other, before the
// message waits.
const mostAnswers = 10

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
	var c hop.Case
	if err == nil && decision.Verdict == "" {
		c, decision, err = s.decide(work, b, m, requests[0])
	}
	if err == nil && decision.Verdict == hop.Start {
		decision, out.CopyJob, err = s.start(work, m, c, decision)
	}
	if err != nil {
		decision, err = afterError(ctx, m, s.MaxReceives, err)
	}
	if err != nil {
		return err
	}
	out.Decision = decision
	err = s.act(ctx, b, m, out, requests)
	if err != nil && out.Decision.Verdict != hop.Reject {
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

// unread is how many times a message waits for a full pool until its point is described:
// it may have expired, or have been copied by another message.
const unread = 30

// decide looks at AWS Backup, the only state there is, and decides.
func (s *Starter) decide(ctx context.Context, b *batch, m Message, r hop.Request) (c hop.Case, d hop.Decision, err error) {
	if full, err := b.full(ctx, r); err != nil || full && (m.Waits[hop.ReasonPoolFull]+1)%unread != 0 {
		return c, hop.Full(r), err
	}
	c = hop.Case{
		Request: r, Routes: s.Routes, Retry: s.Retry, Ceiling: s.Ceiling,
		Waits: m.Waits, FirstSeen: m.Began(), RejectedAt: m.RejectedAt, Now: m.Received,
	}
	look, lookCtx := errgroup.WithContext(ctx)
	look.Go(func() error { return s.look(lookCtx, &c) })
	look.Go(guarded(func() error {
		_, err := b.today(ctx) // shared with the batch: another look's failure must not cancel it
		return err
	}))
	if err = look.Wait(); err == nil {
		d, err = b.decide(ctx, &c)
	}
	return c, d, err
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

// start calls StartCopyJob. AWS may answer a token that it remembers with the job of an
// earlier call: of another message, or of an earlier receive of this one, which a crash
// hid. Where that job has ended and the list does not show it, it is decided again with it;
// so a job that the list has forgotten gives the next token, and no wait for it is endless.
func (s *Starter) start(ctx context.Context, m Message, c hop.Case, d hop.Decision) (hop.Decision, string, error) {
	var started Started
	for range mostAnswers {
		var err error
		if started, err = s.startCopy(ctx, d.Order); err != nil {
			if !passing(err) { // else it may have been started
				s.own.drop(c.Request)
			}
			var refused *hop.Failure
			if errors.As(err, &refused) && refused.Class == hop.ClassLimit {
				return hop.NoRoom(refused), "", nil
			}
			return d, "", err
		}
		earlier := started.Created.Before(m.Sent.Add(-skew))
		s.own.created(c.Request, started.Created)
		if !earlier && m.Receives == 1 {
			return d, started.JobID, nil
		}
		if again, err := s.answered(ctx, &c, started); err != nil {
			return d, "", err
		} else if !again {
			if !earlier { // the start of an earlier receive
				return d, started.JobID, nil
			}
			return hop.Stale(started.JobID), "", nil
		}
		if d = hop.Decide(c); d.Verdict != hop.Start {
			s.own.drop(c.Request) // the decision is about a job that has ended
			return d, "", nil
		}
	}
	return hop.Stale(started.JobID), "", nil
}

func (s *Starter) startCopy(ctx context.Context, order hop.Order) (Started, error) {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	return s.Copies.Start(ctx, order)
}

// answered adds the job of an answer to the case, if it has ended and the case lacks it;
// false where the job is in flight, or where nothing is to be gained by deciding again.
func (s *Starter) answered(ctx context.Context, c *hop.Case, started Started) (bool, error) {
	if slices.ContainsFunc(c.Jobs, func(j hop.CopyJob) bool { return j.ID == started.JobID }) {
		return false, nil
	}
	job, err := s.Copies.Job(ctx, started.JobID)
	switch {
	case errors.Is(err, hop.ErrNotFound):
		if !hop.Forgotten(started.Created, c.Now) {
			return false, nil // not described yet
		}
		c.Answered = hop.CopyJob{ID: started.JobID, Created: started.Created}
		return true, nil
	case err != nil:
		return false, err
	case job.State.InFlight() || !job.State.Known():
		return false, nil
	}
	if err := s.checkCopy(ctx, c.Request, &job); err != nil {
		return false, err
	}
	c.Jobs = append(c.Jobs, job)
	return true, nil
}
