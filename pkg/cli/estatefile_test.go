package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const whole = "../../infra/stacks/testdata/whole.yaml" // the estate payroll

// absolute is the path of the estate payroll from anywhere.
func absolute(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs(whole)
	require.NoError(t, err)
	return path
}

func TestTheEstateIsThatOfTheFlagThenOfTheVariableThenOfTheDirectory(t *testing.T) {
	payroll := absolute(t)
	text, err := os.ReadFile(payroll)
	require.NoError(t, err)
	t.Chdir(t.TempDir())
	t.Setenv("TWOHOP_ESTATE", "")
	code, _, errOut := run(t, "check")
	assert.Equal(t, 2, code)
	assert.Equal(t, "twohop: no estate: name its file with --estate FILE or in TWOHOP_ESTATE, or work where estate.yaml is\nhint: twohop check --help\n", errOut)

	require.NoError(t, os.WriteFile("estate.yaml", text, 0o600))
	_, out, _ := run(t, "check")
	assert.Equal(t, "estate.yaml: valid, estate payroll\n", out)

	require.NoError(t, os.WriteFile("other.yaml", text, 0o600))
	t.Setenv("TWOHOP_ESTATE", "other.yaml")
	_, out, _ = run(t, "check")
	assert.Equal(t, "other.yaml: valid, estate payroll\n", out)

	_, out, _ = run(t, "check", "--estate", payroll)
	assert.Equal(t, payroll+": valid, estate payroll\n", out)
	_, out, _ = run(t, "check", payroll)
	assert.Equal(t, payroll+": valid, estate payroll\n", out)
	code, _, _ = run(t, "check", payroll, "--estate", payroll)
	assert.Equal(t, 2, code, "one of them")

	t.Setenv("TWOHOP_ESTATE", "gone.yaml")
	code, _, errOut = run(t, "pause")
	assert.Equal(t, 1, code)
	assert.Equal(t, "twohop: read the estate: open gone.yaml: no such file or directory\nhint: TWOHOP_ESTATE names this file\n", errOut)
}

func TestAnEstateIsCheckedWithoutAnAccount(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my.yaml")
	text, err := os.ReadFile(whole)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(text, "nam: x\ncopies: {attempts: none}\n"...), 0o600))
	code, out, errOut := run(t, "check", file)
	assert.Equal(t, 1, code)
	assert.Empty(t, out)
	assert.Regexp(t, `^twohop: configuration: 2 faults:\n  .+/my.yaml:\d+: nam: no such key.*\n  .+/my.yaml:\d+: copies.attempts: "none" is not a whole number`, errOut)

	code, out, _ = run(t, "check", file, "--json")
	assert.Equal(t, 1, code)
	var said struct {
		Valid            bool
		Faults, Warnings []string
	}
	require.NoError(t, json.Unmarshal([]byte(out), &said))
	assert.False(t, said.Valid)
	assert.Len(t, said.Faults, 2)
	assert.Empty(t, said.Warnings)

	require.NoError(t, os.WriteFile(file, append(text, "pools: [{types: [RDS], size: 20, headroom: 0}, {types: [Aurora, DocumentDB, Neptune], size: 5, headroom: 1}]\n"...), 0o600))
	code, out, errOut = run(t, "check", file)
	assert.Zero(t, code, errOut)
	assert.Regexp(t, `^warning: .+/my.yaml: pools\[0\].headroom: 0; .*\n.+/my.yaml: valid, estate payroll\n$`, out)
	_, out, _ = run(t, "check", file, "--json")
	require.NoError(t, json.Unmarshal([]byte(out), &said))
	assert.True(t, said.Valid)
	assert.Len(t, said.Warnings, 1)
}

func TestTheVersionNeedsNothing(t *testing.T) {
	code, out, _ := run(t, "version")
	assert.Zero(t, code)
	assert.Regexp(t, `^twohop \S+.* go1\.\S+ \w+/\w+\n$`, out)
	code, flag, _ := run(t, "--version")
	assert.Zero(t, code)
	assert.Equal(t, out, flag)
	_, out, _ = run(t, "version", "--json")
	assert.Contains(t, out, `"go": "go1.`)
}
