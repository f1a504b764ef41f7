package backup_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/copies"
)

// second hops of n resources of a type.
func (e *estate) startMany(resourceType string, n int) []string {
	e.t.Helper()
	var started []string
	for i := range n {
		resource := fmt.Sprintf("arn:aws:rds:eu-central-1:111111111111:cluster:%s-%d", resourceType, i)
		started = append(started, e.start(central, primary, e.hop2(e.point(e.intermediate, ofType(resourceType, resource)))))
	}
	return started
}

func (e *estate) count(state string) int {
	n := 0
	for _, j := range e.service.CopyJobs(central, primary) {
		if j.State == state {
			n++
		}
	}
	return n
}

func TestOneJobAtATimePerResource(t *testing.T) {
	e := newEstate(t)
	first := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	second := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	third := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	other := e.startMany("Aurora", 1)[0]
	elsewhere := e.start(member, primary, e.hop1(e.point(e.local, nil))) // the same resource, another account's job
	states := func() []string { return []string{e.state(first), e.state(second), e.state(third), e.state(other)} }
	e.advance(time.Minute)
	assert.Equal(t, []string{"RUNNING", "CREATED", "CREATED", "RUNNING"}, states())
	assert.EqualValues(t, "RUNNING", e.job(member, primary, elsewhere).State)
	e.advance(10 * time.Minute)
	assert.Equal(t, []string{"COMPLETED", "RUNNING", "CREATED", "COMPLETED"}, states())
	e.advance(10 * time.Minute)
	assert.Equal(t, []string{"COMPLETED", "COMPLETED", "RUNNING", "COMPLETED"}, states())
}

func TestEachTypeHasItsPool(t *testing.T) {
	e := newEstate(t)
	for resourceType, limit := range map[string]int{"RDS": 20, "Aurora": 5, "DocumentDB": 5, "Neptune": 5} {
		e.startMany(resourceType, limit+2)
	}
	e.startMany("EBS", 30)
	e.advance(time.Minute)
	assert.Equal(t, 35+30, e.count("RUNNING"))
	assert.Equal(t, 8, e.count("CREATED"))
	e.advance(10 * time.Minute)
	assert.Equal(t, 8, e.count("RUNNING"), "the waiting ones follow")
	e.advance(10 * time.Minute)
	assert.Equal(t, 35+30+8, e.count("COMPLETED"))
}

func TestClusterTypesCanShareOnePool(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.Pools = copies.SharedPools() })
	for _, resourceType := range []string{"Aurora", "DocumentDB", "Neptune"} {
		e.startMany(resourceType, 2)
	}
	e.startMany("RDS", 20)
	e.advance(time.Minute)
	assert.Equal(t, 25, e.count("RUNNING"))
	assert.Equal(t, 1, e.count("CREATED"))
	e.configure(func(c *backup.Config) { c.Pools[1].Limit = 6 })
	assert.Equal(t, 26, e.count("RUNNING"), "a larger pool is used at once")
	e.configure(func(c *backup.Config) { c.Pools = nil })
	e.startMany("RDS", 30)
	e.advance(time.Minute)
	assert.Equal(t, 36, e.count("RUNNING"), "without pools only the resource limits")
}

func TestCopiesWithinARegionDrawFromNoPool(t *testing.T) {
	e := newEstate(t)
	for i := range 8 {
		point := e.point(e.local, ofType("Aurora", fmt.Sprintf("arn:aws:rds:eu-central-1:111111111111:cluster:c-%d", i)))
		e.start(member, primary, e.hop1(point))
	}
	e.advance(time.Minute)
	for _, j := range e.service.CopyJobs(member, primary) {
		assert.Equal(t, "RUNNING", j.State)
	}
}

func TestOverThePoolAJobCanFail(t *testing.T) {
	for form, text := range map[copies.OverLimit]string{
		copies.Fail:        "Copy job failed. SnapshotQuotaExceeded: 5 snapshot copies are in progress.",
		copies.FailInWords: "Cannot copy more than 5 snapshots across regions",
	} {
		e := newEstate(t)
		e.configure(func(c *backup.Config) { c.OverLimit = form })
		started := e.startMany("Neptune", 6)
		e.advance(time.Minute)
		failed := e.job(central, primary, started[5])
		assert.EqualValues(t, "FAILED", failed.State)
		assert.Equal(t, text, *failed.StatusMessage)
		assert.Equal(t, 5, e.count("RUNNING"))
	}
}

