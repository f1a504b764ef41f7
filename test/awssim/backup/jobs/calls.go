package jobs

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Routes are the calls about single backup jobs, for the handler of AWS Backup.
func (s *Jobs) Routes() map[string]wire.NamedOp {
	return map[string]wire.NamedOp{
		"PUT /backup-jobs":               {Action: "StartBackupJob", Op: wire.Takes(wire.NewOp(s.startBackupJob), onBackup)},
		"GET /backup-jobs/{backupJobId}": {Action: "DescribeBackupJob", Op: wire.NewOp(s.describeBackupJob).OnAll()},
	}
}

// Lists are the calls that list backup jobs, by path.
func (s *Jobs) Lists() map[string]wire.NamedOp {
	return map[string]wire.NamedOp{"/backup-jobs": {Action: "ListBackupJobs", Op: wire.NewOp(s.listBackupJobs).OnAll()}}
}

// onBackup: the vault, and the role that is handed to AWS Backup [Service
// Authorization Reference: AWS Backup].
func onBackup(r *wire.Request, action string, in startBackupJobInput) []wire.Need {
	return []wire.Need{
		{Action: "backup:" + action, Resource: arn.Vault(home(r), in.BackupVaultName)},
		{Action: "iam:PassRole", Resource: in.IamRoleArn, Context: map[string][]string{"iam:PassedToService": {"backup.amazonaws.com"}}},
	}
}

func home(r *wire.Request) arn.Place { return arn.Place{Account: r.Account, Region: r.Region} }

type listBackupJobsInput struct {
	NextToken         string     `query:"nextToken"`
	MaxResults        string     `query:"maxResults"`
	ByResourceArn     string     `query:"resourceArn"`
	ByState           string     `query:"state"`
	ByBackupVaultName string     `query:"backupVaultName"`
	ByCreatedBefore   wire.Epoch `query:"createdBefore"`
	ByCreatedAfter    wire.Epoch `query:"createdAfter"`
	ByResourceType    string     `query:"resourceType"`
	ByAccountID       string     `query:"accountId"`
	ByCompleteBefore  wire.Epoch `query:"completeBefore"`
	ByCompleteAfter   wire.Epoch `query:"completeAfter"`
	ByParentJobID     string     `query:"parentJobId"`
	ByMessageCategory string     `query:"messageCategory"`
}

// listStates are the values of the filter by state [API: ListBackupJobs].
var listStates = []string{"", "ANY", "CREATED", "PENDING", "RUNNING", "ABORTING", "ABORTED", "COMPLETED", "FAILED", "EXPIRED", "PARTIAL", "AGGREGATE_ALL"}

func (in listBackupJobsInput) validate() error {
	if !slices.Contains(listStates, in.ByState) {
		return fault.InvalidValue("Invalid backup job state: %q", in.ByState)
	}
	if err := listing.CheckAccount(in.ByAccountID); err != nil {
		return err
	}
	return listing.CheckType(in.ByResourceType)
}

// matches applies the filters that are given. No job here has a parent.
func (in listBackupJobsInput) matches(j *Job) bool {
	anyState := in.ByState == "ANY" || in.ByState == "AGGREGATE_ALL"
	anyCategory := in.ByMessageCategory == "ANY" || in.ByMessageCategory == "AGGREGATE_ALL" || in.ByMessageCategory == ""
	return listing.Same(in.ByResourceArn, j.ResourceArn) &&
		(anyState || listing.Same(in.ByState, j.State)) &&
		listing.Same(in.ByBackupVaultName, j.BackupVaultName) &&
		listing.Within(j.CreationDate, in.ByCreatedAfter, in.ByCreatedBefore) &&
		listing.Same(in.ByResourceType, j.ResourceType) &&
		listing.Same(in.ByAccountID, j.AccountID) &&
		listing.Within(j.CompletionDate, in.ByCompleteAfter, in.ByCompleteBefore) &&
		in.ByParentJobID == "" &&
		(anyCategory || strings.EqualFold(in.ByMessageCategory, j.MessageCategory))
}

type listBackupJobsOutput struct {
	BackupJobs []Job
	NextToken  string `json:",omitempty"`
}

// listBackupJobs lists the jobs of the caller's account and Region, newest first.
func (s *Jobs) listBackupJobs(r *wire.Request, in listBackupJobsInput) (listBackupJobsOutput, error) {
	if err := in.validate(); err != nil {
		return listBackupJobsOutput{}, err
	}
	found := s.List(home(r), func(j *Job) bool { return in.matches(j) && s.inHistory(j) })
	newest := func(j Job) string { return fmt.Sprintf("%019d", math.MaxInt64-j.Number) }
	found, next, err := listing.Page(found, newest, in.NextToken, in.MaxResults)
	return listBackupJobsOutput{found, next}, err
}

// inHistory is asked by List. s.mu is held.
func (s *Jobs) inHistory(j *Job) bool { return listing.Shown(j.CompletionDate, s.now(), s.history) }

type describeBackupJobInput struct {
	BackupJobID string `path:"backupJobId"`
}

func (s *Jobs) describeBackupJob(r *wire.Request, in describeBackupJobInput) (Job, error) {
	found := s.List(home(r), func(j *Job) bool { return j.BackupJobID == in.BackupJobID && s.inHistory(j) })
	if len(found) == 0 {
		return Job{}, fault.NotFound("Backup job %s cannot be found", in.BackupJobID)
	}
	return found[0], nil
}
