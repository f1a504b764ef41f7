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
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/ids"
)

// demand is an on-demand backup of the database orders.
func (n *night) demand(change func(*awsbackup.StartBackupJobInput)) (string, error) {
	in := &awsbackup.StartBackupJobInput{BackupVaultName: aws.String("twohop-local"), ResourceArn: aws.String(orders), IamRoleArn: aws.String(nightRole)}
	if change != nil {
		change(in)
	}
	out, err := n.client(member, primary).StartBackupJob(n.t.Context(), in)
	if err != nil {
		return "", err
	}
	return *out.BackupJobId, nil
}

func (n *night) describeJob(id string) *awsbackup.DescribeBackupJobOutput {
	n.t.Helper()
	out, err := n.client(member, primary).DescribeBackupJob(n.t.Context(), &awsbackup.DescribeBackupJobInput{BackupJobId: &id})
	require.NoError(n.t, err)
	return out
}

func (n *night) course(c copies.Course) {
	n.configure(func(config *backup.Config) { config.Backups.Plan = func(jobs.Job) copies.Course { return c } })
}

func TestABackupOnDemandLivesItsCourse(t *testing.T) {
	n := newNight(t)
	n.addResources()
	id, err := n.demand(func(in *awsbackup.StartBackupJobInput) {
		in.Lifecycle, in.RecoveryPointTags = &types.Lifecycle{DeleteAfterDays: aws.Int64(9)}, map[string]string{"by": "hand"}
	})
	require.NoError(t, err)
	created := n.describeJob(id)
	assert.Equal(t, types.BackupJobStateCreated, created.State)
	assert.Equal(t, midnight.Add(8*time.Hour), *created.StartBy)
	assert.Nil(t, created.CreatedBy)
	assert.Equal(t, "0.0", *created.PercentDone)
	n.advance(25 * time.Minute)
	assert.Equal(t, types.BackupJobStateRunning, n.describeJob(id).State)
	assert.Equal(t, "50.0", *n.describeJob(id).PercentDone)
	n.advance(5 * time.Minute)
	done := n.describeJob(id)
	assert.Equal(t, types.BackupJobStateCompleted, done.State)
	assert.Equal(t, midnight.Add(30*time.Minute), *done.CompletionDate)
	assert.Equal(t, "SUCCESS", *done.MessageCategory)
	assert.Equal(t, dataKey, *done.EncryptionKeyArn)
	p := n.only(n.local, orders)
	assert.Equal(t, *done.RecoveryPointArn, p.RecoveryPointArn)
	assert.EqualValues(t, 9, *p.Lifecycle.DeleteAfterDays)
	assert.Equal(t, "hand", p.Tags["by"])
	assert.Nil(t, p.CreatedBy)
	assert.Empty(t, n.service.CopyJobs(member, primary))
}

