package cli

import (
	"fmt"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/fix"
	"github.com/twohop/twohop/pkg/hop"
)

// restoreRole is the role with which AWS Backup restores where a vault is.
func restoreRole(e estate.Estate, vault hop.Vault) string {
	if vault.Account == e.Accounts.Backup {
		return e.RoleARN(vault.Account, estate.RestoreRole)
	}
	return e.RoleARN(vault.Account, estate.BackupRole)
}

// restoreCommands restore a point where it is, in AWS CLI version 2. Metadata that
// AWS Backup has noted are of the old resource: its name, for one, is taken.
func restoreCommands(a *access, vault hop.Vault, point string) []string {
	profile := ""
	if name := a.profiles[vault.Account]; name != "" {
		profile = " --profile " + fix.Quoted(name)
	}
	return []string{
		fmt.Sprintf("aws backup get-recovery-point-restore-metadata%s --region %s --backup-vault-name %s --recovery-point-arn %s --query RestoreMetadata --output json > metadata.json",
			profile, vault.Region, vault.Name, point),
		fmt.Sprintf("aws backup start-restore-job%s --region %s --recovery-point-arn %s --iam-role-arn %s --metadata file://metadata.json",
			profile, vault.Region, point, restoreRole(a.estate, vault)),
	}
}

// metadataNote says what to change in a type's metadata [AWS Backup: restore a backup,
// by resource type].
func metadataNote(resourceType string) string {
	switch resourceType {
	case "RDS":
		return "give DBInstanceIdentifier a new name; the instance keeps the recovery point's key"
	case "Aurora", "DocumentDB", "Neptune":
		return "give dbClusterIdentifier a new name, engine its engine, and kmsKeyId a key of the account; a cluster comes back without instances: add them afterwards"
	case "S3":
		return "give DestinationBucketName the name of a new bucket and set NewBucket to true, or permissions of the old one may be in the way"
	case "EBS":
		return "set availabilityZone, and kmsKeyId to a key of the account"
	default:
		return "the guide of AWS Backup lists what the type takes"
	}
}
