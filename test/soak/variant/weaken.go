package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// What can be switched off.
const (
	naively         = "everything" // an event goes straight to StartCopyJob
	withoutList     = "list"       // the list of copy jobs does not decide
	withoutToken    = "token"      // no idempotency token
	withoutPools    = "pools"      // a full pool is not waited for
	withoutResend   = "resend"     // what must wait is left to the queue, whose receives count
	withoutPartial  = "partial"    // one message's failure is its batch's
	withoutAttempt  = "attempt"    // the attempt is no part of the token
	withoutPatience = "patience"   // throttling is a failure like any other
)

// weaken takes a rule from the starter; batch tells that a failure is the batch's.
func weaken(rule string, s *relay.Starter) (batch bool, err error) {
	switch rule {
	case "", naively:
	case withoutList:
		s.Jobs, s.Copies = unlisted{s.Jobs}, undescribed{s.Copies}
	case withoutToken:
		s.Copies = retoken{s.Copies, func(hop.Order) string { return rand.Text() }}
	case withoutAttempt:
		s.Copies = retoken{s.Copies, func(o hop.Order) string { return hop.Token(o.Point, o.Destination, "") }}
	case withoutPools:
		s.Pools = nil
	case withoutResend:
		s.Queue = unsent{s.Queue}
	case withoutPartial:
		batch = true
	case withoutPatience:
		s.Points, s.Jobs, s.Copies = hasty{Points: s.Points}, hasty{Jobs: s.Jobs}, hasty{Copies: s.Copies}
	default:
		return false, fmt.Errorf("SOAK_WITHOUT is %q, which is no rule", rule)
	}
	return batch, nil
}

// unlisted shows no job of any copy.
type unlisted struct{ relay.Jobs }

func (unlisted) Of(context.Context, string, hop.Vault) ([]hop.CopyJob, error) { return nil, nil }

// undescribed describes no job of any copy.
type undescribed struct{ relay.Copies }

func (undescribed) Job(context.Context, string) (hop.CopyJob, error) {
	return hop.CopyJob{}, hop.ErrNotFound
}

// retoken starts copies with tokens of its own.
type retoken struct {
	relay.Copies
	token func(hop.Order) string
}

func (r retoken) Start(ctx context.Context, o hop.Order) (relay.Started, error) {
	o.Token = r.token(o)
	return r.Copies.Start(ctx, o)
}

// unsent does not send again.
type unsent struct{ relay.Queue }

func (unsent) Resend(context.Context, relay.Message, time.Duration) error {
	return errors.New("left to the queue")
}

// hasty takes a passing fault for one that nobody knows.
type hasty struct {
	relay.Points
	relay.Jobs
	relay.Copies
}

func hurried(err error) error {
	var failure *hop.Failure
	if errors.As(err, &failure) && failure.Class == hop.ClassTransient {
		return &hop.Failure{Class: hop.ClassUnknown, Code: failure.Code, Message: failure.Message}
	}
	return err
}

func (h hasty) Point(ctx context.Context, vault hop.Vault, arn string) (hop.RecoveryPoint, error) {
	point, err := h.Points.Point(ctx, vault, arn)
	return point, hurried(err)
}

func (h hasty) InFlight(ctx context.Context) ([]hop.CopyJob, error) {
	jobs, err := h.Jobs.InFlight(ctx)
	return jobs, hurried(err)
}

func (h hasty) Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error) {
	jobs, err := h.Jobs.Of(ctx, point, destination)
	return jobs, hurried(err)
}

func (h hasty) Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error) {
	jobs, err := h.Jobs.Since(ctx, t)
	return jobs, hurried(err)
}

func (h hasty) Start(ctx context.Context, o hop.Order) (relay.Started, error) {
	started, err := h.Copies.Start(ctx, o)
	return started, hurried(err)
}

func (h hasty) Job(ctx context.Context, id string) (hop.CopyJob, error) {
	job, err := h.Copies.Job(ctx, id)
	return job, hurried(err)
}
