// Command demo shows one backup night of an estate on a laptop, without an AWS
// account: it starts the local AWS, deploys the templates that the CDK app has
// synthesized into an organization, gives a member resources of every kind, and lets
// the plans fire on their schedule. The functions are the real ones, and rights are
// judged by the deployed roles, keys and policies, within the limits of the local AWS
// that the README lists. twohop report writes its page about the night.
//
// One copy must be refused, for its key. The morning after, an operator has the command
// line of twohop tell why, has the key opened, and has the copy made after all.
//
// It exits 0 only if each recovery point stands exactly once in each vault that its
// plan sends it to, and that copy was refused with a reason before.
package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"path/filepath"
	"time"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

func main() { stage.Main("demo", run) }

// options of one demo.
type options struct {
	serve bool
	dir   string                      // of the AWS profiles and the report; empty: .build/operator in this module
	plan  func(*backup.Config)        // changes how AWS Backup behaves; for tests
	after func(*stage.Stage, []*play) // what happens before the counting; for tests
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

// evening is half an hour before the first plan fires.
var evening = time.Date(2026, 11, 1, 0, 30, 0, 0, time.UTC)

// show plays the whole demo and returns why it failed, if it did.
func show(ctx context.Context, o options, out io.Writer) (err error) {
	screen := newScreen(out)
	screen.say("building the functions, deploying the estate")
	s, err := stage.Start(ctx, stage.Options{World: awssim.Config{Start: evening, Backup: o.plan}, Functions: &stage.Functions{}})
	if s != nil {
		defer func() { err = errors.Join(err, s.Close()) }()
	}
	if err != nil {
		return err
	}
	screen.say("deployed: member %s, backup account %s, management account %s, in %s and %s",
		stage.Member, stage.Backup, stage.Management, stage.Primary, stage.Secondary)

	var crossed crossings
	s.World.Events.Intercept = crossed.see
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
	crossed.print(out)
	refused := refusals(plays, out)
	if o.dir == "" {
		module, err := stage.Module()
		if err != nil {
			return err
		}
		o.dir = filepath.Join(module, ".build", "operator")
	}
	op, err := newOperator(ctx, s, o.dir, out)
	if err != nil {
		return err
	}
	if err := morning(ctx, s, plays, op, screen); err != nil {
		return err
	}
	failure := conclude(s, plays, refused, out)
	if o.serve && failure == nil {
		return serve(ctx, s, op, plays)
	}
	return failure
}
