// Package jobs runs the backup jobs of the local AWS Backup, from a plan's schedule
// or StartBackupJob to the recovery point in the vault and the copies that the plan
// asks for.
//
// A job's life in files: start.go (it is created), queue.go (it waits for its moment
// and its resource, runs and ends), refusal.go (what makes it fail), point.go (the
// recovery point it leaves behind, and its copies), events.go (what EventBridge hears
// of it), calls.go (what the API shows).
package jobs

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/outbox"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/backup/turns"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/backup/work"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// The states of a backup job that occur here. PENDING and ABORTING do not, and there
// are no composite resources to be PARTIAL.
const (
	Created   = "CREATED"
	Running   = "RUNNING"
	Completed = "COMPLETED"
	Failed    = "FAILED"
	Expired   = "EXPIRED"
	Aborted   = "ABORTED"
)

// Job is a backup job, as the API shows it.
type Job struct {
	AccountID              string `json:"AccountId"`
	BackupJobID            string `json:"BackupJobId"`
	BackupVaultName        string
	BackupVaultArn         string
	VaultType              string
	RecoveryPointArn       string           `json:",omitempty"` // once COMPLETED
	RecoveryPointLifecycle vaults.Lifecycle `json:",omitzero"`
	EncryptionKeyArn       string           `json:",omitempty"` // once COMPLETED, of an encrypted point
	IsEncrypted            bool
	ResourceArn            string
	ResourceType           string
	ResourceName           string     `json:",omitempty"`
	CreationDate           wire.Epoch // when it was scheduled
	InitiationDate         wire.Epoch // the same: AWS does not say what sets them apart
	StartBy                wire.Epoch
	CompletionDate         wire.Epoch `json:",omitzero"`
	State                  string
	StatusMessage          string `json:",omitempty"`
	MessageCategory        string `json:",omitempty"` // once ended
	PercentDone            string
	BackupSizeInBytes      int64
	BytesTransferred       int64
	IamRoleArn             string
	CreatedBy              *vaults.Creator `json:",omitempty"` // nil: on demand
	IsParent               bool            // never

	// Number counts the jobs of an account and Region from 0. The API does not
	// show it.
	Number int `json:"-"`
}

// Config says how backup jobs behave where AWS leaves a choice or says nothing.
type Config struct {
	// Plan gives each new job its course: when it begins, as Wait from its creation,
	// and what becomes of it: COMPLETED, FAILED or ABORTED. Nil means DefaultPlan. It
	// must not call the service.
	Plan func(Job) copies.Course
	// Roles: nil is one in which every role exists and may do everything.
	Roles work.Roles
}

// DefaultPlan completes every job: a plan's job begins at a moment within its start
// window, one on demand after a minute; both take five minutes plus the size at
// 200 MiB/s, give or take a tenth. AWS promises neither.
func DefaultPlan(source *ids.Source) func(Job) copies.Course {
	return func(j Job) copies.Course {
		wait := time.Minute
		if window := j.StartBy.Sub(j.CreationDate.Time); j.CreatedBy != nil && window > time.Second {
			wait = time.Duration(source.Between(0, int64(window/time.Second)-1)) * time.Second
		}
		run := 5*time.Minute + time.Duration(j.BackupSizeInBytes/(200<<20))*time.Second
		return copies.Course{Wait: wait, Run: run * time.Duration(source.Between(90, 110)) / 100}
	}
}

// Parts are what the jobs work with.
type Parts struct {
	Clock     *clock.Clock
	IDs       *ids.Source
	Resources *resources.Inventory
	Vaults    *vaults.Store
	Outbox    *outbox.Outbox
	Turns     *turns.Table // shared with the copy jobs
	Copies    *copies.Jobs // what plans have copied
}

// Jobs are the backup jobs of all accounts and Regions, safe for concurrent use.
type Jobs struct {
	Parts
	party *turns.Party

	mu      sync.Mutex
	config  Config
	history time.Duration
	jobs    map[arn.Place][]*job // oldest first
	tokens  map[tokenKey]*job
	waiting []*job // in CREATED, oldest first
}

// job is a Job on its way.
type job struct {
	Job
	home    arn.Place
	request Request
	asked   string // on demand: the call's fingerprint
	course  copies.Course
	ready   bool // its moment has come
	started time.Time
	expiry  *clock.Timer // of the start window
}

// New returns a service without jobs. The API shows them for history after their
// end.
func New(parts Parts, config Config, history time.Duration) *Jobs {
	s := &Jobs{Parts: parts, config: config, history: history, jobs: map[arn.Place][]*job{}, tokens: map[tokenKey]*job{}}
	s.party = parts.Turns.Join(s.wake)
	return s
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
	case j.State == Completed:
		done = 1
	case j.State == Running && j.course.Run > 0:
		done = min(1, float64(s.now().Sub(j.started))/float64(j.course.Run))
	}
	shown.PercentDone = fmt.Sprintf("%.1f", 100*done)
	shown.BytesTransferred = int64(done * float64(j.BackupSizeInBytes))
	return shown
}

// unlock ends a critical section and tells what must be told at once.
func (s *Jobs) unlock() {
	s.mu.Unlock()
	s.Outbox.Flush()
}

// now has the precision of AWS Backup's timestamps.
func (s *Jobs) now() time.Time { return s.Clock.Now().Truncate(time.Millisecond) }
