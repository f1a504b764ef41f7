package clients_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cliPoint is a recovery point as far as the AWS CLI must show it.
type cliPoint struct {
	RecoveryPointArn, BackupVaultName, BackupVaultArn, ResourceArn, ResourceType, ResourceName string
	Status, IamRoleArn, EncryptionKeyArn, SourceBackupVaultArn                                 string

	IsEncrypted         bool
	BackupSizeInBytes   int64
	CreationDate        time.Time
	Lifecycle           struct{ DeleteAfterDays int }
	CalculatedLifecycle struct{ DeleteAt time.Time }
}

func assertTime(t *testing.T, want string, got time.Time) {
	t.Helper()
	assert.Equal(t, want, got.UTC().Format(time.RFC3339))
}

func vaultsByCLI(s shell) {
	const arn = "arn:aws:backup:eu-central-1:111111111111:backup-vault:local"
	const key = "arn:aws:kms:eu-central-1:111111111111:key/local-vault"
	created := read[struct {
		BackupVaultName, BackupVaultArn string
		CreationDate                    time.Time
	}](s, "backup create-backup-vault --backup-vault-name local --backup-vault-tags team=backup --encryption-key-arn", key)
	assert.Equal(s.t, arn, created.BackupVaultArn)
	assertTime(s.t, "2026-11-01T03:00:00Z", created.CreationDate)
	s.refused("AlreadyExistsException", "CreateBackupVault", "backup create-backup-vault --backup-vault-name local")
	s.prints(`{"Tags": {"team": "backup"}}`, "backup list-tags --resource-arn", arn)

	point := s.addPoint(arn)
	s.pass(time.Hour)
	younger := s.addPoint(arn)
	s.prints(`{"Tags": {"team": "orders"}}`, "backup list-tags --resource-arn", point)

	shown := read[cliPoint](s, "backup describe-recovery-point --backup-vault-name local --recovery-point-arn", point)
	assert.Equal(s.t, orders, shown.ResourceArn)
	assert.Equal(s.t, "Aurora", shown.ResourceType)
	assert.Equal(s.t, "COMPLETED", shown.Status)
	assert.Equal(s.t, int64(3<<30), shown.BackupSizeInBytes)
	assert.True(s.t, shown.IsEncrypted)
	assert.Equal(s.t, 7, shown.Lifecycle.DeleteAfterDays)
	assertTime(s.t, "2026-11-01T03:00:00Z", shown.CreationDate)
	assertTime(s.t, "2026-11-08T03:00:00Z", shown.CalculatedLifecycle.DeleteAt)

	type points struct{ RecoveryPoints []cliPoint }
	listed := read[points](s, "backup list-recovery-points-by-backup-vault --backup-vault-name local --page-size 1 --by-resource-type Aurora",
		"--by-created-after", "2026-11-01T02:59:59Z", "--by-resource-arn", orders).RecoveryPoints
	require.Len(s.t, listed, 2)
	assert.Equal(s.t, younger, listed[0].RecoveryPointArn, "newest first")
	assert.Equal(s.t, point, listed[1].RecoveryPointArn)
	older := read[points](s, "backup list-recovery-points-by-backup-vault --backup-vault-name local --by-created-before 2026-11-01T03:30:00Z")
	require.Len(s.t, older.RecoveryPoints, 1)
	assert.Equal(s.t, point, older.RecoveryPoints[0].RecoveryPointArn)
	of := read[points](s, "backup list-recovery-points-by-resource --resource-arn", orders).RecoveryPoints
	require.Len(s.t, of, 2)
	assert.Equal(s.t, "local", of[0].BackupVaultName)
	type resources struct {
		Results []struct {
			ResourceArn, ResourceType, LastRecoveryPointArn string
			LastBackupTime                                  time.Time
		}
	}
	protected := read[resources](s, "backup list-protected-resources-by-backup-vault --backup-vault-name local --page-size 1").Results
	require.Len(s.t, protected, 1)
	assert.Equal(s.t, orders, protected[0].ResourceArn)
	assert.Equal(s.t, younger, protected[0].LastRecoveryPointArn)
	assertTime(s.t, "2026-11-01T04:00:00Z", protected[0].LastBackupTime)
	everywhere := read[resources](s, "backup list-protected-resources --page-size 1").Results
	assert.Contains(s.t, everywhere, protected[0], "in whatever vault")

	updated := read[cliPoint](s, "backup update-recovery-point-lifecycle --backup-vault-name local --lifecycle DeleteAfterDays=35 --recovery-point-arn", point)
	assert.Equal(s.t, 35, updated.Lifecycle.DeleteAfterDays)
	assertTime(s.t, "2026-12-06T03:00:00Z", updated.CalculatedLifecycle.DeleteAt)
	s.restores(point)
	s.prints("", "backup delete-recovery-point --backup-vault-name local --recovery-point-arn", point)

	s.prints("", "backup put-backup-vault-lock-configuration --backup-vault-name local --min-retention-days 7 --max-retention-days 40 --changeable-for-days 3")
	type vault struct {
		BackupVaultName, BackupVaultArn, EncryptionKeyArn, VaultType string

		NumberOfRecoveryPoints, MinRetentionDays, MaxRetentionDays int
		Locked                                                     bool
		LockDate                                                   time.Time
	}
	locked := read[vault](s, "backup describe-backup-vault --backup-vault-name local")
	assert.Equal(s.t, arn, locked.BackupVaultArn)
	assert.Equal(s.t, key, locked.EncryptionKeyArn)
	assert.Equal(s.t, 1, locked.NumberOfRecoveryPoints)
	assert.True(s.t, locked.Locked)
	assert.Equal(s.t, []int{7, 40}, []int{locked.MinRetentionDays, locked.MaxRetentionDays})
	assertTime(s.t, "2026-11-04T04:20:00Z", locked.LockDate)
	s.refused("InvalidRequestException", "DeleteRecoveryPoint", "backup delete-recovery-point --backup-vault-name local --recovery-point-arn", younger)

	s.addVault(member, primary, "another")
	vaults := read[struct{ BackupVaultList []vault }](s, "backup list-backup-vaults --page-size 1").BackupVaultList
	require.Len(s.t, vaults, 2)
	assert.Equal(s.t, "another", vaults[0].BackupVaultName)
	s.refused("AccessDeniedException", "DescribeBackupVault", "backup describe-backup-vault --backup-vault-name none")
	s.refused("InvalidParameterValueException", "PutBackupVaultLockConfiguration",
		"backup put-backup-vault-lock-configuration --backup-vault-name local --min-retention-days 9 --max-retention-days 8")
	s.as(throttled).refused("ThrottlingException", "ListBackupVaults", "backup list-backup-vaults")
}

