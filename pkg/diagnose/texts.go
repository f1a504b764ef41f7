package diagnose

import "github.com/twohop/twohop/pkg/hop"

// opens is the statement that opens a source's key to a copy into another account
// [AWS Backup: encryption for copies].
const opens = "a statement that allows AWSServiceRoleForBackup of the destination account kms:DescribeKey, kms:Decrypt, kms:Encrypt, kms:ReEncrypt*, " +
	"kms:GenerateDataKey*, and another that allows it kms:CreateGrant, kms:ListGrants, kms:RevokeGrant where Bool kms:GrantIsForAWSResource is true"

// replay ends the advice where something has to be mended first. The text of a failure
// does not tell of which hop it was.
const replay = "; then replay: twohop dlq replay (a first hop, too, which it starts again in the member account)"

const requiresOptions = "the snapshot requires a target option group with the following options"

// texts are the failure texts of AWS Backup, RDS, EC2 and KMS that are
// documented or were met in practice, their telling fragments in lower case. The
// first match counts.
var texts = []text{
	{[]string{"cross-account copy feature is not enabled for the current organization"}, Diagnosis{
		hop.ClassOrganization,
		"cross-account backup is switched off in the organization's management account",
		"in the management account run: aws backup update-global-settings --global-settings isCrossAccountBackupEnabled=true" + replay,
	}},
	{[]string{"both source and destination account must be a member of the same organization"}, Diagnosis{
		hop.ClassOrganization,
		"the two accounts are not in one organization",
		"move the member account into the backup account's organization" + replay,
	}},
	{[]string{"cannot be initiated for", "feature is not supported for provided resource type"}, Diagnosis{
		hop.ClassUnsupported,
		"AWS Backup does not make this copy in one action between these Regions",
		"let the resource travel by a two-hop route: tag it backup=cross-region-special",
	}},
	{[]string{"encrypted with the default backup service managed key"}, Diagnosis{
		hop.ClassKey,
		"the destination vault is encrypted with aws/backup, which admits no cross-account copy",
		"use a destination vault with a customer managed key (a vault's key cannot be changed, so make a new vault)" + replay,
	}},
	{[]string{"source snapshot kms key", "does not exist, is not enabled or you do not have permissions to access it"}, Diagnosis{
		hop.ClassKey,
		"the key of the source does not admit AWSServiceRoleForBackup of the destination account (kms:CreateGrant missing), or is disabled",
		"add to the source key's policy " + opens + replay,
	}},
	{[]string{"given key id is not accessible"}, Diagnosis{
		hop.ClassKey,
		"the volume's key does not admit AWSServiceRoleForBackup of the destination account, or is disabled",
		"add to the policy of the volume's key " + opens + replay,
	}},
	{[]string{"kms key is either disabled or pending deletion or access to kms key is denied"}, Diagnosis{
		hop.ClassKey,
		"the key of the source does not admit AWSServiceRoleForBackup of the destination account, or is disabled",
		"enable the source key, and add to its policy " + opens + replay,
	}},
	{[]string{"snapshots encrypted with the aws managed key", "be shared"}, managed},
	{[]string{"encrypted snapshots with amazon ebs default key cannot be shared"}, managed},
	// Whether a copy of a cluster under a key that AWS owns fails, and with which text, is
	// UNCONFIRMED A61.
	{[]string{"aws owned key"}, owned},
	{[]string{"aws-owned key"}, owned},
	{[]string{"aws owned kms key"}, owned},
	{[]string{"malformedpolicydocument", "invalid principals"}, Diagnosis{
		hop.ClassKey,
		"a key policy names a role that does not exist",
		"create the role first, or name it in an aws:PrincipalArn condition instead of as principal" + replay,
	}},
	{[]string{"access denied trying to call aws backup service"}, Diagnosis{
		hop.ClassVaultPolicy,
		"the destination vault's access policy does not admit backup:CopyIntoBackupVault from the source account",
		"add to the destination vault's access policy a statement that allows backup:CopyIntoBackupVault to Principal * on Resource * where StringEquals aws:PrincipalOrgID is the organization" + replay,
	}},
	{[]string{"the retention specified in the job is not within the range specified for the target backup vault"}, Diagnosis{
		hop.ClassRetention,
		"the destination vault's lock does not take the retention that the copy was asked with",
		"bring together the retention of the vault in the plan (retention.VAULT) and the bounds of the vault's lock (lock.minDays, lock.maxDays) in the estate's file, and deploy; " +
			"where the lock was changed by hand: aws backup describe-backup-vault" + replay,
	}},
	{[]string{"does not have sufficient permissions to execute the backup"}, Diagnosis{
		hop.ClassRole,
		"the role given to AWS Backup does not exist or lacks rights (the default role lacks those for S3)",
		"use a role with AWSBackupServiceRolePolicyForBackup and, for S3, AWSBackupServiceRolePolicyForS3Backup" + replay,
	}},
	// The options by which Oracle and SQL Server encrypt data themselves are named TDE,
	// TDE_HSM and TRANSPARENT_DATA_ENCRYPTION. RDS does not share snapshots with them, whatever
	// option groups the other account has [RDS user guide: sharing a DB snapshot]. Whether AWS
	// Backup then gives the text of option groups or one about sharing is UNCONFIRMED A64.
	{[]string{requiresOptions, " tde"}, unshared},
	{[]string{requiresOptions, ",tde"}, unshared},
	{[]string{requiresOptions, "transparent_data_encryption"}, unshared},
	{[]string{requiresOptions, "transparent data encryption"}, unshared},
	{[]string{"share", " tde"}, unshared},
	{[]string{"share", "transparent_data_encryption"}, unshared},
	{[]string{"share", "transparent data encryption"}, unshared},
	// That AWS Backup names RDS Custom in its text is UNCONFIRMED A65.
	{[]string{"rds custom", "not supported"}, Diagnosis{
		hop.ClassUnsupported,
		"the database is RDS Custom, whose snapshots cannot be copied to another account",
		"back the database up in its own account only: tag it for a plan without copies",
	}},
	{[]string{requiresOptions}, Diagnosis{
		hop.ClassOptionGroup,
		"the database's option group has persistent options, and the account of the destination vault has no option group with them in the vault's Region",
		"create an option group with the same options, for the same engine, in the account and Region of the destination vault (aws rds create-option-group, add-option-to-option-group)" + replay,
	}},
	{[]string{"requestlimitexceeded"}, transient}, // EC2's throttling
	// What passes by itself comes before the quotas, whose words it shares.
	{[]string{"copy more than", "snapshots across regions"}, limit},
	{[]string{"copies", "in progress"}, limit},
	{[]string{"concurrent", "copies"}, limit},
	{[]string{"concurrent", "copy jobs"}, limit},
	{[]string{"in-progress snapshots"}, limit},
	{[]string{"concurrentsnapshotlimitexceeded"}, limit},
	{[]string{"running job for the same resource"}, busy},
	{[]string{"create more than", "manual", "snapshot"}, snapshots},
	{[]string{"maximum number of", "snapshots"}, snapshots},
	{[]string{"sharedsnapshotquotaexceeded"}, shared},
	{[]string{"accounts that you can share a manual db snapshot with"}, shared},
	{[]string{"storagequotaexceeded"}, quota("Total storage for all DB instances", "rds", "L-7ADDB58A")},
	{[]string{"snapshotlimitexceeded"}, quota("Snapshots per Region", "ebs", "L-309BACF6")},
	{[]string{"limitexceeded", "grant"}, grants},
	{[]string{"grants", "quota"}, grants},
	{[]string{"grants", "limit"}, grants},
	{[]string{"grants", "exceed"}, grants},
	{[]string{"grants", "reached"}, grants},
	{[]string{"recovery points", "vault", "quota"}, vaultFull},
	{[]string{"recovery points", "vault", "limit"}, vaultFull},
	{[]string{"recovery points", "vault", "exceed"}, vaultFull},
	{[]string{"recovery points", "vault", "maximum"}, vaultFull},
	// These two codes alone do not say which limit it is, and what AWS Backup then means is
	// UNCONFIRMED A32. It is waited for: to reject it would cost a whole night's copies for what
	// may pass within the hour, while one that never passes is noticed (the alarm uncopied-TYPE
	// counts the age of the recovery point) and ends with the bound of the wait.
	{[]string{"snapshotquotaexceeded"}, limit},
	{[]string{"limitexceededexception"}, limit},
	{[]string{"limitexceeded"}, otherQuota},
	{[]string{"quotaexceeded"}, otherQuota},
	{[]string{"rate exceeded"}, transient},
	{[]string{"throttling"}, transient},
	{[]string{"serviceunavailable"}, transient},
	{[]string{"internalfailure"}, transient},
}

