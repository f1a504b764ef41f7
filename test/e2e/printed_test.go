package e2e

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/test/stage"
)

// printed runs printed commands.
type printed struct {
	*set
	dir, file string // file is the estate's, in dir
	server    string // port
	commands  int
	parsed    map[string]bool // of notOffered
	ran       map[string]bool // steps: account and commands
}

// newPrinted starts the AWS CLI, or skips the test.
func newPrinted(t *testing.T, s *set) *printed {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil || exec.CommandContext(t.Context(), python, "-c", "import awscli.clidriver").Run() != nil {
		t.Skip("not tested, for Python does not find the AWS CLI: that the commands run which advice prints")
	}
	p := &printed{set: s, dir: t.TempDir(), parsed: map[string]bool{}, ran: map[string]bool{}}
	p.file = filepath.Join(p.dir, "my.yaml")
	example, err := os.ReadFile("../../infra/config/example.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(p.file, example, 0o600))
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, filepath.Join(p.dir, "twohop")))

	ctx, cancel := context.WithCancel(t.Context())
	server := exec.CommandContext(ctx, python, filepath.Join("testdata", "aws", "serve.py"))
	server.Env = append(p.environment(stage.Backup), "PYTHONDONTWRITEBYTECODE=1")
	said, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		cancel()
		server.Wait() //nolint:errcheck // it was killed
	})
	port, err := bufio.NewReader(said).ReadString('\n')
	require.NoError(t, err)
	p.server = strings.TrimSpace(port)
	return p
}

// environment is that of an account, without the AWS configuration of the person who runs
// the tests.
func (p *printed) environment(account string) []string {
	kept := []string{"PATH=" + p.dir + ":" + os.Getenv("PATH"), "HOME=" + p.dir, "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull}
	for name, value := range p.World.Environment(account, stage.Primary) {
		kept = append(kept, name+"="+value)
	}
	return kept
}

// awsFunction is the shell's aws: a call of serve.py.
const awsFunction = `aws() {
  exec 3<>/dev/tcp/127.0.0.1/$AWS_SERVER || return 70
  printf '%s\0' "$PWD" "$AWS_ACCESS_KEY_ID" "$@" | base64 -w0 >&3; echo >&3
  local code out problems
  read -r code <&3; read -r out <&3; read -r problems <&3
  exec 3<&-
  base64 -d <<<"$out"; base64 -d <<<"$problems" >&2
  return "$code"
}
`

// advice runs the commands of an advice that no earlier one had, with the credentials that
// each step names. Statements go into the file between the command that reads a policy and
// the one that writes it.
func (p *printed) advice(about string, advice fix.Advice) {
	p.t.Helper()
	inOneShell := strings.Contains(advice.String(), "$JOB")
	for _, step := range advice.Steps {
		key := step.Account + " " + strings.Join(step.Commands, "\n")
		if p.ran[key] && !inOneShell {
			continue
		}
		p.ran[key] = true
		for i, command := range step.Commands {
			p.commands++
			script := command
			if strings.HasPrefix(command, "make ") {
				script = strings.Replace(command, "make ", "make -n -C "+repository(p.t)+" ", 1)
			}
			if len(step.Statements) > 0 && i == 1 {
				_, file, _ := strings.Cut(command, "file://")
				file, _, _ = strings.Cut(file, " ")
				script = "edit " + file + "\n" + script
				p.edits(file, step)
			}
			p.play(about, cmp.Or(step.Account, stage.Backup), script)
			if inOneShell {
				p.pass(time.Hour)
			}
		}
	}
}

// edits writes the statements of a step beside its policy's file, for the shell's edit.
func (p *printed) edits(file string, step fix.Step) {
	statements, err := json.Marshal(step.Statements)
	require.NoError(p.t, err)
	require.NoError(p.t, os.WriteFile(filepath.Join(p.dir, file+".statements"), statements, 0o600))
}

const editFunction = `edit() {
  python3 - "$1" <<'EDIT'
import json, os, sys
name = sys.argv[1]
policy = json.load(open(name)) if os.path.getsize(name) else {"Version": "2012-10-17", "Statement": []}
added = json.load(open(name + ".statements"))
policy["Statement"] = [s for s in policy["Statement"] if s.get("Sid") not in {s["Sid"] for s in added}] + added
json.dump(policy, open(name, "w"))
EDIT
}
`

// play runs a command and judges its exit code. The variable JOB lasts from one to the next.
func (p *printed) play(about, account, command string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), realTime)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", awsFunction+editFunction+"JOB=$(cat job 2>/dev/null)\n"+command+"\ncode=$?; echo \"$JOB\" >job; exit $code")
	shell.Dir, shell.Env = p.dir, append(p.environment(account), "AWS_SERVER="+p.server)
	var problems strings.Builder
	shell.Stderr = &problems
	err := shell.Run()
	var exited *exec.ExitError
	require.True(p.t, err == nil || errors.As(err, &exited), "%v", err)
	missing := slices.DeleteFunc(slices.Clone(notOffered), func(n string) bool { return !strings.Contains(command, "aws "+n+" ") })
	switch said := problems.String(); {
	case err == nil, exited.ExitCode() == 3 && strings.HasPrefix(command, "twohop doctor"),
		exited.ExitCode() == 3 && strings.HasPrefix(command, "twohop dlq discard") && strings.Contains(said, "repeat with --yes to do it"),
		exited.ExitCode() == 3 && strings.HasPrefix(command, "twohop dlq") && strings.Contains(said, "not read: forward-dlq of "): // no role leads into the example's members
	case len(missing) > 0 && (strings.Contains(said, "awssim ") || strings.Contains(said, "is not simulated")):
		for _, n := range missing {
			p.parsed[n] = true
		}
	case strings.Contains(command, "rds describe-option-groups") && strings.Contains(said, "OptionGroupNotFoundFault"),
		strings.Contains(command, "resourcegroupstaggingapi get-resources") && strings.Contains(said, "unknown field"): // the local AWS takes fewer parameters
	default:
		assert.Fail(p.t, "a printed command failed", "%s\n%s\n%s", about, command, said)
	}
}

func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	return root
}
