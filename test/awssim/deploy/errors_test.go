package deploy_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/kms"
)

// ownPolicy is what a key has by default: AWS Backup of the same account works with
// it, no other account does.
const ownPolicy = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}]}`

// databaseKey is such a policy with what the output DatabaseKeyStatements of
// TwohopBackupPrimary asks for.
const databaseKey = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"},
	{"Sid":"BackupAccountCopies","Effect":"Allow","Principal":{"AWS":"*"},"Resource":["*"],
	 "Action":["kms:DescribeKey","kms:Decrypt","kms:Encrypt","kms:ReEncrypt*","kms:GenerateDataKey*"],
	 "Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::222222222222:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"]},
	  "StringEquals":{"aws:PrincipalAccount":["222222222222"],"aws:PrincipalOrgID":["o-a1b2c3d4e5"]}}},
	{"Sid":"BackupAccountCopiesGrants","Effect":"Allow","Principal":{"AWS":"*"},"Resource":["*"],
	 "Action":["kms:CreateGrant","kms:ListGrants","kms:RevokeGrant"],
	 "Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::222222222222:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"]},
	  "Bool":{"kms:GrantIsForAWSResource":["true"]},
	  "StringEquals":{"aws:PrincipalAccount":["222222222222"],"aws:PrincipalOrgID":["o-a1b2c3d4e5"]}}}]}`

// tagged is a resource of the member with a key of its own, selected by a plan.
type tagged struct{ arn, kind, plan, keyPolicy string }

var (
	bucket   = tagged{"arn:aws:s3:::ledger", "S3", "cross-region", databaseKey}
	volume   = tagged{"arn:aws:ec2:eu-central-1:111111111111:volume/vol-0123456789abcdef0", "EBS", "cross-region", databaseKey}
	database = tagged{"arn:aws:rds:eu-central-1:111111111111:db:orders", "RDS", "cross-region-special", databaseKey}
	cluster  = tagged{"arn:aws:rds:eu-central-1:111111111111:cluster:orders", "Aurora", "cross-region-special", databaseKey}
)

func (r tagged) with(keyPolicy string) tagged { r.keyPolicy = keyPolicy; return r }

func (r tagged) by(plan string) tagged { r.plan = plan; return r }

func (r tagged) add(t *testing.T, world *awssim.World) {
	t.Helper()
	key, err := world.KMS.AddKey(kms.Key{Account: member, Region: region, Policy: r.keyPolicy})
	require.NoError(t, err)
	require.NoError(t, world.Backup.Resources.Add(resources.Resource{
		ARN: r.arn, Type: r.kind, Account: member, Region: region, KeyARN: key, Tags: map[string]string{"backup": r.plan},
	}))
}

// dropped takes a property of a resource out of a stack's template.
func dropped(stack, resource, property string) func(string, string) string {
	return func(name, text string) string {
		if name != stack {
			return text
		}
		var template map[string]any
		if err := json.Unmarshal([]byte(text), &template); err != nil {
			return text
		}
		properties := template["Resources"].(map[string]any)[resource].(map[string]any)["Properties"].(map[string]any)
		if _, there := properties[property]; !there {
			return "no property " + property + " to drop" // which no template is
		}
		delete(properties, property)
		changed, err := json.Marshal(template)
		if err != nil {
			return err.Error()
		}
		return string(changed)
	}
}

