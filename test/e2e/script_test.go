package e2e

import (
	"context"
	"os"
	"os/signal"
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
func twohop() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], os.Stdout, os.Stderr)) //nolint:gocritic // as the command's own main
}

// script is a set that a script plays on.
type script struct {
	*set
	file    string // of the estate
	refusal atomic.Pointer[refusal]
	owned   []stage.Resource
}

// refusal is the answer to all calls of an action, or of ACTION-REGION to those there.
type refusal struct {
	action string
	fault  wire.Error
}

// operators is who may look after the estate payroll; in the local AWS, where roles have
// no paths, it is the role OnCall.
const (
	operators = "role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_OnCall_*"
	onCall    = "role/OnCall"
)

// TestScripts plays the operator's sessions of testdata/script, each on an estate of its
// own: that of the example, or payroll where its name begins so, in which the role OnCall may
// assume the members' roles. What a script can do besides running twohop is in scriptcommands_test.go.
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			s := &script{file: "../../infra/config/example.yaml"}
			options := stage.Options{}
			if strings.HasPrefix(filepath.Base(file), "payroll-") {
				s.file = "../../infra/stacks/testdata/whole.yaml"
				options = stage.Options{Payroll: true, Change: stage.Replace("PayrollManagement", operators, onCall)}
			}
			s.set = setUp(t, awssim.Config{Intercept: s.intercept}, options)
			testscript.Run(t, testscript.Params{
				Files: []string{file}, Setup: s.surround, Cmds: s.commands(), RequireExplicitExec: true, RequireUniqueNames: true,
			})
		})
	}
}

func (s *script) intercept(c wire.Call) wire.Fault {
	if refused := s.refusal.Load(); refused != nil && (c.Action == refused.action || c.Action+"-"+c.Region == refused.action) {
		fault := refused.fault
		return wire.Fault{Err: &fault}
	}
	return wire.Fault{}
}

// surround gives a script the example's file and the credentials of the backup
// account, and nothing of the person's who runs the tests.
func (s *script) surround(env *testscript.Env) error {
	file, err := os.ReadFile(s.file)
	if err != nil {
		return err
	}
	nothing := filepath.Join(env.WorkDir, "none")
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing, "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_MAX_ATTEMPTS": "2", // once in hundreds of calls Go's transport closes a connection while it is read
	} {
		env.Setenv(name, value)
	}
	for name, value := range s.World.Environment(stage.Backup, stage.Secondary) { // the estate's file says where
		env.Setenv(name, value)
	}
	my := strings.ReplaceAll(string(file), operators, onCall)
	return os.WriteFile(filepath.Join(env.WorkDir, "my.yaml"), []byte(my), 0o600)
}
