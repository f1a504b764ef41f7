package fix

import (
	"fmt"
	"strings"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// quota: a quota that is used up, or a limit that a higher quota would relax.
func (w writer) quota() Advice {
	advice := Advice{Cause: w.found.Cause, Fix: w.found.Fix}
	account, region := w.Estate.Accounts.Backup, w.destination()
	if w.job.Kind == hop.BackupJobKind {
		account, region = w.member(), w.primary()
	}
	quota := w.found.Quota
	switch w.found.Kind {
	case diagnose.TooManyCopies:
		return w.tooManyCopies(advice)
	case diagnose.ManualSnapshots:
		quota = diagnose.Quota{Name: "Manual DB cluster snapshots", Service: "rds", Code: "L-9B510759", Raised: 200}
		if w.job.ResourceType == "RDS" {
			quota = diagnose.Quota{Name: "Manual DB instance snapshots", Service: "rds", Code: "L-272F1212", Raised: 200}
		}
	case diagnose.SharedTooOften:
		return w.shared(advice)
	case diagnose.TooManyTags:
		advice.Fix = "remove tags from the resource that are not needed: 50 are allowed, with those that the plan adds"
		if owner := w.member(); owner != "" && w.job.Resource != "" {
			advice.Steps = []Step{{Text: "tags of the resource", Account: owner, Commands: []string{
				w.aws(owner, w.primary(), "resourcegroupstaggingapi get-resources --resource-arn-list %s", quoted(w.job.Resource))}}}
		}
		return advice
	case diagnose.KeyGrants:
		if key := w.job.KeyARN; key != "" {
			account, region = hop.AccountOf(key), regionOf(key)
			advice.Steps = []Step{{Text: "grants of the key; revoke those that are no longer used", Account: account, Commands: []string{
				w.aws(account, region, "kms list-grants --key-id %s --query Grants[].[GrantId,GranteePrincipal,CreationDate]", key)}}}
		}
	default: // a quota that the diagnosis names, or the text alone
	}
	if quota.Code == "" {
		advice.Fix = fmt.Sprintf("raise the quota that the text names, in account %s, Region %s", account, region)
		advice.Steps = append(advice.Steps, w.quotas(account, region, "rds"), w.quotas(account, region, "backup"))
		return advice
	}
	advice.Fix = fmt.Sprintf("raise the quota %q in account %s, Region %s, or delete what counts toward it", quota.Name, account, region)
	advice.Steps = append(advice.Steps, Step{Text: "what the quota is now, and a request for more", Account: account, Commands: []string{
		w.aws(account, region, "service-quotas get-service-quota --service-code %s --quota-code %s --query Quota.Value", quota.Service, quota.Code),
		w.aws(account, region, "%s", strings.TrimPrefix(quota.Increase(), "aws ")),
	}})
	return advice
}

func (w writer) tooManyCopies(advice Advice) Advice {
	advice.Fix = "if this keeps happening, raise the quota of concurrent snapshot copies and the size of the pool in the estate's file"
	advice.Steps = []Step{w.quotas(w.Estate.Accounts.Backup, w.destination(), "rds")}
	return advice
}

// quotas is the step that lists the quotas of a service that are about snapshots or recovery
// points.
func (w writer) quotas(account, region, service string) Step {
	return Step{Text: "quotas of " + service + " with their codes and values", Account: account, Commands: []string{
		w.aws(account, region, "service-quotas list-service-quotas --service-code %s --query %s --output text", service, quoted("Quotas[].[QuotaCode,Value,QuotaName]"))}}
}

// shared: RDS shares a snapshot with a limited number of accounts. AWS Backup shares a
// snapshot to copy it into another account.
func (w writer) shared(advice Advice) Advice {
	advice.Fix = "stop sharing the snapshot with accounts that do not need it; the quota cannot be raised"
	owner := w.member()
	if owner == "" || !strings.Contains(w.job.Point, "snapshot:") {
		return advice
	}
	kind, option := "snapshot", "--db-snapshot-identifier"
	if strings.Contains(w.job.Point, ":cluster-snapshot:") {
		kind, option = "cluster-snapshot", "--db-cluster-snapshot-identifier"
	}
	advice.Steps = []Step{{Text: "accounts that the snapshot is shared with", Account: owner, Commands: []string{
		w.aws(owner, w.primary(), "rds describe-db-%s-attributes %s %s", kind, option, quoted(w.job.Point))}}}
	return advice
}

// state: the state and the windows of a database.
func (w writer) state() Advice {
	advice := Advice{Cause: w.found.Cause, Fix: w.found.Fix}
	if w.found.Kind == diagnose.BackupWindow {
		advice.Fix = "move the plan's schedule in the estate's file (plans.PLAN.schedule), or the windows of the database, at least an hour apart"
		for _, name := range w.Estate.EnabledPlans() {
			if plan, ok := w.planOf(func(p estate.Plan) bool { return p.Schedule == w.Estate.Plans[name].Schedule }); ok && plan == name {
				advice.Fix += fmt.Sprintf("; plans.%s.schedule is %s", name, w.Estate.Plans[name].Schedule)
			}
		}
	}
	owner, name := w.member(), named(w.job.Resource)
	if owner == "" {
		return advice
	}
	const windows = "Status,PreferredBackupWindow,PreferredMaintenanceWindow]"
	step := Step{Text: "state of the database, and its windows", Account: owner}
	switch {
	case strings.Contains(w.job.Resource, ":cluster:"):
		step.Commands = []string{w.aws(owner, w.primary(), "rds describe-db-clusters --db-cluster-identifier %s --query %s", name, quoted("DBClusters[0].["+windows))}
	case strings.Contains(w.job.Resource, ":db:"):
		step.Commands = []string{w.aws(owner, w.primary(), "rds describe-db-instances --db-instance-identifier %s --query %s", name, quoted("DBInstances[0].[DBInstance"+windows))}
	default:
		return advice
	}
	advice.Steps = []Step{step}
	return advice
}
