package diagnose_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

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
		{"MalformedPolicyDocumentException - Policy contains a statement with one or more invalid principals.", hop.ClassKey, "aws:PrincipalArn"},
		{"Access Denied trying to call AWS Backup service.", hop.ClassVaultPolicy, "backup:CopyIntoBackupVault"},
		{"IAM Role arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole does not have sufficient permissions to execute the backup.",
			hop.ClassRole, "AWSBackupServiceRolePolicyForS3Backup"},
		{"The snapshot requires a target option group with the following options: OEM", hop.ClassOptionGroup, "option group"},
		{"SnapshotQuotaExceeded: Cannot create more than 5 cross region copies", hop.ClassLimit, "waits"},
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

func TestAdviceOfAClassWithoutAText(t *testing.T) {
	assert.Contains(t, diagnose.Advice(hop.ClassMalformed, "unexpected end of JSON input"), "kept whole")
	assert.Contains(t, diagnose.Advice(hop.ClassGone, "the recovery point is EXPIRED"), "local vault")
	assert.Contains(t, diagnose.Advice(hop.ClassRole, "AccessDeniedException: not authorized"), "rights")
	assert.Contains(t, diagnose.Advice(hop.ClassUnknown, "Rate exceeded"), "read the text", "the class decides, not a text of another class")
}