// restores restores a recovery point of an Aurora cluster.
func (s shell) restores(point string) {
	s.t.Helper()
	told := read[struct{ RestoreMetadata map[string]string }](s, "backup get-recovery-point-restore-metadata --backup-vault-name local --recovery-point-arn", point)
	assert.Contains(s.t, told.RestoreMetadata, "dbClusterIdentifier")
	type restoreJob struct{ RestoreJobID, Status, CreatedResourceArn string }
	started := read[restoreJob](s, "backup start-restore-job --metadata dbClusterIdentifier=back,engine=aurora-mysql --iam-role-arn", memberRole, "--recovery-point-arn", point)
	s.pass(20 * time.Minute)
	done := read[restoreJob](s, "backup describe-restore-job --restore-job-id", started.RestoreJobID)
	assert.Equal(s.t, "COMPLETED", done.Status)
	assert.Equal(s.t, "arn:aws:rds:eu-central-1:111111111111:cluster:back", done.CreatedResourceArn)
	listed := read[struct{ RestoreJobs []restoreJob }](s, "backup list-restore-jobs --page-size 1 --by-status COMPLETED").RestoreJobs
	assert.Equal(s.t, []restoreJob{done}, listed)
	s.refused("InvalidParameterValueException", "StartRestoreJob", "backup start-restore-job --metadata cluster=back --iam-role-arn", memberRole, "--recovery-point-arn", point)
}

