package e2e

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/stage"
)

// TestADeletionThatTheRoleMayNotMake: DeleteRecoveryPoint answers 200, and the point
// stays; so it does when its time has come.
func TestADeletionThatTheRoleMayNotMake(t *testing.T) {
	t.Parallel()
	for _, broken := range []struct {
		sentence string
		change   func(*iam.Role)
		stay     []string // types
	}{
		{"as it is", func(*iam.Role) {}, nil},
		{"it has no policies", withoutPolicies, []string{"RDS", "Aurora", "EBS"}},
		{"it may not delete snapshots of instances", deny("rds:DeleteDBSnapshot"), []string{"RDS"}},
		{"nor of clusters", deny("rds:DeleteDBClusterSnapshot"), []string{"Aurora"}},
		{"nor of volumes", deny("ec2:DeleteSnapshot"), []string{"EBS"}},
		{"it trusts another service alone", trustEC2, []string{"RDS", "Aurora", "EBS", "S3"}},
		{"it does not exist", nil, []string{"RDS", "Aurora", "EBS", "S3"}},
	} {
		for how, end := range map[string]func(*set, []backupPoint){
			"deleted by hand": func(s *set, points []backupPoint) {
				for _, p := range points {
					s.deletePoint(p.vault, p.arn)
				}
				s.pass(lag.Usual().Longest())
			},
			"expired": func(s *set, _ []backupPoint) { s.pass(7 * 24 * time.Hour) },
		} {
			t.Run(broken.sentence+", "+how, func(t *testing.T) {
				t.Parallel()
				rarely := stage.Replace(primaryStack, "rate(15 minutes)", "rate(100 days)") // weeks pass here
				s, all := backedUp(t, stage.Options{Change: rarely}, database, cluster, volume, bucket)
				var points []backupPoint
				for _, r := range all {
					points = append(points, backupPoint{r, s.Local, s.only(s.Local, r).RecoveryPointArn})
				}
				s.change(t, s.Role(stage.Member, "BackupandRestore"), broken.change)
				end(s, points)
				for _, p := range points {
					s.isLeft(t, p, slices.Contains(broken.stay, p.resource.Type))
				}
			})
		}
	}
}

// TestACopyFromAnotherAccountIsDeletedByItsOwn: what a member's role has copied into the
// backup account goes without that role.
func TestACopyFromAnotherAccountIsDeletedByItsOwn(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{}, database)
	p := backupPoint{all[0], s.Intermediate, s.only(s.Intermediate, all[0]).RecoveryPointArn}
	s.change(t, s.Role(stage.Member, "BackupandRestore"), nil)
	s.deletePoint(p.vault, p.arn)
	s.pass(lag.Usual().Longest())
	s.isLeft(t, p, false)
}

// TestPointsThatCouldNotBeDeletedAreReportedEachDay: a copy that has expired is still
// stored, and costs as before, until its role may delete it.
func TestPointsThatCouldNotBeDeletedAreReportedEachDay(t *testing.T) {
	t.Parallel()
	rarely := stage.Replace(primaryStack, "rate(15 minutes)", "rate(100 days)") // weeks pass here
	s, all := backedUp(t, stage.Options{Change: rarely}, database)
	p := backupPoint{all[0], s.Final, s.only(s.Final, all[0]).RecoveryPointArn}
	s.change(t, s.Role(stage.Backup, "copy"), deny("rds:DeleteDBSnapshot"))
	s.pass(34 * 24 * time.Hour)
	require.NotContains(t, s.logged(), `"kind":"expired"`)
	s.pass(2 * 24 * time.Hour)
	s.isLeft(t, p, true)
	assert.Positive(t, s.lines(`"kind":"expired"`, p.arn, "the role "+s.Role(stage.Backup, "copy")+" must exist and have the right to delete"))
	assert.Positive(t, s.lines(`"ExpiredPoints":1`))
	assert.Positive(t, s.lines(`"ExpiredPoints":0`), "the days before")
	messages := s.World.SNS.Messages(topic)
	require.NotEmpty(t, messages)
	assert.Contains(t, messages[len(messages)-1].Body, "1 are past their retention and still stored, and cost as before (twohop trace POINT --estate FILE)")
}

// backupPoint is a resource's recovery point in a vault.
type backupPoint struct {
	resource stage.Resource
	vault    hop.Vault
	arn      string
}

// isLeft checks whether a point stands as expired, or is gone.
func (s *set) isLeft(t *testing.T, p backupPoint, left bool) {
	t.Helper()
	described, err := awsbackup.NewFromConfig(s.Client(p.vault.Account, p.vault.Region)).DescribeRecoveryPoint(t.Context(),
		&awsbackup.DescribeRecoveryPointInput{BackupVaultName: &p.vault.Name, RecoveryPointArn: &p.arn})
	if !left {
		require.ErrorContains(t, err, "Cannot find recovery point", p.resource.Type)
		return
	}
	require.NoError(t, err, "%s: the point is still there", p.resource.Type)
	assert.Equal(t, "EXPIRED", string(described.Status), p.resource.Type)
	assert.Contains(t, aws.ToString(described.StatusMessage), "does not have permission to delete")
}
