package diagnose_test

import (
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// realTexts are texts of AWS, by what they mean. Those of AWS's own list [AWS Backup:
// reasons for problematic jobs] are all among them; names and numbers are made up.
var realTexts = map[diagnose.Kind][]string{
	diagnose.CrossAccountOff:   {"Copy job failed. Cross-account copy feature is not enabled for the current organization."},
	diagnose.OtherOrganization: {"Copy job failed. Both source and destination account must be a member of the same organization."},
	diagnose.NoSingleAction: {
		"Copy job from eu-north-1 to eu-central-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type.",
	},
	diagnose.UnderTDE: {
		"The snapshot requires a target option group with the following options: TDE",
		"The snapshot requires a target option group with the following options: OEM,TDE_HSM",
		"The snapshot requires a target option group with the following options: Timezone, TDE",
		"The snapshot requires a target option group with the following options: TRANSPARENT_DATA_ENCRYPTION",
		"The snapshot requires a target option group with the following options: SQL Server - Transparent Data Encryption",
		"A snapshot with the option TDE can't be shared.",
		"Snapshots with the option TRANSPARENT_DATA_ENCRYPTION cannot be shared",
		"Snapshots that use Transparent Data Encryption cannot be shared",
	},
	diagnose.RDSCustom: {"Copying a snapshot across accounts is not supported for RDS Custom."},
	diagnose.NotSupported: {
		"Unsupported resource type", "Unsupported resource type: Redshift", "unsupported resource type",
		"Feature is not supported for provided resource type.",
		"Resource type Timestream is not supported",
		"Images from AWS Marketplace cannot be copied to another AWS account.",
		"CreateSnapshot method not supported on hypervisor during snapshot creation. Aborted backup job",
		"UnsupportedOperation: The operation is not supported.",
	},

	diagnose.SourceKey: {
		"The source snapshot KMS key [arn:aws:kms:eu-central-1:111111111111:key/159f9as4-697q-f354-a448-example] does not exist, is not enabled " +
			"or you do not have permissions to access it.",
		"Given key ID is not accessible", "Given key ID does not exist",
	},
	diagnose.DestinationKey: {
		"The target KMS key [arn:aws:kms:eu-north-1:222222222222:key/1] does not exist, is not enabled or you do not have permissions to access it.",
		"The destination KMS key [arn:aws:kms:eu-north-1:222222222222:key/1] does not exist, is not enabled or you do not have permissions to access it.",
		"Must specify new KMS key for cross region encrypted snapshot copy.",
		"AMI snapshot copy failed with error: Given key ID is not accessible. You must have DescribeKey permissions on the default key",
	},
	diagnose.EitherKey: {
		"KMS key is either disabled or pending deletion or access to KMS key is denied",
		"KMSKeyNotAccessibleFault: An error occurred accessing an Amazon Web Services KMS key.",
		"The KMS key 1234 is pending deletion.", "The KMS key is disabled", "The KMS key is not enabled for the account.", "The KMS key is not accessible.",
		"The KMS key 1234 does not exist in this Region.", "AWS Backup lacks permission to use the KMS key.", "Use of the KMS key was denied.",
	},
	diagnose.UnderManagedKey: {
		"Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.",
		"Snapshots encrypted with the AWS Managed Key can\u2019t be shared. Specify another snapshot.",
		"Encrypted snapshots with EBS default key cannot be shared",
		"Snapshots encrypted with the AWS Managed CMK can't be shared",
		"Encrypted snapshots with Amazon EBS default key cannot be shared",
	},
	diagnose.UnderOwnedKey: {
		"Snapshots encrypted with an AWS owned key can't be shared.", "Snapshots encrypted with an AWS-owned key cannot be copied to another account",
		"The DB cluster snapshot uses an AWS owned KMS key.",
	},
	diagnose.VaultManagedKey: {
		"Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. The contents of this vault cannot be copied. " +
			"Only the contents of a Backup vault encrypted by an AWS KMS key may be copied.",
		"UnsupportedOperation : Storage Gateway backup copies require a user-created backup vault and key at destination.",
	},
	diagnose.InvalidPrincipal: {"MalformedPolicyDocumentException - Policy contains a statement with one or more invalid principals."},

	diagnose.NotAdmitted: {"Access Denied trying to call AWS Backup service."},
	diagnose.NoVault: {
		"Backup job failed because backup vault arn:aws:backup:eu-central-1:111111111111:backup-vault:local does not exist.",
		"Backup vault final cannot be found", "Could not find backup vault final",
	},
	diagnose.OutsideLock: {"Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault."},

	diagnose.JobRole: {
		"IAM Role arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole does not have sufficient permissions to execute the backup.",
		"IAM Role arn:aws:iam::111111111111:role/X does not have sufficient permissions to execute the restore.",
		"IAM role arn:aws:iam::111111111111:role/X does not exist", "The role Backup does not exist.",
	},
	diagnose.NotAssumable: {
		"The provided role arn:aws:iam::111111111111:role/X cannot be assumed by AWS Backup.",
		"InvalidParameterValueException: IAM Role arn:aws:iam::111111111111:role/backup cannot be assumed by AWS Backup",
	},
	diagnose.DeniedByOrganization: {
		"User: arn:aws:sts::222222222222:assumed-role/twohop-copystarter/x is not authorized to perform: backup:StartCopyJob on resource: " +
			"arn:aws:rds:eu-central-1:222222222222:snapshot:x with an explicit deny in a service control policy",
		"AccessDeniedException: User: arn:aws:sts::222222222222:assumed-role/x/y is not authorized to perform: iam:PassRole with an explicit deny in a service control policy",
		"not authorized to perform: kms:CreateGrant with an explicit deny in a resource control policy",
		"not authorized to perform: backup:StartCopyJob because no service control policy allows the backup:StartCopyJob action",
		"not authorized to perform: backup:StartCopyJob because no resource control policy allows the backup:StartCopyJob action",
	},
	diagnose.PassRole: {
		"User: arn:aws:sts::222222222222:assumed-role/twohop-copystarter/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::222222222222:role/twohop-copy " +
			"because no identity-based policy allows the iam:PassRole action",
		"Cross-account pass role is not allowed.",
	},
	diagnose.Denied: {
		"Your backup job failed as AWS Backup does not have permission to describe resource arn:aws:rds:eu-central-1:111111111111:db:orders",
		"AWS Backup does not have permission to describe resource", "You do not have permission to do this.", "You don't have permission to do this.",
		"missing permission: rds:CreateDBSnapshot", "Insufficient privileges to perform this action.",
		"Customer credential miss permission to get bucket versioning for bucket.",
		"You are not authorized to perform this operation.", "UnauthorizedOperation", "AccessDenied", "AccessDeniedException: User: x", "Access Denied",
		"User: x is not authorized to perform: backup:StartCopyJob on resource: y with an explicit deny in an identity-based policy",
		"An explicit deny in a permissions boundary", "The role lacks sufficient permission.",
		"Windows VSS Backup attempt failed because of insufficient privileges to perform this operation",
	},

	diagnose.NotSubscribed:  {"The AWS Access Key Id needs a subscription for the service", "OptInRequired: You are not subscribed to this service."},
	diagnose.MissingOptions: {"The snapshot requires a target option group with the following options: OEM", "Copy job testdesk failed. The snapshot requires a target option group with the following options: OLS"},

	diagnose.TooManyCopies: {
		"Cannot copy more than 5 snapshots across regions", "Too many snapshot copies in progress. The limit is 5 for this destination region.",
		"You have exceeded the quota of 20 cross-Region snapshot copies in progress.", "The account has 30 concurrent copies of the resource.",
		"There are too many concurrent copy jobs.", "The maximum number of concurrent copy operations is reached.",
		"SnapshotQuotaExceeded", "SnapshotQuotaExceededFault", "Snapshot quota exceeded.", "You have exceeded your quota of snapshots.",
		"The request would result in the user exceeding the allowed number of DB snapshots.",
		"The request would result in the user exceeding the allowed number of DB cluster snapshots.", "LimitExceededException",
	},
	diagnose.TooManyJobs: {
		"Maximum allowed in-progress snapshots for a single volume exceeded.", "ConcurrentSnapshotLimitExceeded",
		"Image creation throttled due to maximum number of concurrent snapshots on an EBS volume.",
		"Subscriber limit exceeded: You have reached the maximum concurrent number of backups, which is 300. Wait until other jobs finish, and try again. " +
			"You can also reach out to Support to request a quota increase.",
		"You have reached the maximum concurrent number of backups.", "subscriber limit exceeded", "Too many concurrent backup jobs.",
	},
	diagnose.JobRunning: {
		"Backup job failed because there was a running job for the same resource.", "There are too many copy jobs running for resource.",
	},

	diagnose.ManualSnapshots: {
		"Cannot create more than 100 manual snapshots", "Cannot create more than 100 manual DB cluster snapshots", "The maximum number of snapshots has been reached",
	},
	diagnose.SharedTooOften: {
		"SharedSnapshotQuotaExceeded", "You have exceeded the maximum number of accounts that you can share a manual DB snapshot with.",
	},
	diagnose.TooManyTags: {"The resultant tag set must not have more than 50 user tags.", "More than 50 tags specified"},
	diagnose.KeyGrants: {
		"LimitExceededException: The key has reached 50000 grants", "The grants per KMS key quota is used up.", "The key has reached its limit of 50000 grants.",
		"You have exceeded the number of grants for the key.", "50000 grants reached",
	},
	diagnose.UsedUp: {
		"Cannot create more than 20 user snapshots", "StorageQuotaExceeded", "SnapshotLimitExceeded", "Maximum allowed active snapshot limit exceeded.",
		"You have reached your quota of 50,000 for the number of public and private images allowed in this Region. Deregister unused images, or request an increase in your AMI quota.",
		"You have reached the maximum supported backups for your account/database. See Quotas in the Timestream developer guide for additional information.",
		"The quota of recovery points per backup vault is used up.", "Backup vault final has reached its limit of 1000000 recovery points.",
		"The maximum of recovery points in the vault is reached.", "The number of recovery points exceeds what the vault takes.",
		"A resource can have at most 10 of these", "ResourceLimitExceeded", "ServiceQuotaExceededException", "InstanceQuotaExceeded", "You have reached your quota of file systems.",
	},

	diagnose.Outage: {
		"RequestLimitExceeded", "Request limit exceeded.", "Rate exceeded", "ThrottlingException", "The call was throttled.", "Too many requests", "TooManyRequestsException",
		"ServiceUnavailableException", "Service Unavailable", "The service is unavailable.", "The service is temporarily unavailable.",
		"InternalFailure", "Internal Failure", "InternalServerError", "500 Internal Server Error", "An internal error occurred.", "Internal service error", "InternalError",
		"We are unable to copy resource tags to your backup because of the Internal Failure.", "Token expired. Try again.",
	},
	diagnose.ResourceState: {
		"DB cluster orders is not in the available state", "Instance is not in state available", "DB instance orders is not in available state",
		"Cannot create a snapshot because the database instance orders is not currently in the available state.",
		"InvalidDBInstanceState: orders is being modified", "InvalidDBClusterStateFault: orders is stopped", "Cannot snapshot volume vol-1 in state error",
		"This operation is not valid for the specified hypervisor because it is not online",
	},
	diagnose.BackupWindow: {
		"Backup job could not start because it is either inside or too close to the automated backup window configured in RDS instance.",
		"Backup job could not start because it is either inside or too close to the weekly maintenance window configured in RDS instance.",
	},
	diagnose.JobExpired: {"Backup job expired before completion."},
	diagnose.FatalError: {
		"Copy job encountered a fatal error. Please contact AWS Support for further assistance.", "Copy job encountered a fatal error.", "Backup job encountered a fatal error",
	},

	diagnose.SourceGone: {
		"Could not find resource arn:aws:rds:eu-central-1:111111111111:db:orders", "Cannot find recovery point.", "Could not find cryopod", "resource not found",
		"Copy job failed. The source recovery point arn:aws:rds:eu-central-1:1:snapshot:x does not exist any more.",
		"Recovery point x does not exist in backup vault y", "DBSnapshotNotFound", "DBClusterSnapshotNotFoundFault", "DBInstanceNotFound", "DBClusterNotFoundFault",
		"DBSnapshot x not found", "The specified volume was not found.", "The virtual machine is not found.", "Table not found.", "The resource is no longer available",
		"Snapshot x does not exist", "DB instance orders does not exist", "DB cluster orders does not exist", "The volume vol-1 does not exist.",
		"The bucket b does not exist", "The resource does not exist",
	},
}

// nearMisses share words with known texts and mean something else, or nothing that twohop
// knows. They stay Unknown, or are of another kind.
var nearMisses = map[string]diagnose.Kind{
	"":                     diagnose.UnknownText,
	"Copy job failed.":     diagnose.UnknownText,
	"The value is invalid": diagnose.UnknownText,
	"Windows VSS Backup Job Error encountered, trying for regular backup":                                                                   diagnose.UnknownText,
	"Windows VSS Backup attempt failed because either Instance or SSM Agent has invalid state or insufficient privileges.":                  diagnose.UnknownText,
	"Windows VSS Backup attempt failed because ec2-vss-agent.exe is not installed in the Instance":                                          diagnose.UnknownText,
	"Windows VSS Backup attempt failed because of timeout on VSS enabled snapshot creation":                                                 diagnose.UnknownText,
	"Windows VSS Backup attempt failed because of unsupported Windows Server version. Supported Versions are Windows Server 2012 or later.": diagnose.UnknownText,
	"Your backup succeeded, but we were unable to persist NetworkInterfaces metadata as its size exceeded our internal limits.":             diagnose.UnknownText,
	"We are unable to copy resource tags to your backup because source or destination recovery point is unavailable":                        diagnose.UnknownText,
	"The DB cluster orders is in the available state":                                                                                       diagnose.UnknownText,
	"The retention specified in the plan is 35 days":                                                                                        diagnose.UnknownText,
	"Cross-account copy feature is enabled for the current organization.":                                                                   diagnose.UnknownText,
	"The snapshot has an option group":       diagnose.UnknownText,
	"The database uses TDE":                  diagnose.UnknownText,
	"The copy of the KMS key alias is ready": diagnose.UnknownText,
	"The role was assumed by AWS Backup.":    diagnose.UnknownText,
	"A recovery point was found":             diagnose.UnknownText,
	"The rate is fine":                       diagnose.UnknownText,
	"RDS Custom is supported":                diagnose.UnknownText,
	"The backup window is open":              diagnose.UnknownText,
	"Copy job could not be made of arn:aws:rds:eu-central-1:111111111111:db:throttling-access-denied":                                                 diagnose.UnknownText,
	"Copy job odd for [arn:aws:rds:eu-central-1:111111111111:cluster:internal-failure], grants":                                                       diagnose.UnknownText,
	"Could not find resource arn:aws:rds:eu-central-1:111111111111:db:serviceunavailable":                                                             diagnose.SourceGone,
	"The source snapshot KMS key is in another Region":                                                                                                diagnose.UnknownText,
	"Maximum allowed snapshots exceeded for the volume":                                                                                               diagnose.UnknownText,
	"The key policy grants AWS Backup the use of the key":                                                                                             diagnose.UnknownText,
	"Cannot create more than 100 manual snapshots (Service: Rds; Status Code: 400; Error Code: SnapshotQuotaExceeded)":                                diagnose.ManualSnapshots,
	"Cannot copy more than 5 snapshots across regions (Service: Rds; Status Code: 400; Error Code: SnapshotQuotaExceeded)":                            diagnose.TooManyCopies,
	"ConcurrentSnapshotLimitExceeded: Maximum allowed in-progress snapshots for a single volume exceeded.":                                            diagnose.TooManyJobs,
	"SharedSnapshotQuotaExceeded: You have exceeded the maximum number of accounts that you can share a manual DB snapshot with.":                     diagnose.SharedTooOften,
	"User: x is not authorized to perform: kms:DescribeKey with an explicit deny in a service control policy on the KMS key":                          diagnose.DeniedByOrganization,
	"The source snapshot KMS key [x] does not exist, is not enabled or you do not have permissions to access it. (Service: Rds; KMSKeyNotAccessible)": diagnose.SourceKey,
	"IAM Role x does not have sufficient permissions to execute the backup. Access denied":                                                            diagnose.JobRole,
	"AWS Backup does not have permission to use the KMS key":                                                                                          diagnose.EitherKey,
	"DB instance orders is not in available state: inside or too close to the automated backup window":                                                diagnose.BackupWindow,
	"The resource type S3 cannot be initiated for copies. Feature is not supported for provided resource type.":                                       diagnose.NoSingleAction,
	"Copy job failed. SnapshotQuotaExceeded: 5 snapshot copies of type Aurora to eu-north-1 are in progress.":                                         diagnose.TooManyCopies,
	"InvalidRequestException: \"Backup job failed because there was a running job for the same resource.\"":                                           diagnose.JobRunning,
}

// classOf is the class of every kind.
var classOf = map[diagnose.Kind]hop.Class{
	diagnose.CrossAccountOff: hop.ClassOrganization, diagnose.OtherOrganization: hop.ClassOrganization,
	diagnose.NoSingleAction: hop.ClassUnsupported, diagnose.UnderTDE: hop.ClassUnsupported, diagnose.RDSCustom: hop.ClassUnsupported, diagnose.NotSupported: hop.ClassUnsupported,
	diagnose.SourceKey: hop.ClassKey, diagnose.DestinationKey: hop.ClassKey, diagnose.EitherKey: hop.ClassKey, diagnose.UnderManagedKey: hop.ClassKey,
	diagnose.UnderOwnedKey: hop.ClassKey, diagnose.VaultManagedKey: hop.ClassKey, diagnose.InvalidPrincipal: hop.ClassKey,
	diagnose.NotAdmitted: hop.ClassVaultPolicy, diagnose.NoVault: hop.ClassVaultPolicy, diagnose.OutsideLock: hop.ClassRetention,
	diagnose.JobRole: hop.ClassRole, diagnose.NotAssumable: hop.ClassRole, diagnose.DeniedByOrganization: hop.ClassRole, diagnose.PassRole: hop.ClassRole, diagnose.Denied: hop.ClassRole,
	diagnose.NotSubscribed: hop.ClassOptIn, diagnose.MissingOptions: hop.ClassOptionGroup,
	diagnose.TooManyCopies: hop.ClassLimit, diagnose.TooManyJobs: hop.ClassLimit, diagnose.JobRunning: hop.ClassLimit,
	diagnose.ManualSnapshots: hop.ClassQuota, diagnose.SharedTooOften: hop.ClassQuota, diagnose.TooManyTags: hop.ClassQuota, diagnose.KeyGrants: hop.ClassQuota, diagnose.UsedUp: hop.ClassQuota,
	diagnose.Outage: hop.ClassTransient, diagnose.ResourceState: hop.ClassTransient, diagnose.BackupWindow: hop.ClassTransient, diagnose.JobExpired: hop.ClassTransient, diagnose.FatalError: hop.ClassTransient,
	diagnose.SourceGone: hop.ClassGone, diagnose.UnknownText: hop.ClassUnknown,
}