func TestBackupsOnDemandAreRefused(t *testing.T) {
	n := newNight(t)
	n.addResources()
	require.NoError(t, n.iam.AddRole(iam.Role{Account: member, Name: "default", Managed: []string{backupPolicy},
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}))
	const insufficient = " does not have sufficient permissions to execute the backup."
	set := func(change func(*awsbackup.StartBackupJobInput)) func(*awsbackup.StartBackupJobInput) { return change }
	for name, c := range map[string]struct {
		code, message string
		change        func(*awsbackup.StartBackupJobInput)
	}{
		"without a vault":             {"MissingParameterValueException", "BackupVaultName", set(func(in *awsbackup.StartBackupJobInput) { in.BackupVaultName = aws.String("") })},
		"without a resource":          {"MissingParameterValueException", "ResourceArn", set(func(in *awsbackup.StartBackupJobInput) { in.ResourceArn = aws.String("") })},
		"into a vault's ARN":          {"InvalidParameterValueException", "Invalid backup vault name", set(func(in *awsbackup.StartBackupJobInput) { in.BackupVaultName = &n.local })},
		"of what is no ARN":           {"InvalidParameterValueException", "Invalid resource ARN", set(func(in *awsbackup.StartBackupJobInput) { in.ResourceArn = aws.String("orders") })},
		"of a resource not there":     {"ResourceNotFoundException", "cannot be found", set(func(in *awsbackup.StartBackupJobInput) { in.ResourceArn = aws.String(orders + "-2") })},
		"into a vault not there":      {"ResourceNotFoundException", "cannot be found", set(func(in *awsbackup.StartBackupJobInput) { in.BackupVaultName = aws.String("nowhere") })},
		"with another account's role": {"InvalidParameterValueException", "no role of account", set(func(in *awsbackup.StartBackupJobInput) { in.IamRoleArn = aws.String(centralRole) })},
		"with a bad lifecycle": {"InvalidParameterValueException", "lifecycle", set(func(in *awsbackup.StartBackupJobInput) {
			in.Lifecycle = &types.Lifecycle{DeleteAfterDays: aws.Int64(0)}
		})},
		"with a short start window":     {"InvalidParameterValueException", "StartWindowMinutes", set(func(in *awsbackup.StartBackupJobInput) { in.StartWindowMinutes = aws.Int64(59) })},
		"with no window to complete":    {"InvalidParameterValueException", "CompleteWindowMinutes", set(func(in *awsbackup.StartBackupJobInput) { in.CompleteWindowMinutes = aws.Int64(0) })},
		"with options":                  {"SerializationException", "BackupOptions", set(func(in *awsbackup.StartBackupJobInput) { in.BackupOptions = map[string]string{"WindowsVSS": "enabled"} })},
		"with a role that is not there": {"InvalidParameterValueException", "IAM Role " + memberRole + insufficient, set(func(in *awsbackup.StartBackupJobInput) { in.IamRoleArn = aws.String(memberRole) })},
		"of a bucket with the default role's policies": {"InvalidParameterValueException", "IAM Role arn:aws:iam::111111111111:role/default" + insufficient,
			set(func(in *awsbackup.StartBackupJobInput) {
				in.ResourceArn, in.IamRoleArn = aws.String(bucketARN), aws.String("arn:aws:iam::111111111111:role/default")
			})},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := n.demand(c.change)
			assert.Contains(t, requireCode(t, err, c.code), c.message)
		})
	}
	assert.Empty(t, n.service.BackupJobs(member, primary))
}

func TestARepeatedTokenStandsForTheFirstBackup(t *testing.T) {
	n := newNight(t)
	n.addResources()
	token := func(in *awsbackup.StartBackupJobInput) { in.IdempotencyToken = aws.String("once") }
	first, err := n.demand(token)
	require.NoError(t, err)
	again, err := n.demand(token)
	require.NoError(t, err)
	assert.Equal(t, first, again)
	assert.Len(t, n.service.BackupJobs(member, primary), 1)
	_, err = n.demand(func(in *awsbackup.StartBackupJobInput) {
		token(in)
		in.ResourceArn = aws.String(simpleARN)
	})
	requireCode(t, err, "InvalidParameterValueException")
}

