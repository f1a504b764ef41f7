package e2e

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

const (
	secondaryStack  = "TwohopBackupSecondary-eu-north-1"
	primaryStack    = "TwohopBackupPrimary"
	managementStack = "TwohopManagement" // the members' is in its StackSet

	starterFunction = "CopystarterFunction"
)

func TestTheEstateIsDeployed(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	world := s.World
	assert.True(t, world.IAM.HasRole(stage.Member, "twohop-BackupandRestore"), "by the StackSet")
	assert.False(t, world.IAM.HasRole(stage.Backup, "twohop-BackupandRestore"), "never in the backup account")
	assert.True(t, world.IAM.HasRole(stage.Member, "AWSServiceRoleForBackup"), "by the duty members, through the operator role")
	assert.True(t, world.IAM.HasRole(stage.Backup, "AWSServiceRoleForBackup"))
	assert.True(t, world.Backup.Settings.OptIns(stage.Member, stage.Primary)["Neptune"])
	assert.True(t, world.Organizations.Trusts(stage.Management, "backup.amazonaws.com"))
	effective, ok := world.Policies.Effective(stage.Member)
	require.True(t, ok)
	assert.Contains(t, string(effective), s.Role(stage.Member, "BackupandRestore"))
	for _, vault := range []string{s.Local.ARN, s.Intermediate.ARN, s.Final.ARN} {
		_, ok := world.Backup.VaultPolicy(vault)
		assert.True(t, ok, vault)
	}
	assert.Len(t, world.CloudWatch.Alarms(stage.Backup, stage.Primary), 54)
	assert.Len(t, world.CloudWatch.Alarms(stage.Member, stage.Primary), 5)
}

// TestARightThatIsMissing takes one right away from a role, and the deployment fails
// with AWS's words.
func TestARightThatIsMissing(t *testing.T) {
	t.Parallel()
	for right, stack := range map[string]string{
		"backup:UpdateGlobalSettings":         managementStack,
		"organizations:EnablePolicyType":      managementStack,
		"organizations:ListAccountsForParent": managementStack,
		"iam:CreateServiceLinkedRole":         primaryStack,
		"backup:UpdateRegionSettings":         primaryStack,
		"sqs:ReceiveMessage":                  primaryStack,
	} {
		t.Run(right, func(t *testing.T) {
			t.Parallel()
			service, _, _ := strings.Cut(right, ":")
			_, err := tryToSetUp(t, awssim.Config{}, stage.Options{Change: stage.Replace(stack, `"`+right+`"`, `"`+service+`:Describe"`)})
			require.ErrorContains(t, err, "not authorized to perform: "+right)
		})
	}
}

func TestAFunctionWhoseRoleDoesNotTrustLambda(t *testing.T) {
	t.Parallel()
	_, err := tryToSetUp(t, awssim.Config{}, stage.Options{Change: stage.Replace(primaryStack, `"lambda.amazonaws.com"`, `"ec2.amazonaws.com"`)})
	require.ErrorContains(t, err, "the role defined for the function cannot be assumed by Lambda")
}

// switchOff switches copies between accounts off, as an administrator might.
func (s *set) switchOff() {
	s.t.Helper()
	_, err := awsbackup.NewFromConfig(s.Client(stage.Management, stage.Primary)).UpdateGlobalSettings(s.t.Context(),
		&awsbackup.UpdateGlobalSettingsInput{GlobalSettings: map[string]string{"isCrossAccountBackupEnabled": "false"}})
	require.NoError(s.t, err)
}

func (s *set) copiesAcross() bool {
	_, on := s.World.Backup.Settings.CopiesAcross(stage.Member)
	return on
}

// TestTheDailyRunSwitchesOnAgain: what somebody has switched off does not stay off
// for longer than a day.
func TestTheDailyRunSwitchesOnAgain(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	s.switchOff()
	require.False(t, s.copiesAcross())
	s.pass(25*time.Hour + time.Minute)
	assert.True(t, s.copiesAcross())
}

func TestADailyRunThatMayNotBeStartedIsKept(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{Change: stage.Replace(managementStack, `"lambda:InvokeFunction"`, `"lambda:GetFunction"`)})
	s.switchOff()
	s.pass(30 * time.Hour)
	assert.False(t, s.copiesAcross())
	kept := s.World.SQS.Peek("arn:aws:sqs:eu-central-1:333333333333:twohop-schedules-dlq")
	require.NotEmpty(t, kept)
	assert.JSONEq(t, `{"duties":["organization","members"]}`, kept[0].Body)
	assert.Contains(t, kept[0].Attributes["ERROR_MESSAGE"].StringValue, "not authorized to perform: lambda:InvokeFunction")
}

