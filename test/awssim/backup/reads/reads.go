// Package reads is what callers of AWS Backup's API read of copy jobs and recovery
// points: descriptions and lists, which may lag behind what is, as package lag says.
package reads

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/copies"
	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Parts are what is read.
type Parts struct {
	Clock  *clock.Clock
	Copies *copies.Jobs
	Vaults *vaults.Store // which knows by itself how far descriptions and lists of points lag
}

// Reads are safe for concurrent use.
type Reads struct {
	Parts
	calls atomic.Uint64 // reads of copy jobs: each is a reader of its own

	mu      sync.Mutex
	lag     lag.Config
	history time.Duration
}

// New returns reads of the parts; jobs are shown for as long as history after their end.
func New(parts Parts, config lag.Config, history time.Duration) *Reads {
	return &Reads{Parts: parts, lag: config, history: history}
}

// SetConfig changes what New was given.
func (s *Reads) SetConfig(config lag.Config, history time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lag, s.history = config, history
}

// Routes are the calls that describe, for the handler of AWS Backup.
func (s *Reads) Routes() map[string]wire.NamedOp {
	return map[string]wire.NamedOp{
		"GET /copy-jobs/{copyJobId}": {Action: "DescribeCopyJob", Op: wire.NewOp(s.describeCopyJob)},
		"GET /backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}": {Action: "DescribeRecoveryPoint", Op: wire.NewOp(s.describePoint)},
	}
}

// Lists are the calls that list, by path.
func (s *Reads) Lists() map[string]wire.NamedOp {
	const vault = "/backup-vaults/{backupVaultName}"
	return map[string]wire.NamedOp{
		"/copy-jobs":                               {Action: "ListCopyJobs", Op: wire.NewOp(s.listCopyJobs)},
		vault + "/recovery-points":                 {Action: "ListRecoveryPointsByBackupVault", Op: wire.NewOp(s.listPoints)},
		vault + "/resources":                       {Action: "ListProtectedResourcesByBackupVault", Op: wire.NewOp(s.listResources)},
		"/resources/{resourceArn}/recovery-points": {Action: "ListRecoveryPointsByResource", Op: wire.NewOp(s.listResourcePoints)},
		"/resources":                               {Action: "ListProtectedResources", Op: wire.NewOp(s.listProtectedResources)},
	}
}

func home(r *wire.Request) arn.Place { return arn.Place{Account: r.Account, Region: r.Region} }

// reader sees copy jobs as one call does.
type reader struct {
	lag     lag.Config
	history time.Duration
	now     time.Time
	number  uint64
}

func (s *Reads) reader() reader {
	s.mu.Lock()
	defer s.mu.Unlock()
	return reader{lag: s.lag, history: s.history, now: s.Clock.Now(), number: s.calls.Add(1)}
}

// shown is a job as the reader is shown it; false where it is not yet, or no longer. The
// job itself is not changed.
func (r reader) shown(j *copies.CopyJob) (*copies.CopyJob, bool) {
	taken := append(make([]time.Time, 0, 3), j.CreationDate.Time)
	if !j.Started.IsZero() {
		taken = append(taken, j.Started)
	}
	if !j.CompletionDate.IsZero() {
		taken = append(taken, j.CompletionDate.Time)
	}
	step := r.lag.Step(r.now, j.CopyJobID, r.number, taken...)
	if step < 0 {
		return nil, false
	}
	if step < len(taken)-1 {
		j = earlier(*j, step)
	}
	return j, listing.Shown(j.CompletionDate, r.now, r.history)
}

// earlier is a job as it was before it ended: after its first step CREATED, then RUNNING.
func earlier(j copies.CopyJob, step int) *copies.CopyJob {
	j.State = copies.Created
	if step > 0 {
		j.State = copies.Running
	}
	j.CompletionDate, j.StatusMessage, j.MessageCategory = wire.Epoch{}, "", ""
	j.DestinationRecoveryPointArn, j.DestinationEncryptionKeyArn = "", ""
	return &j
}
