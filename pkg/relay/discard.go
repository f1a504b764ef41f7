package relay

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// ErrReplayable says that a dead-letter message was kept: a replay can use it.
var ErrReplayable = errors.New("a replay can use it")

// unusable are the reasons for which no replay makes a copy: the recovery point no longer
// exists, or the estate copies nothing of the kind.
var unusable = []hop.Reason{
	hop.ReasonGone, hop.ReasonUnusable, hop.ReasonUnrouted, hop.ReasonOther, hop.ReasonOwnCopy, hop.ReasonForeign, hop.ReasonMalformed,
}

// Use says what a replay can still do with the dead-letter message, now or later; empty: no
// replay can use it. Where that cannot be determined it says so, and the message counts as
// usable.
func (p Replay) Use() string {
	switch {
	case p.Err != nil:
		return "cannot determine whether a replay can use it: " + p.Err.Error()
	case p.Remedy == RemedyCopy:
		return "a replay requests its copies again"
	case p.Remedy == RemedyFirstHop:
		return "a replay starts its first hop again"
	case p.Remedy == RemedyRun:
		return "a replay requests a full run of the reconciler"
	}
	for _, leg := range p.Legs {
		if !leg.settled() && !slices.Contains(unusable, leg.Decision.Reason) && !p.firstHopMade(leg) {
			return "a replay may be able to use it later: " + leg.Decision.Detail
		}
	}
	return ""
}

// firstHopMade reports whether the leg is a first hop whose copy was made: its second hops
// have messages of their own.
func (p Replay) firstHopMade(leg Due) bool {
	return p.Remedy == RemedyNone && leg.Decision.Reason == hop.ReasonCopied
}

// Discard deletes a dead-letter message for good. Right before, it is held by the receipt it
// was read with, which fails with ErrTaken if another reader received or deleted it, and
// AWS Backup is asked again what a replay would do: ErrReplayable where a replay can use the
// message, unless replayable is true.
func (r *Replayer) Discard(ctx context.Context, p Replay, box Mailbox, replayable bool) error {
	if err := box.Hold(ctx, p.Letter); err != nil {
		return err
	}
	if !replayable {
		if use := r.plan(ctx, p.Letter, p.Letter.Received).Use(); use != "" {
			return fmt.Errorf("%w: %s", ErrReplayable, use)
		}
	}
	return box.Delete(ctx, p.Letter)
}
