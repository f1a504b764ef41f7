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

// TestMakeChecksTheEstateFirst: a build takes a minute, and a typing error is found in a second.
func TestMakeChecksTheEstateFirst(t *testing.T) {
	path, err := exec.LookPath("make")
	if err != nil {
		t.Skip("make is not installed; not tested: what is done before a build")
	}
	for sentence, c := range map[string]struct {
		args, env []string
		file      string // that is checked
		cdk       string // what the CDK is told
	}{
		"the example":       {[]string{"synth"}, nil, "infra/config/example.yaml", "synth --quiet "},
		"the one of ESTATE": {[]string{"diff", "ESTATE=my.yaml"}, []string{"TWOHOP_ESTATE=other.yaml"}, "my.yaml", "diff --exclusively -c estate=my.yaml"},
		"the one of twohop": {[]string{"synth"}, []string{"TWOHOP_ESTATE=my.yaml"}, "my.yaml", "synth --quiet -c estate=my.yaml"},
		"that is deployed":  {[]string{"deploy", "STACKS=A"}, []string{"TWOHOP_ESTATE=my.yaml"}, "my.yaml", "deploy --exclusively  -c estate=my.yaml A"},
	} {
		t.Run(sentence, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), path, append([]string{"-C", filepath.Join("..", ".."), "-n"}, c.args...)...)
			command.Env = append(c.env, "PATH="+os.Getenv("PATH"))
			planned, err := command.Output()
			require.NoError(t, err)
			before, after, _ := strings.Cut(string(planned), "GOOS=linux")
			assert.Contains(t, before, "twohop check "+c.file+"\n")
			assert.Contains(t, after, c.cdk)
		})
	}
}
