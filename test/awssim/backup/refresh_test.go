package backup_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/organizations/policies"
)

func TestPlansKeepTheirIdsAndChangeTheirVersions(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	first := n.plan("twohop-simple")
	require.NoError(t, n.service.Plans.Refresh())
	assert.Equal(t, first, n.plan("twohop-simple"), "nothing has changed")

	n.rename("twohop-simple", "cron(0 1 * * ? *)", "cron(30 2 * * ? *)")
	changed := n.plan("twohop-simple")
	assert.Equal(t, first.BackupPlanId, changed.BackupPlanId)
	assert.Equal(t, first.CreationDate, changed.CreationDate)
	assert.NotEqual(t, first.VersionId, changed.VersionId)
	n.advance(3 * time.Hour)
	require.Len(t, n.service.RecoveryPoints(n.local), 3)
	assert.Equal(t, midnight.Add(2*time.Hour+50*time.Minute), n.only(n.local, simpleARN).CreationDate.Time, "not at one o'clock any more")

	require.NoError(t, n.policies.Remove(management, "twohop-simple"))
	require.NoError(t, n.service.Plans.Refresh())
	n.advance(24 * time.Hour)
	n.only(n.local, simpleARN)
	out, err := n.client(member, primary).ListBackupPlans(t.Context(), &awsbackup.ListBackupPlansInput{})
	require.NoError(t, err)
	assert.Len(t, out.BackupPlansList, 2)
}

func TestAllFaultsOfAnEffectivePolicyAreNamed(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	require.NoError(t, n.policies.Put(policies.Policy{Management: management, Name: "bad", Targets: []string{"r-ab12"}, Content: `{"plans":{"bad":{
		"rules":{"r":{
			"schedule_expression": {"@@assign":"every night"},
			"target_backup_vault_name": {"@@assign":"a vault"},
			"start_backup_window_minutes": {"@@assign":"59"},
			"complete_backup_window_minutes": {"@@assign":"0"},
			"lifecycle": {"delete_after_days": {"@@assign":"0"}},
			"copy_actions": {
				"final": {"lifecycle": {"delete_after_days": {"@@assign":"99999"}}},
				"arn:aws:backup:eu-north-1:222222222222:backup-vault:final": {"target_backup_vault_arn": {"@@assign":"arn:aws:backup:eu-north-1:222222222222:backup-vault:other"}}
			}
		}},
		"selections":{"tags":{"s":{"iam_role_arn": {"@@assign":"role"}, "tag_value": {"@@assign":[]}}}}}}}`}))
	err := n.service.Plans.Refresh()
	require.Error(t, err)
	for _, account := range []string{member, central, management} {
		assert.ErrorContains(t, err, "account "+account+": ")
	}
	for _, fault := range []string{
		"plans.bad.regions: a plan needs a Region",
		"plans.bad.rules.r.schedule_expression: ",
		`plans.bad.rules.r.target_backup_vault_name: "a vault" is no vault's name`,
		"plans.bad.rules.r.start_backup_window_minutes: it must be at least 60, not 59",
		`plans.bad.rules.r.complete_backup_window_minutes: "0" is no number of minutes`,
		"plans.bad.rules.r.lifecycle.delete_after_days: ",
		"plans.bad.rules.r.copy_actions.final: the key must be a vault's ARN",
		"plans.bad.rules.r.copy_actions.final.lifecycle.delete_after_days: ",
		`plans.bad.rules.r.copy_actions.arn:aws:backup:eu-north-1:222222222222:backup-vault:final: the key must be a vault's ARN, and target_backup_vault_arn the same, not "arn:aws:backup:eu-north-1:222222222222:backup-vault:other"`,
		`plans.bad.selections.tags.s.iam_role_arn: "role" is no role's ARN`,
		"plans.bad.selections.tags.s: a selection needs tag_key and a tag_value",
	} {
		assert.ErrorContains(t, err, fault)
	}
	n.advance(6 * time.Hour)
	assert.Len(t, n.service.BackupJobs(member, primary), 7, "the plans there were stay in force")
}

func TestQuotasOfAPlan(t *testing.T) {
	n := newNight(t)
	actions, rules := []string{}, []string{}
	for i := range 6 {
		target := fmt.Sprintf("arn:aws:backup:eu-north-1:222222222222:backup-vault:final-%d", i)
		actions = append(actions, fmt.Sprintf(`%q: {}`, target))
	}
	for i := range 11 {
		rules = append(rules, fmt.Sprintf(`"r%d": {}`, i))
	}
	rules[0] = `"r0": {"copy_actions": {` + strings.Join(actions, ",") + `}}`
	require.NoError(t, n.policies.Put(policies.Policy{Management: management, Name: "much", Targets: []string{member},
		Content: `{"plans":{"much":{"rules":{` + strings.Join(rules, ",") + `}}}}`}))
	err := n.service.Plans.Refresh()
	require.ErrorContains(t, err, "plans.much.rules: a plan has from 1 to 10 rules, not 11")
	require.ErrorContains(t, err, "plans.much.rules.r0.copy_actions: a rule has at most 5 copy actions, not 6")
	require.ErrorContains(t, err, "plans.much.selections.tags: a plan needs a selection")
}

func TestAResourceThatTwoSelectionsFindIsBackedUpOnce(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	n.rename("twohop-simple", `"tags": {`, `"tags": {"again": {"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/other"},
		"tag_key": {"@@assign": "backup"}, "tag_value": {"@@assign": ["simple", "never"]}},`)
	n.advance(2*time.Hour - time.Minute)
	roles := map[string]string{}
	for _, j := range n.service.BackupJobs(member, primary) {
		roles[j.ResourceArn] = j.IamRoleArn
	}
	assert.Equal(t, map[string]string{
		simpleARN: "arn:aws:iam::111111111111:role/other", looseARN: "arn:aws:iam::111111111111:role/other",
	}, roles)
	assert.Len(t, n.service.BackupJobs(member, primary), 2)
}

func TestALockedLocalVaultFailsOtherRetentions(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	locked := n.vault(backup.Vault{Account: member, Region: primary, Name: "locked", MinRetentionDays: 36})
	n.rename("twohop-simple", `"twohop-local"`, `"locked"`)
	n.advance(2*time.Hour - time.Minute)
	j := n.service.BackupJobs(member, primary)[0]
	assert.Equal(t, "FAILED", j.State)
	assert.Contains(t, j.StatusMessage, "not within the range specified for the target Backup Vault")
	assert.Empty(t, n.service.RecoveryPoints(locked))
}
