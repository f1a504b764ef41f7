package fix

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/policy"
)

// managedKey is the procedure for a source under a key that AWS manages (aws/rds, aws/ebs),
// whose policy nobody can change. A copy takes the key of its vault: the recovery point is
// copied inside the member account, into a vault under the key of the estate's local vault,
// which admits the backup account, and from there as the plan would have copied it. That
// AWS Backup encrypts a copy within one Region of an account with the vault's key is
// UNCONFIRMED A112.
func (w writer) managedKey(ctx context.Context) Advice {
	if w.job.Kind == hop.SecondHop || w.job.Kind == hop.CopyBack {
		return w.keys(ctx) // what is in the backup account is under the keys of its vaults
	}
	advice := Advice{Cause: w.found.Cause, Fix: "copy the recovery point inside the member account, into a vault under a customer managed key that admits the backup account, and from there " +
		"to the backup account. For later backups, restore the resource under such a key and tag the new one: a resource's key cannot be changed"}
	e, member, local := w.Estate, w.member(), w.localVault()
	target := w.target()
	if member == "" || local.Name == "" || w.job.Point == "" || target.ARN == "" {
		advice.Steps = []Step{{Text: "the commands with every ARN filled in are printed for a dead-letter message: twohop dlq explain, or for the resource: twohop trace"}}
		return advice
	}
	rekeyed := e.Called("rekeyed")
	start := func(point, from, to string) string {
		return w.aws(member, e.Regions.Primary, "backup start-copy-job --recovery-point-arn %s --source-backup-vault-name %s --destination-backup-vault-arn %s --iam-role-arn %s --query CopyJobId --output text",
			point, from, to, e.RoleARN(member, estate.BackupRole))
	}
	job := w.aws(member, e.Regions.Primary, "backup describe-copy-job --copy-job-id \"$JOB\" --query CopyJob.%s --output text", "State")
	made := w.aws(member, e.Regions.Primary, "backup describe-copy-job --copy-job-id \"$JOB\" --query CopyJob.%s --output text", "DestinationRecoveryPointArn")
	vault := w.aws(member, e.Regions.Primary, "backup describe-backup-vault --backup-vault-name %s --query EncryptionKeyArn --output text", local.Name)
	advice.Steps = []Step{
		{Text: "create a vault for such copies, unless it exists, under the key of the vault " + local.Name, Account: member, Commands: []string{
			w.aws(member, e.Regions.Primary, "backup describe-backup-vault --backup-vault-name %s", rekeyed) + " || " +
				w.aws(member, e.Regions.Primary, "backup create-backup-vault --backup-vault-name %s --encryption-key-arn \"$(%s)\"", rekeyed, vault)}},
		{Text: "copy the recovery point into it, and look until the job is COMPLETED", Account: member, Commands: []string{
			"JOB=$(" + start(quoted(w.job.Point), local.Name, e.ARNIn(e.Regions.Primary, "backup", member, "backup-vault:"+rekeyed)) + ")", job}},
		{Text: "in the same shell: copy that copy to the backup account; twohop continues from there", Account: member, Commands: []string{
			start("\"$("+made+")\"", rekeyed, target.ARN)}},
	}
	return advice
}

// target is the vault of the backup account that the resource is to be copied to: the
// intermediate one of its type, from which twohop continues; where there is none, the vault
// that the plan copies to.
func (w writer) target() hop.Vault {
	for _, route := range w.Estate.Routes() {
		if slices.Contains(route.Types, w.job.ResourceType) {
			return route.Source
		}
	}
	return w.job.Destination
}

// ownedKey: a copy of a cluster's snapshot that is not under a key of KMS cannot be put under
// one, so the cluster is restored under another key.
func (w writer) ownedKey() Advice {
	advice := Advice{Cause: w.found.Cause, Fix: "restore a recovery point of the cluster under a customer managed key that admits the backup account, tag the new cluster with the plan's tag, and switch to it"}
	member, point := w.member(), w.job.Point
	if member == "" || !strings.Contains(point, ":cluster-snapshot:") {
		return advice
	}
	e, region := w.Estate, w.primary()
	key := w.aws(member, region, "backup describe-backup-vault --backup-vault-name %s --query EncryptionKeyArn --output text", w.localVault().Name)
	engine := w.aws(member, region, "rds describe-db-cluster-snapshots --db-cluster-snapshot-identifier %s --query DBClusterSnapshots[0].Engine --output text", quoted(point))
	advice.Steps = []Step{{Text: "restore under the key of the vault " + w.localVault().Name, Account: member, Commands: []string{
		w.aws(member, region, "rds restore-db-cluster-from-snapshot --db-cluster-identifier %s-rekeyed --snapshot-identifier %s --engine \"$(%s)\" --kms-key-id \"$(%s)\"", cmp.Or(named(w.job.Resource), "cluster"), quoted(point), engine, key)}}}
	if plan, ok := w.planOf(func(p estate.Plan) bool { return p.Strategy == estate.TwoHop }); ok && w.job.Resource != "" {
		advice.Steps = append(advice.Steps, w.tag(w.job.Resource+"-rekeyed", plan))
	}
	advice.Steps = append(advice.Steps, Step{Text: "a key of your own instead needs these statements", Statements: policy.DatabaseKey(e)})
	return advice
}

// vaultManagedKey: a vault's key is set when the vault is made.
func (w writer) vaultManagedKey() Advice {
	advice := Advice{Cause: w.found.Cause, Fix: "a vault's key cannot be changed: give the vault another name in the estate's file, and deploy; the estate makes its vaults under keys of their own"}
	if name, ok := w.vaultName(w.job.Destination); ok {
		advice.Fix = strings.Replace(advice.Fix, "in the estate's file", fmt.Sprintf("in %s (vaults.%s.name)", w.File, name), 1)
		stack, _ := w.stack(w.job.Destination.Account, w.job.Destination.Region)
		advice.Steps = []Step{{Text: "then deploy", Commands: []string{"make deploy ESTATE=" + quoted(w.File) + " STACKS=" + stack}}}
	}
	return advice
}

// planOf is an enabled plan for the job's resource type for which is holds; the first by
// name. False where the type is not known or no plan is one.
func (w writer) planOf(is func(estate.Plan) bool) (string, bool) {
	for _, name := range w.Estate.EnabledPlans() {
		if plan := w.Estate.Plans[name]; slices.Contains(plan.Types, w.job.ResourceType) && is(plan) {
			return name, true
		}
	}
	return "", false
}

// tag is the step that selects a plan for a resource.
func (w writer) tag(arn, plan string) Step {
	e, account := w.Estate, w.member()
	return Step{Text: "select the plan " + plan + " for the resource", Account: account, Commands: []string{
		w.aws(account, cmp.Or(regionOf(arn), w.primary()), "resourcegroupstaggingapi tag-resources --resource-arn-list %s --tags %s", quoted(arn), quoted(e.TagKey+"="+e.Plans[plan].Tag))}}
}
