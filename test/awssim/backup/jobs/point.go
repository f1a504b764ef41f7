package jobs

import (
	"maps"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// store puts the finished backup into its vault and returns it, or tells why the job
// fails after all. A type that AWS Backup manages in full is encrypted with the
// vault's key from the start; all others keep the resource's own [encryption]. The
// point dates from the start of the run: that it is not the schedule's time is
// UNCONFIRMED A108. s.mu is held.
func (s *Jobs) store(j *job) (vaults.RecoveryPoint, string) {
	if reason := s.refusal(j); reason != "" {
		return vaults.RecoveryPoint{}, reason
	}
	key, keyType := j.request.Resource.KeyARN, ""
	if v, err := s.Vaults.Vault(j.home, j.BackupVaultName); err == nil && arn.IsFullyManaged(j.ResourceType) {
		key, keyType = v.EncryptionKeyArn, v.EncryptionKeyType
	}
	// "AWS Backup copies tags from the resources it protects" [tags-on-backups]; that a
	// rule's tag of the same key counts more is UNCONFIRMED A108.
	tags := map[string]string{}
	maps.Copy(tags, j.request.Resource.Tags)
	maps.Copy(tags, j.request.Tags)
	stored, err := s.Vaults.Put(vaults.RecoveryPoint{
		RecoveryPointArn: arn.NewPoint(s.IDs, j.home, j.ResourceType, j.ResourceArn, "job", strings.ToLower(j.BackupJobID)),
		BackupVaultArn:   j.BackupVaultArn, ResourceArn: j.ResourceArn, ResourceType: j.ResourceType, ResourceName: j.ResourceName,
		CreatedBy: j.CreatedBy, IamRoleArn: j.IamRoleArn, BackupSizeInBytes: j.BackupSizeInBytes,
		CreationDate: wire.Epoch{Time: j.started}, CompletionDate: wire.Epoch{Time: s.now()},
		Lifecycle: j.RecoveryPointLifecycle, EncryptionKeyArn: key, EncryptionKeyType: keyType,
		AWSOwned: j.request.Resource.AWSOwned, Tags: tags,
	})
	if err != nil {
		return vaults.RecoveryPoint{}, "Backup job failed. " + err.Error()
	}
	j.RecoveryPointArn, j.EncryptionKeyArn, j.IsEncrypted = stored.RecoveryPointArn, stored.EncryptionKeyArn, stored.IsEncrypted
	return stored, ""
}

// copy starts the copies that the job's plan asks for, in the job's own account, with
// its role. Without a lifecycle of its own a copy inherits the point's
// [recov-point-create-a-copy].
func (s *Jobs) copy(j *job, made vaults.RecoveryPoint) {
	for _, c := range j.request.Copies {
		in := copies.StartInput{
			RecoveryPointArn: made.RecoveryPointArn, SourceBackupVaultName: j.BackupVaultName, DestinationBackupVaultArn: c.VaultARN,
			IamRoleArn: j.IamRoleArn, Lifecycle: &c.Lifecycle, CreatedBy: j.CreatedBy,
		}
		s.Copies.StartPlanned(j.home, in, made)
	}
}
