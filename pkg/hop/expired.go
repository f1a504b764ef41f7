package hop

import (
	"cmp"
	"fmt"
	"time"
)

// BackupLaunch is before every recovery point: AWS Backup began in January 2019 [AWS: what's new,
// 2019-01-16].
var BackupLaunch = time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)

// DeletionAdvice says how to delete recovery points of a vault that are EXPIRED. role is the
// role that made them and that AWS Backup deletes them with (A69); empty where it is unknown.
// Fixing the role is not enough: AWS Backup does not try again by itself [AWS Backup: deleting
// backups], and the vault's policy denies deletion to every other role.
func DeletionAdvice(role string, vault Vault) string {
	return fmt.Sprintf("the role %[1]s must exist and have the right to delete (policy AWSBackupServiceRolePolicyForBackup); then delete them again, "+
		"as the role that breakGlassRole of the estate's file names, since the policy of the vault denies it to others (no such role: name one there and deploy first): "+
		"for POINT in $(aws backup list-recovery-points-by-backup-vault --region %[2]s --backup-vault-name %[3]s --query \"RecoveryPoints[?Status=='EXPIRED'].RecoveryPointArn\" --output text); "+
		"do aws backup delete-recovery-point --region %[2]s --backup-vault-name %[3]s --recovery-point-arn \"$POINT\"; done",
		cmp.Or(role, "that made it (IamRoleArn of aws backup describe-recovery-point)"), vault.Region, vault.Name)
}
