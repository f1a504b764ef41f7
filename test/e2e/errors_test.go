package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/stage"
)

var (
	bucket   = stage.Resource{Name: "invoices", Type: "S3", Plan: "cross-region"}
	volume   = stage.Resource{Name: "scans", Type: "EBS", Plan: "cross-region"}
	database = stage.Resource{Name: "orders", Type: "RDS", Plan: "cross-region-special"}
	cluster  = stage.Resource{Name: "ledger", Type: "Aurora", Plan: "cross-region-special"}
)

func closed(r stage.Resource) stage.Resource { r.Closed = true; return r }

// TestTheErrorsOfAnEstateThatIsBrokenInOnePlace lets a night of the plans pass over
// one resource, and reads what AWS Backup says.
func TestTheErrorsOfAnEstateThatIsBrokenInOnePlace(t *testing.T) {
	direct := cluster
	direct.Plan = "cross-region"
	for sentence, test := range map[string]struct {
		change stage.Change // nil: as it is
		later  func(*set)   // what is broken once the estate stands; nil: nothing
		on     stage.Resource
		want   string
	}{
		"cross-account copies are switched off": {
			later: (*set).switchOff,
			on:    database, want: "Copy job failed. Cross-account copy feature is not enabled for the current organization.",
		},
		"a database is copied straight to the final vault": {
			on:   direct,
			want: "Copy job from eu-central-1 to eu-north-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type.",
		},
		"the role has no policies for S3, as the default role": {
			later: func(s *set) {
				require.NoError(s.t, s.World.IAM.ChangeRole(s.Role(stage.Member, "BackupandRestore"), func(r *iam.Role) { r.Managed = r.Managed[:2] }))
			},
			on: bucket, want: "IAM Role arn:aws:iam::111111111111:role/twohop-BackupandRestore does not have sufficient permissions to execute the backup.",
		},
		"the plan's role does not exist": {
			change: stage.Replace(managementStack, "arn:aws:iam::$account:role/twohop-BackupandRestore", "arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole"),
			on:     bucket, want: "IAM Role arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole does not have sufficient permissions to execute the backup.",
		},
		"the destination vault is on the default key": {
			change: stage.Without(secondaryStack, "VaultFinal", "EncryptionKeyArn"),
			on:     volume, want: "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
				"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied.",
		},
		"the destination vault has no policy": {
			change: stage.Without(primaryStack, "VaultIntermediate", "AccessPolicy"),
			on:     database, want: "Access Denied trying to call AWS Backup service.",
		},
		"the database's key does not admit the backup account": {
			on: closed(database), want: "does not exist, is not enabled or you do not have permissions to access it.",
		},
		"the volume's key does not admit the backup account": {
			on: closed(volume), want: "Given key ID is not accessible",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := setUp(t, awssim.Config{}, stage.Options{Change: test.change})
			r := s.add(test.on)
			s.pass(90 * time.Minute) // the daily duties are done, the plans are yet to come
			if test.later != nil {
				test.later(s)
			}
			s.pass(14 * time.Hour)
			assert.Contains(t, s.said(), test.want)
			assert.Empty(t, s.In(s.Final, r))
		})
	}
}

// said is what the jobs of the first member say.
func (s *set) said() string {
	var messages []string
	for _, job := range s.World.Backup.BackupJobs(stage.Member, stage.Primary) {
		messages = append(messages, job.StatusMessage)
	}
	for _, job := range s.World.Backup.CopyJobs(stage.Member, stage.Primary) {
		messages = append(messages, job.StatusMessage)
	}
	return strings.Join(messages, "\n")
}

// TestAKeyPolicyThatNamesAMissingRoleIsRefused: the eighth error is one of the
// deployment. The templates name such roles in conditions.
func TestAKeyPolicyThatNamesAMissingRoleIsRefused(t *testing.T) {
	_, err := tryToSetUp(t, awssim.Config{}, stage.Options{Change: stage.Replace(secondaryStack,
		`"AWS": "arn:aws:iam::222222222222:root"`,
		`"AWS": ["arn:aws:iam::222222222222:root", "arn:aws:iam::111111111111:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"]`)})
	require.ErrorContains(t, err, "deploy stack TwohopBackupSecondary-eu-north-1: make KeyVaultFinal (AWS::KMS::Key)")
	require.ErrorContains(t, err, "MalformedPolicyDocumentException")
	require.ErrorContains(t, err, "Policy contains a statement with one or more invalid principals.")
}
