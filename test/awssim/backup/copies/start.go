package copies

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// StartInput is the input of StartCopyJob.
type StartInput struct {
	RecoveryPointArn          string
	SourceBackupVaultName     string
	DestinationBackupVaultArn string
	IamRoleArn                string
	IdempotencyToken          string
	Lifecycle                 *vaults.Lifecycle // nil or -1 days: the source's is inherited
	CreatedBy                 *vaults.Creator   `json:"-"` // the backup plan behind the job; not in the API
}

// Start is StartCopyJob as called in an account and Region, which must be those
// of the source vault. It returns the new job, or the one that the idempotency
// token stands for. Its errors are *wire.Error with the API's codes.
func (s *Jobs) Start(from arn.Place, in StartInput) (CopyJob, error) {
	if err := in.validate(from.Account); err != nil {
		return CopyJob{}, err
	}
	s.mu.Lock()
	defer s.unlock()
	old, repeated, err := s.recall(from, in)
	if err != nil {
		return CopyJob{}, err
	}
	if repeated {
		return s.show(old), nil
	}
	source, err := s.admit(from, in)
	if err != nil {
		return CopyJob{}, err
	}
	j := s.newJob(from, in, source)
	if err := s.overLimit(j); err != nil {
		return CopyJob{}, err
	}
	course, err := s.plan(j.CopyJob)
	if err != nil {
		return CopyJob{}, err
	}
	s.add(j, course)
	s.remember(from, in, j)
	return s.show(j), nil
}

// StartPlanned starts the copy that a backup plan asks for, of a point that has
// just been made. What StartCopyJob would refuse becomes a job that fails with the
// same words: that the words are these is documented [monitoring: reasons for
// problematic jobs], that there is a job with each of them is UNCONFIRMED A107.
func (s *Jobs) StartPlanned(from arn.Place, in StartInput, source vaults.RecoveryPoint) {
	s.mu.Lock()
	defer s.unlock()
	refused := in.validate(from.Account)
	if refused == nil {
		_, refused = s.admit(from, in)
	}
	j := s.newJob(from, in, source)
	if refused == nil {
		refused = s.overLimit(j)
	}
	course, err := s.plan(j.CopyJob)
	var known *wire.Error
	if errors.As(cmp.Or(refused, err), &known) {
		j.refused = known.Message
	}
	s.add(j, course)
}

func (s *Jobs) overLimit(j *job) error {
	if s.config.OverLimit == Refuse && s.inFlight(j) >= s.limit(j) {
		return fault.LimitExceeded("SnapshotQuotaExceeded: %d copies to %s are in progress", s.limit(j), j.to.Region)
	}
	return nil
}

// add begins the job's life.
func (s *Jobs) add(j *job, course Course) {
	j.course = course
	s.jobs[j.home] = append(s.jobs[j.home], j)
	s.enqueue(j)
}

func (in StartInput) validate(account string) error {
	for _, required := range []struct{ name, value string }{
		{"RecoveryPointArn", in.RecoveryPointArn},
		{"SourceBackupVaultName", in.SourceBackupVaultName},
		{"DestinationBackupVaultArn", in.DestinationBackupVaultArn},
		{"IamRoleArn", in.IamRoleArn},
	} {
		if required.value == "" {
			return fault.MissingValue(required.name)
		}
	}
	_, _, isVault := arn.ParseVault(in.DestinationBackupVaultArn)
	roleAccount, isRole := arn.RoleAccount(in.IamRoleArn)
	switch {
	case !strings.HasPrefix(in.RecoveryPointArn, "arn:"):
		return fault.InvalidValue("Invalid recovery point ARN: %q", in.RecoveryPointArn)
	case !arn.IsVaultName(in.SourceBackupVaultName):
		return fault.InvalidValue("Invalid backup vault name: %q", in.SourceBackupVaultName)
	case !isVault:
		return fault.InvalidValue("Invalid destination backup vault ARN: %q", in.DestinationBackupVaultArn)
	case !isRole:
		return fault.InvalidValue("Invalid role ARN: %q", in.IamRoleArn)
	case roleAccount != account:
		return fault.AccessDenied("Cross-account pass role is not allowed.")
	case in.Lifecycle != nil:
		return in.Lifecycle.Validate()
	}
	return nil
}

