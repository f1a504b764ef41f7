package cli

import (
	"context"
	"time"

	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
)

// follow waits until the copies that were asked for are verified, or have failed again, and
// deletes the letters of those.
func (r *replaying) follow(ctx context.Context, report *replayReport) {
	bar := barOf(report.out, "verified", 0)
	defer bar.end()
	var held time.Time
	look := time.NewTicker(r.every)
	defer look.Stop()
	for {
		now, err := r.now(ctx)
		if err == nil {
			err = report.followed(r.replayer.FollowAll(ctx, report.asked(), now), bar)
		}
		r.conclude(ctx, report, bar)
		if ctx.Err() != nil || report.waited(err) {
			return
		}
		if now.Sub(held) > renewal {
			held = now
			report.letters.keep(ctx, report.awaitedLetters())
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// now is AWS's time.
func (r *replaying) now(ctx context.Context) (time.Time, error) {
	config, err := r.access.backup(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return awslogin.Now(ctx, config)
}

// conclude deletes the letters whose copies have come to an end that leaves nothing to do
// about them. One that another reader has received meanwhile is left to the next replay.
func (r *replaying) conclude(ctx context.Context, report *replayReport, b *bar) {
	for i, plan := range report.plans {
		result := &report.results[i]
		if !result.waits || result.ended || report.awaited(i) || result.err != nil {
			continue
		}
		result.ended = true
		if !plan.Concluded(result.legs) {
			continue
		}
		whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		result.err = remove(whole, report.letters.boxes[plan.Letter.Queue], plan.Letter)
		cancel()
		if result.gone = result.err == nil; result.gone {
			b.say("%s: deleted", short(plan.Letter.ID))
		}
	}
}

// remove deletes a letter that was hidden for as long as its copies were waited for.
func remove(ctx context.Context, box queue.Mailbox, letter relay.Letter) error {
	letter, err := box.Reread(ctx, letter)
	if err != nil {
		return err
	}
	return box.Delete(ctx, letter)
}
