package backup_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
)

func (e *estate) list(in awsbackup.ListCopyJobsInput) []string {
	e.t.Helper()
	out, err := e.client(central, primary).ListCopyJobs(e.t.Context(), &in)
	require.NoError(e.t, err)
	var found []string
	for _, j := range out.CopyJobs {
		found = append(found, *j.CopyJobId)
	}
	return found
}

func TestCopyJobsAreFiltered(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) {
		c.Plan = func(j backup.CopyJob) backup.Course {
			course := backup.Course{Wait: time.Minute, Run: 10 * time.Minute}
			switch j.ResourceType {
			case "Aurora":
				course.End, course.Message = "FAILED", "Access Denied trying to call AWS Backup service."
			case "S3":
				course.End = "PARTIAL"
			}
			return course
		}
	})
	second := e.vault(backup.Vault{Account: central, Region: secondary, Name: "second", EncryptionKeyArn: finalKey})
	ordersPoint := e.point(e.intermediate, nil)
	completed := e.start(central, primary, e.hop2(ordersPoint)) // 03:00 to 03:11
	e.advance(20 * time.Minute)
	failed := e.start(central, primary, e.hop2(e.point(e.intermediate, ofType("Aurora", "arn:aws:rds:eu-central-1:111111111111:cluster:a")))) // 03:20 to 03:31
	e.advance(20 * time.Minute)
	partial := e.start(central, primary, e.hop2(e.point(e.intermediate, ofType("S3", ledger)))) // 03:40 to 03:51
	e.advance(20 * time.Minute)
	toSecond := e.hop2(ordersPoint)
	toSecond.DestinationBackupVaultArn = &second
	running := e.start(central, primary, toSecond)
	e.advance(time.Minute)
	created := e.start(central, primary, e.hop2(ordersPoint))
	e.start(member, primary, e.hop1(e.point(e.local, nil))) // not ours

	minutes := func(n int) *time.Time { return aws.Time(start.Add(time.Duration(n) * time.Minute)) }
	all := []string{created, running, partial, failed, completed}
	for name, c := range map[string]struct {
		in   awsbackup.ListCopyJobsInput
		want []string
	}{
		"no filter, newest first":   {awsbackup.ListCopyJobsInput{}, all},
		"any state":                 {awsbackup.ListCopyJobsInput{ByState: "ANY"}, all},
		"created":                   {awsbackup.ListCopyJobsInput{ByState: types.CopyJobStateCreated}, []string{created}},
		"running":                   {awsbackup.ListCopyJobsInput{ByState: types.CopyJobStateRunning}, []string{running}},
		"completed":                 {awsbackup.ListCopyJobsInput{ByState: types.CopyJobStateCompleted}, []string{completed}},
		"failed":                    {awsbackup.ListCopyJobsInput{ByState: types.CopyJobStateFailed}, []string{failed}},
		"partial":                   {awsbackup.ListCopyJobsInput{ByState: types.CopyJobStatePartial}, []string{partial}},
		"by resource":               {awsbackup.ListCopyJobsInput{ByResourceArn: aws.String(ledger)}, []string{partial}},
		"by type":                   {awsbackup.ListCopyJobsInput{ByResourceType: aws.String("RDS")}, []string{created, running, completed}},
		"by destination":            {awsbackup.ListCopyJobsInput{ByDestinationVaultArn: &second}, []string{running}},
		"by source point":           {awsbackup.ListCopyJobsInput{BySourceRecoveryPointArn: &ordersPoint}, []string{created, running, completed}},
		"by source and destination": {awsbackup.ListCopyJobsInput{BySourceRecoveryPointArn: &ordersPoint, ByDestinationVaultArn: &e.final}, []string{created, completed}},
		"of the own account":        {awsbackup.ListCopyJobsInput{ByAccountId: aws.String(central)}, all},
		"of another account":        {awsbackup.ListCopyJobsInput{ByAccountId: aws.String(member)}, nil},
		"created before":            {awsbackup.ListCopyJobsInput{ByCreatedBefore: minutes(20)}, []string{completed}},
		"created after":             {awsbackup.ListCopyJobsInput{ByCreatedAfter: minutes(40)}, []string{created, running}},
		"completed before":          {awsbackup.ListCopyJobsInput{ByCompleteBefore: minutes(31)}, []string{completed}},
		"completed after":           {awsbackup.ListCopyJobsInput{ByCompleteAfter: minutes(31)}, []string{partial}},
		"of a composite job":        {awsbackup.ListCopyJobsInput{ByParentJobId: aws.String("x")}, nil},
		"category success":          {awsbackup.ListCopyJobsInput{ByMessageCategory: aws.String("Success")}, []string{completed}},
		"category access denied":    {awsbackup.ListCopyJobsInput{ByMessageCategory: aws.String("AccessDenied")}, []string{failed}},
		"any category":              {awsbackup.ListCopyJobsInput{ByMessageCategory: aws.String("ANY")}, all},
		"all categories":            {awsbackup.ListCopyJobsInput{ByMessageCategory: aws.String("AGGREGATE_ALL")}, all},
		"two filters":               {awsbackup.ListCopyJobsInput{ByResourceType: aws.String("RDS"), ByState: types.CopyJobStateCompleted}, []string{completed}},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, e.list(c.in)) })
	}
}

