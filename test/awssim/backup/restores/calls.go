package restores

import (
	"fmt"
	"math"
	"slices"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Routes are the calls about single restore jobs, for the handler of AWS Backup.
func (s *Jobs) Routes() map[string]wire.NamedOp {
	metadata := wire.NamedOp{Action: "GetRecoveryPointRestoreMetadata", Op: wire.Takes(wire.NewOp(s.metadata), func(_ *wire.Request, action string, in metadataInput) []wire.Need {
		return []wire.Need{{Action: "backup:" + action, Resource: in.RecoveryPointArn}}
	})}
	return map[string]wire.NamedOp{
		"PUT /restore-jobs":                {Action: "StartRestoreJob", Op: wire.Takes(wire.NewOp(s.start), onRestore)},
		"GET /restore-jobs/{restoreJobId}": {Action: "DescribeRestoreJob", Op: wire.NewOp(s.describe).OnAll()},
		"GET /backup-vaults/{backupVaultName}/recovery-points/{recoveryPointArn}/restore-metadata": metadata,
	}
}

// Lists are the calls that list restore jobs, by path.
func (s *Jobs) Lists() map[string]wire.NamedOp {
	return map[string]wire.NamedOp{"/restore-jobs": {Action: "ListRestoreJobs", Op: wire.NewOp(s.list).OnAll()}}
}

// onRestore: the point, and the role that is handed to AWS Backup [Service
// Authorization Reference: AWS Backup].
func onRestore(_ *wire.Request, action string, in StartInput) []wire.Need {
	needs := []wire.Need{{Action: "backup:" + action, Resource: in.RecoveryPointArn}}
	if in.IamRoleArn != "" {
		needs = append(needs, wire.Need{Action: "iam:PassRole", Resource: in.IamRoleArn, Context: map[string][]string{"iam:PassedToService": {"backup.amazonaws.com"}}})
	}
	return needs
}

func home(r *wire.Request) arn.Place { return arn.Place{Account: r.Account, Region: r.Region} }

type listInput struct {
	NextToken               string     `query:"nextToken"`
	MaxResults              string     `query:"maxResults"`
	ByAccountID             string     `query:"accountId"`
	ByResourceType          string     `query:"resourceType"`
	ByCreatedBefore         wire.Epoch `query:"createdBefore"`
	ByCreatedAfter          wire.Epoch `query:"createdAfter"`
	ByStatus                string     `query:"status"`
	ByCompleteBefore        wire.Epoch `query:"completeBefore"`
	ByCompleteAfter         wire.Epoch `query:"completeAfter"`
	ByRestoreTestingPlanArn string     `query:"restoreTestingPlanArn"`
	ByParentJobID           string     `query:"parentJobId"`
}

// statuses are the values of the filter by status [API: ListRestoreJobs].
var statuses = []string{"", Pending, Running, Completed, "ABORTED", Failed}

// matches applies the filters that are given. No job here has a parent, or is of a
// restore testing plan.
func (in listInput) matches(j *Job) bool {
	return listing.Same(in.ByAccountID, j.AccountID) && listing.Same(in.ByResourceType, j.ResourceType) && listing.Same(in.ByStatus, j.Status) &&
		listing.Within(j.CreationDate, in.ByCreatedAfter, in.ByCreatedBefore) && listing.Within(j.CompletionDate, in.ByCompleteAfter, in.ByCompleteBefore) &&
		in.ByRestoreTestingPlanArn == "" && in.ByParentJobID == ""
}

type listOutput struct {
	RestoreJobs []Job
	NextToken   string `json:",omitempty"`
}

// list lists the jobs of the caller's account and Region, newest first.
func (s *Jobs) list(r *wire.Request, in listInput) (listOutput, error) {
	if !slices.Contains(statuses, in.ByStatus) {
		return listOutput{}, fault.InvalidValue("Invalid restore job status: %q", in.ByStatus)
	}
	if err := listing.CheckAccount(in.ByAccountID); err != nil {
		return listOutput{}, err
	}
	if err := listing.CheckType(in.ByResourceType); err != nil {
		return listOutput{}, err
	}
	found := s.List(home(r), func(j *Job) bool { return in.matches(j) && s.inHistory(j) })
	newest := func(j Job) string { return fmt.Sprintf("%019d", math.MaxInt64-j.Number) }
	found, next, err := listing.Page(found, newest, in.NextToken, in.MaxResults)
	return listOutput{found, next}, err
}

// inHistory is asked by List. s.mu is held.
func (s *Jobs) inHistory(j *Job) bool { return listing.Shown(j.CompletionDate, s.now(), s.history) }

type describeInput struct {
	RestoreJobID string `path:"restoreJobId"`
}

func (s *Jobs) describe(r *wire.Request, in describeInput) (Job, error) {
	found := s.List(home(r), func(j *Job) bool { return j.RestoreJobID == in.RestoreJobID && s.inHistory(j) })
	if len(found) == 0 {
		return Job{}, fault.NotFound("Restore job %s cannot be found", in.RestoreJobID)
	}
	return found[0], nil
}

type metadataInput struct {
	BackupVaultName      string `path:"backupVaultName"`
	RecoveryPointArn     string `path:"recoveryPointArn"`
	BackupVaultAccountID string `query:"backupVaultAccountId"`
}

type metadataOutput struct {
	BackupVaultArn   string
	RecoveryPointArn string
	ResourceType     string
	RestoreMetadata  map[string]string
}

// metadata is what AWS Backup noted when it made the backup. The resources here have
// no settings: it tells what they were called, and the key.
func (s *Jobs) metadata(r *wire.Request, in metadataInput) (metadataOutput, error) {
	point, err := s.Vaults.Held(home(r), in.RecoveryPointArn)
	if err != nil {
		return metadataOutput{}, err
	}
	if point.BackupVaultName != in.BackupVaultName {
		return metadataOutput{}, fault.NotFound("Cannot find recovery point %s in backup vault %s", in.RecoveryPointArn, in.BackupVaultName)
	}
	known := map[string]string{}
	if form, ok := forms[point.ResourceType]; ok {
		known[form.needed[0]] = point.ResourceName
		if form.key != "" && point.EncryptionKeyArn != "" {
			known[form.key] = point.EncryptionKeyArn
		}
	}
	return metadataOutput{point.BackupVaultArn, in.RecoveryPointArn, point.ResourceType, known}, nil
}
