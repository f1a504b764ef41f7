package policy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

var update = flag.Bool("update", false, "write the golden documents anew")

// The golden documents are those of the least estate with everybody named, one file for
// each kind: what a change does to them is read in review.
func TestGoldenDocuments(t *testing.T) {
	e := estateWith(t, breakGlass, operators, sharedKey, emails)
	files := map[string]map[string]policy.Document{"doctor": {"doctor": policy.Doctor(e)}}
	for _, d := range documents(t, e) {
		kind, _, _ := strings.Cut(d.Name, "-")
		if kind == "role" {
			kind += "-" + string(d.Owner)
		}
		if files[kind] == nil {
			files[kind] = map[string]policy.Document{}
		}
		files[kind][d.Name] = d.Document
	}
	found, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	assert.Len(t, found, len(files), "one file for each kind; go test ./pkg/policy -update writes them anew")
	for kind, of := range files {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		require.NoError(t, encoder.Encode(of))
		file := filepath.Join("testdata", kind+".json")
		if *update {
			require.NoError(t, os.MkdirAll("testdata", 0o755))
			require.NoError(t, os.WriteFile(file, text.Bytes(), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), text.String(), "%s; if the change is meant: go test ./pkg/policy -update", file)
	}
}

// TestDoctorReadsTheTopicOnlyForAddresses: a right that nothing needs is not asked for.
func TestDoctorReadsTheTopicOnlyForAddresses(t *testing.T) {
	needs := func(e estate.Estate) bool {
		return slices.ContainsFunc(policy.Doctor(e).Statement, func(s policy.Statement) bool { return slices.Contains(s.Action, "sns:ListSubscriptionsByTopic") })
	}
	assert.True(t, needs(estateWith(t, emails)))
	assert.False(t, needs(estateWith(t)))
}
