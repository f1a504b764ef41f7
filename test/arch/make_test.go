package arch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMakeSaysWhatTheTestsLeaveOut: go test prints nothing about tests that were skipped.
func TestMakeSaysWhatTheTestsLeaveOut(t *testing.T) {
	path, err := exec.LookPath("make")
	if err != nil {
		t.Skip("make is not installed; not tested: what it says of other tools")
	}
	command := exec.CommandContext(t.Context(), path, "-C", filepath.Join("..", ".."), "--no-print-directory", "tools")
	command.Env = []string{"PATH=" + t.TempDir()}
	said, err := command.Output()
	require.NoError(t, err)
	for _, tool := range []string{"C compiler", "node", "cfn-lint", "aws", "spin", "boto3", "moto"} {
		assert.Regexp(t, "(?m)^(no )?"+tool+" ", string(said))
	}

	for version, supported := range map[string]bool{"20": false, "22": true, "24": true} {
		dir := t.TempDir()
		script := "#!/bin/sh\n[ \"$1\" = -p ] && echo " + version + " || echo v" + version + ".1.0\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "node"), []byte(script), 0o700)) //nolint:gosec // it is executed
		command = exec.CommandContext(t.Context(), path, "-C", filepath.Join("..", ".."), "--no-print-directory", "tools")
		command.Env = []string{"PATH=" + dir}
		said, err := command.Output()
		require.NoError(t, err)
		assert.Equal(t, supported, !strings.Contains(string(said), "node is v"+version+".1.0: the CDK supports 22 and 24"), "Node %s:\n%s", version, said)
	}

	command = exec.CommandContext(t.Context(), path, "-C", filepath.Join("..", ".."), "-n", "test")
	planned, err := command.Output()
	require.NoError(t, err)
	assert.Contains(t, string(planned), "boto3 is not installed", "the tests begin with it")
}
