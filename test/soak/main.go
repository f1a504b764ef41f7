// Command soak plays nights of many databases on the deployed estate, with events that
// are lost, doubled and late, calls that are refused, copies that fail and functions
// that are killed, and prints what became of each recovery point: under twohop, under
// the naive design, and under twohop without each of its rules.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/soak/night"
	"github.com/twohop/twohop/test/stage"
)

func main() { stage.Main("soak", run) }

// asked is what the command line asks for.
type asked struct {
	night.Options
	out  string   // file for a Markdown table; empty: none
	only []string // names of variants; empty: all
}

func parse(args []string, errs io.Writer) (asked, error) {
	a := asked{Options: night.Options{Rates: night.Usual(), Lag: lag.Usual()}}
	flags := flag.NewFlagSet("soak", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.Uint64Var(&a.Seed, "seed", 1, "decides what fails, what is lost, and how long everything takes")
	flags.IntVar(&a.Points, "points", 2000, "recovery points in all nights together")
	flags.IntVar(&a.Nights, "nights", 3, "nights")
	flags.StringVar(&a.out, "out", "", "file for a Markdown table")
	only := flags.String("only", "", "names of designs, with commas between them: "+strings.Join(names(), ", "))
	for _, rate := range []struct {
		name, says string
		value      *float64
	}{
		{"dropped", "events that never arrive", &a.Rates.Dropped},
		{"doubled", "events that arrive twice", &a.Rates.Doubled},
		{"late", "events that arrive late and out of order", &a.Rates.Late},
		{"throttled", "calls that are refused for their rate", &a.Rates.Throttled},
		{"broken", "calls that end with a server error", &a.Rates.Broken},
		{"awhile", "copies that fail once or twice", &a.Rates.FailsAwhile},
		{"forgood", "copies that fail for good", &a.Rates.FailsForGood},
		{"killed", "runs of functions that are killed", &a.Rates.Killed},
		{"tail", "changes that AWS Backup hides for longer than usual", &a.Lag.Jobs.Tail},
		{"stale", "reads of copy jobs that go back a step", &a.Lag.Stale},
	} {
		flags.Float64Var(rate.value, rate.name, *rate.value, rate.says+", from 0 to 1")
	}
	flags.Func("lag", "for how long AWS Backup hides changes of copy jobs, usually and at the most, and copies in another Region "+
		"and deletions (default \"2s,60s,30s,5m\"); 0: not at all", a.hide)
	if err := flags.Parse(args); err != nil {
		return a, err
	}
	a.Lag.Copies.Tail, a.Lag.Deletions.Tail = a.Lag.Jobs.Tail, a.Lag.Jobs.Tail
	if *only != "" {
		a.only = strings.Split(*only, ",")
	}
	return a, a.check()
}

// hide reads the value of -lag.
func (a *asked) hide(text string) error {
	values := strings.Split(text, ",")
	if text == "0" {
		values = []string{"0", "0", "0", "0"}
	}
	if len(values) != 4 {
		return errors.New("four lengths of time are needed, or 0")
	}
	into := []*time.Duration{&a.Lag.Jobs.Usual, &a.Lag.Jobs.Most, &a.Lag.Copies.Usual, &a.Lag.Copies.Most}
	for i, value := range values {
		d, err := time.ParseDuration(value)
		if err != nil {
			return err
		}
		*into[i] = d
	}
	a.Lag.Deletions = a.Lag.Copies
	return nil
}

func names() []string {
	all := []string{twohop}
	for _, v := range night.Variants() {
		all = append(all, v.Name)
	}
	return all
}

// check names every fault at once.
func (a asked) check() error {
	var faults []error
	for _, name := range a.only {
		if !slices.Contains(names(), name) {
			faults = append(faults, fmt.Errorf("-only: %q is no design; %s are", name, strings.Join(names(), ", ")))
		}
	}
	return errors.Join(append(faults, a.Check())...)
}

func run(ctx context.Context, args []string, out io.Writer) (err error) {
	a, err := parse(args, os.Stderr)
	if err != nil {
		return err
	}
	var table report
	for _, v := range append([]night.Variant{{Name: twohop}}, night.Variants()...) {
		if len(a.only) > 0 && !slices.Contains(a.only, v.Name) {
			continue
		}
		a.Without = v
		a.Progress = func(p night.Progress) {
			fmt.Fprintf(out, "%s: %s  arrived %d, copied %d, in flight %d, waiting %d, letters %d\n",
				v.Name, p.At.Format("01-02 15:04"), p.Arrived, p.Copied, p.InFlight, p.Waiting, p.Letters)
		}
		result, err := night.Play(ctx, a.Options)
		if err != nil {
			return fmt.Errorf("%s: %w", v.Name, err)
		}
		table.add(v, result)
	}
	return table.conclude(a, out)
}
