// Package copies runs the copy jobs of the local AWS Backup, from StartCopyJob to
// the recovery point in the destination vault.
//
// A job's life in files: start.go (the request is checked and the job created),
// tokens.go (or recognised), queue.go (it waits for its resource and its pool,
// runs and ends), refusal.go (what makes it fail, with the rules of package
// crossing), arrive.go (the copy it leaves behind), events.go (what EventBridge
// hears of it).
package copies

import (
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/outbox"
	"github.com/twohop/twohop/test/awssim/backup/turns"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/wire"
)

// The states of a copy job. Aborted is not in the API's list but is met in
// backup-job events; a Plan can produce it.
const (
	Created   = "CREATED"
	Running   = "RUNNING"
	Completed = "COMPLETED"
	Failed    = "FAILED"
	Partial   = "PARTIAL"
	Aborted   = "ABORTED"
)

// CopyJob is a copy job, as the API shows it.
type CopyJob struct {
	AccountID                         string `json:"AccountId"`
	CopyJobID                         string `json:"CopyJobId"`
	SourceBackupVaultArn              string
	SourceRecoveryPointArn            string
	DestinationBackupVaultArn         string
	DestinationVaultType              string
	DestinationRecoveryPointArn       string           `json:",omitempty"` // once COMPLETED
	DestinationEncryptionKeyArn       string           `json:",omitempty"` // once COMPLETED, of an encrypted copy
	DestinationRecoveryPointLifecycle vaults.Lifecycle `json:",omitzero"`
	ResourceArn                       string
	ResourceType                      string
	ResourceName                      string `json:",omitempty"`
	CreationDate                      wire.Epoch
	CompletionDate                    wire.Epoch `json:",omitzero"`
	State                             string
	StatusMessage                     string `json:",omitempty"`
	MessageCategory                   string `json:",omitempty"` // once ended
	BackupSizeInBytes                 int64
	IamRoleArn                        string
	CreatedBy                         *vaults.Creator `json:",omitempty"` // nil: on demand
	IsParent                          bool            // never: no composite resources are simulated

	// Started is when the job began to run; zero: not yet. The API does not show it.
	Started time.Time `json:"-"`
	// Number counts the jobs of an account and Region from 0. The API does not
	// show it.
	Number int `json:"-"`
	// Progress is how much of its run is behind the job, from 0 to 1, at the time
	// of asking. The API does not show it.
	Progress float64 `json:"-"`
}

// job is a CopyJob on its way.
type job struct {
	CopyJob
	home, to    arn.Place
	sourceVault string
	toVault     string
	lifecycle   vaults.Lifecycle // the copy's
	course      Course
	refused     string // why StartCopyJob would have refused a plan's copy
	ready       bool   // its time in CREATED is over
	pool        *poolKey
	end         *clock.Timer // of the run
}

// Parts are what the jobs work with.
type Parts struct {
	Clock  *clock.Clock
	IDs    *ids.Source
	Vaults *vaults.Store // copied between
	Outbox *outbox.Outbox
	Turns  *turns.Table // shared with the backup jobs
}

// Jobs are the copy jobs of all accounts and Regions, safe for concurrent use.
type Jobs struct {
	clock  *clock.Clock
	ids    *ids.Source
	vaults *vaults.Store
	outbox *outbox.Outbox
	turns  *turns.Party

	mu      sync.Mutex
	config  JobConfig
	jobs    map[arn.Place][]*job // by where they were started, oldest first
	tokens  map[tokenKey]remembered
	waiting []*job                  // in CREATED, oldest first
	busy    map[turns.Resource]*job // the one running copy of each resource
	drawn   map[poolKey]int         // running copies per pool
}

// New returns a service without jobs.
func New(parts Parts, config JobConfig) *Jobs {
	s := &Jobs{
		clock: parts.Clock, ids: parts.IDs, vaults: parts.Vaults, outbox: parts.Outbox, config: config,
		jobs:   map[arn.Place][]*job{},
		tokens: map[tokenKey]remembered{},
		busy:   map[turns.Resource]*job{},
		drawn:  map[poolKey]int{},
	}
	s.turns = parts.Turns.Join(s.wake)
	return s
}

// wake lets the jobs try again that a backup kept waiting.
func (s *Jobs) wake() {
	s.mu.Lock()
	defer s.unlock()
	s.startWaiting()
}

// SetConfig changes the configuration; jobs that may start under the new one do
// so. Courses already planned stay as they are.
func (s *Jobs) SetConfig(config JobConfig) {
	s.mu.Lock()
	defer s.unlock()
	s.config = config
	s.startWaiting()
}

// List returns the jobs started in a place that keep admits, newest first. keep
// must not change them.
func (s *Jobs) List(p arn.Place, keep func(*CopyJob) bool) []CopyJob {
	s.mu.Lock()
	defer s.unlock()
	return s.some(s.jobs[p], keep, len(s.jobs[p]))
}

// Next are at most so many of List, from the first one on that is beyond a place in their
// order.
func (s *Jobs) Next(p arn.Place, keep, beyond func(*CopyJob) bool, most int) []CopyJob {
	s.mu.Lock()
	defer s.unlock()
	jobs := s.jobs[p] // the oldest first
	to := sort.Search(len(jobs), func(i int) bool { return !beyond(&jobs[i].CopyJob) })
	return s.some(jobs[:to], keep, most)
}

func (s *Jobs) some(of []*job, keep func(*CopyJob) bool, most int) []CopyJob {
	found := []CopyJob{}
	for _, j := range slices.Backward(of) {
		if len(found) == most {
			break
		}
		if keep(&j.CopyJob) {
			found = append(found, s.show(j))
		}
	}
	return found
}

// unlock ends a critical section and tells what must be told at once.
func (s *Jobs) unlock() {
	s.mu.Unlock()
	s.outbox.Flush()
}

// now has the precision of AWS Backup's timestamps.
func (s *Jobs) now() time.Time { return s.clock.Now().Truncate(time.Millisecond) }

// show is the job as it stands now.
func (s *Jobs) show(j *job) CopyJob {
	shown := j.CopyJob
	switch {
	case j.State == Completed:
		shown.Progress = 1
	case j.State == Running && j.course.Run > 0:
		shown.Progress = min(1, float64(s.now().Sub(j.Started))/float64(j.course.Run))
	}
	return shown
}