// ring has every alarm of every account tell the topic.
func (s *set) ring() (rang int, refused []string) {
	for _, account := range []string{stage.Member, stage.Backup, stage.Management} {
		for _, a := range s.World.CloudWatch.Alarms(account, stage.Primary) {
			rang++
			if err := s.World.Ring(a); err != nil {
				refused = append(refused, err.Error())
			}
		}
	}
	return rang, refused
}

func TestEveryAlarmIsHeard(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{}, stage.Options{})
	rang, refused := s.ring()
	assert.Equal(t, 54+10+5, rang)
	assert.Empty(t, refused)
	assert.Len(t, s.World.SNS.Messages("arn:aws:sns:eu-central-1:222222222222:twohop-alarms"), rang)
}

func TestAlarmsThatWouldFallSilent(t *testing.T) {
	t.Parallel()
	for sentence, test := range map[string]struct{ was, is, want string }{
		"a key that does not admit CloudWatch":   {`"kms:GenerateDataKey*"`, `"kms:GenerateMac"`, "kms:GenerateDataKey"},
		"a topic that does not admit CloudWatch": {`"sns:Publish"`, `"sns:Subscribe"`, "sns:Publish"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := setUp(t, awssim.Config{}, stage.Options{Change: stage.Replace(primaryStack, test.was, test.is)})
			rang, refused := s.ring()
			require.Len(t, refused, rang)
			assert.Contains(t, refused[0], test.want)
		})
	}
}

// TestADailyRunThatFailsIsRepeatedAndKept: Lambda runs it three times, and leaves the
// event where an alarm looks.
func TestADailyRunThatFailsIsRepeatedAndKept(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	var calls atomic.Int64
	s := setUp(t, awssim.Config{Intercept: func(c wire.Call) wire.Fault {
		if !broken.Load() || c.Action != "DescribeOrganization" {
			return wire.Fault{}
		}
		calls.Add(1)
		return wire.Fault{Err: &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: "no"}}
	}}, stage.Options{})
	const letters = "arn:aws:sqs:eu-central-1:333333333333:twohop-prerequisites-dlq"
	s.pass(2 * time.Hour)
	require.Empty(t, s.World.SQS.Peek(letters), "a run that passes leaves nothing")
	broken.Store(true)
	s.pass(25 * time.Hour)
	assert.EqualValues(t, 3, calls.Load())
	kept := s.World.SQS.Peek(letters)
	require.Len(t, kept, 1)
	assert.JSONEq(t, `{"duties":["organization","members"]}`, kept[0].Body)
	assert.Equal(t, "200", kept[0].Attributes["ErrorCode"].StringValue)
	assert.NotEmpty(t, kept[0].Attributes["RequestID"].StringValue)
	assert.Contains(t, kept[0].Attributes["ErrorMessage"].StringValue, "organization")
	assert.Empty(t, s.World.Asynchronous.Lost())
}

func TestAFunctionThatMayNotKeepItsFailuresIsNotMade(t *testing.T) {
	t.Parallel()
	_, err := tryToSetUp(t, awssim.Config{}, stage.Options{Change: stage.Replace(managementStack, `"sqs:SendMessage"`, `"sqs:GetQueueUrl"`)})
	require.ErrorContains(t, err, "does not have permissions to call SendMessage on SQS")
}

// TestNobodyDeletesWhatTheVaultsProtect: the vaults' policies deny it to every role of
// their account, whatever rights it has, and to the root user.
func TestNobodyDeletesWhatTheVaultsProtect(t *testing.T) {
	t.Parallel()
	s, all := backedUp(t, stage.Options{}, database)
	for _, vault := range []hop.Vault{s.Local, s.Intermediate, s.Final} {
		point := s.only(vault, all[0]).RecoveryPointArn
		for who, config := range map[string]aws.Config{
			"an administrator": s.administrator(vault, "administrator-"+vault.Name), "root": s.Client(vault.Account, vault.Region),
		} {
			client := awsbackup.NewFromConfig(config)
			_, err := client.DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: &vault.Name, RecoveryPointArn: &point})
			require.ErrorContains(t, err, "explicit deny in a resource-based policy", "%s of %s", who, vault.Name)
			_, err = client.UpdateRecoveryPointLifecycle(t.Context(), &awsbackup.UpdateRecoveryPointLifecycleInput{
				BackupVaultName: &vault.Name, RecoveryPointArn: &point, Lifecycle: &types.Lifecycle{DeleteAfterDays: aws.Int64(2)},
			})
			require.ErrorContains(t, err, "explicit deny in a resource-based policy", "%s of %s", who, vault.Name)
			_, err = client.DescribeRecoveryPoint(t.Context(), &awsbackup.DescribeRecoveryPointInput{BackupVaultName: &vault.Name, RecoveryPointArn: &point})
			require.NoError(t, err, "looking is free")
		}
	}
}
