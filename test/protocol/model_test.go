// Package protocol checks the protocol of the second hop: with a model checker that goes
// through every order of events of small models, and by replaying random orders on the
// code that decides. README.md says what is modelled.
package protocol

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var all = flag.Bool("all", false, "check the large configurations too")

const (
	// memory of one checker in MiB; two of them run side by side.
	memory = "2400"
	// checking is how long one configuration may take.
	checking = 15 * time.Minute
)

// TestModels runs the model checker over every configuration. One that takes a fix away, or
// that is beyond what the protocol promises, has to be refuted: a checker that never finds
// an error proves nothing.
func TestModels(t *testing.T) {
	for _, tool := range []string{"spin", "cc"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: the models of the protocol are not checked (apt-get install spin gcc)", tool)
		}
	}
	table := &table{}
	t.Cleanup(func() { t.Logf("\n%s", table) })
	for _, c := range configurations {
		t.Run(c.model+"/"+c.name, func(t *testing.T) {
			if c.large && !*all {
				t.Skip("make model checks it")
			}
			t.Parallel()
			found := check(t, c)
			require.False(t, found.cut, "the search did not reach its end:\n%s", found.output)
			if c.refuted == "" {
				require.Empty(t, found.violated, "the checker found an error:\n%s", found.trace)
			} else {
				require.Contains(t, found.violated, string(c.refuted), "the checker has to refute it by this property")
			}
			table.add(c, found.states)
		})
	}
}

// table is what the checker found, for a person. It is safe for concurrent use.
type table struct {
	mu   sync.Mutex
	rows []string
}

func (t *table) add(c configuration, states int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, fmt.Sprintf("%s\t%s\t%d states\t%s\n", c.model, c.name, states, c.result()))
}

func (t *table) String() string {
	slices.Sort(t.rows)
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range t.rows {
		fmt.Fprint(w, row)
	}
	_ = w.Flush() // a strings.Builder never fails
	return text.String()
}

// result is what the checker has to find, in words.
func (c configuration) result() string {
	if c.refuted == "" {
		return "no error"
	}
	return "refuted as expected"
}

// finding is what the checker said about a configuration.
type finding struct {
	states   int
	violated string // the assertion; empty: none
	trace    string // what happened before, one step a line
	cut      bool   // memory, depth or time was not enough
	output   string
}

var (
	states   = regexp.MustCompile(`(?m)^\s*(\d+) states, stored`)
	violated = regexp.MustCompile(`assertion violated (.*) \(at depth`)
	cut      = regexp.MustCompile(`memory limit|max search depth too small|search not completed|Interrupted`)
	state    = regexp.MustCompile(`^(\s*\d+:\s+proc|\s+\w+(\[\d+\])? = |spin: |#processes|\d+ process)`)
)

// check builds a checker for a configuration in a folder of its own and runs it.
func check(t *testing.T, c configuration) finding {
	t.Helper()
	folder := t.TempDir()
	model, err := os.ReadFile(c.model + ".pml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "model.pml"), model, 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), checking)
	defer cancel()
	run := func(name string, args ...string) string {
		command := exec.CommandContext(ctx, name, args...)
		command.Dir = folder
		out, err := command.CombinedOutput()
		if exit := new(exec.ExitError); !errors.As(err, &exit) {
			require.NoError(t, err)
		}
		require.NoError(t, ctx.Err(), "%s %s", name, out)
		return string(out)
	}
	defines := strings.Fields(c.defines)
	translated := run("spin", append(defines, "-a", "model.pml")...)
	require.NotContains(t, translated, "rror:", translated)
	// Without partial order reduction: the models branch on timeout.
	optimized := "-O0" // what is searched soon is not worth a minute of the compiler
	if c.large {
		optimized = "-O2"
	}
	built := run("cc", optimized, "-w", "-DSAFETY", "-DNOREDUCE", "-DCOLLAPSE", "-DVECTORSZ=2048", "-DMEMLIM="+memory, "-o", "checker", "pan.c")
	require.Empty(t, built)
	out := run("./checker", "-E", "-m3000000")
	found := finding{output: out, cut: cut.MatchString(out)}
	stored := states.FindStringSubmatch(out)
	require.NotNil(t, stored, out)
	found.states, err = strconv.Atoi(stored[1])
	require.NoError(t, err)
	if match := violated.FindStringSubmatch(out); match != nil {
		found.violated = match[1]
		found.cut = false // it stops at the first
		found.trace = steps(run("spin", append(defines, "-t", "-T", "model.pml")...))
		assert.NotEmpty(t, found.trace)
	}
	return found
}

// steps are the lines of a trace that the model itself prints.
func steps(trace string) string {
	var kept []string
	for line := range strings.Lines(trace) {
		if !state.MatchString(line) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}
