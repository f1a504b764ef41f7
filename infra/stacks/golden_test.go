package stacks_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden are the templates of both estates, checked in: what a change does to them is
// read in review.
const golden = "../templates"

func TestGoldenTemplates(t *testing.T) {
	for _, synthesized := range []assembly{example, whole} {
		t.Run(synthesized.estate.Name, func(t *testing.T) {
			dir := filepath.Join(golden, synthesized.estate.Name)
			if *update {
				require.NoError(t, os.RemoveAll(dir))
				require.NoError(t, os.MkdirAll(dir, 0o755))
				for stack, text := range synthesized.files {
					require.NoError(t, os.WriteFile(filepath.Join(dir, stack+".json"), text, 0o644))
				}
			}
			found, err := filepath.Glob(filepath.Join(dir, "*.json"))
			require.NoError(t, err)
			var names []string
			for _, file := range found {
				names = append(names, strings.TrimSuffix(filepath.Base(file), ".json"))
			}
			require.ElementsMatch(t, slices.Collect(maps.Keys(synthesized.files)), names,
				"one golden file for each stack; go test ./infra/stacks -update writes them anew")
			for stack, text := range synthesized.files {
				want, err := os.ReadFile(filepath.Join(dir, stack+".json"))
				require.NoError(t, err)
				assert.Equal(t, string(want), string(text), "%s; if the change is meant: go test ./infra/stacks -update", stack)
			}
		})
	}
}

func TestTwoSynthsAreByteIdentical(t *testing.T) {
	for _, first := range []assembly{example, whole} {
		file := "testdata/whole.yaml"
		if first.estate.Name == example.estate.Name {
			file = "../config/example.yaml"
		}
		second, err := synthesize(file, t.TempDir(), false)
		require.NoError(t, err)
		for stack, text := range first.files {
			assert.Equal(t, string(text), string(second.files[stack]), stack)
		}
	}
}