func TestListsOfCopyJobsAreRefused(t *testing.T) {
	e := newEstate(t)
	for name, in := range map[string]awsbackup.ListCopyJobsInput{
		"by a state not in the API": {ByState: "ABORTED"},
		"by a bad type":             {ByResourceType: aws.String("a b")},
		"by a bad account":          {ByAccountId: aws.String("*")},
		"in too large pages":        {MaxResults: aws.Int32(1001)},
		"from a bad token":          {NextToken: aws.String("%%")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.client(central, primary).ListCopyJobs(t.Context(), &in)
			requireCode(t, err, "InvalidParameterValueException")
		})
	}
}

func TestThousandsOfJobsAreTurnedOverInPages(t *testing.T) {
	e := newEstate(t)
	const jobs = 2500
	want := make([]string, jobs)
	point := e.point(e.intermediate, ofType("EBS", "arn:aws:ec2:eu-central-1:111111111111:volume/vol-1"))
	start := func() string {
		j, err := e.service.StartCopy(central, primary, backup.StartCopyJobInput{
			RecoveryPointArn: point, SourceBackupVaultName: "intermediate", DestinationBackupVaultArn: e.final, IamRoleArn: centralRole})
		require.NoError(t, err)
		return j.CopyJobID
	}
	for i := range jobs {
		want[jobs-1-i] = start()
	}
	for size, pages := range map[int32]int{1000: 3, 500: 5, 0: 25} {
		t.Run(fmt.Sprintf("%d a page", size), func(t *testing.T) {
			in := &awsbackup.ListCopyJobsInput{ByDestinationVaultArn: &e.final}
			if size > 0 {
				in.MaxResults = &size
			}
			in.ByCreatedBefore = aws.Time(e.clock.Now().Add(time.Second)) // hides what starts below
			e.advance(2 * time.Second)
			turner := awsbackup.NewListCopyJobsPaginator(e.client(central, primary), in)
			var got []string
			turned := 0
			for ; turner.HasMorePages(); turned++ {
				page, err := turner.NextPage(t.Context())
				require.NoError(t, err)
				for _, j := range page.CopyJobs {
					got = append(got, *j.CopyJobId)
				}
			}
			assert.Equal(t, pages, turned)
			assert.Equal(t, want, got)
		})
	}
	t.Run("a job started meanwhile moves no page", func(t *testing.T) {
		c := e.client(central, primary)
		first, err := c.ListCopyJobs(t.Context(), &awsbackup.ListCopyJobsInput{MaxResults: aws.Int32(1000)})
		require.NoError(t, err)
		start()
		second, err := c.ListCopyJobs(t.Context(), &awsbackup.ListCopyJobsInput{MaxResults: aws.Int32(1000), NextToken: first.NextToken})
		require.NoError(t, err)
		assert.Equal(t, want[1000], *second.CopyJobs[0].CopyJobId)
	})
}

func TestJobsAreForgottenAfterTheirHistory(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.JobHistory = 24 * time.Hour })
	id := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	e.advance(24*time.Hour + 11*time.Minute)
	assert.Equal(t, []string{id}, e.list(awsbackup.ListCopyJobsInput{}))
	e.advance(time.Second)
	assert.Empty(t, e.list(awsbackup.ListCopyJobsInput{}))
	_, err := e.client(central, primary).DescribeCopyJob(t.Context(), &awsbackup.DescribeCopyJobInput{CopyJobId: &id})
	requireCode(t, err, "ResourceNotFoundException")
	assert.Len(t, e.service.CopyJobs(central, primary), 1)
}

func TestAJobIsSeenWhereItWasStarted(t *testing.T) {
	e := newEstate(t)
	id := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	for _, c := range []*awsbackup.Client{e.client(central, secondary), e.client(member, primary)} {
		_, err := c.DescribeCopyJob(t.Context(), &awsbackup.DescribeCopyJobInput{CopyJobId: &id})
		requireCode(t, err, "ResourceNotFoundException")
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.EventBatch = 5 * time.Minute })
	inputs := make([]*awsbackup.StartCopyJobInput, 20)
	for i := range inputs {
		inputs[i] = e.hop2(e.point(e.intermediate, ofType("RDS", fmt.Sprintf("arn:aws:rds:eu-central-1:111111111111:db:d-%d", i))))
		inputs[i].IdempotencyToken = aws.String(fmt.Sprint(i / 2)) // two callers, two points, one token
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	codes := map[string]int{}
	for _, in := range inputs {
		group.Go(func() {
			_, err := e.client(central, primary).StartCopyJob(t.Context(), in)
			_, listErr := e.client(central, primary).ListCopyJobs(t.Context(), &awsbackup.ListCopyJobsInput{})
			mu.Lock()
			defer mu.Unlock()
			assert.NoError(t, listErr)
			code := "started"
			if api := smithy.APIError(nil); errors.As(err, &api) {
				code = api.ErrorCode()
			}
			codes[code]++
		})
	}
	group.Go(func() { assert.NoError(t, e.clock.Advance(t.Context(), time.Hour)) })
	group.Wait()
	assert.Equal(t, map[string]int{"started": 10, "InvalidParameterValueException": 10}, codes)
	e.advance(time.Hour)
	assert.Equal(t, 10, e.count("COMPLETED"))
	assert.Len(t, e.events.take(), 30)
}
