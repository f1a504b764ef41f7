package diagnose_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

var update = flag.Bool("update", false, "write the golden diagnoses anew")

// What operators read about every kind of failure: a change of it is read in review.
func TestGoldenDiagnoses(t *testing.T) {
	of := map[diagnose.Diagnosis][]string{} // what is diagnosed so
	add := func(what string, found diagnose.Diagnosis) { of[found] = append(of[found], what) }
	for _, texts := range realTexts {
		for _, text := range texts {
			add("text "+text, diagnose.Text(text))
		}
	}
	add("any other text", diagnose.Text("odd"))
	for _, code := range []string{
		"NO_PERMISSIONS", "FAILED_TO_ASSUME_ROLE", "NO_RESOURCE", "RESOURCE_LIMIT_EXCEEDED", "THROTTLING", "TIMEOUT", "CONNECTION_FAILURE", "INTERNAL_ERROR",
	} {
		add("delivery "+code, diagnose.Delivery(code, "odd"))
	}
	add("run", diagnose.Run("odd"))
	add("received too often", diagnose.Unsettled)
	add("not readable", diagnose.Unreadable)
	for _, class := range hop.Classes {
		if class != hop.ClassUnknown {
			add("class "+string(class)+" without a text", diagnose.Of(class, ""))
		}
	}
	var entries []string
	for found, what := range of {
		slices.Sort(what)
		entries = append(entries, fmt.Sprintf("%s\n    class: %s, %s\n    cause: %s\n    fix: %s\n", strings.Join(what, "\n"), found.Class, found.Kind, found.Cause, found.Fix))
	}
	slices.Sort(entries)
	for _, class := range hop.Classes {
		for _, kind := range kinds {
			entries = append(entries, fmt.Sprintf("repeat %s, %q: %s\n", class, kind, diagnose.Repeat(class, hop.FailedJob{Kind: kind})))
		}
	}
	text := strings.Join(entries, "\n")
	const file = "testdata/diagnoses.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "if the change is intended: go test ./pkg/diagnose -update")
}
