package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/cli"
)

// run runs a command line.
func run(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(t.Context(), args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestUsageIsToldApartFromErrors(t *testing.T) {
	t.Setenv("TWOHOP_ESTATE", "")
	for sentence, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"a command that there is not": {[]string{"halt"}, 2, "twohop: unknown command \"halt\" for \"twohop\"\nhint: twohop --help\n"},
		"no command of a group":       {[]string{"dlq", "replays"}, 2, "twohop: unknown command \"replays\" for \"twohop dlq\"\nhint: twohop dlq --help\n"},
		"nor of another one":          {[]string{"restore", "back"}, 2, "twohop: unknown command \"back\" for \"twohop restore\""},
		"waiting for nothing":         {[]string{"restore", "copy-back", "--estate", "x", "--wait", "arn:aws:s3:::b"}, 2, "--wait has nothing to wait for without --yes"},
		"a trace of no days":          {[]string{"trace", "--estate", "x", "--days", "0", "db:orders"}, 2, "twohop: --days: 1 or more\n"},
		"a report of no days":         {[]string{"report", "--estate", "x", "--out", "y", "--days", "-1"}, 2, "twohop: --days: 1 or more\n"},
		"a status of no days":         {[]string{"status", "--estate", "x", "--days", "0"}, 2, "twohop: --days: 1 or more\n"},
		"looks without a pause":       {[]string{"status", "--estate", "x", "--every", "1s"}, 2, "twohop: --every: 5s or more"},
		"a flag that there is not":    {[]string{"pause", "--all"}, 2, "twohop: unknown flag: --all\nhint: twohop pause --help\n"},
		"no estate":                   {[]string{"resume", "--yes"}, 2, "twohop: no estate: name its file with --estate FILE or in TWOHOP_ESTATE, or work where estate.yaml is\nhint: twohop resume --help\n"},
		"an argument too many":        {[]string{"pause", "now", "--estate", "x"}, 2, "unknown command \"now\" for \"twohop pause\""},
		"a file that is not there":    {[]string{"pause", "--estate", "none.yaml"}, 1, "twohop: read the estate: open none.yaml"},
	} {
		t.Run(sentence, func(t *testing.T) {
			code, out, errOut := run(t, c.args...)
			assert.Equal(t, c.code, code)
			assert.Empty(t, out)
			assert.Contains(t, errOut, c.want)
		})
	}
}

func TestFaultsOfTheEstateAreToldBelowEachOther(t *testing.T) {
	file := filepath.Join(t.TempDir(), "estate.yaml")
	require.NoError(t, os.WriteFile(file, []byte("name: \"two hops\"\n"), 0o600))
	code, _, errOut := run(t, "pause", "--estate", file)
	assert.Equal(t, 1, code)
	assert.Regexp(t, "(?s)^twohop: configuration: \\d+ faults:\n  [^\n]+estate.yaml", errOut)
}

func TestHelp(t *testing.T) {
	code, out, _ := run(t)
	assert.Zero(t, code)
	for _, want := range []string{"pause", "resume", "restore", "advise", "check", "version", "completion", "0  done", "1  error", "2  usage", "3  findings", "4  denied", "130  interrupted"} {
		assert.Contains(t, out, want)
	}
	_, out, _ = run(t, "explain", "--help")
	assert.Contains(t, out, `twohop explain "Given key ID is not accessible"`)
	for command, example := range map[string]string{
		"list": "--only Key --since 12h", "show": "twohop dlq show 1f3e9a02", "explain": "twohop dlq explain --estate", "replay": "--yes --wait",
	} {
		_, out, _ := run(t, "dlq", command, "--help")
		assert.Contains(t, out, example)
	}
	for _, command := range []string{"pause", "resume"} {
		_, out, _ := run(t, command, "--help")
		assert.Contains(t, out, "twohop "+command+" --estate my.yaml --yes", "every command has an example")
	}
	for _, command := range [][]string{{"advise"}, {"report"}, {"restore", "plan"}, {"restore", "copy-back"}, {"status"}, {"trace"}} {
		_, out, _ := run(t, append(command, "--help")...)
		assert.Contains(t, out, "twohop "+strings.Join(command, " ")+" --estate my.yaml", "every command has an example")
	}
}

func TestAMessageIsExplainedWithoutAnAccount(t *testing.T) {
	for sentence, c := range map[string]struct {
		args []string
		code int
		want []string
	}{
		"one that is known":         {[]string{"Given key ID is not accessible"}, 0, []string{"class:   Key\n", "cause:   the volume's KMS key", "kms:CreateGrant"}},
		"one in several words":      {[]string{"Rate", "exceeded"}, 0, []string{"message: Rate exceeded\n", "class:   Transient\n"}},
		"one within a sentence":     {[]string{"copy job j ended FAILED: Access Denied trying to call AWS Backup service."}, 0, []string{"class:   VaultPolicy\n"}},
		"one that nobody knows":     {[]string{"The moon is\n\x1b[31m full"}, 3, []string{"message: The moon is \\u001b[31m full\n", "class:   Unknown\n"}},
		"for machines, whole":       {[]string{"--json", "The moon is\n full"}, 3, []string{`"message": "The moon is\n full"`, `"class": "Unknown"`}},
		"for machines, one that is": {[]string{"--json", "Rate exceeded"}, 0, []string{`"class": "Transient"`, `"cause": `, `"advice": `}},
		"none":                      {nil, 2, nil},
		"with the estate's ids": {[]string{"--estate", "../../infra/config/example.yaml", "--hop", "1", "Access Denied trying to call AWS Backup service."}, 0,
			[]string{`"o-a1b2c3d4e5"`, "aws backup put-backup-vault-access-policy --backup-vault-name twohop-intermediate", "twohop dlq replay --estate ../../infra/config/example.yaml"}},
		"a backup job, which has no message": {[]string{"--hop", "backup", "Rate exceeded"}, 0, []string{"the plan's next run backs up again"}},
		"a hop that there is not":            {[]string{"--hop", "3", "Rate exceeded"}, 2, nil},
		"an estate that there is not":        {[]string{"--estate", "none.yaml", "Rate exceeded"}, 1, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			code, out, errOut := run(t, append([]string{"explain"}, c.args...)...)
			assert.Equal(t, c.code, code)
			for _, want := range c.want {
				assert.Contains(t, out, want)
			}
			assert.Equal(t, code == 0, errOut == "")
		})
	}
}

func TestShellsComplete(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		code, out, _ := run(t, "completion", shell)
		assert.Zero(t, code)
		assert.Contains(t, out, "twohop")
	}
	_, out, _ := run(t, "__complete", "pa")
	assert.Contains(t, out, "pause\tStart no second hops until resume")
}
