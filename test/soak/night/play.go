package night

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twohop/twohop/test/stage"
)

// Play lets the nights pass and counts. The error is of the play itself; what went
// wrong in it is in the result.
func Play(ctx context.Context, o Options) (Result, error) {
	began := time.Now()
	n, err := o.begin(ctx)
	if n.Stage != nil {
		defer func() { err = errors.Join(err, n.Close()) }()
	}
	if err != nil {
		return Result{}, fmt.Errorf("begin the nights: %w", err)
	}
	if err := n.pass(ctx); err != nil {
		return Result{}, fmt.Errorf("let the nights pass: %w", err)
	}
	result, err := n.count()
	result.Took = time.Since(began)
	return result, err
}

const (
	aDay     = 24 * time.Hour
	reported = 6 * time.Hour
)

// pass lets the nights pass, each a day long, and the hours before the next one would
// begin. Some keys close after the first night: their databases have a copy by then,
// which grows old.
func (n *nights) pass(ctx context.Context) error {
	end := firstNight.Add(time.Duration(n.Nights)*aDay - time.Hour)
	closing := firstNight.Add(aDay - time.Hour)
	for now := n.World.Clock.Now(); now.Before(end); now = n.World.Clock.Now() {
		next := now.Truncate(reported).Add(reported)
		for _, other := range []time.Time{end, closing} {
			if now.Before(other) && other.Before(next) {
				next = other
			}
		}
		if err := n.World.Clock.Advance(ctx, next.Sub(now)); err != nil {
			return err
		}
		if next.Equal(closing) && n.Nights > 1 {
			if err := n.close(ctx); err != nil {
				return err
			}
		}
		if n.Progress != nil {
			n.Progress(n.progress())
		}
	}
	return nil
}

func (n *nights) progress() Progress {
	p := Progress{
		At:      n.World.Clock.Now(),
		Arrived: len(n.World.Backup.RecoveryPoints(n.Intermediate.ARN)), Copied: len(n.World.Backup.RecoveryPoints(n.Final.ARN)),
		Waiting: len(n.World.SQS.Peek(n.Copies.ARN)), Letters: len(n.World.SQS.Peek(n.DeadLetters.ARN)),
	}
	for _, job := range n.World.Backup.CopyJobs(stage.Backup, stage.Primary) {
		if job.CompletionDate.IsZero() {
			p.InFlight++
		}
	}
	return p
}
