package copies

import (
	"time"

	"github.com/twohop/twohop/test/awssim/backup/crossing"
	"github.com/twohop/twohop/test/awssim/ids"
)

// JobConfig says how copy jobs behave where AWS leaves a choice or says nothing.
type JobConfig struct {
	// Plan gives each new job its course; nil means DefaultPlan. It must not call
	// the service.
	Plan func(CopyJob) Course

	// Pools limit concurrent cross-Region copies, per account and destination
	// Region. A type in no pool is not limited.
	Pools []Pool
	// OverLimit is what happens to a copy that finds its pool full.
	OverLimit OverLimit

	// TokenMemory is how long an idempotency token is remembered; 0 forgets all
	// at once. AWS does not say which.
	TokenMemory time.Duration

	// EventsAtDestination tells the destination's account and Region too, where
	// they are not the job's own. AWS does not say whether it does.
	EventsAtDestination bool
	// SingleAction tells between which Regions one job copies a type of database across
	// accounts too; where it does not, StartCopyJob refuses. Nil: nowhere, as before
	// October 2025; SinceOctober2025 is where AWS Backup does since. It must not call the
	// service.
	SingleAction func(fromRegion, toRegion, resourceType string) bool

	// Rules of organizations, vault policies and keys; the zero value stops nothing.
	Rules crossing.Rules
}

// Course is what will happen to a job.
type Course struct {
	Wait    time.Duration // in CREATED, at least; its resource and its pool may keep it longer
	Run     time.Duration // in RUNNING
	End     string        // COMPLETED (also when empty), FAILED, PARTIAL or ABORTED
	Message string        // the job's status message, unless it completes
}

// Pool is a number of copies to one destination Region that resource types
// share.
type Pool struct {
	Types []string
	Limit int
}

// OverLimit is what happens to a copy that finds its pool full, which AWS does not say.
type OverLimit int

const (
	// Wait keeps the job in CREATED until a place is free.
	Wait OverLimit = iota
	// Fail ends the job as FAILED with SnapshotQuotaExceeded in its message.
	Fail
	// FailInWords ends it with RDS's text alone.
	FailInWords
	// Refuse answers StartCopyJob with LimitExceededException; jobs in CREATED
	// count as well as running ones.
	Refuse
)

// DefaultConfig is AWS Backup as documented, and the milder guess where it is
// not.
func DefaultConfig() JobConfig {
	return JobConfig{Pools: SeparatePools(), TokenMemory: 24 * time.Hour}
}

// SeparatePools are the documented default quotas, each type by itself.
func SeparatePools() []Pool {
	return []Pool{
		{Types: []string{"RDS"}, Limit: 20},
		{Types: []string{"Aurora"}, Limit: 5},
		{Types: []string{"DocumentDB"}, Limit: 5},
		{Types: []string{"Neptune"}, Limit: 5},
	}
}

// SharedPools is the stricter reading: all cluster snapshots share one pool of
// five.
func SharedPools() []Pool {
	return []Pool{
		{Types: []string{"RDS"}, Limit: 20},
		{Types: []string{"Aurora", "DocumentDB", "Neptune"}, Limit: 5},
	}
}

// DefaultPlan completes every job: a minute in CREATED, then ten minutes plus
// the size at 100 MiB/s, give or take a tenth. AWS promises no duration.
func DefaultPlan(source *ids.Source) func(CopyJob) Course {
	return func(j CopyJob) Course {
		run := 10*time.Minute + time.Duration(j.BackupSizeInBytes/(100<<20))*time.Second
		return Course{Wait: time.Minute, Run: run * time.Duration(source.Between(90, 110)) / 100}
	}
}
