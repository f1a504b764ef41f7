package clients_test

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
)

const ledger = "arn:aws:rds:eu-central-1:111111111111:db:ledger"

// effective are the backup policies of accounts, as they count for them.
type effective map[string]string

func (e effective) Accounts() []string { return slices.Collect(maps.Keys(e)) }
func (e effective) Effective(account string) (json.RawMessage, bool) {
	return json.RawMessage(e[account]), e[account] != ""
}

// addPlan gives the member the database ledger and a plan that fires on New Year's
// Day; the API has no calls for either.
func (l *local) addPlan() {
	l.t.Helper()
	require.NoError(l.t, l.Backup.Resources.Add(backup.Resource{ARN: ledger, Type: "RDS", Account: member, Region: primary, SizeBytes: 1 << 30}))
	policies := effective{member: `{"plans":{"yearly":{"regions":["eu-central-1"],
		"rules":{"newyear":{"schedule_expression":"cron(0 12 1 1 ? *)","target_backup_vault_name":"plans","start_backup_window_minutes":"60",
			"lifecycle":{"delete_after_days":"35"},"recovery_point_tags":{"t":{"tag_key":"made-by","tag_value":"plan"}},
			"copy_actions":{"arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate":{"lifecycle":{"delete_after_days":"7"}}}}},
		"selections":{"tags":{"s":{"iam_role_arn":"arn:aws:iam::111111111111:role/BackupandRestore","tag_key":"backup","tag_value":["yes"]}}}}}}`}
	l.Backup.Configure(func(c *backup.Config) { c.Plans.Accounts, c.Plans.Policies = policies, policies })
	require.NoError(l.t, l.Backup.Plans.Refresh())
}

func plansByCLI(s shell) {
	s.addPlan()
	s.addVault(member, primary, "plans")
	type plan struct {
		BackupPlanArn, BackupPlanID, BackupPlanName, VersionID string
		CreationDate                                           time.Time
	}
	listed := read[struct{ BackupPlansList []plan }](s, "backup list-backup-plans --page-size 1").BackupPlansList
	require.Len(s.t, listed, 1)
	assert.Equal(s.t, "yearly", listed[0].BackupPlanName)
	assertTime(s.t, "2026-11-01T03:00:00Z", listed[0].CreationDate)
	shown := read[struct {
		BackupPlan struct {
			BackupPlanName string
			Rules          []struct {
				RuleName, ScheduleExpression, TargetBackupVaultName string
				StartWindowMinutes                                  int
				RecoveryPointTags                                   map[string]string
			}
		}
		BackupPlanArn, VersionID string
	}](s, "backup get-backup-plan --backup-plan-id", listed[0].BackupPlanID)
	assert.Equal(s.t, listed[0].BackupPlanArn, shown.BackupPlanArn)
	assert.Equal(s.t, "cron(0 12 1 1 ? *)", shown.BackupPlan.Rules[0].ScheduleExpression)
	assert.Equal(s.t, map[string]string{"made-by": "plan"}, shown.BackupPlan.Rules[0].RecoveryPointTags)
	s.refused("ResourceNotFoundException", "GetBackupPlan", "backup get-backup-plan --backup-plan-id none")
}

func backupsByCLI(s shell) {
	s.addPlan()
	s.addVault(member, primary, "plans")
	start := []string{"--resource-arn", ledger, "--iam-role-arn", memberRole}
	started := read[struct {
		BackupJobID  string
		CreationDate time.Time
	}](s, "backup start-backup-job --backup-vault-name plans --start-window-minutes 60 --lifecycle DeleteAfterDays=9 --recovery-point-tags by=hand", start...)
	assertTime(s.t, "2026-11-01T03:00:00Z", started.CreationDate)
	s.pass(20 * time.Minute)
	type job struct {
		BackupJobID, State, RecoveryPointArn, ResourceType, PercentDone string
		StartBy, CompletionDate                                         time.Time
	}
	done := read[job](s, "backup describe-backup-job --backup-job-id", started.BackupJobID)
	assert.Equal(s.t, "COMPLETED", done.State)
	assert.Equal(s.t, "100.0", done.PercentDone)
	assertTime(s.t, "2026-11-01T04:00:00Z", done.StartBy)
	s.prints(`{"Tags": {"by": "hand"}}`, "backup list-tags --resource-arn", done.RecoveryPointArn)
	again := read[job](s, "backup start-backup-job --backup-vault-name plans", start...)
	listed := read[struct{ BackupJobs []job }](s, "backup list-backup-jobs --page-size 1 --by-backup-vault-name plans --by-resource-type RDS").BackupJobs
	require.Len(s.t, listed, 2)
	assert.Equal(s.t, again.BackupJobID, listed[0].BackupJobID, "newest first")
	assert.Equal(s.t, "CREATED", listed[0].State)
	s.refused("ResourceNotFoundException", "StartBackupJob", "backup start-backup-job --backup-vault-name none", start...)
	s.refused("ResourceNotFoundException", "DescribeBackupJob", "backup describe-backup-job --backup-job-id none")
}

func accessPoliciesByCLI(s shell) {
	s.addVault(member, primary, "local")
	s.refused("ResourceNotFoundException", "GetBackupVaultAccessPolicy", "backup get-backup-vault-access-policy --backup-vault-name local")
	const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"backup:CopyIntoBackupVault","Resource":"*"}]}`
	s.prints("", "backup put-backup-vault-access-policy --backup-vault-name local --policy", policy)
	shown := read[struct{ BackupVaultName, Policy string }](s, "backup get-backup-vault-access-policy --backup-vault-name local")
	assert.Equal(s.t, policy, shown.Policy)
	s.refused("InvalidParameterValueException", "PutBackupVaultAccessPolicy", "backup put-backup-vault-access-policy --backup-vault-name local --policy {}")
}
