package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

func lastLine(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

func TestTheDemo(t *testing.T) {
	t.Run("ends with each point once in the vaults of its plan", func(t *testing.T) {
		var out bytes.Buffer
		dir := t.TempDir()
		require.NoError(t, show(t.Context(), options{dir: dir}, &out))
		assert.Equal(t, "demo: 7 of 7 recovery points in the final vault, 0 missing, 0 doubled", lastLine(out.String()))
		for what, line := range map[string]string{
			"a line where there is no terminal": "hop 1  of orders     RDS         RUNNING",
			"S3 has the vaults' keys":           "| invoices | S3         | cross-region         | alias/twohop-local  | -                          | alias/twohop-final  |",
			"a database keeps its key":          "| ledger   | Aurora     | cross-region-special | alias/ledger        | alias/twohop-intermediate  | alias/twohop-final  |",
			"no plan copies it":                 "| reports  | RDS        | simple               | alias/reports       | -                          | -                   |",
			"no plan selects it":                "| sandbox  | RDS        | -                    | -                   | -                          | -                   |",
			"AWS Backup's reason":               "hop 1 FAILED: The source snapshot KMS key [",
			"what to do about it":               "  advice: enable the source's key, or add to its policy statements that allow",
			"and then, of a first hop":          "; then start the first hop again: twohop dlq replay",
			"what the night looks like":         "    8 resources: 1 failed, 6 ok, 1 local only; messages: 0 waiting, 1 dead letter",
			"the operator hears why":            "$ twohop dlq explain --resource arn:aws:rds:eu-central-1:111111111111:cluster:payments --profile 111111111111=member\n    Key: 1 letter",
			"the statement to add":              "\"Sid\": \"BackupAccountCopiesGrants\"",
			"and replays it":                    "cluster:payments  starts hop 1 again in 111111111111  -",
			"which ends well":                   "    8 resources: 7 ok, 1 local only; messages: 0 waiting, 0 dead letters",
			"the copy that was refused is made": "| payments | Aurora     | cross-region-special | alias/payments      | alias/twohop-intermediate  | alias/twohop-final  |",
			"the way over the member's bus":     "events:  7  111111111111 rule/twohop-forward -> 222222222222 event-bus/twohop",
			"and over the backup account's":     "events:  4  222222222222 rule/twohop/twohop-hop1-completed -> 222222222222 twohop-copies",
		} {
			assert.Contains(t, out.String(), line, what)
		}
		written, err := os.ReadFile(filepath.Join(dir, "report.html"))
		require.NoError(t, err)
		for _, want := range []string{"1 of 8 resources need a person", "cluster:payments", "<h3>cluster:payments: ", "hop 2 of db:orders to twohop-final eu-north-1: COMPLETED"} {
			assert.Contains(t, string(written), want)
		}
	})
	t.Run("fails with the reason where a copy fails", func(t *testing.T) {
		var out bytes.Buffer
		err := show(t.Context(), options{dir: t.TempDir(), plan: func(c *backup.Config) {
			c.Plan = func(job backup.CopyJob) backup.Course {
				course := backup.Course{Wait: time.Minute, Run: 10 * time.Minute}
				if job.AccountID == stage.Backup && job.ResourceName == "ledger" {
					course.End, course.Message = "FAILED", "Given key ID is not accessible"
				}
				return course
			}
		}}, &out)
		require.ErrorContains(t, err, "ledger is missing: in the dead-letter queue: ")
		require.ErrorContains(t, err, "FAILED: Given key ID is not accessible")
		assert.Equal(t, "demo: 6 of 7 recovery points in the final vault, 1 missing, 0 doubled", lastLine(out.String()))
	})
	t.Run("fails where points are that should not be", func(t *testing.T) {
		var out bytes.Buffer
		err := show(t.Context(), options{dir: t.TempDir(), after: func(s *stage.Stage, plays []*play) {
			for _, p := range plays {
				if p.Name == "orders" || p.Name == "payments" {
					_, err := s.World.Backup.AddRecoveryPoint(backup.RecoveryPoint{
						BackupVaultArn: s.Final.ARN, ResourceArn: p.ARN, ResourceType: p.Type,
					})
					assert.NoError(t, err)
					p.steps = nil // as if nothing had been refused
				}
			}
		}}, &out)
		require.EqualError(t, err, "orders is there 2 times\n"+
			"payments is there 2 times\n"+
			"payments should have been refused with a reason: its key admits its own account alone")
		assert.Equal(t, "demo: 5 of 7 recovery points in the final vault, 0 missing, 2 doubled", lastLine(out.String()))
	})
}

// TestEveryCommandOfTheServedDemoRuns types what the demo says while it is up, in the order
// in which it is printed, into a shell.
func TestEveryCommandOfTheServedDemoRuns(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	up := make(chan struct{})
	out, ended := &signalling{until: "it on again:", then: sync.OnceFunc(func() { close(up) })}, make(chan error, 1)
	go func() { ended <- show(ctx, options{dir: t.TempDir(), serve: true}, out) }()
	select {
	case <-up:
	case err := <-ended:
		require.FailNow(t, "it did not stay up", "%v", err)
	}
	_, guide, _ := strings.Cut(out.String(), "The local AWS stays up")
	var settings, commands []string
	for line := range strings.Lines(guide) {
		switch command, indented := strings.CutPrefix(strings.TrimRight(line, "\n"), "  "); {
		case !indented:
		case strings.HasPrefix(command, "twohop "), strings.HasPrefix(command, "aws "):
			commands = append(commands, command)
		default:
			settings = append(settings, command)
		}
	}
	require.Len(t, commands, 7)
	bucket := "twohop trace --profile 111111111111=member arn:aws:s3:::invoices" // its ARN names no account
	commands = append(commands, bucket)
	module, err := stage.Module()
	require.NoError(t, err)
	said := map[string]string{} // the last output of each command
	var first string            // of doctor, before the rule is off
	for _, command := range commands {
		program, _, _ := strings.Cut(command, " ")
		if _, err := exec.LookPath(program); program == "aws" && err != nil {
			t.Logf("aws is not installed, and this not tried: %s", command)
			continue
		}
		shell := exec.CommandContext(ctx, "sh", "-c", strings.Join(append(settings, command), "\n"))
		shell.Dir = module
		output, err := shell.CombinedOutput()
		if code := shell.ProcessState.ExitCode(); program == "aws" || code != findings {
			assert.NoError(t, err, "%s\n%s", command, output)
		}
		if first == "" && strings.HasPrefix(command, "twohop doctor") {
			first = string(output)
		}
		said[command] = string(output)
		t.Logf("%s\n%s", command, output)
	}
	assert.Contains(t, first, ", 0 broken, 0 warnings, 0 not checked")
	doctor := commands[len(commands)-2]
	assert.Contains(t, said[doctor], "the rule twohop-hop1-completed on the bus twohop is disabled")
	assert.Contains(t, said[doctor], "aws events enable-rule ")
	assert.Contains(t, said[bucket], "direct copy", "the only member is looked into")
	interrupt()
	require.NoError(t, <-ended)
}

func TestUnknownFlags(t *testing.T) {
	var out bytes.Buffer
	require.ErrorContains(t, run(t.Context(), []string{"-nonsense"}, &out), "nonsense")
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, &out), flag.ErrHelp)
}

// signalling calls then once its text holds until.
type signalling struct {
	bytes.Buffer
	until string
	then  func()
}

func (s *signalling) Write(p []byte) (int, error) {
	n, err := s.Buffer.Write(p)
	if strings.Contains(s.String(), s.until) {
		s.then()
	}
	return n, err
}
