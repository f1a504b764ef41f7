package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/twohop/twohop/test/soak/night"
)

// twohop is the name of the product's own row.
const twohop = "twohop"

// report is a row for each design.
type report struct {
	rows []table.Row
	ours *night.Result // nil: twohop itself was not played
}

func (r *report) add(v night.Variant, n night.Result) {
	if v.Name == twohop {
		r.ours = &n
	}
	r.rows = append(r.rows, table.Row{
		v.Name, n.Points, n.Lost, n.Doubled, n.RightlyRejected, n.WronglyRejected,
		fmt.Sprintf("%d of %d", n.Untold, n.FirstHops), inFlight(n), len(n.CauselessAlarms), short(n.LongestWait),
		fmt.Sprintf("%.2f", n.Ratio()), short(n.Makespan), n.Runs, n.Calls, n.Took.Round(time.Second),
	})
}

var header = table.Row{
	"design", "points", "lost", "doubled", "rightly in the DLQ", "wrongly in the DLQ", "failed first hops untold", "most in flight / quota", "alarms without cause",
	"longest wait for hop 2", "makespan / bound", "makespan", "runs", "calls", "real time",
}

// inFlight are the most that each pool had in flight, and their quotas.
func inFlight(n night.Result) string {
	var all []string
	for _, f := range n.InFlight {
		all = append(all, fmt.Sprintf("%d/%d", f.Most, f.Quota))
	}
	return strings.Join(all, ", ")
}

// short is a length of time in hours and minutes.
func short(d time.Duration) string { return strings.TrimSuffix(d.Round(time.Minute).String(), "0s") }

// conclude prints the table, and what twohop itself did wrong as an error.
func (r *report) conclude(a asked, out io.Writer) error {
	t := table.NewWriter()
	t.AppendHeader(header)
	t.AppendRows(r.rows)
	fmt.Fprintln(out, t.Render())
	for _, v := range night.Variants() {
		fmt.Fprintf(out, "%s: %s\n", v.Name, v.Says)
	}
	if a.out != "" {
		if err := os.WriteFile(a.out, []byte(t.RenderMarkdown()+"\n"), 0o644); err != nil {
			return err
		}
	}
	if r.ours == nil {
		return nil
	}
	fmt.Fprintf(out, "soak: %d points, %d lost, %d doubled, %d rightly and %d wrongly in the dead-letter queue, %s in flight at the most, %d alarms without cause, makespan %.2f of the bound (%s)\n",
		r.ours.Points, r.ours.Lost, r.ours.Doubled, r.ours.RightlyRejected, r.ours.WronglyRejected, inFlight(*r.ours), len(r.ours.CauselessAlarms), r.ours.Ratio(), r.ours.Worst)
	if !r.ours.Sound() {
		faults := append(r.ours.Faults, r.ours.CauselessAlarms...)
		if r.ours.Late() {
			faults = append(faults, fmt.Sprintf("late: makespan %.2f of the bound", r.ours.Ratio()))
		}
		return errors.New(strings.Join(faults, "\n"))
	}
	return nil
}
