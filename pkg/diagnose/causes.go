package diagnose

import "github.com/twohop/twohop/pkg/hop"

// opens is the statement that lets AWS Backup copy what is encrypted with a source's key
// into another account [AWS Backup: encryption for copies].
const opens = "statements that allow AWSServiceRoleForBackup of the destination account kms:DescribeKey, kms:Decrypt, kms:Encrypt, kms:ReEncrypt*, kms:GenerateDataKey*, and " +
	"kms:CreateGrant, kms:ListGrants, kms:RevokeGrant where Bool kms:GrantIsForAWSResource is true (twohop dlq explain, trace and doctor print them as JSON)"

// Diagnoses that several texts share, and those whose words are long.
var (
	crossAccountOff = Diagnosis{Class: hop.ClassOrganization, Kind: CrossAccountOff,
		Cause: "cross-account backup is off in the organization",
		Fix:   "in the management account run: aws backup update-global-settings --global-settings isCrossAccountBackupEnabled=true"}
	otherOrganization = Diagnosis{Class: hop.ClassOrganization, Kind: OtherOrganization,
		Cause: "the two accounts are not members of one organization",
		Fix:   "move the member account into the backup account's organization"}

	noSingleAction = Diagnosis{Class: hop.ClassUnsupported, Kind: NoSingleAction,
		Cause: "AWS Backup does not make this copy in one action between these accounts and Regions",
		Fix:   "select a two-hop plan of the estate for the resource by its tag; a resource whose first hop within the Region fails with this text cannot be copied to another account: back it up in its own account only"}
	tde = Diagnosis{Class: hop.ClassUnsupported, Kind: UnderTDE,
		Cause: "the database is encrypted by Oracle's or SQL Server's Transparent Data Encryption (TDE), and RDS does not share such snapshots with other accounts",
		Fix: "an option group in the destination does not help: back the database up in its own account only (tag it for a plan without copies), or stop using TDE and " +
			"encrypt the storage with a customer managed key instead. SQL Server: decrypt the databases and take the option off the instance; Oracle: the option " +
			"cannot be removed, move the data to a new instance without it. Recovery points made before cannot be copied"}
	custom = Diagnosis{Class: hop.ClassUnsupported, Kind: RDSCustom,
		Cause: "the database is RDS Custom, whose snapshots cannot be copied to another account",
		Fix:   "back the database up in its own account only: tag it for a plan without copies"}
	notSupported = Diagnosis{Class: hop.ClassUnsupported, Kind: NotSupported,
		Cause: "AWS Backup does not support this job for the resource",
		Fix:   "look up the resource type under feature availability in the AWS Backup guide; back the resource up in its own account only (tag it for a plan without copies), or by other means"}

	sourceKey = Diagnosis{Class: hop.ClassKey, Kind: SourceKey,
		Cause: "the source's KMS key is disabled or deleted, or its policy does not admit AWSServiceRoleForBackup of the destination account (kms:CreateGrant missing)",
		Fix:   "enable the source's key, or add to its policy " + opens}
	volumeKey = Diagnosis{Class: hop.ClassKey, Kind: SourceKey,
		Cause: "the volume's KMS key is disabled or deleted, or its policy does not admit AWSServiceRoleForBackup of the destination account (kms:CreateGrant missing)",
		Fix:   "enable the volume's key, or add to its policy " + opens}
	destinationKey = Diagnosis{Class: hop.ClassKey, Kind: DestinationKey,
		Cause: "the KMS key of the destination vault is disabled or deleted, or its policy does not admit AWS Backup of its own account",
		Fix:   "find the vault's key (aws backup describe-backup-vault) and its state (aws kms describe-key); enable it (aws kms enable-key), or compare its policy with the estate's: twohop doctor"}
	eitherKey = Diagnosis{Class: hop.ClassKey, Kind: EitherKey,
		Cause: "the source's KMS key or the key of the destination vault is disabled, waits for its deletion, or does not admit AWS Backup; the text does not say which key",
		Fix:   "look at the state of both keys (aws kms describe-key): enable the one that is off (aws kms enable-key), or add to the source key's policy " + opens}
	managedKey = Diagnosis{Class: hop.ClassKey, Kind: UnderManagedKey,
		Cause: "the source is encrypted with an AWS managed key (aws/rds, aws/ebs), whose policy cannot admit another account",
		Fix: "copy the recovery point inside the member account into a vault under a customer managed key that admits the backup account, and from there to the " +
			"intermediate vault (aws backup start-copy-job twice). For later backups move the resource to such a key: restore it from a copy of a snapshot under the key"}
	ownedKey = Diagnosis{Class: hop.ClassKey, Kind: UnderOwnedKey,
		Cause: "the cluster is under a key that AWS owns, whose policy cannot admit another account",
		Fix: "restore a snapshot of the cluster under a customer managed key (aws rds restore-db-cluster-from-snapshot --kms-key-id KEY), tag the new cluster, and give the key's policy " +
			opens}
	vaultManagedKey = Diagnosis{Class: hop.ClassKey, Kind: VaultManagedKey,
		Cause: "the destination vault is encrypted with aws/backup, which admits no cross-account copy",
		Fix:   "use a destination vault with a customer managed key; a vault's key cannot be changed: give the vault another name in the estate's file and deploy"}
	invalidPrincipal = Diagnosis{Class: hop.ClassKey, Kind: InvalidPrincipal,
		Cause: "a key policy names a role that does not exist",
		Fix:   "create the role first, or name it in an aws:PrincipalArn condition instead of as principal"}

	notAdmitted = Diagnosis{Class: hop.ClassVaultPolicy, Kind: NotAdmitted,
		Cause: "the destination vault's access policy, or the role of the job, does not allow the copy (backup:CopyIntoBackupVault)",
		Fix: "add to the destination vault's access policy a statement that allows backup:CopyIntoBackupVault to Principal * on Resource * where StringEquals " +
			"aws:PrincipalOrgID is the organization (twohop dlq explain, trace and doctor print it)"}
	noVault = Diagnosis{Class: hop.ClassVaultPolicy, Kind: NoVault,
		Cause: "the backup vault does not exist",
		Fix:   "deploy the stack of the vault again; CloudFormation creates it only if its resource is gone from the stack or has another name (aws cloudformation detect-stack-drift shows it)"}
	outsideLock = Diagnosis{Class: hop.ClassRetention, Kind: OutsideLock,
		Cause: "the destination vault's lock does not admit the retention that the copy was requested with",
		Fix: "bring the retention of the vault in the plan (retention.VAULT) and the bounds of the vault's lock (lock.minDays, lock.maxDays) in the estate's file together, and deploy; " +
			"if the lock was changed by hand, compare it: aws backup describe-backup-vault"}

	missingOptions = Diagnosis{Class: hop.ClassOptionGroup, Kind: MissingOptions,
		Cause: "the database's option group has persistent options, and the account of the destination vault has no option group with them in the vault's Region",
		Fix:   "create an option group with the same options, for the same engine, in the account and Region of the destination vault (aws rds create-option-group, add-option-to-option-group)"}
	notSubscribed = Diagnosis{Class: hop.ClassOptIn, Kind: NotSubscribed,
		Cause: "the account is not signed up for the service that the job needs, or the Region is not enabled in the account",
		Fix:   "sign up for the service or enable the Region in the account that the job ran in (aws account list-regions); AWS Support completes an account that is still being activated"}

	sourceGone = Diagnosis{Class: hop.ClassGone, Kind: SourceGone,
		Cause: "the resource or the recovery point that the job needs no longer exists"}
	unknown = Diagnosis{Class: hop.ClassUnknown, Kind: UnknownText,
		Cause: "this text is not known to twohop",
		Fix:   "read the text and fix what it names (aws backup start-copy-job tries one copy by hand)"}
)

