package main

import (
	"context"
	"slices"
	"time"

	"github.com/twohop/twohop/test/stage"
)

const (
	// limit is the simulated time that the night gets.
	limit = 24 * time.Hour
	// eventBatch is how often AWS Backup tells EventBridge of its jobs.
	eventBatch = 5 * time.Minute
)

// watch lets time pass until every plan has fired and nothing moves any more, and
// shows what does. On a terminal it goes slowly enough to be seen.
func watch(ctx context.Context, s *stage.Stage, plays []*play, screen *screen) error {
	tick := time.Minute
	bars := screen.bars(plays)
	defer bars.close()
	begun := s.World.Clock.Now()
	for quiet := time.Duration(0); quiet <= 3*eventBatch; {
		if err := s.World.Clock.Advance(ctx, tick); err != nil {
			return err
		}
		now := s.World.Clock.Now()
		look(s, plays)
		bars.show(now, plays)
		switch {
		case s.InFlight() > 0 || len(s.World.SQS.Peek(s.Copies.ARN)) > 0:
			quiet = 0
			screen.pause(ctx)
		case !slices.ContainsFunc(plays, func(p *play) bool { return !p.begun() }):
			quiet += tick
		}
		if now.Sub(begun) > limit {
			return nil // the table says what is missing
		}
	}
	return nil
}
