package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/stage"
)

// add gives a member a resource.
func (s *set) add(r stage.Resource) stage.Resource {
	s.t.Helper()
	added, err := s.Add(r)
	require.NoError(s.t, err)
	return added
}

// only is the one recovery point of a resource in a vault.
func (s *set) only(vault hop.Vault, r stage.Resource) backup.RecoveryPoint {
	s.t.Helper()
	found := s.In(vault, r)
	require.Len(s.t, found, 1, "%s in %s", r.Name, vault.ARN)
	return found[0]
}

// keyOf is the key of a vault, which its alias names.
func (s *set) keyOf(vault hop.Vault) string {
	s.t.Helper()
	key, err := s.World.KMS.ByAlias(kms.Place{Account: vault.Account, Region: vault.Region}, "alias/"+vault.Name)
	require.NoError(s.t, err)
	return key
}

// kinds are one resource of each kind with its plan, and one without.
var kinds = []stage.Resource{
	bucket, volume, database, cluster,
	{Name: "catalog", Type: "DocumentDB", Plan: "cross-region-special"},
	{Name: "friends", Type: "Neptune", Plan: "cross-region-special"},
	{Name: "reports", Type: "RDS", Plan: "simple"},
	{Name: "sandbox", Type: "RDS"},
}

// way is a plan's vaults with the days that a point is kept in each.
type way map[hop.Vault]int64

// TestANight lets one night of the plans pass over one resource of each kind, in each
// member, and looks where its points are, with which keys and for how long.
func TestANight(t *testing.T) {
	t.Parallel()
	for sentence, test := range map[string]struct {
		options stage.Options
		members []string
		ways    func(s *set, member string) map[string]way // by plan
	}{
		"of the example": {
			stage.Options{}, []string{stage.Member},
			func(s *set, _ string) map[string]way {
				return map[string]way{
					"":                     {},
					"simple":               {s.Local: 35},
					"cross-region":         {s.Local: 7, s.Final: 35},
					"cross-region-special": {s.Local: 7, s.Intermediate: 7, s.Final: 35},
				}
			},
		},
		"of two members, two secondary Regions, and a vault for direct copies": {
			stage.Options{Payroll: true}, []string{stage.Member, stage.Second},
			func(s *set, member string) map[string]way {
				local := s.Vault(member, stage.Primary, "local")
				return map[string]way{
					"":             {},
					"simple":       {}, // the plan is disabled
					"cross-region": {local: 7, s.Vault(stage.Backup, stage.Secondary, "direct"): 60},
					"cross-region-special": {
						local: 7, s.Intermediate: 3 /* once both copies are verified */, s.Final: 35, s.Vault(stage.Backup, stage.Third, "final"): 35,
					},
				}
			},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, awssim.Config{}, test.options)
			var all []stage.Resource
			for i, member := range test.members {
				for _, r := range kinds {
					r.Account, r.Name = member, r.Name+[]string{"", "-2"}[i]
					all = append(all, s.add(r))
				}
			}
			s.pass(14 * time.Hour)
			points := 0
			for _, r := range all {
				way := test.ways(s, r.Account)[r.Plan]
				for vault, days := range way {
					s.stands(vault, r, days)
				}
				points += len(way)
			}
			assert.Equal(t, points, s.points(), "and none anywhere else")
			assert.Empty(t, s.World.Events.Dropped())
			assert.Empty(t, s.World.SQS.Peek(s.DeadLetters.ARN))
		})
	}
}

// stands checks a resource's point in a vault: its key and its retention.
func (s *set) stands(vault hop.Vault, r stage.Resource, days int64) {
	s.t.Helper()
	point := s.only(vault, r)
	assert.Equal(s.t, days, point.Lifecycle.Days(), "%s in %s", r.Name, vault.ARN)
	local := s.only(s.Vault(r.Account, stage.Primary, "local"), r)
	assert.Equal(s.t, local.CreationDate, point.CreationDate, "retention counts from the backup")
	key := s.keyOf(vault)
	if vault.Account == r.Account && r.Type != "S3" { // S3 is encrypted anew at once
		key = r.KeyARN
	}
	assert.Equal(s.t, key, point.EncryptionKeyArn, "%s in %s", r.Name, vault.ARN)
}

// points are all recovery points of the estate.
func (s *set) points() int {
	n := 0
	for _, account := range []string{stage.Member, stage.Second, stage.Backup} {
		for _, region := range []string{stage.Primary, stage.Secondary, stage.Third} {
			for _, name := range []string{"local", "intermediate", "final", "direct", "restore"} {
				n += len(s.World.Backup.RecoveryPoints(s.Vault(account, region, name).ARN))
			}
		}
	}
	return n
}