// Failures of roles and rights.
var (
	jobRole = Diagnosis{Class: hop.ClassRole, Kind: JobRole,
		Cause: "the role given to AWS Backup does not exist or lacks permissions (AWSBackupDefaultServiceRole lacks those for S3)",
		Fix:   "use a role with AWSBackupServiceRolePolicyForBackup and, for S3, AWSBackupServiceRolePolicyForS3Backup"}
	notAssumable = Diagnosis{Class: hop.ClassRole, Kind: NotAssumable,
		Cause: "AWS Backup cannot assume the role of the job: the role does not exist, or its trust policy does not admit backup.amazonaws.com",
		Fix:   "create the role, or add to its trust policy a statement that allows sts:AssumeRole to the service backup.amazonaws.com"}
	deniedByOrganization = Diagnosis{Class: hop.ClassRole, Kind: DeniedByOrganization,
		Cause: "a service control policy or resource control policy of the organization denies the call explicitly; no policy of the account can allow it",
		Fix: "find the policy in the management account (aws organizations list-policies-for-target, for the account and each of its parents) and except the role that the text names " +
			"from its Deny statement, or detach it"}
	passRole = Diagnosis{Class: hop.ClassRole, Kind: PassRole,
		Cause: "the caller of the job may not give the job its role (iam:PassRole), or the role is of another account",
		Fix:   "allow the caller that the text names iam:PassRole on the job's role where iam:PassedToService is backup.amazonaws.com"}
	denied = Diagnosis{Class: hop.ClassRole, Kind: Denied,
		Cause: "a role lacks a permission that the job needs, or a policy denies it",
		Fix:   "allow the role what the text names; compare the estate's roles with the deployed ones: twohop doctor"}
)

