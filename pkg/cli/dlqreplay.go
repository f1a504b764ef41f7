package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/relay"
)

// replaying is the command dlq replay.
type replaying struct {
	letterFlags
	yes, wait bool
	rate      float64 // letters a second
	every     time.Duration

	replayer *relay.Replayer
}

// fastest is the most letters a second: each takes a few calls of AWS Backup and SQS.
const fastest = 50

func newDLQReplay() *cobra.Command {
	r := &replaying{every: 30 * time.Second}
	command := &cobra.Command{
		Use: "replay [LETTER...]", Short: "Ask again for what dead letters are about", Args: cobra.ArbitraryArgs,
		Long: `Replay looks first what each letter still needs, and prints that as a plan. With --yes it
does it, letter by letter: it asks, sees that it was taken, and deletes the letter.

  second hops  are asked of the queue of copies. What failed until now is forgiven.
  first hops   that failed are started in the member account.
  runs         of the reconciler: one full run makes up for all.
  none         a copy that is there and right, or would expire on arrival, needs nothing for
               certain: the letter is deleted.
  stays        what cannot be told yet or cannot be replayed: a copy that is in flight, a
               source that is gone, a message that cannot be read.

Stopped at any moment it loses nothing, and doubles nothing: the list of copy jobs decides,
here and in the functions. Run it again; it continues where it stopped. With --wait a message
is deleted only when its copies are verified or have failed again, so that a replay that was
interrupted while it waited finds these copies and continues to wait for them. With --yes
messages are hidden from other readers until it has ended; after a crash, for 15 minutes.`,
		Example: `  AWS_PROFILE=backup twohop dlq replay --estate my.yaml                       # what would be done
  AWS_PROFILE=backup twohop dlq replay --estate my.yaml --only Key --yes --wait
  AWS_PROFILE=backup twohop dlq replay 1f3e9a02 --estate my.yaml --yes`,
		RunE: r.running(r.run),
	}
	r.flags(command)
	flags := command.Flags()
	flags.BoolVar(&r.yes, "yes", false, "do what the plan says")
	flags.BoolVar(&r.wait, "wait", false, "wait until the replayed copies are verified")
	flags.Float64Var(&r.rate, "rate", 5, "`NUMBER` of letters a second at the most")
	durationFlag(command, &r.every, "every", "with --wait: `DURATION` from one check of the copies to the next")
	command.PreRunE = func(*cobra.Command, []string) error { return r.check() }
	return command
}

func (r *replaying) check() error {
	switch {
	case r.rate <= 0 || r.rate > fastest:
		return fmt.Errorf("--rate: %g is not above 0 and at most %d", r.rate, fastest)
	case r.every <= 0:
		return fmt.Errorf("--every: %s is no time to wait", r.every)
	case r.wait && !r.yes:
		return errors.New("--wait has nothing to wait for without --yes")
	}
	return nil
}

// longestLook is for how long at the most one letter is looked at and replayed, apart
// from the pauses between letters: for so long it is kept from other readers.
const longestLook = 2 * time.Second

func (r *replaying) run(ctx context.Context, out io.Writer, ids []string) error {
	var hold time.Duration
	if r.yes {
		hold = longestLook + time.Duration(float64(time.Second)/r.rate)
	}
	p, err := r.planned(ctx, hold, ids)
	if err != nil {
		return err
	}
	defer p.end(ctx)
	r.replayer = p.replayer
	report := r.report(out, p)
	report.paused = r.access.isPaused(ctx)
	report.plan()
	if r.yes {
		r.do(ctx, report)
		if r.wait {
			p.release(ctx, report.others())
			r.follow(ctx, report)
		}
	}
	return firstError(report.end(out), report.interrupted(ctx), p.trouble(), p.missing, report.verdict(), p.partly())
}

// closing is how long a replay that has begun may take once it was interrupted.
const closing = 30 * time.Second

// renewal is after how long the letters that are yet to be replayed are held anew.
const renewal = 5 * time.Minute

func lettersOf(plans []relay.Replay) []relay.Letter {
	letters := make([]relay.Letter, len(plans))
	for i, p := range plans {
		letters[i] = p.Letter
	}
	return letters
}

// do does the plans one by one, at the rate. An interruption stops between two letters. With
// --wait a letter whose copies are waited for is not deleted yet: as long as it is in its queue
// a replay that was interrupted, in whatever way, is continued by the next one.
func (r *replaying) do(ctx context.Context, report *replayReport) {
	p := report.letters
	bar := barOf(report.out, "replaying", len(report.plans))
	defer bar.end()
	held := time.Now() //nolint:forbidigo // for how long letters are hidden is a matter of real time
	pace := time.NewTicker(time.Duration(float64(time.Second) / r.rate))
	defer pace.Stop()
	for i, plan := range report.plans {
		if plan.Remedy == relay.RemedyStay && !report.waitsFor(i) {
			bar.step()
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
		if time.Since(held) > renewal { //nolint:forbidigo // as above
			held = time.Now() //nolint:forbidigo // as above
			p.keep(ctx, append(report.awaitedLetters(), lettersOf(report.plans[i:])...))
		}
		whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		report.done(i, r.one(whole, report, i), bar)
		cancel()
		bar.step()
	}
}

// one does one plan.
func (r *replaying) one(ctx context.Context, report *replayReport, i int) error {
	p, plan := report.letters, report.plans[i]
	switch {
	case !report.waitsFor(i):
		return r.replayer.Do(ctx, plan, p.boxes[plan.Letter.Queue])
	case plan.Remedy == relay.RemedyNone: // what is left to do is to wait
	default:
		if err := r.replayer.Ask(ctx, plan, p.boxes[plan.Letter.Queue]); err != nil {
			return err
		}
	}
	p.keep(ctx, []relay.Letter{plan.Letter})
	return nil
}
