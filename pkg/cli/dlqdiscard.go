package cli

import (
	"context"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/twohop/twohop/pkg/awslogin"
)

// discarding is the command dlq discard.
type discarding struct {
	letterFlags
	yes        bool
	replayable bool // also what a replay can use
}

func newDLQDiscard() *cobra.Command {
	d := &discarding{}
	command := &cobra.Command{
		Use: "discard [MESSAGE...]", Short: "Delete dead-letter messages that no replay can use", Args: cobra.ArbitraryArgs,
		Long: `Discard deletes dead-letter messages for good: those that cannot be read, and those that no
replay can use, such as one about a recovery point that no longer exists. It prints what it
would delete, and why it keeps the others. With --yes it deletes.

A message that a replay can still use is kept, now or once a copy in flight has ended, and so
is one of which that cannot be determined. --include-replayable deletes these too. Right
before each deletion SQS confirms that no other reader has received the message, and AWS
Backup is asked again whether a replay can use it.

Each deletion is printed as one line: time, caller, message, what it was about. With --json
the object has each message's attributes and body: keep it, since SQS cannot bring a deleted
message back.`,
		Example: `  AWS_PROFILE=backup twohop dlq discard --estate my.yaml                        # what would be deleted
  AWS_PROFILE=backup twohop dlq discard --estate my.yaml --only Malformed --yes
  AWS_PROFILE=backup twohop dlq discard 1f3e9a02 --estate my.yaml --yes --json > discarded.json`,
		RunE: d.running(d.run),
	}
	d.flags(command)
	flags := command.Flags()
	flags.BoolVar(&d.yes, "yes", false, "do what the plan says")
	flags.BoolVar(&d.replayable, "include-replayable", false, "also delete messages that a replay can still use: their copies are then not made by a replay")
	return command
}

func (d *discarding) run(ctx context.Context, out io.Writer, ids []string) error {
	config, err := d.access.backup(ctx)
	if err != nil {
		return err
	}
	by, err := awslogin.Caller(ctx, config)
	if err != nil {
		return err
	}
	var hold time.Duration
	if d.yes {
		hold = longestLook
	}
	p, err := d.planned(ctx, hold, ids)
	if err != nil {
		return err
	}
	defer p.end(ctx)
	report := d.report(out, p, by)
	report.plan()
	if d.yes {
		d.do(ctx, report)
	}
	return firstError(report.end(out), ctx.Err(), p.trouble(), p.missing, report.verdict(), p.partly())
}

// do deletes the messages one by one. An interruption stops between two of them.
func (d *discarding) do(ctx context.Context, report *discardReport) {
	for i, plan := range report.plans {
		if report.kept(i) != "" {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		whole, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		err := report.replayer.Discard(whole, plan, report.boxes[plan.Letter.Queue], d.replayable)
		cancel()
		report.done(i, err, d.access.logins.Now())
	}
}
