package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryRowIsMeasured(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "bench.md")
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-rounds", "1", "-warm", "1", "-points", "0", "-vaults", "0", "-markdown", "-out", file}, &out))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, out.String(), string(written))

	measured := rowsOf(t, out.String())
	for what, target := range map[string]bool{
		"cold: exec to first response":                   true,
		"warm, per event, batches of 1":                  true,
		"warm, per event, batches of 10":                 true,
		"API calls, batch of 1":                          false,
		"API calls, batch of 10":                         false,
		"API calls shared by a batch":                    false,
		"API calls per started copy":                     true,
		"batch of 10, API of 50 ms a call":               false,
		"the same in calls' time":                        true,
		"peak memory":                                    true,
		"binary, " + runtime.GOOS + "/" + runtime.GOARCH: false,
		"binary, linux/arm64":                            true,
	} {
		if what == "peak memory" && runtime.GOOS != "linux" {
			continue
		}
		cells := measured[what]
		if !assert.Len(t, cells, 5, what) {
			continue
		}
		assert.Positive(t, leading(t, cells[0]), "%s of the copystarter", what)
		assert.Positive(t, leading(t, cells[1]), "%s of the floor", what)
		if target {
			assert.NotEmpty(t, cells[3], what)
			assert.Contains(t, []string{"met", "not met"}, cells[4], what)
		}
		delete(measured, what)
	}
	assert.Empty(t, measured, "rows that this test does not know")
}

// rowsOf are the rows of a Markdown table without its head, by their first cell.
func rowsOf(t *testing.T, markdown string) map[string][]string {
	t.Helper()
	rows := map[string][]string{}
	for _, line := range strings.Split(markdown, "\n") {
		line, ok := strings.CutPrefix(line, "| ")
		if !ok || strings.HasPrefix(line, "---") || strings.HasPrefix(line, "measured") {
			continue
		}
		cells := strings.Split(strings.TrimSuffix(line, " |"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows[cells[0]] = cells[1:]
	}
	return rows
}

// leading is the number that a cell begins with.
func leading(t *testing.T, cell string) float64 {
	t.Helper()
	text, _, _ := strings.Cut(cell, " ")
	n, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return n
}

func TestTheLargeNightHasItsTable(t *testing.T) {
	t.Parallel()
	night, err := playFleet(t.Context(), 200)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "bench.md")
	var out bytes.Buffer
	require.NoError(t, write(options{markdown: true, out: file}, []report{night, night}, &out))
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, out.String(), string(written))
	assert.Equal(t, 2, strings.Count(out.String(), "| points copied, lost, doubled | 200, 0, 0 | none lost, none doubled | met |"))
	for _, row := range []string{"RDS: ratio to the bound", "Aurora+DocumentDB+Neptune: copies at once",
		"calls per copy, copystarter: StartCopyJob", "messages per copy, queue copies", "the model itself: peak heap"} {
		assert.NotEmpty(t, rowsOf(t, out.String())[row], row)
	}
}

func TestTheReconcilersLooksHaveTheirTable(t *testing.T) {
	t.Parallel()
	p, err := build(t.Context())
	require.NoError(t, err)
	looks, err := playVaults(t.Context(), p, 1500)
	require.NoError(t, err)
	rows := rowsOf(t, looks.markdown())
	assert.Equal(t, []string{"2", "2", "2", "met"}, rows["copies asked for, one for each that is missing"])
	for _, row := range []string{"API calls", "time", "the same in calls' time", "time, of what the function has", "peak memory"} {
		if assert.Len(t, rows[row], 4, row) {
			assert.Positive(t, leading(t, rows[row][0]), row)
			assert.Positive(t, leading(t, rows[row][1]), row)
		}
	}
}

func TestStatusIsMeasured(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-status", "-vaults", "3000", "-markdown"}, &out))
	rows := rowsOf(t, out.String())
	for _, row := range []string{"time", "of it, processor time of its own", "API calls"} {
		require.NotEmpty(t, rows[row], row)
		assert.Positive(t, leading(t, rows[row][0]), row)
		assert.Positive(t, leading(t, rows[row][1]), row)
	}
	assert.Contains(t, out.String(), "120 resources, 3000 recovery points")
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for name, args := range map[string][]string{
		"no round":            {"-rounds", "0"},
		"no warm invocation":  {"-warm", "0"},
		"less than no point":  {"-points", "-1"},
		"less than no vault":  {"-vaults", "-1"},
		"a word for a flag":   {"fast"},
		"a flag not known":    {"-fast"},
		"a number of letters": {"-rounds", "many"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			require.Error(t, run(t.Context(), args, &out))
		})
	}
}

func TestSpread(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		want   spread
	}{
		"one value is all three":               {[]float64{7}, spread{median: 7, low: 7, high: 7}},
		"an odd number has a middle":           {[]float64{5, 1, 3, 2, 4}, spread{median: 3, low: 2, high: 4}},
		"between values it is interpolated":    {[]float64{4, 1, 3, 2}, spread{median: 2.5, low: 1.75, high: 3.25}},
		"one that is far off moves none of it": {[]float64{1, 2, 3, 4, 9999}, spread{median: 3, low: 2, high: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, spreadOf(c.values))
		})
	}
}
