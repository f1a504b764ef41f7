package diagnose_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

func TestText(t *testing.T) {
	for _, test := range []struct {
		text  string
		class hop.Class
		names string // what the advice must name
	}{
		{"Copy job failed. Cross-account copy feature is not enabled for the current organization.", hop.ClassOrganization, "isCrossAccountBackupEnabled=true"},
		{"Both source and destination account must be a member of the same organization", hop.ClassOrganization, "organization"},
		{"Copy job from eu-north-1 to eu-central-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type.",
			hop.ClassUnsupported, "cross-region-special"},
		{"Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. The contents of this vault cannot be copied. " +
			"Only the contents of a Backup vault encrypted by an AWS KMS key may be copied.", hop.ClassKey, "customer managed key"},
		{"The source snapshot KMS key [arn:aws:kms:eu-central-1:111111111111:key/159f9as4-697q-f354-a448-example] does not exist, is not enabled " +
			"or you do not have permissions to access it.", hop.ClassKey, "kms:CreateGrant"},
		{"Given key ID is not accessible", hop.ClassKey, "kms:CreateGrant"},
		{"Given key ID is not accessible", hop.ClassKey, "kms:GrantIsForAWSResource"},
		{"KMS key is either disabled or pending deletion or access to KMS key is denied", hop.ClassKey, "kms:CreateGrant"},
		{"Snapshots encrypted with the AWS managed key can't be shared. Specify another snapshot.", hop.ClassKey, "customer managed key"},
		{"Encrypted snapshots with Amazon EBS default key cannot be shared", hop.ClassKey, "customer managed key"},
		{"Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.", hop.ClassRetention, "lock.minDays"},
		{"Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault.", hop.ClassRetention, "in the plan"},
		{"MalformedPolicyDocumentException - Policy contains a statement with one or more invalid principals.", hop.ClassKey, "aws:PrincipalArn"},
		{"Access Denied trying to call AWS Backup service.", hop.ClassVaultPolicy, "backup:CopyIntoBackupVault"},
		{"Access Denied trying to call AWS Backup service.", hop.ClassVaultPolicy, "aws:PrincipalOrgID"},
		{"IAM Role arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole does not have sufficient permissions to execute the backup.",
			hop.ClassRole, "AWSBackupServiceRolePolicyForS3Backup"},
		{"Snapshots encrypted with an AWS owned key can't be shared.", hop.ClassKey, "restore-db-cluster-from-snapshot --kms-key-id"},
		{"Snapshots encrypted with an AWS-owned key cannot be copied to another account", hop.ClassKey, "restore-db-cluster-from-snapshot"},
		{"The DB cluster snapshot uses an AWS owned KMS key.", hop.ClassKey, "customer managed key"},
		{"The snapshot requires a target option group with the following options: OEM", hop.ClassOptionGroup, "option group"},
		{"The snapshot requires a target option group with the following options: Timezone", hop.ClassOptionGroup, "account and Region of the destination vault"},
		{"The snapshot requires a target option group with the following options: TDE", hop.ClassUnsupported, "stop using TDE"},
		{"The snapshot requires a target option group with the following options: OEM,TDE_HSM", hop.ClassUnsupported, "plan without copies"},
		{"The snapshot requires a target option group with the following options: Timezone, TDE", hop.ClassUnsupported, "plan without copies"},
		{"The snapshot requires a target option group with the following options: TRANSPARENT_DATA_ENCRYPTION", hop.ClassUnsupported, "stop using TDE"},
		{"The snapshot requires a target option group with the following options: SQL Server - Transparent Data Encryption", hop.ClassUnsupported, "stop using TDE"},
		{"Copy job testdesk failed. The snapshot requires a target option group with the following options: OLS", hop.ClassOptionGroup, "option group"},
		{"A snapshot with the option TDE can't be shared.", hop.ClassUnsupported, "stop using TDE"},
		{"Copying a snapshot across accounts is not supported for RDS Custom.", hop.ClassUnsupported, "own account only"},
		{"SnapshotQuotaExceeded", hop.ClassLimit, "waits"},
		{"LimitExceededException", hop.ClassLimit, "waits"},
		{"Rate exceeded", hop.ClassTransient, "replay"},
		{"ThrottlingException", hop.ClassTransient, "replay"},
		{"ServiceUnavailableException", hop.ClassTransient, "replay"},
		{"InternalFailure", hop.ClassTransient, "replay"},
		{"ACCESS DENIED TRYING TO CALL AWS BACKUP SERVICE", hop.ClassVaultPolicy, "backup:CopyIntoBackupVault"},
		{"Access Denied", hop.ClassUnknown, "read the text"},
		{"", hop.ClassUnknown, "read the text"},
	} {
		t.Run(test.text, func(t *testing.T) {
			got := diagnose.Text(test.text)
			assert.Equal(t, test.class, got.Class)
			assert.NotEmpty(t, got.Cause)
			assert.Contains(t, got.Advice, test.names)
			assert.Equal(t, got.Advice, diagnose.Advice(test.class, "copy job j ended FAILED: "+test.text),
				"the advice is the same inside a longer sentence")
		})
	}
}

