package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/stage"
)

const deniedCopy = "Access Denied trying to call AWS Backup service."

// own gives a role one more policy.
func own(document string) func(*iam.Role) {
	return func(r *iam.Role) { r.Inline["more"] = document }
}

func denyAllBut(actions string) func(*iam.Role) {
	return own(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":` + actions + `,"Resource":"*"}]}`)
}

func deny(action string) func(*iam.Role) {
	return own(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"` + action + `","Resource":"*"}]}`)
}

func trustEC2(r *iam.Role) {
	r.Trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
}

func withoutPolicies(r *iam.Role) { r.Managed, r.Inline = nil, nil }

// change changes a role until the test ends; nil deletes it for good.
func (s *set) change(t *testing.T, arn string, change func(*iam.Role)) {
	t.Helper()
	if change == nil {
		require.NoError(t, s.World.IAM.RemoveRole(arn))
		return
	}
	var was iam.Role
	require.NoError(t, s.World.IAM.ChangeRole(arn, func(r *iam.Role) {
		was = *r
		if r.Inline == nil {
			r.Inline = map[string]string{}
		}
		was.Inline = map[string]string{}
		for name, document := range r.Inline {
			was.Inline[name] = document
		}
		change(r)
	}))
	t.Cleanup(func() { require.NoError(t, s.World.IAM.ChangeRole(arn, func(r *iam.Role) { *r = was })) })
}

// breakage is what is wrong with a role; without a change it is deleted, so that comes
// last.
type breakage struct {
	sentence string
	change   func(*iam.Role)
}

func TestASecondHopTakesTheRightsOfItsRole(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, database)
	point := s.only(s.Intermediate, all[0]).RecoveryPointArn
	job, err := s.copyTo(s.Intermediate, point, s.Final)
	require.NoError(t, err)
	require.Equal(t, "COMPLETED", job.State, "as it is")
	for _, broken := range []breakage{
		{"it trusts another service alone", trustEC2},
		{"it has no policies", withoutPolicies},
		{"it is denied everything", deny("*")},
		{"it is denied to copy from vaults", deny("backup:CopyFromBackupVault")},
		{"it is denied to copy into vaults", deny("backup:CopyIntoBackupVault")},
		{"it does not exist", nil},
	} {
		t.Run(broken.sentence, func(t *testing.T) {
			s.change(t, s.Role(stage.Backup, "copy"), broken.change)
			job, err := s.copyTo(s.Intermediate, point, s.Final)
			require.NoError(t, err)
			assert.Equal(t, "FAILED", job.State)
			assert.Equal(t, deniedCopy, job.StatusMessage)
		})
	}
}

// TestASecondHopThatItsRoleMayNotMake: the function starts it, AWS Backup refuses it.
func TestASecondHopThatItsRoleMayNotMake(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	s.change(t, s.Role(stage.Backup, "copy"), trustEC2)
	r := s.add(database)
	s.pass(13 * time.Hour)
	s.only(s.Intermediate, r)
	assert.Empty(t, s.In(s.Final, r))
	require.NotEmpty(t, s.hopTwos())
	for _, job := range s.hopTwos() {
		assert.Equal(t, deniedCopy, job.StatusMessage)
	}
}

func TestAMembersRoleTakesItsRights(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, database, cluster, volume, bucket)
	role := s.Role(stage.Member, "BackupandRestore")
	client := awsbackup.NewFromConfig(s.Client(stage.Member, stage.Primary))
	backUp := func(r stage.Resource) error {
		_, err := client.StartBackupJob(t.Context(), &awsbackup.StartBackupJobInput{BackupVaultName: &s.Local.Name, ResourceArn: &r.ARN, IamRoleArn: &role})
		return err
	}
	points := map[string]string{}
	for _, r := range all {
		require.NoError(t, backUp(r), "as it is")
		points[r.ARN] = s.only(s.Local, r).RecoveryPointArn
	}
	s.pass(2 * time.Hour)
	for _, broken := range []breakage{
		{"it trusts another service alone", trustEC2},
		{"it may copy into vaults and nothing else", denyAllBut(`["backup:CopyIntoBackupVault"]`)},
		{"it has no policies", withoutPolicies},
		{"it does not exist", nil},
	} {
		t.Run(broken.sentence, func(t *testing.T) {
			s.change(t, role, broken.change)
			for _, r := range all {
				require.ErrorContains(t, backUp(r), "IAM Role "+role+" does not have sufficient permissions to execute the backup.", r.Type)
				job, err := s.copyBy(role, s.Local, points[r.ARN], s.Intermediate)
				require.NoError(t, err)
				assert.Equal(t, deniedCopy, job.StatusMessage, r.Type)
				_, err = s.tryToRestore(s.Local, points[r.ARN], metadata(r, stage.Primary, ""))
				require.ErrorContains(t, err, "does not have sufficient permissions to execute the restore.", r.Type)
			}
		})
	}
}

// TestEachTypeTakesRightsOfItsOwn denies one action, and looks whom it stops.
func TestEachTypeTakesRightsOfItsOwn(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, database, cluster, volume, bucket)
	role := s.Role(stage.Member, "BackupandRestore")
	for action, stops := range map[string]string{
		"rds:CreateDBSnapshot": "RDS", "rds:CreateDBClusterSnapshot": "Aurora", "ec2:CreateSnapshot": "EBS", "s3:ListBucketVersions": "S3", "s3:GetObjectVersion": "S3",
	} {
		t.Run(action, func(t *testing.T) {
			s.change(t, role, deny(action))
			for _, r := range all {
				_, err := awsbackup.NewFromConfig(s.Client(stage.Member, stage.Primary)).StartBackupJob(t.Context(),
					&awsbackup.StartBackupJobInput{BackupVaultName: &s.Local.Name, ResourceArn: &r.ARN, IamRoleArn: &role})
				assert.Equal(t, r.Type == stops, err != nil, "%s: %v", r.Type, err)
			}
		})
	}
	for action, stops := range map[string]string{
		"rds:RestoreDBInstanceFromDBSnapshot": "RDS", "rds:RestoreDBClusterFromSnapshot": "Aurora", "ec2:CreateVolume": "EBS", "s3:PutObject": "S3", "s3:CreateBucket": "S3",
	} {
		t.Run(action, func(t *testing.T) {
			s.change(t, role, deny(action))
			for _, r := range all {
				again := r
				again.Name += "-" + strings.ToLower(action[4:]) // not made twice
				_, err := s.tryToRestore(s.Local, s.In(s.Local, r)[0].RecoveryPointArn, metadata(again, stage.Primary, ""))
				assert.Equal(t, r.Type == stops, err != nil, "%s: %v", r.Type, err)
			}
		})
	}
}

func TestARestoreTakesTheRightsOfItsRole(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, restorable...)
	role := s.Role(stage.Backup, "restore")
	for _, broken := range []breakage{
		{"it trusts another service alone", trustEC2},
		{"it may use keys and nothing else", denyAllBut(`"kms:*"`)},
		{"it has no policies", withoutPolicies},
		{"it does not exist", nil},
	} {
		t.Run(broken.sentence, func(t *testing.T) {
			s.change(t, role, broken.change)
			for _, r := range all {
				_, err := s.tryToRestore(s.Final, s.only(s.Final, r).RecoveryPointArn, metadata(r, stage.Secondary, ""))
				require.ErrorContains(t, err, "IAM Role "+role+" does not have sufficient permissions to execute the restore.", r.Type)
			}
		})
	}
}

// TestARoleThatLosesItsRightsInTheRun fails a restore that had begun.
func TestARoleThatLosesItsRightsInTheRun(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, database)
	point, role := s.only(s.Local, all[0]).RecoveryPointArn, s.Role(stage.Member, "BackupandRestore")
	started, err := awsbackup.NewFromConfig(s.Client(stage.Member, stage.Primary)).StartRestoreJob(t.Context(), &awsbackup.StartRestoreJobInput{
		RecoveryPointArn: &point, IamRoleArn: &role, Metadata: metadata(all[0], stage.Primary, ""),
	})
	require.NoError(t, err)
	s.change(t, role, trustEC2)
	s.pass(2 * time.Hour)
	jobs := s.World.Backup.RestoreJobs(stage.Member, stage.Primary)
	require.Len(t, jobs, 1)
	assert.Equal(t, aws.ToString(started.RestoreJobId), jobs[0].RestoreJobID)
	assert.Equal(t, "FAILED", jobs[0].Status)
	assert.Equal(t, "IAM Role "+role+" does not have sufficient permissions to execute the restore.", jobs[0].StatusMessage)
}

// TestAVaultsPolicyCountsWithinItsAccount: the vaults' own policies may keep second hops
// out, or in.
func TestAVaultsPolicyCountsWithinItsAccount(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, database)
	point := s.only(s.Intermediate, all[0]).RecoveryPointArn
	for action, vault := range map[string]hop.Vault{"backup:CopyIntoBackupVault": s.Final, "backup:CopyFromBackupVault": s.Intermediate} {
		t.Run(action, func(t *testing.T) {
			was, ok := s.World.Backup.VaultPolicy(vault.ARN)
			require.True(t, ok)
			require.NoError(t, s.World.Backup.PutVaultPolicy(vault.ARN,
				`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"`+action+`","Resource":"*"}]}`))
			job, err := s.copyTo(s.Intermediate, point, s.Final)
			require.NoError(t, err)
			assert.Equal(t, deniedCopy, job.StatusMessage)
			require.NoError(t, s.World.Backup.PutVaultPolicy(vault.ARN, was))
		})
	}
}