func TestOverThePoolAStartCanBeRefused(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.OverLimit = copies.Refuse })
	e.startMany("Neptune", 5)
	in := e.hop2(e.point(e.intermediate, ofType("Neptune", "arn:aws:rds:eu-central-1:111111111111:cluster:one-more")))
	start := func() error {
		_, err := e.client(central, primary).StartCopyJob(t.Context(), in)
		return err
	}
	requireCode(t, start(), "LimitExceededException")
	e.advance(time.Minute)
	requireCode(t, start(), "LimitExceededException")
	assert.Len(t, e.service.CopyJobs(central, primary), 5)
	e.advance(10 * time.Minute)
	assert.NoError(t, start())
}

func TestASourceThatGoesMakesTheJobFail(t *testing.T) {
	expired := func(after time.Duration) func(*estate, string) {
		return func(e *estate, _ string) { e.advance(after) }
	}
	deleted := func(after time.Duration) func(*estate, string) {
		return func(e *estate, point string) {
			e.advance(after)
			vault := "intermediate"
			_, err := e.client(central, primary).DeleteRecoveryPoint(e.t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: &vault, RecoveryPointArn: &point})
			assert.NoError(e.t, err)
		}
	}
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		age  time.Duration // of the point, kept for 35 days, when the job starts
		goes func(*estate, string)
	}{
		"deleted before the run": {0, deleted(0)},
		"deleted in the run":     {0, deleted(5 * time.Minute)},
		"expired before the run": {35*day - 30*time.Second, expired(0)},
		"expired in the run":     {35*day - 5*time.Minute, expired(0)},
	} {
		for _, stay := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, stays as expired: %t", name, stay), func(t *testing.T) {
				e := newEstate(t)
				e.configure(func(c *backup.Config) { c.Deletes = func(backup.RecoveryPoint) bool { return !stay } })
				point := e.point(e.intermediate, nil)
				e.advance(c.age)
				id := e.start(central, primary, e.hop2(point))
				c.goes(e, point)
				e.advance(5 * time.Minute)
				job := e.job(central, primary, id)
				assert.EqualValues(t, "FAILED", job.State)
				assert.Contains(t, *job.StatusMessage, "does not exist any more")
				assert.Empty(t, e.service.RecoveryPoints(e.final))
				again := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
				e.advance(11 * time.Minute)
				assert.Equal(t, "COMPLETED", e.state(again), "the resource is free again")
			})
		}
	}
}

func TestASourceGivenLongerIsCopied(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.intermediate, nil)
	e.advance(35*24*time.Hour - 5*time.Minute)
	id := e.start(central, primary, e.hop2(point))
	e.advance(2 * time.Minute)
	vault := "intermediate"
	_, err := e.client(central, primary).UpdateRecoveryPointLifecycle(t.Context(), &awsbackup.UpdateRecoveryPointLifecycleInput{BackupVaultName: &vault, RecoveryPointArn: &point})
	assert.NoError(t, err)
	e.advance(time.Hour)
	assert.Equal(t, "COMPLETED", e.state(id))
}

func TestASourceGivenLessTimeMakesTheJobFail(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.intermediate, nil)
	e.advance(24*time.Hour - 5*time.Minute)
	id := e.start(central, primary, e.hop2(point))
	e.advance(2 * time.Minute)
	vault, days := "intermediate", int64(1)
	_, err := e.client(central, primary).UpdateRecoveryPointLifecycle(t.Context(), &awsbackup.UpdateRecoveryPointLifecycleInput{
		BackupVaultName: &vault, RecoveryPointArn: &point, Lifecycle: &types.Lifecycle{DeleteAfterDays: &days}})
	require.NoError(t, err)
	e.advance(3*time.Minute - time.Second)
	assert.Equal(t, "RUNNING", e.state(id))
	e.advance(time.Second)
	assert.Equal(t, "FAILED", e.state(id))
}

func TestADestinationLockedInTheRunStillCounts(t *testing.T) {
	e := newEstate(t)
	id := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	e.advance(5 * time.Minute)
	vault, days := "final", int64(90)
	_, err := e.client(central, secondary).PutBackupVaultLockConfiguration(t.Context(), &awsbackup.PutBackupVaultLockConfigurationInput{
		BackupVaultName: &vault, MinRetentionDays: &days})
	require.NoError(t, err)
	e.advance(time.Hour)
	assert.Equal(t, "FAILED", e.state(id))
	assert.Empty(t, e.service.RecoveryPoints(e.final))
}

func TestConfiguringWhileCopiesRun(t *testing.T) {
	e := newEstate(t)
	e.startMany("Aurora", 12)
	var group sync.WaitGroup
	group.Go(func() {
		for limit := range 10 {
			e.configure(func(c *backup.Config) { c.Pools[1].Limit = limit + 1 })
		}
	})
	group.Go(func() { assert.NoError(t, e.clock.Advance(t.Context(), 2*time.Hour)) })
	group.Wait()
	e.advance(24 * time.Hour)
	assert.Equal(t, 12, e.count("COMPLETED"))
}
