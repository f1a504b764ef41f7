package backup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
)

func TestANightOfTheThreePlans(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	n.advance(6 * time.Hour)

	local := map[string]string{} // keys by resource
	for _, p := range n.service.RecoveryPoints(n.local) {
		local[p.ResourceArn] = p.EncryptionKeyArn
	}
	assert.Equal(t, map[string]string{
		bucketARN: localKey, // re-encrypted at once
		volumeARN: dataKey, orders: dataKey, auroraARN: dataKey, docARN: dataKey, graphARN: dataKey, simpleARN: dataKey,
	}, local)
	for _, resource := range []string{bucketARN, volumeARN} {
		p := n.only(n.final, resource)
		assert.Equal(t, finalKey, p.EncryptionKeyArn)
		assert.EqualValues(t, 35, *p.Lifecycle.DeleteAfterDays)
		assert.Equal(t, n.local, p.SourceBackupVaultArn)
	}
	for _, resource := range []string{orders, auroraARN, docARN, graphARN} {
		p := n.only(n.intermediate, resource)
		assert.Equal(t, intermediateKey, p.EncryptionKeyArn)
		assert.EqualValues(t, 7, *p.Lifecycle.DeleteAfterDays)
		assert.Equal(t, n.only(n.local, resource).CreationDate, p.CreationDate)
	}
	assert.Len(t, n.service.RecoveryPoints(n.final), 2)
	assert.Len(t, n.service.RecoveryPoints(n.intermediate), 4)
	assert.Len(t, n.service.BackupJobs(member, primary), 7)
	assert.Len(t, n.service.CopyJobs(member, primary), 6)
	n.followOne(t)

	n.advance(24 * time.Hour)
	assert.Len(t, n.service.RecoveryPoints(n.local), 14, "every night")
}

// followOne looks closely at what became of one database.
func (n *night) followOne(t *testing.T) {
	t.Helper()
	p := n.only(n.local, orders)
	assert.Equal(t, midnight.Add(3*time.Hour+20*time.Minute), p.CreationDate.Time, "the start of its run")
	assert.Equal(t, midnight.Add(3*time.Hour+30*time.Minute), p.CompletionDate.Time)
	assert.Equal(t, map[string]string{"backup": "cross-region-special", "twohop:estate": "twohop", "twohop:plan": "cross-region-special"}, p.Tags)
	assert.Equal(t, nightRole, p.IamRoleArn)

	plan := n.plan("twohop-cross-region-special")
	assert.Regexp(t, `^orgs/[0-9a-f-]{36}$`, *plan.BackupPlanId)
	assert.Equal(t, "arn:aws:backup:eu-central-1:111111111111:backup-plan:"+*plan.BackupPlanId, *plan.BackupPlanArn)
	assert.Equal(t, midnight.Add(3*time.Hour), *plan.LastExecutionDate)
	by := &backup.Creator{BackupPlanID: *plan.BackupPlanId, BackupPlanArn: *plan.BackupPlanArn, BackupPlanVersion: *plan.VersionId, BackupRuleID: p.CreatedBy.BackupRuleID}
	assert.Equal(t, by, p.CreatedBy)
	assert.Equal(t, by, n.only(n.intermediate, orders).CreatedBy)
	for _, j := range n.service.CopyJobs(member, primary) {
		if j.ResourceArn == orders {
			assert.Equal(t, by, j.CreatedBy)
			assert.Equal(t, nightRole, j.IamRoleArn)
		}
	}

	out, err := n.client(member, primary).GetBackupPlan(t.Context(), &awsbackup.GetBackupPlanInput{BackupPlanId: plan.BackupPlanId})
	require.NoError(t, err)
	require.Len(t, out.BackupPlan.Rules, 1)
	rule := out.BackupPlan.Rules[0]
	assert.Equal(t, by.BackupRuleID, *rule.RuleId)
	assert.Equal(t, "cron(0 3 * * ? *)", *rule.ScheduleExpression)
	assert.Equal(t, "UTC", *rule.ScheduleExpressionTimezone)
	assert.EqualValues(t, 60, *rule.StartWindowMinutes)
	assert.EqualValues(t, 10080, *rule.CompletionWindowMinutes)
	assert.Equal(t, n.intermediate, *rule.CopyActions[0].DestinationBackupVaultArn)
	assert.EqualValues(t, 7, *rule.CopyActions[0].Lifecycle.DeleteAfterDays)
}