func TestBackupJobsAreFiltered(t *testing.T) {
	n := newNight(t)
	n.addResources()
	for _, resource := range []string{orders, simpleARN, bucketARN} {
		_, err := n.demand(func(in *awsbackup.StartBackupJobInput) { in.ResourceArn = &resource })
		require.NoError(t, err)
		n.advance(20 * time.Minute)
	}
	at := func(minutes int) *time.Time { return aws.Time(midnight.Add(time.Duration(minutes) * time.Minute)) }
	for name, c := range map[string]struct {
		in   awsbackup.ListBackupJobsInput
		want []string
	}{
		"all, newest first":      {awsbackup.ListBackupJobsInput{}, []string{bucketARN, simpleARN, orders}},
		"by resource":            {awsbackup.ListBackupJobsInput{ByResourceArn: aws.String(orders)}, []string{orders}},
		"by type":                {awsbackup.ListBackupJobsInput{ByResourceType: aws.String("S3")}, []string{bucketARN}},
		"by state":               {awsbackup.ListBackupJobsInput{ByState: types.BackupJobStateCompleted}, []string{simpleARN, orders}},
		"by vault":               {awsbackup.ListBackupJobsInput{ByBackupVaultName: aws.String("other")}, []string{}},
		"by account":             {awsbackup.ListBackupJobsInput{ByAccountId: aws.String(central)}, []string{}},
		"by creation":            {awsbackup.ListBackupJobsInput{ByCreatedAfter: at(10), ByCreatedBefore: at(30)}, []string{simpleARN}},
		"by completion":          {awsbackup.ListBackupJobsInput{ByCompleteAfter: at(0), ByCompleteBefore: at(40)}, []string{orders}},
		"by category":            {awsbackup.ListBackupJobsInput{ByMessageCategory: aws.String("success")}, []string{simpleARN, orders}},
		"by any category, state": {awsbackup.ListBackupJobsInput{ByMessageCategory: aws.String("ANY"), ByState: "ANY"}, []string{bucketARN, simpleARN, orders}},
		"by parent":              {awsbackup.ListBackupJobsInput{ByParentJobId: aws.String("p")}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.MaxResults = aws.Int32(1)
			got := []string{}
			pages := awsbackup.NewListBackupJobsPaginator(n.client(member, primary), &c.in)
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				require.NoError(t, err)
				for _, j := range page.BackupJobs {
					got = append(got, *j.ResourceArn)
				}
			}
			assert.Equal(t, c.want, got)
		})
	}
	_, err := n.client(member, primary).ListBackupJobs(t.Context(), &awsbackup.ListBackupJobsInput{ByState: "GONE"})
	requireCode(t, err, "InvalidParameterValueException")
	_, err = n.client(member, primary).DescribeBackupJob(t.Context(), &awsbackup.DescribeBackupJobInput{BackupJobId: aws.String("x")})
	requireCode(t, err, "ResourceNotFoundException")
	n.advance(31 * 24 * time.Hour)
	out, err := n.client(member, primary).ListBackupJobs(t.Context(), &awsbackup.ListBackupJobsInput{})
	require.NoError(t, err)
	assert.Empty(t, out.BackupJobs, "history ends")
}

func TestABackupThatCannotBeginOrEndExpires(t *testing.T) {
	for name, c := range map[string]struct {
		course  copies.Course
		change  func(*awsbackup.StartBackupJobInput)
		at      time.Duration
		message string
	}{
		"it takes longer than its window": {copies.Course{Wait: time.Minute, Run: 5 * time.Hour},
			func(in *awsbackup.StartBackupJobInput) { in.CompleteWindowMinutes = aws.Int64(120) }, 2 * time.Hour, "Backup job expired before completion."},
		"it would begin after its window": {copies.Course{Wait: 3 * time.Hour},
			func(in *awsbackup.StartBackupJobInput) { in.StartWindowMinutes = aws.Int64(60) }, time.Hour, "Backup job expired before completion."},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNight(t)
			n.addResources()
			n.course(c.course)
			id, err := n.demand(c.change)
			require.NoError(t, err)
			n.advance(6 * time.Hour)
			j := n.describeJob(id)
			assert.Equal(t, types.BackupJobStateExpired, j.State)
			assert.Equal(t, c.message, *j.StatusMessage)
			assert.Equal(t, midnight.Add(c.at), *j.CompletionDate)
			assert.Empty(t, n.service.RecoveryPoints(n.local))
		})
	}
}

