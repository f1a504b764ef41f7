package estate_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func policy(t *testing.T, text, plan string) string {
	t.Helper()
	document, err := json.Marshal(parse(t, text).BackupPlan(plan))
	require.NoError(t, err)
	return string(document)
}

func TestTheBackupPolicyOfTwoHops(t *testing.T) {
	assert.JSONEq(t, `{"plans": {"twohop-cross-region-special": {
		"regions": {"@@assign": ["eu-central-1"]},
		"rules": {"cross-region-special": {
			"schedule_expression": {"@@assign": "cron(0 3 * * ? *)"},
			"start_backup_window_minutes": {"@@assign": "60"},
			"complete_backup_window_minutes": {"@@assign": "10080"},
			"target_backup_vault_name": {"@@assign": "twohop-local"},
			"lifecycle": {"delete_after_days": {"@@assign": "7"}},
			"recovery_point_tags": {
				"estate": {"tag_key": {"@@assign": "twohop:estate"}, "tag_value": {"@@assign": "twohop"}},
				"plan": {"tag_key": {"@@assign": "twohop:plan"}, "tag_value": {"@@assign": "cross-region-special"}}
			},
			"copy_actions": {"arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate": {
				"target_backup_vault_arn": {"@@assign": "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate"},
				"lifecycle": {"delete_after_days": {"@@assign": "7"}}
			}}
		}},
		"selections": {"tags": {"cross-region-special": {
			"iam_role_arn": {"@@assign": "arn:aws:iam::$account:role/twohop-BackupandRestore"},
			"tag_key": {"@@assign": "backup"},
			"tag_value": {"@@assign": ["cross-region-special"]}
		}}}
	}}}`, policy(t, least, "cross-region-special"))
}

func TestTheBackupPolicyOfADirectPlanCopiesToEveryRegion(t *testing.T) {
	e := parse(t, over("regions: {primary: eu-central-1, secondary: [eu-north-1, eu-west-1]}\nvaults: {copies: {account: backup, region: primary}}\nplans: {cross-region: {retention: {local: 7, final: 35, copies: 90}}}\n"))
	document := e.BackupPlan("cross-region")
	plan := document["plans"].(map[string]any)[e.Called("cross-region")].(map[string]any)
	actions := plan["rules"].(map[string]any)["cross-region"].(map[string]any)["copy_actions"].(map[string]any)
	days := map[string]string{}
	for arn, action := range actions {
		fields := action.(map[string]any)
		assert.Equal(t, map[string]any{"@@assign": arn}, fields["target_backup_vault_arn"], "AWS wants the key once more")
		days[arn] = fields["lifecycle"].(map[string]any)["delete_after_days"].(map[string]any)["@@assign"].(string)
	}
	assert.Equal(t, map[string]string{
		"arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-copies": "90",
		"arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final":    "35",
		"arn:aws:backup:eu-west-1:222222222222:backup-vault:twohop-final":     "35",
	}, days)
}

func TestABackupPolicySaysOnlyWhatItMust(t *testing.T) {
	simple := policy(t, least, "simple")
	assert.NotContains(t, simple, "copy_actions", "a plan without copies")
	assert.NotContains(t, simple, "timezone", "schedules are in UTC by themselves")
	assert.NotContains(t, policy(t, least+"plans: {simple: {timezone: UTC}}\n", "simple"), "timezone", "by either of its names")
}

func TestBackupPoliciesInGovCloud(t *testing.T) {
	text := policy(t, over("regions: {primary: us-gov-west-1, secondary: [us-gov-east-1]}\n"), "cross-region")
	assert.Contains(t, text, "arn:aws-us-gov:iam::$account:role/twohop-BackupandRestore")
	assert.Contains(t, text, "arn:aws-us-gov:backup:us-gov-east-1:222222222222:backup-vault:twohop-final")
}
