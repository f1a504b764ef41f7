package backuptest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awsbackup/backuptest"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup/lag"
)

func TestMemory(t *testing.T) { conforms(t, lag.Config{}) }

func TestMemoryWhoseReadsLag(t *testing.T) { conforms(t, lagging) }

// lagging are reads that lag for minutes, and not in order.
var lagging = lag.Config{
	Seed: 1, Jobs: lag.Delay{Usual: time.Minute, Most: 2 * time.Minute, Tail: 0.1}, Stale: 0.2,
	Copies: lag.Delay{Usual: 5 * time.Minute, Most: 5 * time.Minute}, Deletions: lag.Delay{Usual: 5 * time.Minute, Most: 5 * time.Minute},
}

func conforms(t *testing.T, reads lag.Config) {
	backuptest.Conformance(t, func(t *testing.T) backuptest.Stage {
		now := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
		m := backuptest.NewMemory(now)
		m.ReadsLag(reads)
		s := backuptest.Stage{Backup: m, Now: m.Now, Lag: reads.Longest(), Role: "arn:aws:iam::222222222222:role/twohop-copy"}
		var err error
		s.Source, err = hop.ParseVault("arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate")
		require.NoError(t, err)
		s.Destination, err = hop.ParseVault("arn:aws:backup:eu-north-1:222222222222:backup-vault:final")
		require.NoError(t, err)
		s.Point = hop.RecoveryPoint{
			ARN:         "arn:aws:rds:eu-central-1:222222222222:cluster-snapshot:awsbackup:copyjob-1",
			ResourceARN: "arn:aws:rds:eu-central-1:111111111111:cluster:ledger", ResourceType: "Aurora",
			Status: hop.PointCompleted, Created: now.Add(-time.Hour),
		}
		m.AddPoint(s.Source, s.Point)
		m.SetKey(s.Destination, "arn:aws:kms:eu-north-1:222222222222:key/final")
		failure := ""
		s.NextFails = func(message string) { failure = message }
		s.Begin = func(t *testing.T) {
			t.Helper()
			m.Advance(time.Minute)
			m.Begin()
		}
		s.Pass = func(_ *testing.T, d time.Duration) { m.Advance(d) }
		s.Add = func(_ *testing.T, resource string) string {
			other := s.Point
			other.ARN, other.ResourceARN = s.Point.ARN+"-other", resource
			m.AddPoint(s.Source, other)
			return other.ARN
		}
		s.Limit = func(n int, refuse bool) { m.Limit([]string{"Aurora"}, n, refuse) }
		s.Finish = func(t *testing.T, job string) {
			t.Helper()
			m.Advance(time.Hour)
			if failure == "" {
				require.NoError(t, m.Complete(job))
				return
			}
			require.NoError(t, m.End(job, hop.Failed, failure))
		}
		return s
	})
}