func (n *night) plan(name string) types.BackupPlansListMember {
	n.t.Helper()
	out, err := n.client(member, primary).ListBackupPlans(n.t.Context(), &awsbackup.ListBackupPlansInput{})
	require.NoError(n.t, err)
	for _, p := range out.BackupPlansList {
		if *p.BackupPlanName == name {
			return p
		}
	}
	require.Fail(n.t, "no plan "+name)
	return types.BackupPlansListMember{}
}

const createdBackup = `{"backupJobId": "JOB", "state": "CREATED", "creationDate": "2026-11-01T01:00:00.000Z"}`

const ofBackup = `"backupJobId": "JOB",
	"backupVaultArn": "arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local", "backupVaultName": "twohop-local",
	"creationDate": "2026-11-01T01:00:00.000Z", "iamRoleArn": "arn:aws:iam::111111111111:role/twohop-BackupandRestore",
	"resourceArn": "arn:aws:rds:eu-central-1:111111111111:db:simple", "resourceType": "RDS", "startBy": "2026-11-01T02:00:00.000Z",
	"createdBy": {"backupPlanId": "PLAN", "backupPlanArn": "arn:aws:backup:eu-central-1:111111111111:backup-plan:PLAN", "backupPlanVersion": "VERSION", "backupPlanRuleId": "RULE"}`

func TestTheEventsOfABackup(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	n.advance(2*time.Hour - time.Minute)
	done := n.service.BackupJobs(member, primary)[0]
	fill := strings.NewReplacer("JOB", done.BackupJobID, "PLAN", done.CreatedBy.BackupPlanID, "VERSION", done.CreatedBy.BackupPlanVersion, "RULE", done.CreatedBy.BackupRuleID)
	got := n.events.take()
	require.Len(t, got, 3)
	for i, want := range []struct {
		after     time.Duration
		resources []string
		detail    string
	}{
		{time.Hour, []string{}, createdBackup},
		{80 * time.Minute, []string{}, `{"state": "RUNNING", "backupSizeInBytes": "10737418240", "bytesTransferred": "0", "percentDone": 0, ` + ofBackup + `}`},
		{90 * time.Minute, []string{done.RecoveryPointArn}, `{"state": "COMPLETED", "backupSizeInBytes": "10737418240", "bytesTransferred": "10737418240",
			"percentDone": 100, "completionDate": "2026-11-01T01:30:00.000Z", ` + ofBackup + `}`},
	} {
		assert.JSONEq(t, fill.Replace(want.detail), got[i].Detail)
		got[i].Detail = ""
		assert.Equal(t, told{member, primary, "Backup Job State Change", want.resources, "", midnight.Add(want.after)}, got[i])
	}
}

func TestOnlyWhatIsOptedInIsBackedUp(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	n.optIn("RDS", "EBS")
	n.advance(6 * time.Hour)
	got := []string{}
	for _, j := range n.service.BackupJobs(member, primary) {
		got = append(got, j.ResourceArn)
	}
	assert.ElementsMatch(t, []string{volumeARN, orders, simpleARN}, got)
}

func TestTagsAreReadWhenARuleFires(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	require.NoError(t, n.service.Resources.SetTags(simpleARN, nil))
	require.NoError(t, n.service.Resources.SetTags(looseARN, map[string]string{"backup": "simple"}))
	n.advance(2*time.Hour - time.Minute)
	got := n.service.BackupJobs(member, primary)
	require.Len(t, got, 1)
	assert.Equal(t, looseARN, got[0].ResourceArn)
}

func TestAnUnknownPlanIsNotFound(t *testing.T) {
	n := newNight(t)
	_, err := n.client(member, primary).GetBackupPlan(t.Context(), &awsbackup.GetBackupPlanInput{BackupPlanId: aws.String("orgs/1")})
	requireCode(t, err, "ResourceNotFoundException")
	_, err = n.client(member, primary).GetBackupPlan(t.Context(), &awsbackup.GetBackupPlanInput{BackupPlanId: aws.String("orgs/1"), MaxScheduledRunsPreview: 3})
	assert.Contains(t, requireCode(t, err, "InvalidParameterValueException"), "previews no runs")
	_, err = n.client(member, primary).ListBackupPlans(t.Context(), &awsbackup.ListBackupPlansInput{IncludeDeleted: aws.Bool(true)})
	assert.Contains(t, requireCode(t, err, "InvalidParameterValueException"), "deleted")
}