// TestTheErrorsOfAnEstateThatIsBrokenInOnePlace lets a night of the plans pass over
// one resource of a deployed estate, and reads what AWS Backup says.
func TestTheErrorsOfAnEstateThatIsBrokenInOnePlace(t *testing.T) {
	for sentence, test := range map[string]struct {
		template func(stack, text string) string // nil: as it is
		world    func(*testing.T, *awssim.World) // nil: as it is
		on       tagged
		want     string
	}{
		"cross-account copies are switched off": {
			world: switchOff,
			on:    database, want: "Copy job failed. Cross-account copy feature is not enabled for the current organization.",
		},
		"a database is copied straight to the final vault": {
			on:   cluster.by("cross-region"),
			want: "Copy job from eu-central-1 to eu-north-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type.",
		},
		"the role has no policies for S3": {
			world: func(t *testing.T, world *awssim.World) {
				require.NoError(t, world.IAM.ChangeRole("arn:aws:iam::111111111111:role/twohop-BackupandRestore", func(r *iam.Role) {
					r.Managed = r.Managed[:2]
				}))
			},
			on: bucket, want: "IAM Role arn:aws:iam::111111111111:role/twohop-BackupandRestore does not have sufficient permissions to execute the backup.",
		},
		"the plan's role does not exist": {
			template: func(_, text string) string {
				return strings.ReplaceAll(text, "arn:aws:iam::$account:role/twohop-BackupandRestore", "arn:aws:iam::$account:role/service-role/AWSBackupDefaultServiceRole")
			},
			on: bucket, want: "IAM Role arn:aws:iam::111111111111:role/service-role/AWSBackupDefaultServiceRole does not have sufficient permissions to execute the backup.",
		},
		"the destination vault is on the default key": {
			template: dropped("TwohopBackupSecondary-eu-north-1", "VaultFinal", "EncryptionKeyArn"),
			on:       volume, want: "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
				"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied.",
		},
		"the destination vault has no policy": {
			template: dropped("TwohopBackupPrimary", "VaultIntermediate", "AccessPolicy"),
			on:       database, want: "Access Denied trying to call AWS Backup service.",
		},
		"the database's key does not admit the backup account": {
			on: database.with(ownPolicy), want: "does not exist, is not enabled or you do not have permissions to access it.",
		},
		"the volume's key does not admit the backup account": {
			on: volume.with(ownPolicy), want: "Given key ID is not accessible",
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			change := test.template
			if change == nil {
				change = asItIs
			}
			world, err := estate(t, change)
			require.NoError(t, err)
			test.on.add(t, world)
			require.NoError(t, world.Clock.Advance(t.Context(), 90*time.Minute), "the daily duties are done, the plans are yet to come")
			if test.world != nil {
				test.world(t, world)
			}
			require.NoError(t, world.Clock.Advance(t.Context(), 12*time.Hour))
			assert.Contains(t, said(world), test.want)
			assert.Empty(t, world.Backup.RecoveryPoints("arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final"))
		})
	}
}

func switchOff(t *testing.T, world *awssim.World) {
	t.Helper()
	endpoint := world.Endpoint()
	root := aws.Config{Region: region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider(management, "local", "")}
	_, err := backup.NewFromConfig(root).UpdateGlobalSettings(t.Context(), &backup.UpdateGlobalSettingsInput{
		GlobalSettings: map[string]string{"isCrossAccountBackupEnabled": "false"},
	})
	require.NoError(t, err)
}

// TestTheDailyRunSwitchesOnAgain: what somebody has switched off does not stay off
// for longer than a day.
func TestTheDailyRunSwitchesOnAgain(t *testing.T) {
	world, err := estate(t, asItIs)
	require.NoError(t, err)
	switchOff(t, world)
	_, on := world.Backup.Settings.CopiesAcross(member)
	require.False(t, on)
	require.NoError(t, world.Clock.Advance(t.Context(), 25*time.Hour+time.Minute))
	_, on = world.Backup.Settings.CopiesAcross(member)
	assert.True(t, on)
}

// said is what the jobs of the member's account say.
func said(world *awssim.World) string {
	var messages []string
	for _, job := range world.Backup.BackupJobs(member, region) {
		messages = append(messages, job.StatusMessage)
	}
	for _, job := range world.Backup.CopyJobs(member, region) {
		messages = append(messages, job.StatusMessage)
	}
	return strings.Join(messages, "\n")
}

func TestAKeyPolicyThatNamesAMissingRoleIsRefused(t *testing.T) {
	world, err := awssim.Start(awssim.Config{Permissions: true})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, world.Close()) })
	_, err = world.KMS.AddKey(kms.Key{Account: member, Region: region, Policy: strings.Replace(ownPolicy, `"arn:aws:iam::111111111111:root"`,
		`["arn:aws:iam::111111111111:root","arn:aws:iam::222222222222:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"]`, 1)})
	require.ErrorContains(t, err, "MalformedPolicyDocumentException")
	require.ErrorContains(t, err, "Policy contains a statement with one or more invalid principals.")
}
