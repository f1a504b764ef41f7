package fix

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/policy"
)

// organization: switches and memberships of the organization.
func (w writer) organization() Advice {
	e := w.Estate
	management := e.Accounts.Management
	advice := Advice{Cause: w.found.Cause, Fix: "switch cross-account backup on"}
	on := Step{Text: "switch cross-account backup on", Account: management, Commands: []string{
		w.aws(management, e.Regions.Primary, "backup update-global-settings --global-settings isCrossAccountBackupEnabled=true")}}
	accounts := Step{Text: "accounts of the organization", Account: management, Commands: []string{
		w.aws(management, "", "organizations list-accounts --query Accounts[].Id --output text")}}
	switch w.found.Kind {
	case diagnose.CrossAccountOff:
		advice.Steps = []Step{on}
	case diagnose.OtherOrganization:
		advice.Fix = fmt.Sprintf("move the member account %s into the organization %s of the backup account", w.member(), e.Organization)
		advice.Steps = []Step{accounts}
	default:
		advice.Fix = "check that cross-account backup is on and that both accounts are in one organization"
		look := Step{Text: "is it on", Account: e.Accounts.Backup, Commands: []string{w.aws(e.Accounts.Backup, e.Regions.Primary, "backup describe-global-settings")}}
		advice.Steps = []Step{look, on, accounts}
	}
	return advice
}

// unsupported: a copy that AWS Backup does not make. It never advises the route that the
// resource is on already.
func (w writer) unsupported() Advice {
	advice := Advice{Cause: w.found.Cause, Fix: w.found.Fix}
	ownOnly := func(p estate.Plan) bool { return len(p.Retention) == 1 }
	alone := "back the resource up in its own account only"
	switch w.found.Kind {
	case diagnose.NoSingleAction:
		across := w.job.Destination.Region != "" && w.job.Destination.Region != w.primary() && w.job.Kind == hop.FirstHop
		plan, ok := w.planOf(func(p estate.Plan) bool { return p.Strategy == estate.TwoHop })
		switch {
		case across && ok:
			advice.Fix = "let the resource take the two-hop route: select the plan " + plan
			if w.job.Resource != "" {
				advice.Steps = []Step{w.tag(w.job.Resource, plan)}
			}
			return advice
		case across:
			advice.Fix = fmt.Sprintf("the estate has no two-hop plan for the type %s: add it to one (plans.PLAN.types in %s), deploy, and tag the resource; until then %s", w.job.ResourceType, w.File, alone)
		case w.job.Kind == hop.FirstHop:
			advice.Fix = "the resource is on the two-hop route already, and AWS Backup does not copy this type to another account here: " + alone
		case w.job.Kind == hop.SecondHop:
			advice.Fix = "the recovery point is in the backup account, and AWS Backup does not copy this type to the other Region: keep it in the intermediate vault, and choose a secondary Region that has the copy"
			return advice
		}
	case diagnose.RDSCustom, diagnose.NotSupported:
		advice.Fix = alone + "; look up the resource type under feature availability in the AWS Backup guide"
	default: // TDE: the diagnosis has the fix
	}
	if plan, ok := w.planOf(ownOnly); ok && w.job.Resource != "" {
		advice.Steps = []Step{w.tag(w.job.Resource, plan)}
	}
	return advice
}

