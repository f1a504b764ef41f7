package estate_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

// fanOut is an estate with three secondary Regions, a vault of its own for direct
// copies, and one for the way back.
const fanOut = `organization: o-a1b2c3d4e5
accounts: {management: 333333333333, backup: 222222222222}
members: {units: [ou-ab12-11111111], accounts: [111111111111]}
regions: {primary: eu-central-1, secondary: [eu-north-1, eu-west-1, eu-west-2]}
name: pay-2
vaults:
  copies: {account: backup, region: eu-west-1}
  detour: {account: backup, region: primary}
  final: {lock: {mode: governance, minDays: 7, maxDays: 365}}
plans:
  cross-region: {retention: {local: 7, copies: 35}}
  cross-region-special: {retention: {local: 7, intermediate: 7, final: 35, copies: 90}, types: [RDS, Aurora]}
  nightly: {schedule: "cron(0 5 * * ? *)", retention: {local: 7, intermediate: 3, copies: 35}, types: [Neptune]}
restore: {detourVault: detour}
`

func TestEveryDerivedNameFits(t *testing.T) {
	e := parse(t, over("name: abcdefghijklmnopqrstuvwx\n"))
	file, err := parser.ParseFile(token.NewFileSet(), "names.go", nil, 0)
	require.NoError(t, err)
	parts := 0
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.GenDecl)
		if !ok || spec.Tok != token.CONST {
			return true
		}
		for _, spec := range spec.Specs {
			part, err := strconv.Unquote(spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			assert.LessOrEqual(t, len(e.Called(part)), 64, "%s: roles, functions, rules and schedules have 64 characters at the most", part)
			parts++
		}
		return false
	})
	assert.Greater(t, parts, 15)
	for name := range e.Vaults {
		assert.LessOrEqual(t, len(e.Vaults[name].Name), 50, name)
	}
	for name := range e.Plans {
		assert.LessOrEqual(t, len(e.Called(name)), 50, name)
	}
}

func TestNamesAndARNs(t *testing.T) {
	e := parse(t, fanOut)
	for _, row := range [][2]string{ // got, want
		{e.Called(estate.CopiesQueue), "pay-2-copies"},
		{e.StackName("Member"), "Pay2Member"},
		{e.BusARN(), "arn:aws:events:eu-central-1:222222222222:event-bus/pay-2"},
		{e.QueueARN("111111111111", estate.ForwardDLQ), "arn:aws:sqs:eu-central-1:111111111111:pay-2-forward-dlq"},
		{e.QueueURL(estate.CopiesQueue), "https://sqs.eu-central-1.amazonaws.com/222222222222/pay-2-copies"},
		{e.FunctionARN("222222222222", estate.CopyStarter), "arn:aws:lambda:eu-central-1:222222222222:function:pay-2-copystarter"},
		{e.LogGroupARN("222222222222", estate.CopyStarter), "arn:aws:logs:eu-central-1:222222222222:log-group:/aws/lambda/pay-2-copystarter"},
		{e.RuleARN("111111111111", estate.ForwardRule), "arn:aws:events:eu-central-1:111111111111:rule/pay-2-forward"},
		{e.BusRuleARN(estate.HopRule), "arn:aws:events:eu-central-1:222222222222:rule/pay-2/pay-2-hop1-completed"},
		{e.TopicARN(), "arn:aws:sns:eu-central-1:222222222222:pay-2-alarms"},
		{e.AlarmARN("*"), "arn:aws:cloudwatch:eu-central-1:*:alarm:pay-2-*"},
		{e.RoleARN("*", estate.ReaderRole), "arn:aws:iam::*:role/pay-2-Reader"},
		{e.ServiceLinkedRoleARN("*"), "arn:aws:iam::*:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"},
		{e.ManagedPolicyARN("service-role/X"), "arn:aws:iam::aws:policy/service-role/X"},
		{e.VaultARN("final", "eu-west-2"), "arn:aws:backup:eu-west-2:222222222222:backup-vault:pay-2-final"},
		{e.VaultARNIn("*", "local", "eu-central-1"), "arn:aws:backup:eu-central-1:*:backup-vault:pay-2-local"},
		{e.BreakGlassARN("111111111111"), ""},
		{parse(t, over("breakGlassRole: BreakGlass\n")).BreakGlassARN("*"), "arn:aws:iam::*:role/BreakGlass"},
		{parse(t, over("regions: {primary: us-gov-west-1, secondary: [us-gov-east-1]}\n")).BusARN(), "arn:aws-us-gov:events:us-gov-west-1:222222222222:event-bus/twohop"},
		{estate.Partition("cn-north-1"), "aws-cn"},
	} {
		assert.Equal(t, row[1], row[0])
	}
}

func TestVaultsAndTheirPlaces(t *testing.T) {
	e := parse(t, fanOut)
	assert.Equal(t, []string{"eu-north-1", "eu-west-1", "eu-west-2"}, e.VaultRegions("final"))
	assert.Equal(t, []string{"eu-west-1"}, e.VaultRegions("copies"))
	assert.Equal(t, []string{"eu-central-1"}, e.VaultRegions("detour"))
	assert.Equal(t, []string{"copies", "final"}, e.VaultsIn(estate.BackupAccount, "eu-west-1"))
	assert.Equal(t, []string{"final"}, e.VaultsIn(estate.BackupAccount, "eu-north-1"))
	assert.Equal(t, []string{"detour", "intermediate"}, e.VaultsIn(estate.BackupAccount, "eu-central-1"))
	assert.Equal(t, []string{"local"}, e.VaultsIn(estate.MemberAccount, "eu-central-1"))
	assert.Empty(t, e.VaultsIn(estate.MemberAccount, "eu-north-1"))
}

func TestWaysOfPlans(t *testing.T) {
	e := parse(t, fanOut)
	assert.Equal(t, []string{"cross-region", "cross-region-special", "nightly", "simple"}, e.EnabledPlans())
	intermediate := "arn:aws:backup:eu-central-1:222222222222:backup-vault:pay-2-intermediate"
	for plan, want := range map[string][]string{
		"simple":               nil,
		"cross-region":         {"arn:aws:backup:eu-west-1:222222222222:backup-vault:pay-2-copies"},
		"cross-region-special": {intermediate},
		"nightly":              {intermediate},
	} {
		assert.Equal(t, want, e.CopyTargets(plan), plan)
		assert.Equal(t, "local", e.LocalVault(plan), plan)
	}
	assert.Equal(t, []string{"arn:aws:backup:eu-central-1:222222222222:backup-vault:pay-2-intermediate", "arn:aws:backup:eu-west-1:222222222222:backup-vault:pay-2-copies"},
		e.PlanTargets(), "each once")
	assert.Equal(t, "intermediate", e.Intermediate("nightly"))
	assert.Equal(t, []string{intermediate}, e.Intermediates(), "one vault, though two plans use it")
	assert.Equal(t, []string{
		"arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final",
		"arn:aws:backup:eu-west-1:222222222222:backup-vault:twohop-final",
	}, parse(t, over("regions: {primary: eu-central-1, secondary: [eu-north-1, eu-west-1]}\n")).CopyTargets("cross-region"), "a direct plan fans out by itself")
}
