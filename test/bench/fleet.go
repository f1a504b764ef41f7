package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"github.com/twohop/twohop/test/fleet"
)

// ratioTarget is how much longer a night may take than the earliest possible end.
const ratioTarget = 1.03

// heapTarget is the model's peak heap, in MiB, with 100,000 points.
const heapTarget = 256

// seed of the night: one night is as good as another.
const seed = 1

// playFleet plays a large night in memory (package fleet).
func playFleet(ctx context.Context, points int) (report, error) {
	r, err := fleet.Run(ctx, fleet.Config{Points: points, Seed: seed, Over: 10 * time.Hour, Pools: fleet.Quotas(points)})
	if err != nil {
		return report{}, fmt.Errorf("play a night of %d points: %w", points, err)
	}
	return report{tabulateFleet(r), fmt.Sprintf("Simulated: %d points, of which hop 1 completes from 03:00 to 13:00; "+
		"copies of 5 to 75 minutes; quotas raised (%s), for with AWS's own it would take weeks; 5 %% of all events lost, "+
		"5 %% doubled, 0.5 %% of the copies fail once, one invocation in 1,000 crashes; calls of 50 ms, and 0.4 ms for each item of a list. "+
		"Bound: no order of the copies ends earlier.", r.Points, quotas(r))}, nil
}

func quotas(r fleet.Result) string {
	var all []string
	for _, p := range r.Pools {
		all = append(all, fmt.Sprintf("%s %d", strings.Join(p.Types, "+"), p.Size))
	}
	return strings.Join(all, ", ")
}

func tabulateFleet(r fleet.Result) table.Writer {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"a large night", "measured", "target", "result"})
	t.AppendRow(table.Row{"points copied, lost, doubled", fmt.Sprintf("%d, %d, %d", r.Points-r.Lost, r.Lost, r.Doubled),
		"none lost, none doubled", met(r.Lost == 0 && r.Doubled == 0)})
	for _, p := range r.Pools {
		name := strings.Join(p.Types, "+")
		t.AppendRow(table.Row{name + ": bound", fmt.Sprintf("%.2f h for %d points", p.Bound.Hours(), p.Points)})
		t.AppendRow(table.Row{name + ": last copy begun, ended", fmt.Sprintf("%.2f h, %.2f h", p.Begun.Hours(), p.Took.Hours())})
		t.AppendRow(table.Row{name + ": ratio to the bound", fmt.Sprintf("%.3f", p.Ratio()), fmt.Sprintf("at most %.2f x", ratioTarget), met(p.Ratio() <= ratioTarget)})
		t.AppendRow(table.Row{name + ": slots free while points waited", fmt.Sprintf("%.1f %% of their time", 100*p.Idle)})
		t.AppendRow(table.Row{name + ": copies at once", fmt.Sprintf("%d of %d slots", p.Most, p.Slots), fmt.Sprintf("at most %d, the quota", p.Size), met(p.Most <= p.Size)})
	}
	per := func(what string, n int) {
		t.AppendRow(table.Row{what, fmt.Sprintf("%.2f", float64(n)/float64(r.Points))})
	}
	for _, f := range []struct {
		name  string
		calls map[string]int
	}{{"copystarter", r.Starting}, {"outcometracker", r.Tracking}, {"recent runs", r.Reconciling}} {
		for _, call := range mostFirst(f.calls) {
			per("calls per copy, "+f.name+": "+call, f.calls[call])
		}
	}
	per("messages per copy, queue copies", r.Copies.Messages)
	per("messages per copy, queue outcomes", r.Outcomes.Messages)
	per("SQS requests per copy", r.Copies.Requests+r.Outcomes.Requests)
	per("invocations of the copystarter per copy", r.Batches)
	t.AppendRow(table.Row{"messages at once, queue copies", r.Copies.Most})
	t.AppendRow(table.Row{"longest between two looks at a message", fmt.Sprintf("%.0f min", r.Copies.Longest.Minutes())})
	t.AppendRow(table.Row{"verified; messages rejected", fmt.Sprintf("%d; %d", r.Verified, r.Rejected)})
	t.AppendRow(table.Row{"the model itself: peak heap", fmt.Sprintf("%.0f MiB", float64(r.Heap)/mebibyte), fmt.Sprintf("at most %d MiB", heapTarget), met(r.Heap <= heapTarget*mebibyte)})
	t.AppendRow(table.Row{"the model itself: time", fmt.Sprintf("%.0f s", r.Wall.Seconds())})
	return t
}

// mostFirst are the calls, the most frequent first.
func mostFirst(calls map[string]int) []string {
	return slices.SortedFunc(maps.Keys(calls), func(a, b string) int {
		return cmp.Or(calls[b]-calls[a], strings.Compare(a, b))
	})
}
