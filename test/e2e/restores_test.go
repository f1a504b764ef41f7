package e2e

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/stage"
)

// The roles with which AWS Backup restores, by account.
var restoreRoles = map[string]string{stage.Member: "BackupandRestore", stage.Backup: "restore"}

// restorable are one resource of each kind, all but the one that is not copied.
var restorable = kinds[:6]

// backedUp is an estate after a night, with its resources.
func backedUp(t *testing.T, o stage.Options, all ...stage.Resource) (*set, []stage.Resource) {
	t.Helper()
	s := setUp(t, o.World, o)
	all = slices.Clone(all)
	for i := range all {
		all[i] = s.add(all[i])
	}
	s.pass(13 * time.Hour)
	for _, r := range all {
		require.NoError(t, s.Untag(r), "no second night")
	}
	return s, all
}

// metadata is what a restore of a resource needs to be told, with a key where it may
// be chosen.
func metadata(r stage.Resource, region, key string) map[string]string {
	var m map[string]string
	switch r.Type {
	case "S3":
		m = map[string]string{"DestinationBucketName": r.Name + "-back", "NewBucket": "true"}
		if key != "" {
			m["EncryptionType"], m["KMSKey"] = "SSE-KMS", key
		}
		return m
	case "EBS":
		m = map[string]string{"availabilityZone": region + "a"}
	case "RDS":
		m = map[string]string{"DBInstanceIdentifier": r.Name + "-back"}
	default:
		m = map[string]string{"dbClusterIdentifier": r.Name + "-back", "engine": map[string]string{"Aurora": "aurora-mysql", "DocumentDB": "docdb", "Neptune": "neptune"}[r.Type]}
	}
	if key != "" {
		m["kmsKeyId"] = key
	}
	return m
}

// restore restores a recovery point where its vault is, and returns the job at its end.
func (s *set) restore(vault hop.Vault, point string, metadata map[string]string) backup.RestoreJob {
	s.t.Helper()
	job, err := s.tryToRestore(vault, point, metadata)
	require.NoError(s.t, err)
	return job
}

func (s *set) tryToRestore(vault hop.Vault, point string, metadata map[string]string) (backup.RestoreJob, error) {
	s.t.Helper()
	client := awsbackup.NewFromConfig(s.Client(vault.Account, vault.Region))
	started, err := client.StartRestoreJob(s.t.Context(), &awsbackup.StartRestoreJobInput{
		RecoveryPointArn: &point, IamRoleArn: aws.String(s.Role(vault.Account, restoreRoles[vault.Account])), Metadata: metadata,
	})
	if err != nil {
		return backup.RestoreJob{}, err
	}
	s.pass(2 * time.Hour)
	for _, job := range s.World.Backup.RestoreJobs(vault.Account, vault.Region) {
		if job.RestoreJobID == *started.RestoreJobId {
			return job, nil
		}
	}
	require.Fail(s.t, "the restore job is gone")
	return backup.RestoreJob{}, nil
}

// restored is what a restore job made.
func (s *set) restored(vault hop.Vault, job backup.RestoreJob) resources.Resource {
	s.t.Helper()
	require.Equal(s.t, "COMPLETED", job.Status, job.StatusMessage)
	made, ok := s.World.Backup.Resources.Get(arn.Place{Account: vault.Account, Region: vault.Region}, job.CreatedResourceArn)
	require.True(s.t, ok, job.CreatedResourceArn)
	return made
}

// ownKey is a new key of an account.
func (s *set) ownKey(account, region string) string {
	s.t.Helper()
	policy, err := s.KeyPolicy(account, false)
	require.NoError(s.t, err)
	key, err := s.World.KMS.AddKey(kms.Key{Account: account, Region: region, Policy: policy})
	require.NoError(s.t, err)
	return key
}

// comesBack restores a point twice, with the key that it has and with another, and
// checks the keys: an RDS instance keeps that of the point, the others choose.
func (s *set) comesBack(vault hop.Vault, r stage.Resource, point backup.RecoveryPoint) {
	s.t.Helper()
	made := s.restored(vault, s.restore(vault, point.RecoveryPointArn, metadata(r, vault.Region, "")))
	assert.Equal(s.t, r.Type, made.Type)
	if r.Type == "S3" {
		assert.Empty(s.t, made.KeyARN, "S3 encrypts by itself")
	} else {
		assert.Equal(s.t, point.EncryptionKeyArn, made.KeyARN, r.Type)
	}
	own := s.ownKey(vault.Account, vault.Region)
	chosen := r
	chosen.Name += "-own"
	job, err := s.tryToRestore(vault, point.RecoveryPointArn, metadata(chosen, vault.Region, own))
	if r.Type == "RDS" {
		require.ErrorContains(s.t, err, "kmsKeyId is not known", "the instance is bound to the point's key")
		return
	}
	require.NoError(s.t, err)
	assert.Equal(s.t, own, s.restored(vault, job).KeyARN, r.Type)
}

// copyTo copies a point of the backup account to another vault, with the role of the
// estate's copies, and returns the copy job at its end.
func (s *set) copyTo(from hop.Vault, point string, to hop.Vault) (backup.CopyJob, error) {
	s.t.Helper()
	return s.copyBy(s.Role(stage.Backup, "copy"), from, point, to)
}