func TestABackupThatAnotherKeepsWaitingExpires(t *testing.T) {
	n := newNight(t)
	n.addResources()
	n.course(copies.Course{Wait: time.Minute, Run: 4 * time.Hour})
	short := func(in *awsbackup.StartBackupJobInput) { in.StartWindowMinutes = aws.Int64(60) }
	first, err := n.demand(short)
	require.NoError(t, err)
	second, err := n.demand(short)
	require.NoError(t, err)
	third, err := n.demand(nil) // its window is longer than the first job's run
	require.NoError(t, err)
	n.events.take()
	n.advance(5 * time.Hour)
	assert.Equal(t, types.BackupJobStateCompleted, n.describeJob(first).State)
	expired := n.describeJob(second)
	assert.Equal(t, types.BackupJobStateExpired, expired.State)
	assert.Equal(t, "Backup job failed because there was a running job for the same resource.", *expired.StatusMessage)
	assert.Equal(t, types.BackupJobStateRunning, n.describeJob(third).State)
	assert.Contains(t, n.events.take()[1].Detail, `"statusMessage":"\"Backup job failed because there was a running job for the same resource.\""`)
}

func TestBackupsAndCopiesOfAResourceTakeTurns(t *testing.T) {
	n := newNight(t)
	n.addResources()
	point := n.point(n.local, func(p *backup.RecoveryPoint) { p.EncryptionKeyArn = dataKey })
	n.configure(func(c *backup.Config) { c.Plan = plan(backup.Course{Wait: 5 * time.Minute, Run: time.Hour}) })
	n.course(copies.Course{Wait: 10 * time.Minute, Run: time.Hour})
	in := n.hop1(point)
	in.SourceBackupVaultName, in.IamRoleArn = aws.String("twohop-local"), aws.String(nightRole)
	before := n.start(member, primary, in)
	backedUp, err := n.demand(nil)
	require.NoError(t, err)
	n.advance(30 * time.Minute)
	after := n.start(member, primary, in)
	assert.Equal(t, types.BackupJobStateCreated, n.describeJob(backedUp).State, "the copy runs")
	n.advance(36 * time.Minute) // 1 h 6 min
	assert.Equal(t, types.CopyJobStateCompleted, n.job(member, primary, before).State)
	running := map[bool]int{
		n.describeJob(backedUp).State == types.BackupJobStateRunning:     1,
		n.job(member, primary, after).State == types.CopyJobStateRunning: 1,
	}
	assert.Len(t, running, 2, "one of the two runs, the other waits")
	n.advance(2 * time.Hour)
	assert.Equal(t, types.BackupJobStateCompleted, n.describeJob(backedUp).State)
	assert.Equal(t, types.CopyJobStateCompleted, n.job(member, primary, after).State)
}

func TestABackupCanEndBadly(t *testing.T) {
	for end, message := range map[string]string{"FAILED": "the volume was not found", "ABORTED": "", "WELL": "awssim: no backup job can end as WELL"} {
		t.Run(end, func(t *testing.T) {
			n := newNight(t)
			n.addResources()
			n.course(copies.Course{End: end, Message: message})
			id, err := n.demand(nil)
			require.NoError(t, err)
			n.advance(time.Hour)
			j := n.describeJob(id)
			if end != "WELL" {
				assert.Equal(t, end, string(j.State))
			}
			assert.Equal(t, message, aws.ToString(j.StatusMessage))
			assert.Empty(t, n.service.RecoveryPoints(n.local))
		})
	}
}

func TestTheDefaultCourseBeginsWithinTheWindow(t *testing.T) {
	course := jobs.DefaultPlan(ids.New(1))
	moments := map[time.Duration]bool{}
	for range 50 {
		j := jobs.Job{CreatedBy: &vaults.Creator{}, BackupSizeInBytes: 200 << 30}
		j.CreationDate.Time, j.StartBy.Time = midnight, midnight.Add(time.Hour)
		c := course(j)
		moments[c.Wait] = true
		assert.Less(t, c.Wait, time.Hour)
		assert.GreaterOrEqual(t, c.Wait, time.Duration(0))
		assert.InDelta(t, 5*60+1024, c.Run.Seconds(), 140)
	}
	assert.Greater(t, len(moments), 30)
	assert.Equal(t, time.Minute, course(jobs.Job{}).Wait, "on demand")
}
