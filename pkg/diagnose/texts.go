package diagnose

const (
	requiresOptions = "the snapshot requires a target option group with the following options"
	noKeyAccess     = "does not exist, is not enabled or you do not have permissions to access it"
)

// texts are the failure texts of AWS Backup, RDS, EC2 and KMS that are documented [AWS
// Backup: reasons for problematic jobs, troubleshooting; RDS and EC2: error codes] or were
// met in practice, by the words that carry their meaning, folded. The first match counts:
// the most specific texts come first, those that share words with many come last.
var texts = []text{
	{[]string{"cross-account copy feature is not enabled for the current organization"}, crossAccountOff},
	{[]string{"both source and destination account must be a member of the same organization"}, otherOrganization},

	// The options by which Oracle and SQL Server encrypt data themselves are named TDE,
	// TDE_HSM and TRANSPARENT_DATA_ENCRYPTION. RDS does not share snapshots with them, whatever
	// option groups the other account has [RDS user guide: sharing a DB snapshot]. Whether AWS
	// Backup then gives the text of option groups or one about sharing is UNCONFIRMED A64.
	{[]string{requiresOptions, " tde"}, tde},
	{[]string{requiresOptions, ",tde"}, tde},
	{[]string{requiresOptions, "transparent_data_encryption"}, tde},
	{[]string{requiresOptions, "transparent data encryption"}, tde},
	{[]string{"share", " tde"}, tde},
	{[]string{"share", "transparent_data_encryption"}, tde},
	{[]string{"share", "transparent data encryption"}, tde},
	{[]string{requiresOptions}, missingOptions},
	// That AWS Backup names RDS Custom in its text is UNCONFIRMED A65.
	{[]string{"rds custom", "not supported"}, custom},
	{[]string{"cannot be initiated for", "feature is not supported for provided resource type"}, noSingleAction},

	// Keys. AWS's own texts name the source's key "source snapshot KMS key" and that of the
	// destination "target KMS key".
	{[]string{"encrypted with the default backup service managed key"}, vaultManagedKey},
	{[]string{"require a user-created backup vault and key"}, vaultManagedKey},
	{[]string{"source snapshot kms key", noKeyAccess}, sourceKey},
	{[]string{"target kms key", noKeyAccess}, destinationKey},
	{[]string{"destination kms key", noKeyAccess}, destinationKey},
	{[]string{"must specify new kms key for cross region"}, destinationKey},
	{[]string{"describekey permissions on the default key"}, destinationKey},
	{[]string{"given key id is not accessible"}, volumeKey},
	{[]string{"given key id does not exist"}, volumeKey},
	{[]string{"snapshots encrypted with the aws managed key", "be shared"}, managedKey},
	{[]string{"encrypted snapshots with amazon ebs default key cannot be shared"}, managedKey},
	{[]string{"encrypted snapshots with ebs default key cannot be shared"}, managedKey},
	{[]string{"snapshots encrypted with the aws managed cmk", "be shared"}, managedKey},
	// Whether a copy of a cluster under a key that AWS owns fails, and with which text, is
	// UNCONFIRMED A61.
	{[]string{"aws owned key"}, ownedKey},
	{[]string{"aws-owned key"}, ownedKey},
	{[]string{"aws owned kms key"}, ownedKey},
	{[]string{"malformedpolicydocument", "invalid principals"}, invalidPrincipal},

	// Rights, in words. A denial names the kind of policy that denies [IAM: access denied
	// error messages].
	{[]string{"explicit deny in a service control policy"}, deniedByOrganization},
	{[]string{"explicit deny in a resource control policy"}, deniedByOrganization},
	{[]string{"no service control policy allows"}, deniedByOrganization},
	{[]string{"no resource control policy allows"}, deniedByOrganization},
	{[]string{"iam:passrole"}, passRole},
	{[]string{"cross-account pass role is not allowed"}, passRole},
	{[]string{"cannot be assumed by aws backup"}, notAssumable},
	{[]string{"access denied trying to call aws backup service"}, notAdmitted},
	{[]string{"the retention specified in the job is not within the range specified for the target backup vault"}, outsideLock},

	// What passes by itself comes before the quotas, whose words it shares.
	{[]string{"requestlimitexceeded"}, outage}, // EC2's throttling
	{[]string{"request limit exceeded"}, outage},
	{[]string{"copy more than", "snapshots across regions"}, tooManyCopies},
	{[]string{"copies", "in progress"}, tooManyCopies},
	{[]string{"concurrent", "copies"}, tooManyCopies},
	{[]string{"concurrent", "copy jobs"}, tooManyCopies},
	{[]string{"concurrent", "copy operations"}, tooManyCopies},
	{[]string{"in-progress snapshots"}, tooManyJobs},
	{[]string{"concurrentsnapshotlimitexceeded"}, tooManyJobs},
	{[]string{"concurrent", "snapshots on an ebs volume"}, tooManyJobs},
	{[]string{"concurrent", "number of backups"}, tooManyJobs},
	{[]string{"concurrent", "backup jobs"}, tooManyJobs},
	{[]string{"subscriber limit exceeded"}, tooManyJobs},
	{[]string{"running job for the same resource"}, jobRunning},
	{[]string{"too many copy jobs running for resource"}, jobRunning},

	{[]string{"create more than", "manual", "snapshot"}, manualSnapshots},
	{[]string{"maximum number of", "snapshots"}, manualSnapshots},
	{[]string{"create more than", "user snapshots"}, otherQuota}, // of other services than RDS
	{[]string{"sharedsnapshotquotaexceeded"}, sharedTooOften},
	{[]string{"accounts that you can share a manual db snapshot with"}, sharedTooOften},
	{[]string{"storagequotaexceeded"}, quota(Quota{"Total storage for all DB instances", "rds", "L-7ADDB58A", 200_000})},
	{[]string{"snapshotlimitexceeded"}, snapshotsPerRegion},
	{[]string{"active snapshot limit exceeded"}, snapshotsPerRegion},
	{[]string{"quota", "images allowed in this region"}, quota(Quota{"AMIs", "ec2", "L-B665C33B", 100_000})},
	{[]string{"maximum supported backups"}, otherQuota}, // Timestream
	{[]string{"limitexceeded", "grant"}, keyGrants},
	{[]string{"grants", "quota"}, keyGrants},
	{[]string{"grants", "limit"}, keyGrants},
	{[]string{"grants", "exceed"}, keyGrants},
	{[]string{"grants", "reached"}, keyGrants},
	{[]string{"recovery points", "vault", "quota"}, vaultFull},
	{[]string{"recovery points", "vault", "limit"}, vaultFull},
	{[]string{"recovery points", "vault", "exceed"}, vaultFull},
	{[]string{"recovery points", "vault", "maximum"}, vaultFull},
	{[]string{"more than 50", "tags"}, tooManyTags},
	{[]string{"can have at most"}, otherQuota},
	// These two codes alone do not say which limit it is, and what AWS Backup then means is
	// UNCONFIRMED A32. It is waited for: to reject it would cost a whole night's copies for what
	// may pass within the hour, while one that never passes is noticed (the alarm uncopied-TYPE
	// counts the age of the recovery point) and ends with the bound of the wait. The code's
	// words, and RDS's description of it, say no more than the code.
	{[]string{"snapshotquotaexceeded"}, tooManyCopies},
	{[]string{"snapshot quota", "exceed"}, tooManyCopies},
	{[]string{"exceed", "quota of snapshot"}, tooManyCopies},
	{[]string{"exceeding the allowed number of db", "snapshots"}, tooManyCopies},
	{[]string{"limitexceededexception"}, tooManyCopies},
	{[]string{"limitexceeded"}, otherQuota},
	{[]string{"quotaexceeded"}, otherQuota},
	{[]string{"you have reached your quota"}, otherQuota},

	// State of the resource [RDS: InvalidDBClusterStateFault, InvalidDBInstanceState].
	{[]string{"close to the automated backup window"}, backupWindow},
	{[]string{"close to the weekly maintenance window"}, backupWindow},
	{[]string{"not in the available state"}, resourceState},
	{[]string{"not in available state"}, resourceState},
	{[]string{"not currently in the available state"}, resourceState},
	{[]string{"instance is not in state"}, resourceState},
	{[]string{"invaliddbinstancestate"}, resourceState},
	{[]string{"invaliddbclusterstate"}, resourceState},
	{[]string{"cannot snapshot volume"}, resourceState},
	{[]string{"hypervisor because it is not online"}, resourceState},

	{[]string{"backup job expired before completion"}, jobExpired},
	{[]string{"encountered a fatal error"}, fatalError},
	{[]string{"rate exceeded"}, outage},
	{[]string{"throttling"}, outage},
	{[]string{"throttled"}, outage},
	{[]string{"too many requests"}, outage},
	{[]string{"toomanyrequests"}, outage},
	{[]string{"serviceunavailable"}, outage},
	{[]string{"service unavailable"}, outage},
	{[]string{"service is unavailable"}, outage},
	{[]string{"service is temporarily unavailable"}, outage},
	{[]string{"internalfailure"}, outage},
	{[]string{"internal failure"}, outage},
	{[]string{"internalservererror"}, outage},
	{[]string{"internal server error"}, outage},
	{[]string{"internal error"}, outage},
	{[]string{"internal service error"}, outage},
	{[]string{"internalerror"}, outage},
	{[]string{"token expired. try again"}, outage},

	{[]string{"unsupported resource type"}, notSupported},
	{[]string{"feature is not supported for provided resource type"}, notSupported},
	{[]string{"resource type", "is not supported"}, notSupported},
	{[]string{"images from aws marketplace cannot be copied"}, notSupported},
	{[]string{"method not supported on hypervisor"}, notSupported},
	{[]string{"unsupportedoperation"}, notSupported},

	{[]string{"needs a subscription for the service"}, notSubscribed},
	{[]string{"optinrequired"}, notSubscribed},

	// A key in other words: which one it is the text does not say.
	{[]string{"kms key is either disabled or pending deletion or access to kms key is denied"}, eitherKey},
	{[]string{"kmskeynotaccessible"}, eitherKey},
	{[]string{"kms key", "pending deletion"}, eitherKey},
	{[]string{"kms key", "disabled"}, eitherKey},
	{[]string{"kms key", "not enabled"}, eitherKey},
	{[]string{"kms key", "not accessible"}, eitherKey},
	{[]string{"kms key", "does not exist"}, eitherKey},
	{[]string{"kms key", "permission"}, eitherKey},
	{[]string{"kms key", "denied"}, eitherKey},

	{[]string{"recovery point", "does not exist"}, sourceGone},
	{[]string{"backup vault", "does not exist"}, noVault},
	{[]string{"backup vault", "cannot be found"}, noVault},
	{[]string{"could not find backup vault"}, noVault},
	{[]string{"does not have sufficient permissions to execute the"}, jobRole},
	{[]string{"iam role", "does not exist"}, jobRole},
	{[]string{"the role", "does not exist"}, jobRole},
	{[]string{"does not have permission"}, denied},
	{[]string{"do not have permission"}, denied},
	{[]string{"don't have permission"}, denied},
	{[]string{"missing permission"}, denied},
	{[]string{"miss permission"}, denied},
	{[]string{"sufficient permission"}, denied},
	{[]string{"insufficient privileges to perform"}, denied},
	{[]string{"not authorized to"}, denied},
	{[]string{"unauthorizedoperation"}, denied},
	{[]string{"accessdenied"}, denied},
	{[]string{"access denied"}, denied},
	{[]string{"explicit deny"}, denied},

	{[]string{"cannot find recovery point"}, sourceGone},
	{[]string{"could not find resource"}, sourceGone},
	{[]string{"could not find cryopod"}, sourceGone}, // AWS Backup's own word for a vault's store
	{[]string{"resource not found"}, sourceGone},
	{[]string{"snapshotnotfound"}, sourceGone},
	{[]string{"dbinstancenotfound"}, sourceGone},
	{[]string{"dbclusternotfound"}, sourceGone},
	{[]string{"snapshot", "not found"}, sourceGone},
	{[]string{"specified volume was not found"}, sourceGone},
	{[]string{"virtual machine is not found"}, sourceGone},
	{[]string{"table not found"}, sourceGone},
	{[]string{"no longer available"}, sourceGone},
	{[]string{"snapshot", "does not exist"}, sourceGone},
	{[]string{"db instance", "does not exist"}, sourceGone},
	{[]string{"db cluster", "does not exist"}, sourceGone},
	{[]string{"volume", "does not exist"}, sourceGone},
	{[]string{"bucket", "does not exist"}, sourceGone},
	{[]string{"resource", "does not exist"}, sourceGone},
}

var snapshotsPerRegion = quota(Quota{"Snapshots per Region", "ebs", "L-309BACF6", 200_000})
