package plans

import (
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/backup/listing"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Routes are the calls about single plans, for the handler of AWS Backup.
func (s *Plans) Routes() map[string]wire.NamedOp {
	return map[string]wire.NamedOp{
		"GET /backup/plans/{backupPlanId}": {Action: "GetBackupPlan", Op: wire.Takes(wire.NewOp(s.getBackupPlan), onPlan)},
		// botocore ends this path with a slash, the Go SDK does not.
		"GET /backup/plans/{backupPlanId}/{$}": {Action: "GetBackupPlan", Op: wire.Takes(wire.NewOp(s.getBackupPlan), onPlan)},
	}
}

// Lists are the calls that list plans, by path.
func (s *Plans) Lists() map[string]wire.NamedOp {
	return map[string]wire.NamedOp{"/backup/plans": {Action: "ListBackupPlans", Op: wire.NewOp(s.listBackupPlans).OnAll()}}
}

func onPlan(r *wire.Request, action string, in getBackupPlanInput) []wire.Need {
	p := plan{home: home(r), id: in.BackupPlanID}
	return []wire.Need{{Action: "backup:" + action, Resource: p.arn()}}
}

func home(r *wire.Request) arn.Place { return arn.Place{Account: r.Account, Region: r.Region} }

type listBackupPlansInput struct {
	IncludeDeleted string `query:"includeDeleted"`
	NextToken      string `query:"nextToken"`
	MaxResults     string `query:"maxResults"`
}

type planOut struct {
	BackupPlanArn     string
	BackupPlanID      string `json:"BackupPlanId"`
	BackupPlanName    string
	CreationDate      wire.Epoch
	LastExecutionDate wire.Epoch `json:",omitzero"`
	VersionID         string     `json:"VersionId"`
}

type listBackupPlansOutput struct {
	BackupPlansList []planOut
	NextToken       string `json:",omitempty"`
}

// listBackupPlans lists by name. Deleted plans are forgotten here, so asking for
// them is refused.
func (s *Plans) listBackupPlans(r *wire.Request, in listBackupPlansInput) (listBackupPlansOutput, error) {
	deleted, err := listing.Flag("includeDeleted", in.IncludeDeleted)
	if err == nil && deleted {
		err = fault.InvalidValue("awssim does not keep deleted backup plans: IncludeDeleted must be false")
	}
	if err != nil {
		return listBackupPlansOutput{}, err
	}
	found := []planOut{}
	for _, p := range s.in(home(r)) {
		found = append(found, planOut{p.arn(), p.id, p.Name, p.created, p.lastRun, p.version})
	}
	found, next, err := listing.Page(found, func(p planOut) string { return p.BackupPlanName }, in.NextToken, in.MaxResults)
	return listBackupPlansOutput{found, next}, err
}

// in are the plans of a place, by name.
func (s *Plans) in(p arn.Place) []plan {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []plan{}
	for k, held := range s.plans {
		if k.Place == p {
			found = append(found, *held)
		}
	}
	slices.SortFunc(found, func(a, b plan) int { return strings.Compare(a.Name, b.Name) })
	return found
}

type getBackupPlanInput struct {
	BackupPlanID            string `path:"backupPlanId"`
	VersionID               string `query:"versionId"`
	MaxScheduledRunsPreview int    `query:"MaxScheduledRunsPreview"`
}

type getBackupPlanOutput struct {
	BackupPlan        planBody
	BackupPlanArn     string
	BackupPlanID      string `json:"BackupPlanId"`
	CreationDate      wire.Epoch
	LastExecutionDate wire.Epoch `json:",omitzero"`
	VersionID         string     `json:"VersionId"`
}

type planBody struct {
	BackupPlanName string
	Rules          []ruleOut
}

type ruleOut struct {
	RuleID                     string `json:"RuleId"`
	RuleName                   string
	ScheduleExpression         string
	ScheduleExpressionTimezone string
	TargetBackupVaultName      string
	StartWindowMinutes         int64            `json:",omitempty"`
	CompletionWindowMinutes    int64            `json:",omitempty"`
	Lifecycle                  vaults.Lifecycle `json:",omitzero"`
	RecoveryPointTags          map[string]string
	CopyActions                []copyOut
}

type copyOut struct {
	DestinationBackupVaultArn string
	Lifecycle                 vaults.Lifecycle `json:",omitzero"`
}

// getBackupPlan shows the version in force; earlier ones are forgotten here.
func (s *Plans) getBackupPlan(r *wire.Request, in getBackupPlanInput) (getBackupPlanOutput, error) {
	if in.MaxScheduledRunsPreview != 0 {
		return getBackupPlanOutput{}, fault.InvalidValue("awssim previews no runs: MaxScheduledRunsPreview must be 0")
	}
	for _, p := range s.in(home(r)) {
		if p.id != in.BackupPlanID || !listing.Same(in.VersionID, p.version) {
			continue
		}
		out := getBackupPlanOutput{planBody{BackupPlanName: p.Name}, p.arn(), p.id, p.created, p.lastRun, p.version}
		for i, rule := range p.Rules {
			out.BackupPlan.Rules = append(out.BackupPlan.Rules, rule.out(p.ruleIDs[i]))
		}
		return out, nil
	}
	return getBackupPlanOutput{}, fault.NotFound("Failed reading Backup plan with provided version")
}

func (r Rule) out(id string) ruleOut {
	out := ruleOut{
		RuleID: id, RuleName: r.Name, ScheduleExpression: r.Schedule.String(), ScheduleExpressionTimezone: "UTC",
		TargetBackupVaultName: r.Vault, StartWindowMinutes: int64(r.StartWindow / time.Minute), CompletionWindowMinutes: int64(r.CompleteWindow / time.Minute),
		Lifecycle: r.Lifecycle, RecoveryPointTags: r.Tags, CopyActions: []copyOut{},
	}
	for _, c := range r.Copies {
		out.CopyActions = append(out.CopyActions, copyOut{c.VaultARN, c.Lifecycle})
	}
	return out
}