var (
	unshared = Diagnosis{
		hop.ClassUnsupported,
		"the database is encrypted by Oracle's or SQL Server's Transparent Data Encryption (TDE), and RDS does not share such snapshots with other accounts",
		"an option group in the destination does not help: back the database up in its own account only (tag it for a plan without copies), or stop using TDE and " +
			"encrypt the storage with a customer managed key instead. SQL Server: decrypt the databases and take the option off the instance; Oracle: the option " +
			"cannot be removed, move the data to a new instance without it. Recovery points made before cannot be copied",
	}
	limit = Diagnosis{
		hop.ClassLimit,
		"as many copies are in progress as AWS allows at a time",
		"nothing: twohop waits and starts the copy when there is room; if this goes on, raise the quota in Service Quotas: " +
			"aws service-quotas list-service-quotas --service-code rds lists those of snapshots",
	}
	busy = Diagnosis{
		hop.ClassLimit,
		"another backup or copy job of the resource is running, and AWS Backup runs one at a time",
		"nothing: twohop waits and starts the copy when that job has ended",
	}
	snapshots = Diagnosis{
		hop.ClassQuota,
		"the quota of manual snapshots in the destination Region is used up (snapshots that AWS Backup made do not count toward it for RDS and Aurora)",
		"raise the quota in the account and Region of the destination vault, or delete manual snapshots there: aws service-quotas request-service-quota-increase " +
			"--service-code rds --desired-value N --quota-code L-9B510759 (\"Manual DB cluster snapshots\": Aurora, DocumentDB, Neptune) " +
			"or L-272F1212 (\"Manual DB instance snapshots\": RDS)" + replay,
	}
	shared = Diagnosis{
		hop.ClassQuota,
		"the snapshot is shared with as many accounts as RDS allows; the quota \"Accounts per shared snapshot\" cannot be raised",
		"stop sharing the snapshot with accounts that do not need it: aws rds modify-db-snapshot-attribute (of a cluster: modify-db-cluster-snapshot-attribute) " +
			"--attribute-name restore --values-to-remove ACCOUNT" + replay,
	}
	otherQuota = Diagnosis{hop.ClassQuota, "the quota that the code names is used up", byClassQuota}
	grants     = Diagnosis{
		hop.ClassQuota,
		"the KMS key has as many grants as its quota \"Grants per KMS key\" (50,000) allows",
		"retire grants that are no longer used (aws kms list-grants, revoke-grant), or raise the quota in the key's account and Region: " +
			"aws service-quotas request-service-quota-increase --service-code kms --quota-code L-D594A657 --desired-value N" + replay,
	}
	vaultFull = quota("Recovery points per backup vault", "backup", "L-514878B6")
	transient = Diagnosis{
		hop.ClassTransient,
		"AWS was throttling or failing for a while",
		"nothing while attempts remain; replay once AWS Health shows no event",
	}
	managed = Diagnosis{
		hop.ClassKey,
		"the source is encrypted with an AWS managed key (aws/rds, aws/ebs), which admits no other account",
		"move the resource to a customer managed key: copy a snapshot of it under such a key, restore from that, and give the key's policy " + opens + "; points made before cannot be copied",
	}
	owned = Diagnosis{
		hop.ClassKey,
		"the cluster is under a key that AWS owns, which admits no other account",
		"restore a snapshot of the cluster under a customer managed key (aws rds restore-db-cluster-from-snapshot --kms-key-id KEY), tag the new cluster, and give the key's policy " +
			opens + "; points made before cannot be copied",
	}
	unknown = Diagnosis{
		hop.ClassUnknown,
		"this text is not known to twohop",
		"read the text, mend what it names" + replay + "; copies of this kind can be tried by hand with aws backup start-copy-job",
	}
)

