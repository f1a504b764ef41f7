package copies

import (
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// arrive puts the finished copy into the destination vault and completes the
// job. The copy keeps the original's resource, type, size and creation date; its
// key is the vault's. What has changed at either end since the job began to run
// can still make it fail.
func (s *Jobs) arrive(j *job) {
	if reason := s.refusal(j); reason != "" {
		s.finish(j, Failed, reason)
		return
	}
	stored, err := s.vaults.Put(s.copied(j))
	if err != nil {
		s.finish(j, Failed, "Copy job failed. "+err.Error())
		return
	}
	j.DestinationRecoveryPointArn = stored.RecoveryPointArn
	j.DestinationEncryptionKeyArn = stored.EncryptionKeyArn
	s.finish(j, Completed, "")
}

func (s *Jobs) copied(j *job) vaults.RecoveryPoint {
	source, _ := s.source(j) // refusal has seen both
	v, _ := s.vaults.Vault(j.to, j.toVault)
	made := vaults.RecoveryPoint{
		RecoveryPointArn:     arn.NewPoint(s.ids, j.to, j.ResourceType, j.ResourceArn, "copyjob", j.CopyJobID),
		BackupVaultArn:       v.ARN,
		SourceBackupVaultArn: j.SourceBackupVaultArn,
		ResourceArn:          j.ResourceArn,
		ResourceType:         j.ResourceType,
		ResourceName:         j.ResourceName,
		CreatedBy:            j.CreatedBy,
		IamRoleArn:           j.IamRoleArn,
		CreationDate:         source.CreationDate,
		CompletionDate:       wire.Epoch{Time: s.now()},
		BackupSizeInBytes:    j.BackupSizeInBytes,
		Lifecycle:            j.lifecycle,
	}
	// Copies of unencrypted Aurora, DocumentDB and Neptune snapshots stay
	// unencrypted; all else is encrypted on the way [encryption]. That a copy of a
	// snapshot under an AWS owned key stays under such a key is UNCONFIRMED A61.
	made.AWSOwned = source.AWSOwned
	if source.EncryptionKeyArn != "" || !arn.IsCluster(j.ResourceType) {
		made.EncryptionKeyArn, made.EncryptionKeyType = v.EncryptionKeyArn, v.EncryptionKeyType
	}
	// Tags are promised on copies within an account. Across accounts AWS says
	// nothing, so nothing arrives.
	if j.home.Account == j.to.Account {
		made.Tags = source.Tags
	}
	return made
}