// TestWhereOneActionCopiesDatabases: where the pair of Regions has it for a type, the plan
// cross-region serves a database too; where it does not, the copy fails.
func TestWhereOneActionCopiesDatabases(t *testing.T) {
	t.Parallel()
	types := []string{"RDS", "Aurora", "DocumentDB", "Neptune"}
	type action = func(from, to, resourceType string) bool
	cases := map[string]struct {
		action action
		fails  []string // types
	}{
		"it exists":                      {copies.SinceOctober2025, nil},
		"it did not exist yet":           {nil, types},
		"another pair of Regions has it": {func(from, to, _ string) bool { return from != stage.Primary || to != stage.Secondary }, types},
	}
	for _, resourceType := range types {
		cases["all types but "+resourceType+" have it"] = struct {
			action action
			fails  []string
		}{func(_, _, other string) bool { return other != resourceType }, []string{resourceType}}
	}
	for where, test := range cases {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			s := setUp(t, awssim.Config{Backup: func(c *backup.Config) { c.SingleAction = test.action }}, stage.Options{Change: eventsAlone})
			var all []stage.Resource
			for _, resourceType := range types {
				all = append(all, s.add(stage.Resource{Name: "of-" + strings.ToLower(resourceType), Type: resourceType, Plan: "cross-region"}))
			}
			s.pass(13 * time.Hour)
			for _, r := range all {
				assert.Empty(t, s.In(s.Intermediate, r))
				const refusal = "cannot be initiated for %s resources. Feature is not supported for provided resource type."
				if slices.Contains(test.fails, r.Type) {
					assert.Empty(t, s.In(s.Final, r))
					assert.Contains(t, s.said(), fmt.Sprintf(refusal, r.Type))
				} else {
					s.stands(s.Final, r, 35)
					assert.NotContains(t, s.said(), fmt.Sprintf(refusal, r.Type))
				}
			}
		})
	}
}

// TestPointsExpire: each vault's retention counts from the backup, and the points of
// one night are gone when it has passed.
func TestPointsExpire(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Change: eventsAlone}) // thousands of runs would find nothing
	r := s.add(database)
	s.pass(13 * time.Hour)
	taken := s.only(s.Local, r).CreationDate.Time
	require.NoError(t, s.Untag(r))
	until := func(days int) { s.pass(taken.AddDate(0, 0, days).Sub(s.World.Clock.Now())) }
	there := func() []int {
		return []int{len(s.In(s.Local, r)), len(s.In(s.Intermediate, r)), len(s.In(s.Final, r))}
	}
	assert.Equal(t, []int{1, 1, 1}, there())
	until(7)
	assert.Equal(t, []int{0, 0, 1}, there())
	until(34)
	assert.Equal(t, []int{0, 0, 1}, there())
	until(35)
	assert.Equal(t, []int{0, 0, 0}, there())
	assert.False(t, slices.ContainsFunc(s.hopTwos(), func(job backup.CopyJob) bool { return job.State != "COMPLETED" }))
}

// TestLockedVaults: nobody, not even who may break the glass, deletes what is in a
// locked vault or gives it another retention, and a copy that would be kept for too short
// a time is not made.
func TestLockedVaults(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Payroll: true}, database)
	point := s.only(s.Final, all[0]).RecoveryPointArn
	client := awsbackup.NewFromConfig(s.administrator(s.Final, "BreakGlass"))
	_, err := client.DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: &s.Final.Name, RecoveryPointArn: &point})
	require.ErrorContains(t, err, "is locked")
	_, err = client.UpdateRecoveryPointLifecycle(t.Context(), &awsbackup.UpdateRecoveryPointLifecycleInput{
		BackupVaultName: &s.Final.Name, RecoveryPointArn: &point, Lifecycle: &types.Lifecycle{DeleteAfterDays: aws.Int64(8)},
	})
	require.ErrorContains(t, err, "is locked")

	for name, lock := range map[string]struct {
		min, max   int64
		compliance bool
	}{"final": {7, 400, false}, "direct": {14, 0, true}} {
		described, err := client.DescribeBackupVault(t.Context(), &awsbackup.DescribeBackupVaultInput{
			BackupVaultName: aws.String(s.Vault(stage.Backup, stage.Secondary, name).Name),
		})
		require.NoError(t, err)
		assert.True(t, *described.Locked)
		assert.Equal(t, lock.min, aws.ToInt64(described.MinRetentionDays))
		assert.Equal(t, lock.max, aws.ToInt64(described.MaxRetentionDays))
		assert.Equal(t, lock.compliance, described.LockDate != nil, "grace days are of compliance alone")
	}

	_, err = awsbackup.NewFromConfig(s.Client(stage.Backup, stage.Primary)).StartCopyJob(t.Context(), &awsbackup.StartCopyJobInput{
		RecoveryPointArn: &s.In(s.Intermediate, all[0])[0].RecoveryPointArn, SourceBackupVaultName: &s.Intermediate.Name,
		DestinationBackupVaultArn: &s.Final.ARN, IamRoleArn: aws.String(s.Role(stage.Backup, "copy")), Lifecycle: &types.Lifecycle{DeleteAfterDays: aws.Int64(6)},
	})
	require.NoError(t, err)
	s.pass(3 * time.Hour)
	assert.Equal(t, "FAILED", s.hopTwos()[0].State)
	assert.Contains(t, s.hopTwos()[0].StatusMessage, "The retention specified in the job is not within the range specified for the target Backup Vault.")
	s.only(s.Final, all[0])
}