// vault: the destination vault's access policy, existence or lock.
func (w writer) vault(ctx context.Context) Advice {
	advice := Advice{Cause: w.found.Cause, Fix: w.found.Fix}
	v := w.job.Destination
	name, ok := w.vaultName(v)
	switch w.found.Kind {
	case diagnose.NotAdmitted:
		return w.notAdmitted(ctx, advice, name, ok)
	case diagnose.NoVault:
		advice.Fix = "deploy the stack that has the vault"
		stack, _ := w.stack(v.Account, v.Region)
		advice.Steps = append([]Step{{Text: "if the stack was never deployed", Commands: []string{"make deploy ESTATE=" + quoted(w.File) + " STACKS=" + stack}}}, w.revert(v.Account, v.Region)...)
	case diagnose.OutsideLock:
		advice.Fix = "bring the retention of the vault in the plan and the bounds of the vault's lock in the estate's file together, and deploy"
		if ok {
			var asked []string
			for _, plan := range w.Estate.EnabledPlans() {
				if days, kept := w.Estate.Plans[plan].Retention[name]; kept {
					asked = append(asked, fmt.Sprintf("plans.%s.retention.%s is %d days", plan, name, days))
				}
			}
			advice.Fix += " (" + strings.Join(append(asked, fmt.Sprintf("the bounds are vaults.%s.lock.minDays and maxDays", name)), ", ") + ")"
			advice.Steps = []Step{{Text: "the bounds of the deployed lock", Account: v.Account, Commands: []string{
				w.aws(v.Account, v.Region, "backup describe-backup-vault --backup-vault-name %s --query [MinRetentionDays,MaxRetentionDays]", v.Name)}}}
		}
	default: // advice leads no other kind here
	}
	return advice
}

// notAdmitted: AWS Backup says the same where the vault's policy does not admit the source
// account, and where the role of the job may not copy into the vault.
func (w writer) notAdmitted(ctx context.Context, advice Advice, name string, known bool) Advice {
	v := w.job.Destination
	if !known || w.job.Kind == hop.SecondHop {
		advice.Cause = "the role of the copy may not copy into the vault, or the vault's access policy denies it"
		advice.Fix = "compare both with the estate"
		advice.Steps = append([]Step{w.doctor()}, w.revert(w.Estate.Accounts.Backup, w.destination())...)
		return advice
	}
	wanted, err := policy.VaultAccess(w.Estate, v.Account, name, v.Region)
	if err != nil {
		return advice
	}
	into := slices.DeleteFunc(slices.Clone(wanted.Statement), func(s policy.Statement) bool { return s.Effect == policy.Deny })
	advice.Fix = "add the statement below to the access policy of the vault " + v.Name
	if difference, read := w.vaultPolicy(ctx, v, wanted); read {
		into = slices.DeleteFunc(difference.Missing, func(s policy.Statement) bool { return s.Effect == policy.Deny })
		switch {
		case len(difference.Denying) > 0:
			advice.Cause = "the access policy of the vault " + v.Name + " denies what the estate does not"
			advice.Fix = "take this out of the policy: " + strings.Join(difference.Denying, " and ")
			if len(into) > 0 {
				advice.Fix += ", and add the statement below"
			}
		case len(into) == 0:
			advice.Cause = "the access policy of the vault " + v.Name + " stopped the copy, or the role of the job could not copy into it; now the policy admits the copy"
			advice.Fix = "nothing is left to fix in the policy"
			advice.Steps = []Step{w.doctor()}
			return advice
		}
	}
	amend := w.amend(v.Account, "vault-policy.json", into,
		w.aws(v.Account, v.Region, "backup get-backup-vault-access-policy --backup-vault-name %s --query Policy --output text", v.Name),
		w.aws(v.Account, v.Region, "backup put-backup-vault-access-policy --backup-vault-name %s --policy file://vault-policy.json", v.Name))
	if len(into) == 0 {
		amend.Text = "write the policy to vault-policy.json with the first command, take the denial out of it, and put it back with the second"
	}
	if w.Estate.BreakGlassRole != "" {
		amend.Text += " (only the role " + w.Estate.BreakGlassRole + " may change the policy)"
	}
	advice.Steps = append([]Step{amend}, w.revert(v.Account, v.Region)...)
	return advice
}

// vaultPolicy compares the access policy of a vault with the estate's; false where it cannot
// be read.
func (w writer) vaultPolicy(ctx context.Context, v hop.Vault, wanted policy.Document) (policy.Difference, bool) {
	account, err := w.account(ctx, v.Account)
	if err != nil || account.Vaults == nil {
		return policy.Difference{}, false
	}
	live, err := account.Vaults.VaultPolicy(ctx, v.Region, v.Name)
	if err != nil {
		return policy.Difference{}, false
	}
	difference, err := policy.Compare(wanted, live)
	return difference, err == nil
}

