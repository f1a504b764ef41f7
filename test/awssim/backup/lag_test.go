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
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
)

// Bounds of the lag in these tests: shorter than any step of a job.
const (
	jobsLag   = 30 * time.Second
	pointsLag = 2 * time.Minute
)

// newLaggingEstate is newEstate with reads that lag.
func newLaggingEstate(t *testing.T) *estate {
	e := newEstate(t)
	e.configure(func(c *backup.Config) {
		points := lag.Delay{Usual: pointsLag, Most: pointsLag}
		c.Lag = lag.Config{Seed: 1, Jobs: lag.Delay{Usual: jobsLag, Most: jobsLag}, Copies: points, Deletions: points}
	})
	return e
}

// listed are the states of the second hops that ListCopyJobs shows.
func (e *estate) listed() []types.CopyJobState {
	e.t.Helper()
	states := []types.CopyJobState{}
	all, err := e.client(central, primary).ListCopyJobs(e.t.Context(), &awsbackup.ListCopyJobsInput{})
	require.NoError(e.t, err)
	for _, job := range all.CopyJobs {
		states = append(states, job.State)
	}
	return states
}

func TestAJobAndItsStatesAreShownAfterAWhile(t *testing.T) {
	e := newLaggingEstate(t)
	id := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	assert.Empty(t, e.listed())
	_, err := e.client(central, primary).DescribeCopyJob(t.Context(), &awsbackup.DescribeCopyJobInput{CopyJobId: &id})
	requireCode(t, err, "ResourceNotFoundException")
	assert.Len(t, e.service.CopyJobs(central, primary), 1, "the service itself knows at once")
	assert.Len(t, e.events.take(), 1, "and events do not wait for lists")

	e.advance(jobsLag)
	assert.Equal(t, []types.CopyJobState{"CREATED"}, e.listed())
	e.advance(time.Minute - jobsLag)
	assert.Equal(t, []types.CopyJobState{"CREATED"}, e.listed(), "it runs already")
	assert.Len(t, e.list(awsbackup.ListCopyJobsInput{ByState: "CREATED"}), 1, "filters see what is shown")
	assert.Empty(t, e.list(awsbackup.ListCopyJobsInput{ByState: "RUNNING"}))
	assert.Equal(t, "RUNNING", e.service.CopyJobs(central, primary)[0].State)
	e.advance(jobsLag)
	assert.Equal(t, []types.CopyJobState{"RUNNING"}, e.listed())

	e.advance(10*time.Minute - jobsLag)
	e.events.take()
	running := e.job(central, primary, id)
	assert.Equal(t, types.CopyJobStateRunning, running.State, "it has ended already")
	assert.Nil(t, running.CompletionDate)
	assert.Nil(t, running.DestinationRecoveryPointArn)
	assert.Nil(t, running.DestinationEncryptionKeyArn)
	assert.Nil(t, running.MessageCategory)
	e.advance(jobsLag)
	assert.Equal(t, []types.CopyJobState{"COMPLETED"}, e.listed())
	assert.NotNil(t, e.job(central, primary, id).DestinationRecoveryPointArn)
}

func TestAJobThatFailsBeforeItRunsIsShownCreatedFirst(t *testing.T) {
	e := newLaggingEstate(t)
	point := e.point(e.intermediate, nil)
	e.start(central, primary, e.hop2(point))
	e.advance(jobsLag)
	_, err := e.client(central, primary).DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: aws.String("intermediate"), RecoveryPointArn: &point})
	require.NoError(t, err)
	e.advance(time.Minute - jobsLag)
	assert.Equal(t, "FAILED", e.service.CopyJobs(central, primary)[0].State)
	assert.Equal(t, []types.CopyJobState{"CREATED"}, e.listed())
	e.advance(jobsLag)
	assert.Equal(t, []types.CopyJobState{"FAILED"}, e.listed())
}

func TestStaleReadsGoBackWithinTheBound(t *testing.T) {
	e := newLaggingEstate(t)
	e.configure(func(c *backup.Config) {
		c.Lag.Stale = 0.5
		c.Lag.Jobs = lag.Delay{Usual: time.Millisecond, Most: jobsLag}
	})
	e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	e.advance(time.Second)
	shown := 0
	for range 40 {
		shown += len(e.listed())
	}
	assert.Positive(t, shown)
	assert.Less(t, shown, 40, "some reads do not show the job that others have shown")
	e.advance(jobsLag)
	for range 40 {
		assert.Len(t, e.listed(), 1)
	}
}

