package relay

import (
	"context"
	"errors"

	"github.com/twohop/twohop/pkg/hop"
)

// planFirstHop looks at a first hop that has failed, in the member account that it was
// of: a backup plan makes it once, and nobody makes it again by himself.
func (r *Replayer) planFirstHop(ctx context.Context, p *Replay) error {
	c, known, err := r.firstHop(ctx, p)
	if err != nil {
		return err
	}
	if !known {
		p.Why = "the estate makes no first hop of " + c.Request.ResourceType + " from " + c.Request.Source.ARN
		return nil
	}
	p.Legs = []Due{{c.Request, hop.Decide(c)}}
	switch d := p.Legs[0].Decision; {
	case d.Verdict == hop.Start:
		p.Remedy = RemedyFirstHop
	case d.Verdict == hop.Skip && (d.Reason == hop.ReasonCopied || d.Reason == hop.ReasonExpired):
		p.Remedy, p.Why = RemedyNone, d.Detail
	default:
		p.Why = d.Detail
	}
	return nil
}

// firstHop is the case of a letter's first hop; known is false where the estate makes
// none between the letter's vaults, whoever sent it. Once made it is made: whether its
// copy is still in the intermediate vault is no matter.
func (r *Replayer) firstHop(ctx context.Context, p *Replay) (c hop.Case, known bool, err error) {
	e, m := p.Letter.Notice.CopyJob, p.Letter.Message
	c = hop.Case{
		Request: hop.Request{Point: e.Source, Source: e.SourceVault, Destination: e.Destination, ResourceType: e.ResourceType},
		Retry:   r.Retry, Room: true, FirstSeen: m.Began(), Now: m.Received,
	}
	route, known := r.FirstHop(e.SourceVault, e.Destination, e.ResourceType)
	if !known {
		return c, false, nil
	}
	c.Routes = hop.Routes{route}
	member, err := r.Members.Member(ctx, e.SourceVault.Account)
	if err != nil {
		return c, true, err
	}
	if c.Point, err = member.Point(ctx, e.SourceVault, e.Source); errors.Is(err, hop.ErrNotFound) {
		c.Missing, err = true, nil
	}
	if err != nil {
		return c, true, err
	}
	if c.Jobs, err = member.Of(ctx, e.Source, e.Destination); err != nil {
		return c, true, err
	}
	p.about(c)
	c.RejectedAt = p.RejectedAt
	return c, true, nil
}

// startFirstHop starts a first hop, unless another look shows that this is no longer
// what is due. The order's token is that of the attempt, so that who starts it at the
// same moment starts the same job.
func (r *Replayer) startFirstHop(ctx context.Context, p Replay) error {
	c, _, err := r.firstHop(ctx, &p)
	if err != nil {
		return err
	}
	decision := hop.Decide(c)
	if decision.Verdict != hop.Start {
		return ErrTaken
	}
	member, err := r.Members.Member(ctx, c.Request.Source.Account)
	if err != nil {
		return err
	}
	_, err = member.Start(ctx, decision.Order)
	return err
}