// TestAQuotaIsToldApartFromWhatPassesByItself: both have the same codes, which AWS Backup
// may put before the text of the service or leave out (UNCONFIRMED A32).
func TestAQuotaIsToldApartFromWhatPassesByItself(t *testing.T) {
	for _, test := range []struct {
		code, text string
		class      hop.Class
		names      string // what the advice must name
	}{
		{"SnapshotQuotaExceeded", "Cannot create more than 100 manual snapshots", hop.ClassQuota, "L-9B510759"},
		{"SnapshotQuotaExceeded", "cannot create more than 250 manual snapshots (Service: Rds, Status Code: 400, Request ID: x)", hop.ClassQuota, "L-272F1212"},
		{"SnapshotQuotaExceeded", "Cannot create more than 100 manual DB cluster snapshots", hop.ClassQuota, "L-9B510759"},
		{"SnapshotQuotaExceeded", "The maximum number of snapshots has been reached", hop.ClassQuota, "manual snapshots"},
		{"LimitExceededException", "The key has reached 50000 grants", hop.ClassQuota, "Grants per KMS key"},
		{"ServiceLimitExceeded", "cannot create more than 100 manual snapshots", hop.ClassQuota, "request-service-quota-increase --service-code rds"},
		{"SharedSnapshotQuotaExceeded", "You have exceeded the maximum number of accounts that you can share a manual DB snapshot with.", hop.ClassQuota, "modify-db-snapshot-attribute"},
		{"LimitExceededException", "The grants per KMS key quota is reached.", hop.ClassQuota, "--service-code kms"},
		{"LimitExceededException", "The key has reached its limit of 50000 grants.", hop.ClassQuota, "L-D594A657"},
		{"LimitExceededException", "You have exceeded the number of grants for the key.", hop.ClassQuota, "Grants per KMS key"},
		{"LimitExceededException", "The quota of recovery points per backup vault is used up.", hop.ClassQuota, "L-514878B6"},
		{"LimitExceededException", "Backup vault final has reached its limit of 1000000 recovery points.", hop.ClassQuota, "--service-code backup"},
		{"LimitExceededException", "The maximum of recovery points in the vault is reached.", hop.ClassQuota, "L-514878B6"},
		{"LimitExceededException", "The number of recovery points exceeds what the vault takes.", hop.ClassQuota, "L-514878B6"},
		{"SnapshotQuotaExceeded", "Cannot copy more than 5 snapshots across regions", hop.ClassLimit, "waits"},
		{"SnapshotQuotaExceeded", "You have exceeded the quota of 20 cross-Region snapshot copies in progress.", hop.ClassLimit, "waits"},
		{"ResourceLimitExceeded", "Too many snapshot copies in progress. The limit is 5 for this destination region.", hop.ClassLimit, "waits"},
		{"ConcurrentSnapshotLimitExceeded", "Maximum allowed in-progress snapshots for a single volume exceeded.", hop.ClassLimit, "waits"},
		{"LimitExceededException", "The account has 30 concurrent copies of the resource.", hop.ClassLimit, "waits"},
		{"LimitExceededException", "There are too many concurrent copy jobs.", hop.ClassLimit, "waits"},
		{"InvalidRequestException", `"Backup job failed because there was a running job for the same resource."`, hop.ClassLimit, "when that job has ended"},
	} {
		for _, spelled := range []string{
			test.text, test.code + ": " + test.text, "Copy job failed. " + test.text + " (" + test.code + ")",
			"An error occurred (" + test.code + ") when calling the CopyDBClusterSnapshot operation: " + test.text,
		} {
			found := diagnose.Text(spelled)
			assert.Equal(t, test.class, found.Class, spelled)
			assert.Contains(t, found.Cause+" "+found.Advice, test.names, spelled)
		}
	}
}