func TestWhatTheServiceDecidesDoesNotLag(t *testing.T) {
	e := newLaggingEstate(t)
	e.configure(func(c *backup.Config) {
		c.Pools, c.OverLimit = []copies.Pool{{Types: []string{"RDS"}, Limit: 1}}, copies.Refuse
	})
	in := e.hop2(e.point(e.intermediate, nil))
	in.IdempotencyToken = aws.String("one")
	id := e.start(central, primary, in)
	require.Empty(t, e.listed())
	assert.Equal(t, id, e.start(central, primary, in), "a token stands for a job that no list shows yet")
	other := e.hop2(e.point(e.intermediate, ofType("RDS", "arn:aws:rds:eu-central-1:111111111111:db:other")))
	_, err := e.client(central, primary).StartCopyJob(t.Context(), other)
	requireCode(t, err, "LimitExceededException")
}

// shows tells whether a point is described and in which lists of a vault it is.
func (e *estate) shows(account, region, vault, point string) (described, inVault, asResource, ofResource, amongAll bool) {
	e.t.Helper()
	client := e.client(account, region)
	_, err := e.describe(account, region, vault, point)
	if err != nil {
		requireCode(e.t, err, "ResourceNotFoundException")
	}
	points, failed := client.ListRecoveryPointsByBackupVault(e.t.Context(), &awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: &vault})
	require.NoError(e.t, failed)
	for _, p := range points.RecoveryPoints {
		inVault = inVault || *p.RecoveryPointArn == point
	}
	resources, failed := client.ListProtectedResourcesByBackupVault(e.t.Context(), &awsbackup.ListProtectedResourcesByBackupVaultInput{BackupVaultName: &vault})
	require.NoError(e.t, failed)
	for _, r := range resources.Results {
		asResource = asResource || *r.LastRecoveryPointArn == point
	}
	of, failed := client.ListRecoveryPointsByResource(e.t.Context(), &awsbackup.ListRecoveryPointsByResourceInput{ResourceArn: aws.String(orders)})
	require.NoError(e.t, failed)
	for _, p := range of.RecoveryPoints {
		ofResource = ofResource || *p.RecoveryPointArn == point
	}
	protected, failed := client.ListProtectedResources(e.t.Context(), &awsbackup.ListProtectedResourcesInput{})
	require.NoError(e.t, failed)
	for _, r := range protected.Results {
		amongAll = amongAll || *r.LastRecoveryPointArn == point
	}
	return err == nil, inVault, asResource, ofResource, amongAll
}

// requireShown checks that every read shows a point, or none does.
func (e *estate) requireShown(want bool, account, region, vault, point string) {
	e.t.Helper()
	a, b, c, d, f := e.shows(account, region, vault, point)
	require.Equal(e.t, []bool{want, want, want, want, want}, []bool{a, b, c, d, f}, "described, in the vault, as a resource of it, of the resource, among all")
}

func TestACopyIsShownInAnotherRegionAfterAWhile(t *testing.T) {
	e := newLaggingEstate(t)
	id := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	e.advance(11*time.Minute + jobsLag)
	done := e.job(central, primary, id)
	require.Equal(t, types.CopyJobStateCompleted, done.State)

	told := e.events.take()
	require.Contains(t, told[len(told)-1].Detail, "COMPLETED")
	e.requireShown(false, central, secondary, "final", *done.DestinationRecoveryPointArn)
	assert.Len(t, e.service.RecoveryPoints(e.final), 1, "the copy is there")
	e.advance(pointsLag)
	e.requireShown(true, central, secondary, "final", *done.DestinationRecoveryPointArn)
}

func TestACopyIsShownAtOnceInItsOwnRegion(t *testing.T) {
	e := newLaggingEstate(t)
	e.start(member, primary, e.hop1(e.point(e.local, nil)))
	e.advance(11 * time.Minute)
	e.requireShown(true, central, primary, "intermediate", e.service.RecoveryPoints(e.intermediate)[0].RecoveryPointArn)
}

func TestADeletedPointIsStillShownForAWhile(t *testing.T) {
	for name, remove := range map[string]func(e *estate, point string){
		"deleted": func(e *estate, point string) {
			_, err := e.client(central, primary).DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: aws.String("intermediate"), RecoveryPointArn: &point})
			require.NoError(t, err)
		},
		"expired": func(e *estate, _ string) { e.advance(24 * time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			e := newLaggingEstate(t)
			point := e.point(e.intermediate, func(p *backup.RecoveryPoint) { p.Lifecycle = vaults.DeleteAfter(1) })
			remove(e, point)
			e.requireShown(true, central, primary, "intermediate", point)
			assert.Empty(t, e.service.RecoveryPoints(e.intermediate), "it is gone")
			_, err := e.client(central, primary).StartCopyJob(t.Context(), e.hop2(point))
			requireCode(t, err, "ResourceNotFoundException")
			e.advance(pointsLag)
			e.requireShown(false, central, primary, "intermediate", point)
		})
	}
}