// Failures that pass by themselves, and quotas.
var (
	tooManyCopies = Diagnosis{Class: hop.ClassLimit, Kind: TooManyCopies,
		Cause: "as many copies are in progress as AWS allows at a time",
		Fix:   "if this keeps happening, raise the quota of snapshot copies in Service Quotas: aws service-quotas list-service-quotas --service-code rds"}
	tooManyJobs = Diagnosis{Class: hop.ClassLimit, Kind: TooManyJobs,
		Cause: "as many snapshots or jobs are in progress as AWS allows at a time"}
	jobRunning = Diagnosis{Class: hop.ClassLimit, Kind: JobRunning,
		Cause: "another backup or copy job of the resource is running, and AWS Backup runs one at a time"}
	outage = Diagnosis{Class: hop.ClassTransient, Kind: Outage,
		Cause: "AWS was throttling or failing for a while"}
	fatalError = Diagnosis{Class: hop.ClassTransient, Kind: FatalError,
		Cause: "AWS Backup failed for a reason that it does not report",
		Fix:   "if the job fails so again, open a case with AWS Support and name its id"}
	resourceState = Diagnosis{Class: hop.ClassTransient, Kind: ResourceState,
		Cause: "the database or volume was not available: stopped, being changed, upgraded or restored, or failed",
		Fix:   "bring the resource to the state available: start a stopped database; let a change in progress end; repair or restore a failed one"}
	backupWindow = Diagnosis{Class: hop.ClassTransient, Kind: BackupWindow,
		Cause: "the backup began during the RDS backup window or maintenance window of the database, or within the hour before it",
		Fix:   "move the plan's schedule (plans.PLAN.schedule in the estate's file) or the windows of the database, at least an hour apart"}
	jobExpired = Diagnosis{Class: hop.ClassTransient, Kind: JobExpired,
		Cause: "the job did not start, or did not end, within the plan's windows: others ran before it, or it was slow",
		Fix:   "if this keeps happening, lengthen plans.PLAN.startWindowMinutes or completeWindowMinutes in the estate's file, or spread the schedules of the plans"}

	manualSnapshots = Diagnosis{Class: hop.ClassQuota, Kind: ManualSnapshots,
		Cause: "the quota of manual snapshots in the destination Region is used up (snapshots that AWS Backup made do not count toward it for RDS and Aurora)",
		Fix: "raise the quota in the account and Region of the destination vault, or delete manual snapshots there: aws service-quotas request-service-quota-increase " +
			"--service-code rds --desired-value 200 --quota-code L-9B510759 (\"Manual DB cluster snapshots\": Aurora, DocumentDB, Neptune) " +
			"or L-272F1212 (\"Manual DB instance snapshots\": RDS)"}
	sharedTooOften = Diagnosis{Class: hop.ClassQuota, Kind: SharedTooOften,
		Cause: "the snapshot is shared with as many accounts as RDS allows; the quota \"Accounts per shared snapshot\" cannot be raised",
		Fix: "stop sharing the snapshot with accounts that do not need it: aws rds modify-db-snapshot-attribute (of a cluster: modify-db-cluster-snapshot-attribute) " +
			"--attribute-name restore --values-to-remove ACCOUNT"}
	tooManyTags = Diagnosis{Class: hop.ClassQuota, Kind: TooManyTags,
		Cause: "the resource's tags and those that the plan adds are more than 50, which cannot be raised",
		Fix:   "remove tags from the resource that are not needed"}
	keyGrants = Diagnosis{Class: hop.ClassQuota, Kind: KeyGrants,
		Quota: Quota{"Grants per KMS key", "kms", "L-D594A657", 100_000},
		Cause: "the KMS key has as many grants as its quota \"Grants per KMS key\" (50,000) allows",
		Fix: "retire grants that are no longer used (aws kms list-grants, revoke-grant), or raise the quota in the key's account and Region: " +
			"aws service-quotas request-service-quota-increase --service-code kms --quota-code L-D594A657 --desired-value 100000"}
	vaultFull  = quota(Quota{"Recovery points per backup vault", "backup", "L-514878B6", 2_000_000})
	otherQuota = Diagnosis{Class: hop.ClassQuota, Kind: UsedUp, Cause: "a quota that the text names is used up", Fix: byClass[hop.ClassQuota]}
)

// quota is the diagnosis of a quota of Service Quotas that is used up.
func quota(q Quota) Diagnosis {
	return Diagnosis{Class: hop.ClassQuota, Kind: UsedUp, Quota: q,
		Cause: "the quota \"" + q.Name + "\" is used up",
		Fix:   "raise the quota in the account and Region of the destination vault: " + q.Increase()}
}
