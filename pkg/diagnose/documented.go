package diagnose

// What AWS Backup says, whole, where something is missing [AWS Backup: troubleshooting,
// monitoring jobs; RDS and EC2: copying snapshots]. [ARN] stands for a key's ARN, ...
// for names. Text knows each of them.
const (
	SaysCrossAccountOff = "Copy job failed. Cross-account copy feature is not enabled for the current organization."
	SaysUnsupported     = "Copy job from ... to ... cannot be initiated for ... resources. Feature is not supported for provided resource type."
	SaysManagedVaultKey = "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
		"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied."
	SaysClosedKey     = "The source snapshot KMS key [ARN] does not exist, is not enabled or you do not have permissions to access it."
	SaysDisabledKey   = "KMS key is either disabled or pending deletion or access to KMS key is denied"
	SaysManagedKey    = "Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot."
	SaysAccessDenied  = "Access Denied trying to call AWS Backup service."
	SaysRoleLacks     = "IAM Role ... does not have sufficient permissions to execute the backup."
	SaysOptionGroup   = "The snapshot requires a target option group with the following options: ..."
	SaysRetention     = "The retention specified in the job is not within the range specified for the target Backup Vault."
	SaysSnapshotQuota = "SnapshotQuotaExceeded"
	// SaysManualSnapshots is met in practice [github.com/pbudzon/aws-maintenance].
	SaysManualSnapshots = "Cannot create more than 100 manual snapshots"
)