// TestACodeAloneDoesNotSayWhichLimit, or says it by its name.
func TestACodeAloneDoesNotSayWhichLimit(t *testing.T) {
	for code, class := range map[string]hop.Class{
		"SnapshotQuotaExceeded": hop.ClassLimit, "SnapshotQuotaExceededFault": hop.ClassLimit, "LimitExceededException": hop.ClassLimit,
		"ResourceLimitExceeded": hop.ClassQuota, "ServiceQuotaExceededException": hop.ClassQuota, "InstanceQuotaExceeded": hop.ClassQuota, "ConcurrentSnapshotLimitExceeded": hop.ClassLimit,
		"SnapshotLimitExceeded": hop.ClassQuota, "StorageQuotaExceeded": hop.ClassQuota, "SharedSnapshotQuotaExceeded": hop.ClassQuota,
		"RequestLimitExceeded": hop.ClassTransient,
	} {
		assert.Equal(t, class, diagnose.Text(code).Class, code)
		assert.Equal(t, class, diagnose.Text("Copy job failed. "+code+": odd").Class, code)
	}
}

// TestWhatIsMendedIsReplayed, where mending helps: a new tag, or room in a quota, sets off
// the copy by itself.
func TestWhatIsMendedIsReplayed(t *testing.T) {
	const again = "; then replay: twohop dlq replay (a first hop, too, which it starts again in the member account)"
	for _, text := range []string{
		"Cross-account copy feature is not enabled for the current organization.", "Given key ID is not accessible",
		"MalformedPolicyDocumentException - Policy contains a statement with one or more invalid principals.",
		"Access Denied trying to call AWS Backup service.", "The snapshot requires a target option group with the following options: OEM", "nobody knows",
		"Cannot create more than 100 manual snapshots", "StorageQuotaExceeded", "LimitExceededException: grants",
	} {
		assert.Contains(t, diagnose.Text(text).Advice, again, text)
	}
	for _, text := range []string{"SnapshotQuotaExceeded", "cannot be initiated for Aurora resources. Feature is not supported for provided resource type.",
		"The snapshot requires a target option group with the following options: TDE", "Copying a snapshot across accounts is not supported for RDS Custom."} {
		assert.NotContains(t, diagnose.Text(text).Advice, "replay", text)
	}
}

func TestEveryClassHasAdviceWithoutAText(t *testing.T) {
	for class, names := range map[hop.Class]string{
		hop.ClassMalformed:      "kept whole",
		hop.ClassGone:           "local vault",
		hop.ClassRole:           "rights",
		hop.ClassUnsupported:    "new backup",
		hop.ClassWrong:          "delete the copy",
		hop.ClassUntold:         "look whether the final vault has a copy",
		hop.ClassKey:            "policies",
		hop.ClassUnderprotected: "restore-db-cluster-from-snapshot --kms-key-id",
		hop.ClassOptIn:          "update-region-settings",
		hop.ClassVaultPolicy:    "access policy",
		hop.ClassRetention:      "lock",
		hop.ClassOrganization:   "describe-global-settings",
		hop.ClassOptionGroup:    "account and Region of the destination vault",
		hop.ClassQuota:          "request-service-quota-increase",
		hop.ClassLimit:          "Service Quotas",
		hop.ClassTransient:      "AWS Health",
		hop.ClassUnknown:        "read the text",
	} {
		assert.Contains(t, diagnose.Advice(class, "the copy c is not what was asked for: it is of d, not of e"), names, class)
		if class != hop.ClassUnknown {
			assert.NotContains(t, diagnose.Advice(class, ""), "read the text", class)
		}
	}
	assert.Contains(t, diagnose.Advice(hop.ClassUnknown, "Rate exceeded"), "read the text", "the class decides, not a text of another class")
}

func FuzzText(f *testing.F) {
	for _, known := range []string{"", "odd", "Rate exceeded", "Given key ID is not accessible", "Access Denied trying to call AWS Backup service.", "\xff\x00%s"} {
		f.Add(known)
	}
	for _, known := range knownTexts {
		for i := range known.parts { // all parts, and all but one
			f.Add(strings.Join(known.parts, " "))
			f.Add(strings.Join(slices.Delete(slices.Clone(known.parts), i, i+1), " "))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := diagnose.Text(text)
		require.NotEmpty(t, found.Class)
		require.NotEmpty(t, found.Cause)
		require.Equal(t, found.Advice, diagnose.Advice(found.Class, text))
		require.NotEmpty(t, found.Advice)
		requireKind(t, text) // a text of no kind is never guessed at
		job := hop.CopyJob{ID: "j", State: hop.Failed, Message: text, Class: found.Class, Completed: time.Unix(1, 0)}
		if rejected := hop.Track(hop.Tracked{Jobs: []hop.CopyJob{job}, Retry: hop.Retry{Attempts: 1}}); found.Class != hop.ClassLimit {
			require.Equal(t, hop.Reject, rejected.Verdict)
			require.Contains(t, rejected.Detail, text, "AWS's words are kept whole")
		}
	})
}
