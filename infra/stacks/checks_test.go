package stacks_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// check is something that is true of every estate's stacks.
type check struct {
	finds  func(deployment) faults
	breaks map[string]func(*draft) // of the example's stacks; the check finds each
	whole  map[string]func(*draft) // of the whole estate's stacks, for what the example has not
}

// themes are all checks, by what they say; the slowest come last.
func themes() []map[string]check {
	return []map[string]check{
		functions, loops, duties, runs, alarms, measures, watched, dashboard, retention, queues, deadLetters,
		plans, planOrder, members, vaults, roles, followers, admission, keys, references, documents, patterns, hopRules,
	}
}

// checks are the checks of all themes.
func checks(t *testing.T) map[string]check {
	all := map[string]check{}
	for _, theme := range themes() {
		for says, c := range theme {
			require.NotContains(t, all, says)
			all[says] = c
		}
	}
	return all
}

func TestStacks(t *testing.T) {
	for says, c := range checks(t) {
		t.Run(says, func(t *testing.T) {
			assert.Empty(t, c.finds(example.draft(t).deployment()), "the example")
			assert.Empty(t, c.finds(whole.draft(t).deployment()), "the whole estate")
		})
	}
}

// TestBreaksAreFound breaks the stacks in one place after another.
func TestBreaksAreFound(t *testing.T) {
	for says, c := range checks(t) {
		t.Run(says, func(t *testing.T) {
			assert.NotEmpty(t, len(c.breaks)+len(c.whole), "a check that no break has shown to work")
			c.test(t, example, c.breaks)
			c.test(t, whole, c.whole)
		})
	}
}

func (c check) test(t *testing.T, a assembly, breaks map[string]func(*draft)) {
	for _, what := range slices.Sorted(maps.Keys(breaks)) {
		t.Run(what, func(t *testing.T) {
			d := a.draft(t)
			breaks[what](d)
			assert.NotEmpty(t, c.finds(d.deployment()), "the break is not found")
		})
	}
}
