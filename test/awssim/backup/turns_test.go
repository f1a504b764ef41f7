package backup_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestACopyWaitsForTheBackupOfItsResource(t *testing.T) {
	n := newNight(t)
	n.addResources()
	in := n.hop1(n.point(n.local, func(p *backup.RecoveryPoint) { p.EncryptionKeyArn = dataKey }))
	in.SourceBackupVaultName, in.IamRoleArn = aws.String("twohop-local"), aws.String(nightRole)
	n.course(copies.Course{Run: time.Hour})
	backedUp, err := n.demand(nil)
	require.NoError(t, err)
	n.advance(time.Minute)
	copied := n.start(member, primary, in)
	n.advance(58 * time.Minute)
	assert.Equal(t, types.BackupJobStateRunning, n.describeJob(backedUp).State)
	assert.Equal(t, types.CopyJobStateCreated, n.job(member, primary, copied).State)
	n.advance(time.Minute)
	assert.Equal(t, types.BackupJobStateCompleted, n.describeJob(backedUp).State)
	assert.Equal(t, types.CopyJobStateRunning, n.job(member, primary, copied).State, "it begins at once")
	n.advance(10 * time.Minute)
	assert.Equal(t, types.CopyJobStateCompleted, n.job(member, primary, copied).State)
}

func TestTheRightsThatCallsTake(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.attachGolden()
	plan := n.plan("twohop-simple")
	var needs []wire.Need
	n.server.Config.Handler.(*wire.Server).Authorize = func(_ wire.Caller, need wire.Need) *wire.Error {
		needs = append(needs, need)
		return nil
	}
	client := n.client(member, primary)
	_, err := n.demand(nil)
	require.NoError(t, err)
	_, err = client.GetBackupPlan(t.Context(), &awsbackup.GetBackupPlanInput{BackupPlanId: plan.BackupPlanId})
	require.NoError(t, err)
	_, err = client.ListBackupJobs(t.Context(), &awsbackup.ListBackupJobsInput{})
	require.NoError(t, err)
	require.NoError(t, n.service.PutVaultPolicy(n.local, admits))
	_, err = client.GetBackupVaultAccessPolicy(t.Context(), &awsbackup.GetBackupVaultAccessPolicyInput{BackupVaultName: aws.String("twohop-local")})
	require.NoError(t, err)
	_, err = client.PutBackupVaultAccessPolicy(t.Context(), &awsbackup.PutBackupVaultAccessPolicyInput{BackupVaultName: aws.String("twohop-local"), Policy: aws.String(admits)})
	require.NoError(t, err)
	assert.Equal(t, []wire.Need{
		{Action: "backup:StartBackupJob", Resource: n.local},
		{Action: "iam:PassRole", Resource: nightRole, Context: map[string][]string{"iam:PassedToService": {"backup.amazonaws.com"}}},
		{Action: "backup:GetBackupPlan", Resource: *plan.BackupPlanArn},
		{Action: "backup:ListBackupJobs", Resource: "*"},
		{Action: "backup:GetBackupVaultAccessPolicy", Resource: n.local},
		{Action: "backup:PutBackupVaultAccessPolicy", Resource: n.local},
	}, needs)
}
