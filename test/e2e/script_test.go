package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/cli"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// twohop is the operator's command line, which scripts run as a process.
func twohop() { os.Exit(cli.Run(context.Background(), os.Args[1:], os.Stdout, os.Stderr)) }

// script is a set that a script plays on.
type script struct {
	*set
	refusal atomic.Pointer[refusal]
}

// refusal is the answer to all calls of an action.
type refusal struct {
	action string
	fault  wire.Error
}

// TestScripts plays the operator's sessions of testdata/script, each on an estate of its
// own. What a script can do besides running twohop is in scriptcommands_test.go.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			s := &script{}
			s.set = setUp(t, awssim.Config{Intercept: s.intercept}, stage.Options{})
			testscript.Run(t, testscript.Params{
				Files: []string{file}, Setup: s.surround, Cmds: s.commands(), RequireExplicitExec: true, RequireUniqueNames: true,
			})
		})
	}
}

func (s *script) intercept(c wire.Call) wire.Fault {
	if refused := s.refusal.Load(); refused != nil && c.Action == refused.action {
		fault := refused.fault
		return wire.Fault{Err: &fault}
	}
	return wire.Fault{}
}

// surround gives a script the example's file and the credentials of the backup
// account, and nothing of the person's who runs the tests.
func (s *script) surround(env *testscript.Env) error {
	example, err := os.ReadFile("../../infra/config/example.yaml")
	if err != nil {
		return err
	}
	nothing := filepath.Join(env.WorkDir, "none")
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing, "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1",
	} {
		env.Setenv(name, value)
	}
	for name, value := range s.World.Environment(stage.Backup, stage.Secondary) { // the estate's file says where
		env.Setenv(name, value)
	}
	return os.WriteFile(filepath.Join(env.WorkDir, "my.yaml"), example, 0o600)
}
