package arch

import (
	"os/exec"
	"path/filepath"
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

	command = exec.CommandContext(t.Context(), path, "-C", filepath.Join("..", ".."), "-n", "test")
	planned, err := command.Output()
	require.NoError(t, err)
	assert.Contains(t, string(planned), "boto3 is not installed", "the tests begin with it")
}
