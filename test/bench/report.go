package main

import (
	"fmt"
	"math"
	"runtime"
	"strconv"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Targets of the copystarter.
const (
	coldTarget   = 1.1 // times the floor
	warmTarget   = 1.3 // times the floor
	memoryTarget = 1.1 // times the floor
	callsTarget  = 3   // API calls per started copy, beside what a batch shares
	slowTarget   = 5   // calls' time for a batch of ten: two lists, a look, a start, and what the local AWS takes
	sizeTarget   = 9.6 // MiB of the executable for arm64
)

const mebibyte = 1 << 20

// report is what a run prints.
type report struct {
	table table.Writer
	note  string // how to read the table
}

func newReport(o options, binaries [sides]binary, all samples) report {
	return report{tabulate(binaries, all), fmt.Sprintf(
		"Median (interquartile range) of %d cold and %d warm invocations each; ratios of medians. %s/%s, %d processors, %s.",
		o.rounds, o.rounds*o.warm, runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())}
}

// text is the report for a terminal.
func (r report) text() string { return r.table.Render() + "\n" + r.note + "\n" }

// markdown is the report as GitHub shows it.
func (r report) markdown() string { return r.table.RenderMarkdown() + "\n\n" + r.note + "\n" }

// tabulate is the table of everything that was measured.
func tabulate(binaries [sides]binary, all samples) table.Writer {
	t := table.NewWriter()
	t.AppendHeader(table.Row{"measured", product, floor, "ratio", "target", "result"})
	compare := func(what string, q quantity, one float64, unit string, target float64) {
		p, f := spreadOf(all[q][product]), spreadOf(all[q][floor])
		row := table.Row{what, p.in(one, unit), f.in(one, unit), fmt.Sprintf("%.2f", p.median/f.median), "", ""}
		if target > 0 {
			row[4], row[5] = fmt.Sprintf("at most %.1f x", target), met(p.median/f.median <= target)
		}
		t.AppendRow(row)
	}
	compare("cold: exec to first response", coldTime, 1, "ms", coldTarget)
	compare("warm, per event, batches of 1", warmOne, 1, "ms", warmTarget)
	compare("warm, per event, batches of 10", warmTen, 1, "ms", warmTarget)
	each := appendCalls(t, all)
	compare("batch of 10, API of 50 ms a call", slowTen, 1, "ms", 0)
	calls := func(s side) float64 { return spreadOf(all[slowTen][s]).median / milliseconds(slowCall) }
	t.AppendRow(table.Row{"the same in calls' time", number(calls(product)), number(calls(floor)), "",
		fmt.Sprintf("at most %d (one by one %.0f)", slowTarget, many*each), met(calls(product) <= slowTarget)})
	if all[memory][product][0] > 0 {
		compare("peak memory", memory, mebibyte, "MiB", memoryTarget)
	}
	appendSizes(t, binaries)
	return t
}

// appendCalls returns the product's calls per started copy: what a further event
// adds to a batch.
func appendCalls(t table.Writer, all samples) float64 {
	var one, ten, each [sides]float64
	for s := range sides {
		one[s], ten[s] = spreadOf(all[callsOne][s]).median, spreadOf(all[callsTen][s]).median
		each[s] = (ten[s] - one[s]) / (many - 1)
	}
	t.AppendRow(table.Row{"API calls, batch of 1", number(one[product]), number(one[floor])})
	t.AppendRow(table.Row{"API calls, batch of 10", number(ten[product]), number(ten[floor])})
	t.AppendRow(table.Row{"API calls shared by a batch", number(one[product] - each[product]), number(one[floor] - each[floor])})
	t.AppendRow(table.Row{"API calls per started copy", number(each[product]), number(each[floor]), "",
		fmt.Sprintf("at most %d", callsTarget), met(each[product] <= callsTarget)})
	return each[product]
}

func appendSizes(t table.Writer, binaries [sides]binary) {
	row := func(what string, p, f int64, target ...any) {
		t.AppendRow(append(table.Row{what, mebibytes(p), mebibytes(f), fmt.Sprintf("%.2f", float64(p)/float64(f))}, target...))
	}
	row("binary, "+runtime.GOOS+"/"+runtime.GOARCH, binaries[product].size, binaries[floor].size)
	row("binary, linux/arm64", binaries[product].arm64Size, binaries[floor].arm64Size,
		fmt.Sprintf("at most %.1f MiB", sizeTarget), met(float64(binaries[product].arm64Size) <= sizeTarget*mebibyte))
}

func mebibytes(n int64) string { return fmt.Sprintf("%.2f MiB", float64(n)/mebibyte) }

// number writes two decimals at most.
func number(n float64) string { return strconv.FormatFloat(math.Round(100*n)/100, 'f', -1, 64) }

func met(is bool) string {
	if is {
		return "met"
	}
	return "not met"
}
