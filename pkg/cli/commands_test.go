package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// leaves calls visit with each command of ours that does something.
func leaves(command *cobra.Command, visit func(*cobra.Command)) {
	for _, below := range command.Commands() {
		leaves(below, visit)
	}
	if !command.HasSubCommands() {
		visit(command)
	}
}

func TestEveryCommandHasAnExampleAndSpeaksToMachines(t *testing.T) {
	n := 0
	leaves(newRoot(), func(c *cobra.Command) {
		n++
		assert.Contains(t, c.Example, c.CommandPath(), c.CommandPath())
		assert.NotEmpty(t, c.Long, c.CommandPath())
		assert.NotNil(t, c.Flags().Lookup("json"), "%s --json", c.CommandPath())
	})
	assert.Greater(t, n, 12)
}

// typed is a command line as somebody types it; false where a line is none.
func typed(line string) (words []string, is bool) {
	line, _, _ = strings.Cut(line, " # ")
	line = strings.TrimPrefix(strings.TrimSpace(line), "AWS_PROFILE=backup ")
	line = regexp.MustCompile(`"[^"]*"`).ReplaceAllString(line, "TEXT")
	words = strings.Fields(line)
	return words, len(words) > 1 && words[0] == "twohop"
}

// understood tells of a command line that cannot be. whole ones have what they need, too.
func understood(line []string, whole bool) error {
	root := newRoot()
	root.InitDefaultCompletionCmd(line...)
	command, rest, err := root.Find(line[1:])
	if err != nil {
		return err
	}
	if err := command.ParseFlags(rest); err != nil || !whole && !command.HasSubCommands() {
		return err
	}
	if err := command.ValidateArgs(command.Flags().Args()); err != nil {
		return err
	}
	return command.ValidateRequiredFlags()
}

func TestACommandLineThatCannotBeIsNotUnderstood(t *testing.T) {
	for _, line := range []string{"twohop halt", "twohop dlq halt", "twohop status --all", "twohop restore back --yes"} {
		words, is := typed(line)
		require.True(t, is)
		assert.Error(t, understood(words, false), line)
	}
	assert.Error(t, understood([]string{"twohop", "report"}, true), "without its file")
}

func TestWhatExamplesSayCanBeTyped(t *testing.T) {
	n := 0
	leaves(newRoot(), func(c *cobra.Command) {
		for line := range strings.Lines(c.Example + "\n" + c.Parent().Example) {
			if words, is := typed(line); is {
				n++
				assert.NoError(t, understood(words, true), line)
			}
		}
	})
	assert.Greater(t, n, 20)
}

func TestWhatTheReadmeSaysCanBeTyped(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	n := 0
	for line := range strings.Lines(string(text)) {
		if words, is := typed(line); is && strings.HasPrefix(line, "    ") {
			n++
			assert.NoError(t, understood(words, true), line)
		}
	}
	assert.Greater(t, n, 15)
	joined := strings.Join(strings.Fields(string(text)), " ")
	for _, quoted := range regexp.MustCompile("`(twohop [a-z][^`]*)`").FindAllStringSubmatch(joined, -1) {
		words, _ := typed(strings.ReplaceAll(quoted[1], "SHELL", "bash"))
		n++
		assert.NoError(t, understood(words, false), quoted[1])
	}
	assert.Greater(t, n, 40)
}

// TestValuesOfFlagsAreNamedInCapitals: help shows --flag VALUE.
func TestValuesOfFlagsAreNamedInCapitals(t *testing.T) {
	flag := regexp.MustCompile(`^ +(?:-\w, )?--([a-z-]+)(?: (\S+))?  `)
	n := 0
	leaves(newRoot(), func(c *cobra.Command) {
		for line := range strings.Lines(c.LocalFlags().FlagUsages()) {
			if match := flag.FindStringSubmatch(line); match != nil {
				n++
				assert.Equal(t, strings.ToUpper(match[2]), match[2], "%s --%s", c.CommandPath(), match[1])
			}
		}
	})
	assert.Greater(t, n, 50)
}

// TestOneThingHasOneName: a flag of one name says the same everywhere, and pauses between two
// looks are --every.
func TestOneThingHasOneName(t *testing.T) {
	leaves(newRoot(), func(c *cobra.Command) {
		for _, other := range []string{"interval", "region", "class", "account", "file"} {
			assert.Nil(t, c.Flags().Lookup(other), "%s --%s", c.CommandPath(), other)
		}
		for name, placeholder := range map[string]string{"every": "DURATION", "resource": "RESOURCE", "member": "ACCOUNT", "to-account": "ACCOUNT", "estate": "FILE", "days": "DAYS", "keep-days": "DAYS"} {
			if flag := c.Flags().Lookup(name); flag != nil {
				assert.Contains(t, flag.Usage, "`"+placeholder, "%s --%s", c.CommandPath(), name)
			}
		}
	})
}
