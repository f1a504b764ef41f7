// Command bench measures the real copystarter against a floor (package floor),
// both as processes behind the local AWS's Runtime API, in one run.
//
// A round is a fresh world with one process of each. Its first invocation, of one
// event, is the cold one: from exec to the response. Warm invocations of one and
// of ten events follow, then one of ten against an API that takes 50 ms a call.
// The two programs take turns, and who goes first changes from turn to turn.
//
// Each turn has recovery points of its own: hop 1 runs, its events cross the
// buses to the queue `copies`, and the messages received from there become the
// SQS event that the function is invoked with directly. The event source mapping
// is off: it would decide the batches by itself. After a turn a day passes, so
// that both find the same short lists of copy jobs. That every point of a turn
// got exactly one copy job is checked each time, for both programs.
//
// The time of the local AWS itself, which shares the processors, is in both
// sides' figures alike; it makes ratios look better than they are.
//
// A second table is of the reconciler over large vaults, a third of a large night in
// memory (package fleet). Targets are
// printed as met or not met; the exit code is 1 only where something failed to
// run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/twohop/twohop/test/stage"
)

func main() { stage.Main("bench", run) }

// options of one run.
type options struct {
	rounds   int    // cold starts of each program
	warm     int    // warm invocations of each program per round and batch size
	points   int    // of the night in memory; 0: none is played
	vaults   int    // points of the vaults that the reconciler and twohop status look at; 0: they look at none
	only     bool   // twohop status alone
	markdown bool   // print Markdown instead of a table for terminals
	out      string // file for the Markdown; empty: none
}

func readOptions(args []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&o.rounds, "rounds", 30, "process starts of each program")
	flags.IntVar(&o.warm, "warm", 10, "warm invocations of each program per round, for each size of batch")
	flags.IntVar(&o.points, "points", 100_000, "recovery points of a night in memory; 0 plays none")
	flags.IntVar(&o.vaults, "vaults", 100_000, "recovery points of the vaults that the reconciler and twohop status look at; 0 leaves them out")
	flags.BoolVar(&o.only, "status", false, "measure twohop status alone")
	flags.BoolVar(&o.markdown, "markdown", false, "print the table as Markdown")
	flags.StringVar(&o.out, "out", "", "write the table as Markdown to this `file` too")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.rounds < 1 || o.warm < 1 || o.points < 0 || o.vaults < 0 {
		return o, errors.New("-rounds and -warm must be 1 or more, -points and -vaults 0 or more")
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q is not a flag", flags.Arg(0))
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := readOptions(args, out)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "twohop-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var reports []report
	if !o.only {
		if reports, err = measureFunctions(ctx, o); err != nil {
			return err
		}
	}
	if o.vaults > 0 {
		status, err := measureStatus(ctx, dir, o.vaults)
		if err != nil {
			return err
		}
		reports = append(reports, status)
	}
	return write(o, reports, out)
}

// measureFunctions measures the copystarter and the reconciler, and plays the night in memory.
func measureFunctions(ctx context.Context, o options) ([]report, error) {
	programs, err := build(ctx)
	if err != nil {
		return nil, err
	}
	measured, err := measure(ctx, o, programs)
	if err != nil {
		return nil, err
	}
	reports := []report{newReport(o, programs.built, measured)}
	if o.vaults > 0 {
		looks, err := playVaults(ctx, programs, o.vaults)
		if err != nil {
			return nil, err
		}
		reports = append(reports, looks)
	}
	if o.points > 0 {
		night, err := playFleet(ctx, o.points)
		if err != nil {
			return nil, err
		}
		reports = append(reports, night)
	}
	return reports, nil
}

// write prints the reports, and puts them into a file where one is named.
func write(o options, reports []report, out io.Writer) error {
	var texts, markdowns []string
	for _, r := range reports {
		texts, markdowns = append(texts, r.text()), append(markdowns, r.markdown())
	}
	text, markdown := strings.Join(texts, "\n"), strings.Join(markdowns, "\n")
	if o.markdown {
		text = markdown
	}
	if _, err := io.WriteString(out, text); err != nil || o.out == "" {
		return err
	}
	return os.WriteFile(o.out, []byte(markdown), 0o644)
}
