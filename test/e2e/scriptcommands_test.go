package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// scriptCommand is one of them.
type scriptCommand struct {
	usage string
	run   func(*testscript.TestScript, []string) error
}

// commands are what a script can do, besides what every testscript can.
func (s *script) commands() map[string]func(*testscript.TestScript, bool, []string) {
	commands := map[string]func(*testscript.TestScript, bool, []string){}
	all := map[string]scriptCommand{
		"exits":   {"CODE program args...", s.exits},
		"account": {"ID: have the credentials of an account", s.account},
		"role":    {"NAME policy-file: have those of a role of the backup account", s.role},
		"refuse":  {"ACTION CODE MESSAGE: have AWS answer so from now on", s.refuse},
		"admit":   {": take refuse back", s.admit},
		"remove":  {"SCHEDULE: as if the stack lacked it", s.remove},
		"backup":  {"TYPE NAME: make a backup, and hop 1 of it", s.backup},
		"pass":    {"DURATION: of simulated time", s.letPass},
		"settled": {": let time pass until nothing is in flight", s.settled},
		"queued":  {"N: so many messages are in the queue of copies, none of them received yet", s.queued},
		"copied":  {"N: so many second hops have made a copy", s.copied},
		"states":  {"file: write down what pause and resume change", s.states},
		"narrow":  {"TITLE: stdout has a table with that column, and 80 columns are enough for each", narrow},
	}
	maps.Copy(all, s.viewingCommands())
	maps.Copy(all, s.restoring())
	for name, c := range all {
		commands[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			if err := c.run(ts, args); neg || err != nil {
				ts.Fatalf("%s (usage: %s %s)", err, name, c.usage)
			}
		}
	}
	maps.Copy(commands, s.letterCommands())
	return commands
}

func (s *script) exits(ts *testscript.TestScript, args []string) error {
	want, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	code, err := run(ts, args[1:])
	if err == nil && code != want && strings.Contains(ts.ReadFile("stderr"), "read in part: ") {
		// The answer with the messages was lost, and SQS hides them: the command says to wait.
		if err = s.letPass(ts, []string{"31s"}); err == nil {
			code, err = run(ts, args[1:])
		}
	}
	if err != nil {
		return err
	}
	if code != want {
		return fmt.Errorf("exit code %d, not %d:\n%s%s", code, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
	return nil
}

// run returns a program's exit code.
func run(ts *testscript.TestScript, args []string) (code int, err error) {
	var exited *exec.ExitError
	switch err := ts.Exec(args[0], args[1:]...); {
	case errors.As(err, &exited):
		code = exited.ExitCode()
	case err != nil:
		return 0, err
	}
	return code, nil
}

// narrow checks all tables of stdout: each begins with a line of titles and ends at an empty line.
func narrow(ts *testscript.TestScript, args []string) error {
	titled, table := 0, false
	for line := range strings.SplitSeq(ts.ReadFile("stdout"), "\n") {
		if title := regexp.MustCompile(`(^|  )` + args[0] + `(  |$)`); title.MatchString(line) {
			titled, table = titled+1, true
		}
		table = table && line != ""
		if table && utf8.RuneCountInString(line) > 80 {
			return fmt.Errorf("%d columns: %s", utf8.RuneCountInString(line), line)
		}
	}
	if titled == 0 {
		return fmt.Errorf("no table has the column %s:\n%s", args[0], ts.ReadFile("stdout"))
	}
	return nil
}

func (s *script) account(ts *testscript.TestScript, args []string) error {
	ts.Setenv("AWS_ACCESS_KEY_ID", args[0])
	return nil
}

func (s *script) role(ts *testscript.TestScript, args []string) error {
	role := iam.Role{Account: stage.Backup, Name: args[0], Inline: map[string]string{"own": ts.ReadFile(args[1])},
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"sts:AssumeRole"}]}`}
	if err := s.World.IAM.AddRole(role); err != nil {
		return err
	}
	session, err := s.World.STS.Session(role.ARN(), "on-call", time.Hour)
	ts.Setenv("AWS_ACCESS_KEY_ID", session.AccessKeyID)
	ts.Setenv("AWS_SECRET_ACCESS_KEY", session.SecretAccessKey)
	ts.Setenv("AWS_SESSION_TOKEN", session.SessionToken)
	return err
}

func (s *script) refuse(_ *testscript.TestScript, args []string) error {
	message, err := strconv.Unquote(`"` + args[2] + `"`)
	s.refusal.Store(&refusal{args[0], wire.Error{Code: args[1], Message: message}})
	return err
}

func (s *script) admit(*testscript.TestScript, []string) error {
	s.refusal.Store(nil)
	return nil
}

func (s *script) remove(_ *testscript.TestScript, args []string) error {
	return s.World.Scheduler.Remove(stage.Backup, stage.Primary, s.Name, args[0])
}

func (s *script) backup(_ *testscript.TestScript, args []string) error {
	r, err := s.Add(stage.Resource{Name: args[1], Type: args[0], Bytes: 10 << 30})
	if err != nil {
		return err
	}
	return s.HopOne(s.t.Context(), r)
}

func (s *script) letPass(_ *testscript.TestScript, args []string) error {
	d, err := time.ParseDuration(args[0])
	if err != nil {
		return err
	}
	return s.World.Clock.Advance(s.t.Context(), d)
}

func (s *script) settled(*testscript.TestScript, []string) error {
	return s.Settle(s.t.Context(), 24*time.Hour)
}

func (s *script) queued(_ *testscript.TestScript, args []string) error {
	queued := s.World.SQS.Peek(s.Copies.ARN)
	if strconv.Itoa(len(queued)) != args[0] {
		return fmt.Errorf("there are %d", len(queued))
	}
	for _, message := range queued {
		if message.ReceiveCount != 0 {
			return fmt.Errorf("message %s was received %d times", message.ID, message.ReceiveCount)
		}
	}
	return nil
}

func (s *script) copied(_ *testscript.TestScript, args []string) error {
	n := 0
	for _, job := range s.hopTwos() {
		if job.State == "COMPLETED" {
			n++
		}
	}
	if strconv.Itoa(n) != args[0] {
		return fmt.Errorf("there are %d of %d", n, len(s.hopTwos()))
	}
	return nil
}

func (s *script) states(ts *testscript.TestScript, args []string) error {
	mapping, err := s.World.Lambda.Mapping(s.Mapping)
	if err != nil {
		return err
	}
	kept, err := s.World.Scheduler.List(stage.Backup, stage.Primary, s.Name)
	if err != nil {
		return err
	}
	said := []any{mapping.Mapping}
	for _, schedule := range kept {
		said = append(said, schedule.Schedule)
	}
	text, err := json.MarshalIndent(said, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(ts.MkAbs(args[0]), text, 0o600)
}
