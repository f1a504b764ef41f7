package main

import (
	"bytes"
	"context"
	"flag"
	"strings"
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

func bootstrap(t *testing.T) string {
	t.Helper()
	path, err := stage.Build(t.Context(), "lambdas/copystarter", t.TempDir())
	require.NoError(t, err)
	return path
}

func TestTheDemo(t *testing.T) {
	path := bootstrap(t)
	t.Run("ends with each point once in the final vault", func(t *testing.T) {
		var out bytes.Buffer
		require.NoError(t, show(t.Context(), options{bootstrap: path}, &out))
		assert.Equal(t, "demo: 8 of 8 recovery points in the final vault, 0 missing, 0 doubled", lastLine(out.String()))
		for _, line := range []string{"hop 1 of orders     RDS         RUNNING", "hop 2 of fraud      Neptune     COMPLETED"} {
			assert.Contains(t, out.String(), line, "plain lines where there is no terminal")
		}
	})
	t.Run("fails with the reason where a copy fails", func(t *testing.T) {
		var out bytes.Buffer
		err := show(t.Context(), options{bootstrap: path, plan: func(c *backup.Config) {
			c.Plan = func(job backup.CopyJob) backup.Course {
				course := backup.Course{Wait: time.Minute, Run: 10 * time.Minute}
				if job.AccountID == stage.Backup && job.ResourceName == "ledger" {
					course.End, course.Message = "FAILED", "Given key ID is not accessible"
				}
				return course
			}
		}}, &out)
		require.ErrorContains(t, err, "ledger is missing: copy job")
		require.ErrorContains(t, err, "Given key ID is not accessible")
		assert.Equal(t, "demo: 7 of 8 recovery points in the final vault, 1 missing, 0 doubled", lastLine(out.String()))
	})
	t.Run("fails where a point is there twice", func(t *testing.T) {
		var out bytes.Buffer
		err := show(t.Context(), options{bootstrap: path, after: func(s *stage.Stage, plays []*play) {
			_, err := s.World.Backup.AddRecoveryPoint(backup.RecoveryPoint{
				BackupVaultArn: s.Final.ARN, ResourceArn: plays[0].ResourceARN, ResourceType: "RDS",
			})
			assert.NoError(t, err)
		}}, &out)
		require.ErrorContains(t, err, "orders is there 2 times")
		assert.Equal(t, "demo: 7 of 8 recovery points in the final vault, 0 missing, 1 doubled", lastLine(out.String()))
	})
	t.Run("stays up until interrupted", func(t *testing.T) {
		ctx, interrupt := context.WithCancel(t.Context())
		out := &signalling{until: "aws backup start-copy-job", then: interrupt}
		require.NoError(t, show(ctx, options{bootstrap: path, serve: true}, out))
		assert.Contains(t, out.String(), "export AWS_ENDPOINT_URL=http://127.0.0.1:")
	})
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
