package deploy_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/deploy"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/stage"
)

const (
	member     = "111111111111"
	management = "333333333333"
)

// estate deploys the templates that the CDK app synthesizes, all of them, with the
// real functions. change breaks a template before it is deployed.
func estate(t *testing.T, change func(stack, text string) string) (*awssim.World, error) {
	t.Helper()
	world, err := awssim.Start(awssim.Config{Permissions: true, Start: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, world.Close()) })
	require.NoError(t, world.Organizations.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-ab12", Management: management}))
	require.NoError(t, world.Organizations.AddUnit(organizations.Unit{ID: "ou-ab12-11111111", Parent: "r-ab12"}))
	require.NoError(t, world.Organizations.AddAccount(organizations.Account{ID: member, Parent: "ou-ab12-11111111"}))
	require.NoError(t, world.Organizations.AddAccount(organizations.Account{ID: central, Parent: "ou-ab12-11111111"}))

	for _, s := range []struct{ name, account, region string }{
		{"TwohopBackupSecondary-eu-north-1", central, "eu-north-1"},
		{"TwohopBackupPrimary", central, region},
		{"TwohopManagement", management, region},
	} {
		text, err := os.ReadFile(filepath.Join("../../../infra/templates/twohop", s.name+".json"))
		require.NoError(t, err)
		changed := change(s.name, string(text))
		if _, err := deploy.Stack(t.Context(), world, deploy.Input{
			Name: s.name, Account: s.account, Region: s.region, Template: []byte(changed), Executable: functions.executable,
		}); err != nil {
			return world, err
		}
	}
	return world, nil
}

func asItIs(_, text string) string { return text }

// functions are the executables, built by the first test that needs them.
var functions built

type built struct {
	sync.Mutex
	dir  string
	made map[string]string
}

func (b *built) executable(asset string) (string, error) {
	b.Lock()
	defer b.Unlock()
	if path, ok := b.made[asset]; ok {
		return path, nil
	}
	path, err := stage.Build(context.Background(), "lambdas/"+strings.TrimSuffix(asset, ".zip"), b.dir)
	if err == nil {
		b.made[asset] = path
	}
	return path, err
}

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "twohop-functions")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(dir)
	functions.dir, functions.made = dir, map[string]string{}
	return m.Run()
}

func TestTheEstateIsDeployed(t *testing.T) {
	world, err := estate(t, asItIs)
	require.NoError(t, err)

	assert.True(t, world.IAM.HasRole(member, "twohop-BackupandRestore"), "by the StackSet")
	assert.False(t, world.IAM.HasRole(central, "twohop-BackupandRestore"), "never in the backup account")
	assert.True(t, world.IAM.HasRole(member, "AWSServiceRoleForBackup"), "by the duty members, through the operator role")
	assert.True(t, world.IAM.HasRole(central, "AWSServiceRoleForBackup"))
	assert.True(t, world.Backup.Settings.OptIns(member, region)["Neptune"])
	assert.True(t, world.Organizations.Trusts(management, "backup.amazonaws.com"))
	effective, ok := world.Policies.Effective(member)
	require.True(t, ok)
	assert.Contains(t, string(effective), "arn:aws:iam::111111111111:role/twohop-BackupandRestore")
	for _, vault := range []string{
		"arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local", "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate",
		"arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final",
	} {
		_, ok := world.Backup.VaultPolicy(vault)
		assert.True(t, ok, vault)
	}
	assert.Len(t, world.CloudWatch.Alarms(central, region), 25)
	assert.Len(t, world.CloudWatch.Alarms(member, region), 5)
}

// TestARightThatIsMissing takes one right away from a role, and the deployment fails
// with AWS's words.
func TestARightThatIsMissing(t *testing.T) {
	for right, stack := range map[string]string{
		"backup:UpdateGlobalSettings":         "TwohopManagement",
		"organizations:EnablePolicyType":      "TwohopManagement",
		"organizations:ListAccountsForParent": "TwohopManagement",
		"iam:CreateServiceLinkedRole":         "TwohopBackupPrimary",
		"backup:UpdateRegionSettings":         "TwohopBackupPrimary",
		"sqs:ReceiveMessage":                  "TwohopBackupPrimary",
	} {
		t.Run(right, func(t *testing.T) {
			_, err := estate(t, func(name, text string) string {
				if name != stack {
					return text
				}
				require.Contains(t, text, `"`+right+`"`)
				return strings.ReplaceAll(text, `"`+right+`"`, `"`+strings.SplitN(right, ":", 2)[0]+`:Describe"`)
			})
			require.ErrorContains(t, err, "not authorized to perform: "+right)
		})
	}
}

// TestAKeyWithTheStatementsThatTheStackNames takes them from its output, as the
// README has it.
func TestAKeyWithTheStatementsThatTheStackNames(t *testing.T) {
	text, err := os.ReadFile("../../../infra/templates/twohop/TwohopBackupPrimary.json")
	require.NoError(t, err)
	var primary struct {
		Outputs struct{ DatabaseKeyStatements struct{ Value string } }
	}
	require.NoError(t, json.Unmarshal(text, &primary))
	var named []any
	require.NoError(t, json.Unmarshal([]byte(primary.Outputs.DatabaseKeyStatements.Value), &named))
	var own map[string]any
	require.NoError(t, json.Unmarshal([]byte(ownPolicy), &own))
	own["Statement"] = append(own["Statement"].([]any), named...)
	whole, err := json.Marshal(own)
	require.NoError(t, err)
	assert.JSONEq(t, databaseKey, string(whole))
}

func TestAFunctionWhoseRoleDoesNotTrustLambda(t *testing.T) {
	_, err := estate(t, func(_, text string) string {
		return strings.ReplaceAll(text, `"lambda.amazonaws.com"`, `"ec2.amazonaws.com"`)
	})
	require.ErrorContains(t, err, "the role defined for the function cannot be assumed by Lambda")
}
