package arch

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const assumptions = "pkg/ASSUMPTIONS.md"

var (
	mark    = regexp.MustCompile(`UNCONFIRMED(?: (A\d+))?`)
	row     = regexp.MustCompile(`(?m)^\| (A\d+) \|.*$`)
	mention = regexp.MustCompile(`\((A\d+)\)`) // of a row whose behaviour a source settles
	tested  = regexp.MustCompile("`((?:infra|lambdas|pkg|test)/[\\w/]+)\\.(Test\\w+|go)`")
	defined = regexp.MustCompile(`(?m)^func (?:\([^)]*\) )?(Test\w+)\(`)
)

// TestEveryMarkedAssumptionHasItsRow: a mark without a row says neither what was looked up
// nor what happens otherwise, and a row that no code names is out of date. Generated files
// (templates, golden policies) are not read: they have no comments, so they hold no marks.
func TestEveryMarkedAssumptionHasItsRow(t *testing.T) {
	text := sources(t)
	table := text[assumptions]
	delete(text, assumptions)

	settled, open := map[string]bool{}, map[string]bool{}
	for _, r := range row.FindAllStringSubmatch(table, -1) {
		require.False(t, settled[r[1]] || open[r[1]], "%s has two rows", r[1])
		if strings.Contains(r[0], "UNCONFIRMED") {
			open[r[1]] = true
		} else {
			settled[r[1]] = true
		}
	}
	require.NotEmpty(t, open)

	marked := map[string]bool{}
	for name, code := range text {
		for _, m := range mark.FindAllStringSubmatch(code, -1) {
			assert.True(t, open[m[1]], "%s: %q names no row of %s that is open", name, m[0], assumptions)
			marked[m[1]] = true
		}
		for _, m := range mention.FindAllStringSubmatch(code, -1) {
			assert.True(t, settled[m[1]], "%s: %s names no row of %s that is settled", name, m[0], assumptions)
		}
	}
	for id := range open {
		assert.True(t, marked[id], "%s is open, and no mark names it", id)
	}
}

// TestEveryAssumptionNamesItsTests: the name of a test that was renamed or removed would
// leave its row untested without anyone noticing.
func TestEveryAssumptionNamesItsTests(t *testing.T) {
	text := sources(t)
	there := map[string]bool{}
	for name, code := range text {
		there[name] = true
		for _, f := range defined.FindAllStringSubmatch(code, -1) {
			there[path.Dir(name)+"."+f[1]] = true
		}
	}
	for _, r := range row.FindAllStringSubmatch(text[assumptions], -1) {
		refs := tested.FindAllStringSubmatch(r[0], -1)
		assert.NotEmpty(t, refs, "%s names no test", r[1])
		for _, ref := range refs {
			assert.True(t, there[ref[1]+"."+ref[2]], "%s: there is no %s.%s", r[1], ref[1], ref[2])
		}
	}
}

// sources are the texts of the tree that people write, by path, this package's apart: it
// holds the word as a pattern.
func sources(t *testing.T) map[string]string {
	t.Helper()
	const root = "../.."
	all := map[string]string{}
	require.NoError(t, filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		hidden := strings.HasPrefix(entry.Name(), ".") && rel != "."
		if entry.IsDir() && (hidden || rel == "cdk.out" || rel == "test/arch") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !slices.Contains([]string{".go", ".yaml", ".md"}, filepath.Ext(file)) {
			return nil
		}
		content, err := os.ReadFile(file)
		all[filepath.ToSlash(rel)] = string(content)
		return err
	}))
	return all
}
