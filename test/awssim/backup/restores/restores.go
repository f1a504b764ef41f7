// Package restores runs the restore jobs of the local AWS Backup, from
// StartRestoreJob to the new resource in the inventory.
//
// A job's life in files: start.go (the call is checked and the job created),
// metadata.go (what the call says about the new resource), run.go (it runs and ends),
// events.go (what EventBridge hears of it), calls.go (what the API shows).
package restores

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/outbox"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/backup/work"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// The states of a restore job. ABORTED does not occur.
const (
	Pending   = "PENDING"
	Running   = "RUNNING"
	Completed = "COMPLETED"
	Failed    = "FAILED"
)

// Job is a restore job, as the API shows it.
type Job struct {
	AccountID                 string `json:"AccountId"`
	RestoreJobID              string `json:"RestoreJobId"`
	RecoveryPointArn          string
	RecoveryPointCreationDate wire.Epoch
	BackupVaultArn            string
	SourceResourceArn         string
	ResourceType              string
	CreationDate              wire.Epoch
	CompletionDate            wire.Epoch `json:",omitzero"`
	Status                    string
	StatusMessage             string `json:",omitempty"`
	PercentDone               string
	BackupSizeInBytes         int64
	IamRoleArn                string
	CreatedResourceArn        string `json:",omitempty"` // once COMPLETED
	IsParent                  bool   // never

	// Number counts the jobs of an account and Region from 0. The API does not
	// show it.
	Number int `json:"-"`
}

// Config says how restore jobs behave where AWS leaves a choice or says nothing.
type Config struct {
	// Plan gives each new job its course; nil means DefaultPlan. It must not call the
	// service.
	Plan func(Job) copies.Course
	// Roles: nil is one in which every role exists and may do everything.
	Roles work.Roles
	// Keys: nil is one in which every role may use every key.
	Keys Keys
}

// Keys judges by the policies and states of KMS keys.
type Keys interface {
	// MayRestore tells whether a role may read with a key, or encrypt a new resource of
	// a type with it; its error says what is missing. It must not call the service.
	MayRestore(keyARN, roleARN, resourceType string) error
}

// DefaultPlan completes every job: it waits for a minute, and takes five minutes plus
// the size at 200 MiB/s, give or take a tenth. AWS promises neither.
func DefaultPlan(source *ids.Source) func(Job) copies.Course {
	return func(j Job) copies.Course {
		run := 5*time.Minute + time.Duration(j.BackupSizeInBytes/(200<<20))*time.Second
		return copies.Course{Wait: time.Minute, Run: run * time.Duration(source.Between(90, 110)) / 100}
	}
}

// Parts are what the jobs work with.
type Parts struct {
	Clock     *clock.Clock
	IDs       *ids.Source
	Resources *resources.Inventory
	Vaults    *vaults.Store
	Outbox    *outbox.Outbox
}

// Jobs are the restore jobs of all accounts and Regions, safe for concurrent use.
type Jobs struct {
	Parts

	mu      sync.Mutex
	config  Config
	history time.Duration
	jobs    map[arn.Place][]*job // oldest first
	tokens  map[tokenKey]*job
}

// job is a Job on its way.
type job struct {
	Job
	home    arn.Place
	asked   string // the call's fingerprint
	course  copies.Course
	started time.Time
	pointAt string // the key of the recovery point; empty: it is not encrypted
	made    resources.Resource
	needs   []wire.Need // what the role must be allowed
}

// tokenKey is an idempotency token where it was used.
type tokenKey struct {
	arn.Place
	token string
}

// New returns a service without jobs. The API shows them for history after their end.
func New(parts Parts, config Config, history time.Duration) *Jobs {
	return &Jobs{Parts: parts, config: config, history: history, jobs: map[arn.Place][]*job{}, tokens: map[tokenKey]*job{}}
}

// SetConfig changes the configuration. Courses already planned stay as they are.
func (s *Jobs) SetConfig(config Config, history time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config, s.history = config, history
}

// List returns the jobs of a place that keep admits, newest first. keep must not
// change them.
func (s *Jobs) List(p arn.Place, keep func(*Job) bool) []Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []Job{}
	for _, j := range slices.Backward(s.jobs[p]) {
		if keep(&j.Job) {
			found = append(found, s.show(j))
		}
	}
	return found
}

// show is the job as it stands now.
func (s *Jobs) show(j *job) Job {
	shown, done := j.Job, 0.0
	switch {
	case j.Status == Completed:
		done = 1
	case j.Status == Running && j.course.Run > 0:
		done = min(1, float64(s.now().Sub(j.started))/float64(j.course.Run))
	}
	shown.PercentDone = fmt.Sprintf("%.2f%%", 100*done)
	return shown
}

// unlock ends a critical section and tells what must be told at once.
func (s *Jobs) unlock() {
	s.mu.Unlock()
	s.Outbox.Flush()
}

// now has the precision of AWS Backup's timestamps.
func (s *Jobs) now() time.Time { return s.Clock.Now().Truncate(time.Millisecond) }
