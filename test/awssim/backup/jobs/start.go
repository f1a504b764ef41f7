package jobs

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Windows of jobs that name none: eight hours to start [API: StartBackupJob]; that
// it is a week to complete is what the console offers.
const (
	DefaultStartWindow    = 8 * time.Hour
	DefaultCompleteWindow = 7 * 24 * time.Hour
)

// Request is a backup that a plan or a call asks for.
type Request struct {
	Resource  resources.Resource
	Vault     string // name of a vault in the resource's account and Region
	Role      string // ARN
	Lifecycle vaults.Lifecycle
	Tags      map[string]string // the recovery point's
	// Windows to start and to complete in, both from now; zero: the defaults.
	StartWindow, CompleteWindow time.Duration
	CreatedBy                   *vaults.Creator // nil: on demand
	Copies                      []Copy          // started once the point is there
}

// Copy is a copy that a plan asks for.
type Copy struct {
	VaultARN  string // destination
	Lifecycle vaults.Lifecycle
}

// Start creates a backup job in the resource's account and Region. All that is wrong
// with the request makes the job fail.
func (s *Jobs) Start(r Request) Job {
	s.mu.Lock()
	defer s.unlock()
	return s.show(s.create(r))
}

// create begins a job's life. s.mu is held.
func (s *Jobs) create(r Request) *job {
	r.StartWindow = cmp.Or(r.StartWindow, DefaultStartWindow)
	r.CompleteWindow = cmp.Or(r.CompleteWindow, DefaultCompleteWindow)
	home := arn.Place{Account: r.Resource.Account, Region: r.Resource.Region}
	now := wire.Epoch{Time: s.now()}
	j := &job{home: home, request: r, Job: Job{
		AccountID: home.Account, BackupJobID: strings.ToUpper(s.IDs.UUID()), State: Created,
		BackupVaultName: r.Vault, BackupVaultArn: arn.Vault(home, r.Vault), VaultType: vaults.TypePlain,
		RecoveryPointLifecycle: r.Lifecycle, IsEncrypted: r.Resource.KeyARN != "" || arn.IsFullyManaged(r.Resource.Type),
		ResourceArn: r.Resource.ARN, ResourceType: r.Resource.Type, ResourceName: r.Resource.Name,
		CreationDate: now, InitiationDate: now, StartBy: wire.Epoch{Time: now.Add(r.StartWindow)},
		BackupSizeInBytes: r.Resource.SizeBytes, IamRoleArn: r.Role, CreatedBy: r.CreatedBy, Number: len(s.jobs[home]),
	}}
	plan := s.config.Plan
	if plan == nil {
		plan = DefaultPlan(s.IDs)
	}
	j.course = plan(j.Job)
	j.course.End = cmp.Or(j.course.End, Completed)
	if !slices.Contains([]string{Completed, Failed, Aborted}, j.course.End) {
		j.course.End, j.course.Message = Failed, "awssim: no backup job can end as "+j.course.End
	}
	s.jobs[home] = append(s.jobs[home], j)
	s.waiting = append(s.waiting, j)
	s.announce(j)
	s.Clock.At(j.CreationDate.Add(j.course.Wait), func() { s.becomeReady(j) })
	j.expiry = s.Clock.At(j.StartBy.Time, func() { s.giveUp(j) })
	return j
}