// cliJob is a copy job as far as the AWS CLI must show it.
type cliJob struct {
	AccountID, CopyJobID, State, StatusMessage, ResourceArn, ResourceType, IamRoleArn string

	SourceBackupVaultArn, SourceRecoveryPointArn, DestinationBackupVaultArn, DestinationRecoveryPointArn string

	BackupSizeInBytes            int64
	CreationDate, CompletionDate time.Time
}

func copiesByCLI(s shell) {
	source := s.addVault(member, primary, "local")
	intermediate := s.addVault(central, primary, "intermediate")
	final := s.addVault(central, secondary, "final")
	point := s.addPoint(source)
	s.as(central).prints("", "backup put-backup-vault-access-policy --backup-vault-name intermediate --policy", admitsCopies)
	s.as(central).prints("", "backup update-global-settings --global-settings isCrossAccountBackupEnabled=true")
	read[any](s.as(central), "iam create-service-linked-role --aws-service-name backup.amazonaws.com")

	start := []string{"--source-backup-vault-name", "local", "--recovery-point-arn", point, "--iam-role-arn", memberRole}
	to := func(vault string) []string {
		return slices.Concat(start, []string{"--destination-backup-vault-arn", vault})
	}
	started := read[struct {
		CopyJobID    string
		CreationDate time.Time
		IsParent     bool
	}](s, "backup start-copy-job --idempotency-token attempt-1 --lifecycle DeleteAfterDays=35", to(intermediate)...)
	assertTime(s.t, "2026-11-01T03:00:00Z", started.CreationDate)
	again := read[cliJob](s, "backup start-copy-job --idempotency-token attempt-1 --lifecycle DeleteAfterDays=35", to(intermediate)...)
	assert.Equal(s.t, started.CopyJobID, again.CopyJobID, "the token stands for the first job")

	describe := func() cliJob {
		s.t.Helper()
		return read[struct{ CopyJob cliJob }](s, "backup describe-copy-job --copy-job-id", started.CopyJobID).CopyJob
	}
	created := describe()
	assert.Equal(s.t, "CREATED", created.State)
	assert.Equal(s.t, member, created.AccountID)
	assert.Equal(s.t, point, created.SourceRecoveryPointArn)
	assert.Equal(s.t, source, created.SourceBackupVaultArn)
	assert.Empty(s.t, created.DestinationRecoveryPointArn)
	s.pass(10 * time.Minute)
	completed := describe()
	assert.Equal(s.t, "COMPLETED", completed.State)
	assert.Equal(s.t, intermediate, completed.DestinationBackupVaultArn)
	assertTime(s.t, "2026-11-01T03:10:00Z", completed.CompletionDate)

	copied := read[cliPoint](s.as(central), "backup describe-recovery-point --backup-vault-name intermediate --recovery-point-arn",
		completed.DestinationRecoveryPointArn)
	assert.Equal(s.t, orders, copied.ResourceArn)
	assert.Equal(s.t, source, copied.SourceBackupVaultArn)
	assertTime(s.t, "2026-12-06T03:00:00Z", copied.CalculatedLifecycle.DeleteAt)

	type jobs struct{ CopyJobs []cliJob }
	second := read[cliJob](s, "backup start-copy-job", to(intermediate)...)
	listed := read[jobs](s, "backup list-copy-jobs --page-size 1 --by-resource-type Aurora", "--by-destination-vault-arn", intermediate).CopyJobs
	require.Len(s.t, listed, 2)
	assert.Equal(s.t, second.CopyJobID, listed[0].CopyJobID, "newest first")
	filtered := read[jobs](s, "backup list-copy-jobs --by-state COMPLETED --by-complete-after 2026-11-01T03:00:00Z").CopyJobs
	require.Len(s.t, filtered, 1)
	assert.Equal(s.t, started.CopyJobID, filtered[0].CopyJobID)
	s.prints(`{"CopyJobs": []}`, "backup list-copy-jobs --by-created-before 2026-11-01T03:00:00Z")

	s.refused("InvalidRequestException", "StartCopyJob", "backup start-copy-job", to(final)...)
	s.refused("InvalidParameterValueException", "StartCopyJob", "backup start-copy-job", to("arn:aws:s3:::final")...)
	s.refused("ResourceNotFoundException", "DescribeCopyJob", "backup describe-copy-job --copy-job-id none")
}