// gone: nothing is left to copy in the source vault.
func (w writer) gone() Advice {
	advice := Advice{Cause: w.found.Cause, Fix: diagnose.Repeat(hop.ClassGone, w.job)}
	advice.Fix = strings.ReplaceAll(strings.ReplaceAll(advice.Fix, ": twohop dlq replay", " (twohop dlq replay)"), " (aws backup start-copy-job in the member account)", "")
	member := w.member()
	if member == "" || w.job.Resource == "" || w.job.Kind == hop.CopyBack {
		return advice
	}
	advice.Steps = []Step{{Text: "recovery points that the member account still has", Account: member, Commands: []string{
		w.aws(member, w.primary(), "backup list-recovery-points-by-resource --resource-arn %s", quoted(w.job.Resource))}}}
	if w.job.Kind == hop.FirstHop {
		advice.Steps = append(advice.Steps, w.replay("start the first hop again", "--resource "+quoted(w.job.Resource)))
	}
	return advice
}

// copied: a copy exists, or may exist, and a person decides about it.
func (w writer) copied(advice Advice) Advice {
	switch w.job.Class {
	case hop.ClassUntold:
		advice.Fix = "check whether the final vault has a copy of the resource made at that time: if it has, delete this message; if not, replay it, which makes the copy"
	case hop.ClassWrong:
		advice.Fix = "find out what made or changed the copy that the text names; then delete the copy (a locked vault keeps it to its end) and replay, which makes it again: a replay leaves it alone while it exists"
	default:
		advice.Fix = "the copy exists and can be restored, but the vault's key does not guard it. Where it has no key or one that AWS owns: restore the cluster under a customer managed key and tag the new cluster. " +
			"Where it has another key: check whether the vault was created again; the copy cannot be read once its key is gone. Delete a copy that must not be kept as it is"
	}
	v := w.job.Destination
	if v.Name == "" || w.job.Resource == "" {
		return advice
	}
	advice.Steps = []Step{{Text: "copies of the resource in the vault, with their keys", Account: v.Account, Commands: []string{
		w.aws(v.Account, v.Region, "backup list-recovery-points-by-backup-vault --backup-vault-name %s --by-resource-arn %s --query %s", v.Name, quoted(w.job.Resource),
			quoted("RecoveryPoints[].[RecoveryPointArn,CreationDate,EncryptionKeyArn,Status]"))}}}
	if w.job.Class != hop.ClassUnderprotected {
		advice.Steps = append(advice.Steps, w.replay("make the copy again, where there is none", "--resource "+quoted(w.job.Resource)))
	}
	return advice
}

// optIn: the service is not opted in for AWS Backup in the account and Region of the job.
func (w writer) optIn() Advice {
	advice := Advice{Cause: w.found.Cause, Fix: "opt in to the service for AWS Backup in the account and Region of the job; the function prerequisites does so daily, so read its log"}
	if account := w.runs(); account != "" && w.job.ResourceType != "" {
		advice.Steps = []Step{{Text: "opt in", Account: account, Commands: []string{
			w.aws(account, w.primary(), "backup update-region-settings --resource-type-opt-in-preference %s", quoted(w.job.ResourceType+"=true"))}}}
	}
	return advice
}

// options: persistent options of a database's option group.
func (w writer) options() Advice {
	e := w.Estate
	advice := Advice{Cause: w.found.Cause, Fix: fmt.Sprintf("create an option group with the options that the text names, for the same engine and version, in account %s, Region %s", e.Accounts.Backup, w.destination())}
	if member := w.member(); member != "" && strings.Contains(w.job.Resource, ":db:") {
		advice.Steps = []Step{{Text: "engine and option group of the database", Account: member, Commands: []string{
			w.aws(member, w.primary(), "rds describe-db-instances --db-instance-identifier %s --query %s", named(w.job.Resource),
				quoted("DBInstances[0].[Engine,EngineVersion,OptionGroupMemberships]"))}}}
	}
	advice.Steps = append(advice.Steps, Step{Text: "option groups that the destination has", Account: e.Accounts.Backup, Commands: []string{
		w.aws(e.Accounts.Backup, w.destination(), "rds describe-option-groups --query OptionGroupsList[].OptionGroupName")}})
	return advice
}
