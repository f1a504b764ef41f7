package relay

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/twohop/twohop/pkg/hop"
)

// Stage is how far a copy has come that was asked for.
type Stage string

// Every stage.
const (
	StageAsked    Stage = "asked"    // it is yet to be started
	StageCopying  Stage = "copying"  // its copy job is CREATED or RUNNING
	StageVerified Stage = "verified" // it is there and right
	StageFailed   Stage = "failed"   // it failed for good, or what is there is wrong
)

// Stage tells how far the copy has come.
func (d Due) Stage() Stage {
	switch {
	case d.needed():
		return StageAsked
	case d.Decision.Reason == hop.ReasonInFlight:
		return StageCopying
	case d.settled():
		return StageVerified
	default:
		return StageFailed
	}
}

// Awaited reports whether there are copies to wait for: the replay requests them, or they are
// on their way already, requested by a replay before this one.
func (p Replay) Awaited() bool {
	switch p.Remedy {
	case RemedyCopy, RemedyFirstHop:
		return true
	case RemedyNone, RemedyStay:
		return p.Err == nil && slices.ContainsFunc(p.Legs, p.onItsWay)
	case RemedyRun:
	}
	return false
}

// onItsWay reports whether a copy is in flight; that of a first hop is until its second hops
// have ended.
func (p Replay) onItsWay(leg Due) bool {
	return leg.Decision.Reason == hop.ReasonInFlight || p.firstHopMade(leg)
}

// Concluded reports whether nothing is left to do about the letter of a replay, given how its
// awaited copies ended: each is verified, or failed with a message of its own.
func (p Replay) Concluded(ended []Due) bool {
	for _, leg := range p.Legs {
		if !leg.needed() && !leg.settled() && !p.onItsWay(leg) {
			return false
		}
	}
	return !slices.ContainsFunc(ended, func(d Due) bool {
		return d.Stage() != StageVerified && d.Decision.Verdict != hop.Reject && d.Decision.Reason != hop.ReasonTold
	})
}

// Followed is how far the copies of one replay have come, or why that cannot be told now.
type Followed struct {
	Legs []Due
	Err  error
}

// FollowAll looks how far the copies of replays have come, in their order. A first hop
// that has made its copy is followed by the second hops of that.
func (r *Replayer) FollowAll(ctx context.Context, replays []Replay, now time.Time) []Followed {
	seen := make([]Followed, len(replays))
	var all errgroup.Group
	all.SetLimit(looks)
	for i, p := range replays {
		all.Go(func() error {
			seen[i].Err = guarded(func() (err error) {
				seen[i].Legs, err = r.follow(ctx, p, now)
				return err
			})()
			return nil
		})
	}
	_ = all.Wait() // each has its own
	return seen
}

func (r *Replayer) follow(ctx context.Context, p Replay, now time.Time) ([]Due, error) {
	p.Letter.Received = now
	switch {
	case !p.Awaited():
		return nil, nil
	case p.Remedy == RemedyFirstHop, isFirstHop(p.Letter.Notice, r.Routes):
		return r.followFirstHop(ctx, p)
	}
	var requests []hop.Request
	for _, leg := range p.Legs {
		if leg.needed() || p.onItsWay(leg) {
			requests = append(requests, leg.Request)
		}
	}
	return r.followCopies(ctx, p, requests)
}

func (r *Replayer) followCopies(ctx context.Context, p Replay, requests []hop.Request) ([]Due, error) {
	m, legs := p.Letter.Message, make([]Due, 0, len(requests))
	for _, request := range requests {
		c := hop.Case{
			Request: request, Routes: r.Routes, Retry: r.Retry, Room: true,
			FirstSeen: m.Began(), RejectedAt: p.RejectedAt, Now: m.Received,
		}
		if err := r.starter().look(ctx, &c); err != nil {
			return nil, err
		}
		leg, err := r.decide(ctx, c, m)
		if err != nil {
			return nil, err
		}
		legs = append(legs, leg)
	}
	return legs, nil
}

func (r *Replayer) followFirstHop(ctx context.Context, p Replay) ([]Due, error) {
	forgiven := p.RejectedAt
	c, _, err := r.firstHop(ctx, &p)
	if err != nil {
		return nil, err
	}
	c.RejectedAt, p.RejectedAt = forgiven, forgiven
	decision := hop.Decide(c)
	if decision.Reason != hop.ReasonCopied {
		return []Due{{c.Request, decision}}, nil
	}
	for _, job := range c.Jobs {
		if job.State == hop.Completed && job.Copy != "" {
			made := hop.Request{Point: job.Copy, Source: c.Request.Destination, ResourceType: c.Request.ResourceType}
			requests, settled, err := r.read(ctx, Message{Notice: hop.Notice{Request: &made}, Sent: job.Completed, Received: p.Letter.Received})
			if err != nil {
				return nil, err
			}
			if len(requests) == 0 {
				return []Due{{made, settled}}, nil
			}
			p.Letter.Sent, p.Letter.FirstSeen = job.Completed, job.Completed
			return r.followCopies(ctx, p, requests)
		}
	}
	return []Due{{c.Request, decision}}, nil
}