// byClass is the advice where no text of AWS is behind the class.
var byClass = map[hop.Class]string{
	hop.ClassMalformed: "the message is kept whole; send it to the queue `copies` again once its body is mended, or delete it if it is not an event of AWS Backup",
	hop.ClassGone: "nothing is left to copy in the intermediate vault: copy the point again from the member's local vault, " +
		"and look why hop 2 did not start within the intermediate vault's retention",
	hop.ClassRole:        "compare the rights of the role that the text names with those that twohop deploys" + replay,
	hop.ClassUnsupported: "AWS Backup does not copy a point of this kind; make a new backup of the resource",
	hop.ClassUntold: "look whether the final vault has a copy of the resource made at that time (aws backup list-recovery-points-by-backup-vault); " +
		"if it has, delete this message; if not, replay it, which makes the copy",
	hop.ClassWrong: "find out what made or changed the copy that the text names; " + again,
	hop.ClassKey:   "compare the policies of the source's key and of the destination vault's key with those that twohop deploys" + replay,
	hop.ClassUnderprotected: "the copy exists and can be restored, but the vault's key does not guard it. Where it has no key or one that AWS owns: move the cluster to a customer " +
		"managed key (restore a snapshot of it with aws rds restore-db-cluster-from-snapshot --kms-key-id KEY, tag the new cluster). Where it has another key: check whether the vault was created again " +
		"(aws backup describe-backup-vault); the copy cannot be read once its key is gone. Delete a copy that must not be kept as it is (aws backup delete-recovery-point)",
	hop.ClassOptIn: "opt in to the service in the account and Region: aws backup update-region-settings --resource-type-opt-in-preference TYPE=true " +
		"(the function prerequisites does so daily: look at its log)" + replay,
	hop.ClassVaultPolicy:  "compare the destination vault's access policy with the one that twohop deploys" + replay,
	hop.ClassRetention:    "compare the bounds of the destination vault's lock with the retention of the vault in the plan" + replay,
	hop.ClassOrganization: "look whether cross-account backup is on (aws backup describe-global-settings) and both accounts are in one organization" + replay,
	hop.ClassOptionGroup:  "create an option group with the options that the text names in the account and Region of the destination vault" + replay,
	hop.ClassQuota:        byClassQuota,
	hop.ClassLimit:        limit.Advice,
	hop.ClassTransient:    transient.Advice,
}

// byClassQuota is the advice about a quota that is known by the text alone.
const byClassQuota = "raise the quota that the text names, in the account and Region of the destination vault: aws service-quotas list-service-quotas --service-code rds " +
	"(or backup, kms) lists them with their codes, aws service-quotas request-service-quota-increase asks for more" + replay

// again is how a copy that is there and wrong is made anew: a replay leaves it alone
// for as long as it is there.
const again = "then delete the copy (aws backup delete-recovery-point; a locked vault keeps it to its end) and replay, which makes it anew"

// quota is the diagnosis of a quota of Service Quotas that is used up.
func quota(name, service, code string) Diagnosis {
	return Diagnosis{
		hop.ClassQuota,
		"the quota \"" + name + "\" is used up",
		"raise it in the account and Region of the destination vault: aws service-quotas request-service-quota-increase --service-code " + service +
			" --quota-code " + code + " --desired-value N" + replay,
	}
}
