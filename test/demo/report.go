package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/twohop/twohop/test/stage"
)

// report has the operator's command write its page about the night, and prints where. In
// the example's estate nobody may assume a role in the member account, so that it gets a
// profile for it.
func report(ctx context.Context, s *stage.Stage, o options, out io.Writer) error {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	module := strings.TrimSpace(string(root))
	page := o.report
	if page == "" {
		page = filepath.Join(module, ".build", "report.html")
	}
	if err := os.MkdirAll(filepath.Dir(page), 0o755); err != nil {
		return err
	}
	twohop, err := stage.Build(ctx, "pkg/cmd/twohop", o.functions.Dir)
	if err != nil {
		return err
	}
	profiles := filepath.Join(o.functions.Dir, "profiles")
	member := fmt.Sprintf("[member]\naws_access_key_id = %s\naws_secret_access_key = local\n", stage.Member)
	if err := os.WriteFile(profiles, []byte(member), 0o600); err != nil {
		return err
	}
	command := exec.CommandContext(ctx, twohop, "report", "--estate", filepath.Join(module, "infra", "config", "example.yaml"),
		"--profile", stage.Member+"=member", "--member", stage.Member, "--out", page)
	command.Env = append(os.Environ(), "AWS_SHARED_CREDENTIALS_FILE="+profiles, "AWS_CONFIG_FILE="+profiles+"-none")
	for name, value := range s.World.Environment(stage.Backup, stage.Primary) {
		command.Env = append(command.Env, name+"="+value)
	}
	said, err := command.CombinedOutput()
	var exited *exec.ExitError
	if err != nil && (!errors.As(err, &exited) || exited.ExitCode() != findings) {
		return fmt.Errorf("write the report: %w: %s", err, said)
	}
	fmt.Fprintf(out, "report: %s\n", page)
	return nil
}

// findings is the exit code of a command that has found something: the copy that must be
// refused.
const findings = 3
