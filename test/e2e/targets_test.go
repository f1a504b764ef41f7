package e2e

import (
	"testing"
	"time"

	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/stage"
)

// session is a client with the credentials of a role of the estate.
func (s *set) session(account, role string) *awsbackup.Client {
	s.t.Helper()
	made, err := s.World.STS.Session(s.Role(account, role), "test", 24*time.Hour)
	require.NoError(s.t, err)
	return awsbackup.NewFromConfig(s.Client(made.AccessKeyID, stage.Primary))
}

// elsewhere is a vault beside the estate's that would take every copy of its
// organization.
func (s *set) elsewhere(account string) hop.Vault {
	s.t.Helper()
	arn, err := s.World.Backup.AddVault(backup.Vault{Account: account, Region: stage.Primary, Name: "elsewhere", EncryptionKeyArn: s.ownKey(account, stage.Primary)})
	require.NoError(s.t, err)
	require.NoError(s.t, s.World.Backup.PutVaultPolicy(arn,
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"backup:CopyIntoBackupVault","Resource":"*"}]}`))
	return hop.Vault{ARN: arn, Account: account, Region: stage.Primary, Name: "elsewhere"}
}

// TestNoRoleOfTheEstateCopiesElsewhere: the copy role may not, whoever starts the copy;
// and where AWS shows the target to the caller's policies, those who start copies may
// not either.
func TestNoRoleOfTheEstateCopiesElsewhere(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{}, database)
	between, local := s.only(s.Intermediate, all[0]).RecoveryPointArn, s.only(s.Local, all[0]).RecoveryPointArn
	copyRole, memberRole := s.Role(stage.Backup, "copy"), s.Role(stage.Member, "BackupandRestore")
	copystarter, operator := s.session(stage.Backup, "copystarter"), s.session(stage.Member, "Operator")
	for _, there := range []hop.Vault{s.elsewhere(stage.Backup), s.elsewhere(stage.Management)} {
		onward := &awsbackup.StartCopyJobInput{
			RecoveryPointArn: &between, SourceBackupVaultName: &s.Intermediate.Name, DestinationBackupVaultArn: &there.ARN, IamRoleArn: &copyRole,
		}
		out := &awsbackup.StartCopyJobInput{
			RecoveryPointArn: &local, SourceBackupVaultName: &s.Local.Name, DestinationBackupVaultArn: &there.ARN, IamRoleArn: &memberRole,
		}
		t.Run("to account "+there.Account, func(t *testing.T) {
			job, err := s.copyTo(s.Intermediate, between, there)
			require.NoError(t, err)
			assert.Equal(t, deniedCopy, job.StatusMessage, "by the account's root user")

			_, err = copystarter.StartCopyJob(t.Context(), onward)
			require.NoError(t, err, "it sees no target")
			s.pass(3 * time.Hour)
			assert.Equal(t, deniedCopy, s.hopTwos()[0].StatusMessage)
			assert.Empty(t, s.World.Backup.RecoveryPoints(there.ARN))

			s.World.Backup.Configure(func(c *backup.Config) { c.ShowCopyTargets = true })
			defer s.World.Backup.Configure(func(c *backup.Config) { c.ShowCopyTargets = false })
			_, err = copystarter.StartCopyJob(t.Context(), onward)
			require.ErrorContains(t, err, "not authorized to perform: backup:StartCopyJob")
			require.ErrorContains(t, err, "explicit deny in an identity-based policy")
			_, err = operator.StartCopyJob(t.Context(), out)
			require.ErrorContains(t, err, "not authorized to perform: backup:StartCopyJob")
			require.ErrorContains(t, err, "explicit deny in an identity-based policy")
		})
	}
	s.World.Backup.Configure(func(c *backup.Config) { c.ShowCopyTargets = true })
	_, err := copystarter.StartCopyJob(t.Context(), &awsbackup.StartCopyJobInput{
		RecoveryPointArn: &between, SourceBackupVaultName: &s.Intermediate.Name, DestinationBackupVaultArn: &s.Final.ARN, IamRoleArn: &copyRole,
	})
	require.NoError(t, err, "where copies belong")
	s.pass(3 * time.Hour)
	assert.Equal(t, "COMPLETED", s.hopTwos()[0].State, s.hopTwos()[0].StatusMessage)
	_, err = operator.StartCopyJob(t.Context(), &awsbackup.StartCopyJobInput{
		RecoveryPointArn: &local, SourceBackupVaultName: &s.Local.Name, DestinationBackupVaultArn: &s.Intermediate.ARN, IamRoleArn: &memberRole,
	})
	require.NoError(t, err, "where copies belong")
}

// TestSecondHopsAreMadeWhereTheTargetIsShown has the estate work with the stricter
// answer.
func TestSecondHopsAreMadeWhereTheTargetIsShown(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{Backup: func(c *backup.Config) { c.ShowCopyTargets = true }}, stage.Options{})
	databases := s.backUp("Aurora", 2)
	s.settle()
	s.once(databases)
}
