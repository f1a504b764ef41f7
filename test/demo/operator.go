package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/stage"
)

// operator is somebody at the command line of twohop, as a process. In the example's
// estate nobody may assume a role in the member account, so that there is a profile of it.
type operator struct {
	twohop string // the executable
	module string // where this module is
	flags  []string
	env    []string
	out    io.Writer
}

// newOperator keeps its profiles in dir.
func newOperator(ctx context.Context, s *stage.Stage, dir string, out io.Writer) (*operator, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return nil, fmt.Errorf("find the module: %w", err)
	}
	op := &operator{module: strings.TrimSpace(string(root)), out: out}
	if op.twohop, err = stage.Build(ctx, "pkg/cmd/twohop"); err != nil {
		return nil, err
	}
	profiles := filepath.Join(dir, "profiles")
	member := fmt.Sprintf("[member]\naws_access_key_id = %s\naws_secret_access_key = local\n", stage.Member)
	if err := os.WriteFile(profiles, []byte(member), 0o600); err != nil {
		return nil, err
	}
	op.flags = []string{"--estate", filepath.Join(op.module, "infra", "config", "example.yaml"), "--profile", stage.Member + "=member", "--member", stage.Member}
	op.env = append(os.Environ(), "AWS_SHARED_CREDENTIALS_FILE="+profiles, "AWS_CONFIG_FILE="+profiles+"-none")
	for name, value := range s.World.Environment(stage.Backup, stage.Primary) {
		op.env = append(op.env, name+"="+value)
	}
	return op, nil
}

// Exit codes of twohop.
const (
	done     = 0
	findings = 3
)

// runs a command that must end with one of some exit codes, and prints what it says.
func (op *operator) runs(ctx context.Context, args []string, codes ...int) error {
	fmt.Fprintf(op.out, "$ twohop %s --estate my.yaml\n", strings.Join(args, " "))
	command := exec.CommandContext(ctx, op.twohop, append(args, op.flags...)...)
	command.Env = op.env
	said, err := command.CombinedOutput()
	for line := range strings.Lines(strings.TrimRight(string(said), "\n") + "\n") {
		fmt.Fprintf(op.out, "    %s", line)
	}
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		return fmt.Errorf("run twohop %s: %w", args[0], err)
	}
	if code := command.ProcessState.ExitCode(); !slices.Contains(codes, code) {
		return fmt.Errorf("twohop %s: exit code %d, not %v", strings.Join(args, " "), code, codes)
	}
	return nil
}
