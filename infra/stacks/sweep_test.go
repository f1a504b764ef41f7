package stacks_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// harmless are the properties that a resource may lose without a check's noticing.
var harmless = []string{"Description"}

// TestNothingIsMissedUnnoticed takes away one resource after another, and one
// property after another: a check must find each, or nobody would know why it is
// there.
func TestNothingIsMissedUnnoticed(t *testing.T) {
	for _, w := range whole.stacks {
		t.Run(w.part, func(t *testing.T) {
			t.Parallel()
			for _, id := range slices.Sorted(maps.Keys(w.resources())) {
				d := whole.draft(t)
				d.remove(w.part, id)
				assert.True(t, finds(d), "%s can be taken away", id)
				for _, property := range slices.Sorted(maps.Keys(object(at(w.resources()[id], "Properties")))) {
					if slices.Contains(harmless, property) {
						continue
					}
					d := whole.draft(t)
					d.drop(w.part, id, property)
					d.apart = id == memberStacks
					assert.True(t, finds(d), "%s: %s can be taken away", id, property)
				}
			}
		})
	}
}

// finds reports whether any check finds a fault in a draft.
func finds(d *draft) bool {
	deployed := d.deployment()
	for _, theme := range themes() {
		for _, c := range theme {
			if len(c.finds(deployed)) > 0 {
				return true
			}
		}
	}
	return false
}