// admit refuses what AWS Backup can tell before a job begins, and returns the
// source. Of another account's vault it only learns when the job is under way.
func (s *Jobs) admit(from arn.Place, in StartInput) (vaults.RecoveryPoint, error) {
	none := vaults.RecoveryPoint{}
	if _, err := s.vaults.Vault(from, in.SourceBackupVaultName); err != nil {
		return none, fault.NotFound("Backup vault %s cannot be found", in.SourceBackupVaultName)
	}
	source, err := s.vaults.Point(from, in.SourceBackupVaultName, in.RecoveryPointArn)
	if err != nil {
		return none, err
	}
	if !source.Usable() {
		return none, fault.InvalidRequest("Recovery point %s cannot be copied: its status is %s", in.RecoveryPointArn, source.Status)
	}
	to, toVault, _ := arn.ParseVault(in.DestinationBackupVaultArn)
	_, err = s.vaults.Vault(to, toVault)
	switch {
	case in.DestinationBackupVaultArn == source.BackupVaultArn:
		return none, fault.InvalidRequest("The source and the destination of a copy cannot be the same backup vault: %s", source.BackupVaultArn)
	case to.Account == from.Account && err != nil:
		return none, fault.NotFound("Backup vault %s cannot be found", toVault)
	case to.Account != from.Account && to.Region != from.Region && arn.IsDatabase(source.ResourceType) && !s.single(from, to, source.ResourceType):
		return none, fault.InvalidRequest("Copy job from %s to %s cannot be initiated for %s resources. Feature is not supported for provided resource type.",
			from.Region, to.Region, source.ResourceType)
	}
	return source, nil
}

func (s *Jobs) single(from, to arn.Place, resourceType string) bool {
	return s.config.SingleAction != nil && s.config.SingleAction(from.Region, to.Region, resourceType)
}

func (s *Jobs) newJob(from arn.Place, in StartInput, source vaults.RecoveryPoint) *job {
	to, toVault, _ := arn.ParseVault(in.DestinationBackupVaultArn)
	j := &job{home: from, to: to, sourceVault: source.BackupVaultName, toVault: toVault}
	// An omitted lifecycle is the source's, and so is one of -1 days
	// [recov-point-create-a-copy].
	j.lifecycle = source.Lifecycle
	if in.Lifecycle != nil && in.Lifecycle.Days() > 0 {
		j.lifecycle = vaults.DeleteAfter(in.Lifecycle.Days())
	}
	j.CopyJob = CopyJob{
		AccountID: from.Account, CopyJobID: strings.ToUpper(s.ids.UUID()), State: Created,
		SourceBackupVaultArn: source.BackupVaultArn, SourceRecoveryPointArn: source.RecoveryPointArn,
		DestinationBackupVaultArn: in.DestinationBackupVaultArn, DestinationVaultType: vaults.TypePlain,
		DestinationRecoveryPointLifecycle: j.lifecycle,
		ResourceArn:                       source.ResourceArn, ResourceType: source.ResourceType, ResourceName: source.ResourceName,
		CreationDate: wire.Epoch{Time: s.now()}, BackupSizeInBytes: source.BackupSizeInBytes,
		IamRoleArn: in.IamRoleArn, CreatedBy: in.CreatedBy, Number: len(s.jobs[from]),
	}
	j.pool = s.poolOf(j)
	return j
}

// Put adds a job that has ended, as it would be listed, and nothing else: its copy is put
// into a vault by itself. A job without its vault's place, or that has not ended, is an
// error.
func (s *Jobs) Put(j CopyJob) (CopyJob, error) {
	from, sourceVault, ok := arn.ParseVault(j.SourceBackupVaultArn)
	to, toVault, isVault := arn.ParseVault(j.DestinationBackupVaultArn)
	if !ok || !isVault || !slices.Contains(ends, j.State) || j.CompletionDate.IsZero() {
		return CopyJob{}, fault.InvalidValue("a job from %q to %q that is %q is not one that has ended", j.SourceBackupVaultArn, j.DestinationBackupVaultArn, j.State)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	j.AccountID, j.CopyJobID, j.Number = from.Account, strings.ToUpper(s.ids.UUID()), len(s.jobs[from])
	s.jobs[from] = append(s.jobs[from], &job{CopyJob: j, home: from, to: to, sourceVault: sourceVault, toVault: toVault, lifecycle: j.DestinationRecoveryPointLifecycle})
	return j, nil
}

var ends = []string{Completed, Failed, Partial, Aborted}

// plan asks what is to happen to a new job.
func (s *Jobs) plan(j CopyJob) (Course, error) {
	plan := s.config.Plan
	if plan == nil {
		plan = DefaultPlan(s.ids)
	}
	course := plan(j)
	course.End = cmp.Or(course.End, Completed)
	if !slices.Contains(ends, course.End) {
		return Course{}, &wire.Error{Status: 500, Code: "InternalFailure", Message: "awssim: no copy job can end as " + course.End}
	}
	return course, nil
}
