package stacks_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// command is that of twohop which an alarm's text ends with.
var command = regexp.MustCompile(`\. Run: (twohop [a-z -]+?(?: --type [A-Za-z]+| POINT)?) --estate FILE\.$`)

// quoted is what stands in the first two columns of the runbook.
var quoted = regexp.MustCompile("`([^`]+)`")

// TestTheRunbookHasARowForEachAlarm: with the command that the alarm's own text names, and
// no row for an alarm that there is not.
func TestTheRunbookHasARowForEachAlarm(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	_, chapter, ok := strings.Cut(string(text), "\n## Runbook\n")
	require.True(t, ok)
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	rows := map[string]string{} // commands by alarm
	for line := range strings.Lines(chapter) {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| `") || len(cells) != 4 || strings.Contains(line, "`twohop-...`") {
			continue
		}
		for _, alarm := range quoted.FindAllStringSubmatch(cells[0], -1) {
			require.NotContains(t, rows, alarm[1])
			rows[alarm[1]] = quoted.FindStringSubmatch(cells[1])[1]
		}
	}
	types := regexp.MustCompile("(RDS|Aurora|DocumentDB|Neptune)$")
	used := map[string]bool{}
	for _, alarm := range example.draft(t).deployment().all(anAlarm) {
		name, isOurs := strings.CutPrefix(alarm.text("AlarmName"), "twohop-")
		require.True(t, isOurs)
		name = types.ReplaceAllString(name, "TYPE")
		named := command.FindStringSubmatch(alarm.text("AlarmDescription"))
		require.NotNil(t, named, name)
		assert.Equal(t, types.ReplaceAllString(named[1], "TYPE"), rows[name], "the row of %s", name)
		used[name] = true
	}
	for name := range rows {
		assert.True(t, used[name], "the runbook has a row for %s, which is no alarm", name)
	}
}
