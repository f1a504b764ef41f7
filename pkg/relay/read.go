package relay

import (
	"context"
	"errors"

	"github.com/twohop/twohop/pkg/hop"
)

// read finds out what the message asks for: one request, several (a Split), or a
// decision that settles it.
func (s *Starter) read(ctx context.Context, m Message) ([]hop.Request, hop.Decision, error) {
	if m.Malformed != nil {
		return nil, hop.Malformed(m.Malformed), nil //nolint:nilerr // it is what the message says, not a failure of ours
	}
	requests, decision := hop.Triage(m.Notice, s.Routes)
	if len(requests) == 1 && requests[0].Destination.ARN == "" {
		var err error
		if requests, decision, err = s.address(ctx, m, requests[0]); err != nil {
			return nil, hop.Decision{}, err
		}
	}
	if len(requests) > 1 {
		decision = hop.FanOut(len(requests))
	}
	return requests, decision, nil
}

// address finds the destinations of a request that names none, by the type that
// its point is described with. A point without a route is settled here.
func (s *Starter) address(ctx context.Context, m Message, r hop.Request) ([]hop.Request, hop.Decision, error) {
	point, err := s.Points.Point(ctx, r.Source, r.Point)
	missing := errors.Is(err, hop.ErrNotFound)
	if err != nil && !missing {
		return nil, hop.Decision{}, err
	}
	if route, ok := s.Routes.For(r.Source.ARN, point.ResourceType); ok {
		r.ResourceType = point.ResourceType
		return route.Split(r), hop.Decision{}, nil
	}
	return nil, hop.Decide(hop.Case{
		Request: r, Point: point, Missing: missing, Routes: s.Routes, FirstSeen: m.Began(), Now: m.Received,
	}), nil
}

// jobs lists the copy jobs of a request and looks whether completed copies are
// still there.
func (s *Starter) jobs(ctx context.Context, r hop.Request) ([]hop.CopyJob, error) {
	jobs, err := s.Jobs.Of(ctx, r.Point, r.Destination)
	if err != nil {
		return nil, err
	}
	for i := range jobs {
		if err := s.checkCopy(ctx, r, &jobs[i]); err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// checkCopy asks the destination vault for the copy of a completed job. Without the copy's
// ARN there is nothing to ask for: the job's word counts.
func (s *Starter) checkCopy(ctx context.Context, r hop.Request, job *hop.CopyJob) (err error) {
	if job.State == hop.Completed && job.Copy != "" {
		_, job.CopyState, err = describe(ctx, s.Points, r.Destination, job.Copy)
	}
	return err
}

// describe describes a copy; zero, with its state, where it is not there.
func describe(ctx context.Context, points Points, vault hop.Vault, arn string) (hop.RecoveryPoint, hop.CopyState, error) {
	point, err := points.Point(ctx, vault, arn)
	switch {
	case errors.Is(err, hop.ErrNotFound):
		return hop.RecoveryPoint{}, hop.CopyUndescribed, nil
	case err != nil:
		return hop.RecoveryPoint{}, hop.CopyUnchecked, err
	}
	state := hop.CopyStateOf(point.Status)
	if state == hop.CopyGone {
		return hop.RecoveryPoint{}, state, nil
	}
	return point, state, nil
}