// copyBy copies a point with any role.
func (s *set) copyBy(role string, from hop.Vault, point string, to hop.Vault) (backup.CopyJob, error) {
	s.t.Helper()
	started, err := awsbackup.NewFromConfig(s.Client(from.Account, from.Region)).StartCopyJob(s.t.Context(), &awsbackup.StartCopyJobInput{
		RecoveryPointArn: &point, SourceBackupVaultName: &from.Name, DestinationBackupVaultArn: &to.ARN, IamRoleArn: &role,
	})
	if err != nil {
		return backup.CopyJob{}, err
	}
	s.pass(3 * time.Hour)
	for _, job := range s.World.Backup.CopyJobs(from.Account, from.Region) {
		if job.CopyJobID == *started.CopyJobId {
			return job, nil
		}
	}
	require.Fail(s.t, "the copy job is gone")
	return backup.CopyJob{}, nil
}

// copied is the point that a copy to a vault has made.
func (s *set) copied(from hop.Vault, point string, to hop.Vault) backup.RecoveryPoint {
	s.t.Helper()
	job, err := s.copyTo(from, point, to)
	require.NoError(s.t, err)
	require.Equal(s.t, "COMPLETED", job.State, job.StatusMessage)
	for _, p := range s.World.Backup.RecoveryPoints(to.ARN) {
		if p.RecoveryPointArn == job.DestinationRecoveryPointArn {
			return p
		}
	}
	require.Fail(s.t, "the copy is not there")
	return backup.RecoveryPoint{}
}

func TestARestoreFromTheLocalVault(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, kinds[:7]...)
	for _, r := range all {
		t.Run(r.Type+" "+r.Name, func(t *testing.T) { s.comesBack(s.Local, r, s.only(s.Local, r)) })
	}
}

func TestARestoreInTheBackupAccount(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, restorable...)
	for _, r := range all {
		t.Run(r.Type, func(t *testing.T) { s.comesBack(s.Final, r, s.only(s.Final, r)) })
	}
}

func TestAFinalCopyComesStraightBack(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, restorable...)
	for _, r := range all {
		t.Run(r.Type, func(t *testing.T) {
			final := s.only(s.Final, r).RecoveryPointArn
			if r.Type == "S3" || r.Type == "EBS" {
				s.comesBack(s.Local, r, s.copied(s.Final, final, s.Local))
				return
			}
			job, err := s.copyTo(s.Final, final, s.Local)
			if err == nil {
				assert.Equal(t, "FAILED", job.State)
				assert.Contains(t, job.StatusMessage, "Feature is not supported for provided resource type.")
				return
			}
			require.ErrorContains(t, err, "Feature is not supported for provided resource type.", "a database takes the detour")
		})
	}
}

// TestARestoreOnTheKeyThatAWSManages: within its account the key serves, through the one
// service that it is for.
func TestARestoreOnTheKeyThatAWSManages(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, onAWSsKey(by("simple", database)), onAWSsKey(by("simple", volume)))
	for _, r := range all {
		made := s.restored(s.Local, s.restore(s.Local, s.only(s.Local, r).RecoveryPointArn, metadata(r, stage.Primary, "")))
		assert.Equal(t, r.KeyARN, made.KeyARN, r.Type)
	}
}

// TestAVaultsKeyThatDoesNotAdmitTheMember keeps the member from what is in the vault.
func TestAVaultsKeyThatDoesNotAdmitTheMember(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: stage.All(eventsAlone, stage.Replace(secondaryStack, `"kms:CreateGrant"`, `"kms:DescribeKey"`))}, volume)
	job, err := s.copyTo(s.Final, s.only(s.Final, all[0]).RecoveryPointArn, s.Local)
	require.NoError(t, err)
	assert.Equal(t, "FAILED", job.State)
	assert.Equal(t, "Given key ID is not accessible", job.StatusMessage)
}

func TestARestoreThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{Change: eventsAlone}, cluster)
	point := s.only(s.Local, all[0]).RecoveryPointArn
	there := metadata(all[0], stage.Primary, "")
	there["dbClusterIdentifier"] = all[0].Name
	assert.Contains(t, s.restore(s.Local, point, there).StatusMessage, "there is one of this ARN")

	theirs := s.restore(s.Local, point, metadata(all[0], stage.Primary, s.ownKey(stage.Backup, stage.Primary)))
	assert.Equal(t, "FAILED", theirs.Status)
	assert.Contains(t, theirs.StatusMessage, "for the restored resource, cannot be used by")

	unknown := maps.Clone(there)
	unknown["dbClusterName"], unknown["engine"] = "x", ""
	_, err := s.tryToRestore(s.Local, point, unknown)
	require.ErrorContains(t, err, "engine is missing; dbClusterName is not known; there are availabilityZones")

	require.NoError(t, s.World.IAM.RemoveRole(s.Role(stage.Member, "BackupandRestore")))
	_, err = s.tryToRestore(s.Local, point, metadata(all[0], stage.Primary, ""))
	require.ErrorContains(t, err, "does not have sufficient permissions to execute the restore.")
}
