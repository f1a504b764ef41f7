// Command demo shows the second hop on a laptop, without an AWS account: it
// starts the local AWS with a member and the backup account, builds and runs the
// real copystarter, lets hop 1 of eight recovery points complete, and says where
// every point has ended.
//
// It exits 0 only if each point stands exactly once in the final vault.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

func main() { stage.Main("demo", run) }

// options of one demo.
type options struct {
	serve     bool
	bootstrap string                      // built when empty
	plan      func(*backup.Config)        // changes how AWS Backup behaves; for tests
	after     func(*stage.Stage, []*play) // what happens before the counting; for tests
}

func run(ctx context.Context, args []string, out io.Writer) error {
	var o options
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.BoolVar(&o.serve, "serve", false, "keep the local AWS up afterwards, in real time, until interrupted")
	if err := flags.Parse(args); err != nil {
		return err
	}
	return show(ctx, o, out)
}

// show plays the whole demo and returns why it failed, if it did.
func show(ctx context.Context, o options, out io.Writer) (err error) {
	screen := newScreen(out)
	if o.bootstrap == "" {
		screen.say("building the copystarter")
		dir, err := os.MkdirTemp("", "twohop-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		if o.bootstrap, err = stage.Build(ctx, "lambdas/copystarter", dir); err != nil {
			return err
		}
	}
	world, err := awssim.Start(awssim.Config{Backup: o.plan})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, world.Close()) }()
	s, err := stage.New(ctx, world, stage.Options{Bootstrap: o.bootstrap})
	if err != nil {
		return err
	}
	screen.say("the local AWS is up: member %s and backup account %s, %s and %s", stage.Member, stage.Backup, stage.Primary, stage.Secondary)

	plays, err := begin(s)
	if err != nil {
		return err
	}
	if err := watch(ctx, s, plays, screen); err != nil {
		return err
	}
	if o.after != nil {
		o.after(s, plays)
	}
	failure := conclude(s, plays, out)
	if o.serve && failure == nil {
		return serve(ctx, s, out)
	}
	return failure
}
