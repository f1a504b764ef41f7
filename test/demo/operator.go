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

// operator runs commands in a shell, in the folder of this module, as a reader of the demo
// would: what is printed is what runs. Nobody may assume a role in the member account of
// the example's estate, so the member has an AWS profile of its own.
type operator struct {
	module   string // the folder of this module
	profile  string // the flag of twohop that leads into the member account
	settings string // shell commands that come before all others
	report   string // the file that the report is written into
	out      io.Writer
}

// newOperator writes the AWS profiles of the accounts into dir, and has twohop there.
func newOperator(ctx context.Context, s *stage.Stage, dir string, out io.Writer) (*operator, error) {
	module, err := stage.Module()
	if err != nil {
		return nil, err
	}
	twohop, err := stage.Build(ctx, "pkg/cmd/twohop")
	if err != nil {
		return nil, err
	}
	link := filepath.Join(dir, "bin", "twohop")
	if err := errors.Join(os.MkdirAll(filepath.Dir(link), 0o755), os.RemoveAll(link), os.Symlink(twohop, link)); err != nil {
		return nil, err
	}
	var profiles strings.Builder
	for _, p := range []struct{ name, account string }{{"backup", stage.Backup}, {"member", stage.Member}, {"management", stage.Management}} {
		fmt.Fprintf(&profiles, "[profile %s]\naws_access_key_id = %s\naws_secret_access_key = local\nregion = %s\n\n", p.name, p.account, stage.Primary)
	}
	config := filepath.Join(dir, "aws-config")
	if err := os.WriteFile(config, []byte(profiles.String()), 0o600); err != nil {
		return nil, err
	}
	return &operator{module: module, out: out, report: filepath.Join(dir, "report.html"),
		profile: "--profile " + stage.Member + "=member",
		settings: strings.Join([]string{
			"unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION AWS_DEFAULT_REGION",
			"export AWS_ENDPOINT_URL=" + s.World.Endpoint(),
			"export AWS_CONFIG_FILE=" + config + " AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PROFILE=backup",
			"export TWOHOP_ESTATE=infra/config/example.yaml",
			"export PATH=" + filepath.Dir(link) + `:"$PATH"`,
		}, "\n"),
	}, nil
}

// Exit codes of twohop.
const (
	done     = 0
	findings = 3
)

// runs a command of twohop that must end with one of some exit codes, and prints what it says.
func (op *operator) runs(ctx context.Context, arguments string, codes ...int) error {
	line := "twohop " + arguments + " " + op.profile
	fmt.Fprintf(op.out, "$ %s\n", line)
	said, code, err := op.shell(ctx, line)
	for line := range strings.Lines(strings.TrimRight(said, "\n") + "\n") {
		fmt.Fprintf(op.out, "    %s", line)
	}
	if err != nil {
		return fmt.Errorf("run %s: %w", line, err)
	}
	if !slices.Contains(codes, code) {
		return fmt.Errorf("%s: exit code %d, not %v", line, code, codes)
	}
	return nil
}

// shell runs a line, and returns what it writes and its exit code.
func (op *operator) shell(ctx context.Context, line string) (said string, code int, err error) {
	command := exec.CommandContext(ctx, "sh", "-c", op.settings+"\n"+line)
	command.Dir = op.module
	output, err := command.CombinedOutput()
	var exited *exec.ExitError
	if errors.As(err, &exited) {
		err = nil
	}
	return string(output), command.ProcessState.ExitCode(), err
}
