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
	for _, known := range knownTexts {
		text := strings.Join(known.parts, " ... ")
		add("text "+text, diagnose.Text(text))
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
		add("class "+string(class)+" without a text", diagnose.Diagnosis{Class: class, Advice: diagnose.Advice(class, "")})
	}
	var entries []string
	for found, what := range of {
		entries = append(entries, fmt.Sprintf("%s\n    class: %s\n    cause: %s\n    advice: %s\n", strings.Join(what, "\n"), found.Class, found.Cause, found.Advice))
	}
	slices.Sort(entries)
	text := strings.Join(entries, "\n")
	const file = "testdata/diagnoses.txt"
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), text, "if the change is meant: go test ./pkg/diagnose -update")
}

func TestACureIsTheAdviceWithoutItsReplay(t *testing.T) {
	const key = "Given key ID is not accessible"
	advice := diagnose.Advice(hop.ClassKey, key)
	before, _, replays := strings.Cut(advice, "; then replay")
	require.True(t, replays)
	assert.Equal(t, before, diagnose.Cure(hop.ClassKey, key))
	assert.Equal(t, diagnose.Advice(hop.ClassTransient, ""), diagnose.Cure(hop.ClassTransient, ""), "one that does not end with the replay is kept whole")
	assert.NotContains(t, diagnose.Cure(hop.ClassUnknown, "odd"), "by hand", "nor what follows the replay")
}
