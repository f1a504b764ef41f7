package fix

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// writer writes the advice about one failed job.
type writer struct {
	*Adviser
	job   hop.FailedJob
	found diagnose.Diagnosis
}

// advice is the fix of the job's kind of failure, without how the job is repeated.
func (w writer) advice(ctx context.Context) Advice {
	advice := Advice{Cause: w.found.Cause, Fix: w.found.Fix}
	switch w.found.Kind {
	case diagnose.SourceKey, diagnose.DestinationKey, diagnose.EitherKey, diagnose.InvalidPrincipal:
		return w.keys(ctx)
	case diagnose.UnderManagedKey:
		return w.managedKey(ctx)
	case diagnose.UnderOwnedKey:
		return w.ownedKey()
	case diagnose.VaultManagedKey:
		return w.vaultManagedKey()
	case diagnose.CrossAccountOff, diagnose.OtherOrganization:
		return w.organization()
	case diagnose.NoSingleAction, diagnose.UnderTDE, diagnose.RDSCustom, diagnose.NotSupported:
		return w.unsupported()
	case diagnose.NotAdmitted, diagnose.NoVault, diagnose.OutsideLock:
		return w.vault(ctx)
	case diagnose.JobRole, diagnose.NotAssumable, diagnose.DeniedByOrganization, diagnose.PassRole, diagnose.Denied:
		return w.role()
	case diagnose.TooManyCopies, diagnose.ManualSnapshots, diagnose.KeyGrants, diagnose.UsedUp, diagnose.SharedTooOften, diagnose.TooManyTags:
		return w.quota()
	case diagnose.ResourceState, diagnose.BackupWindow:
		return w.state()
	case diagnose.MissingOptions:
		return w.options()
	case diagnose.SourceGone, diagnose.NotSubscribed, diagnose.TooManyJobs, diagnose.JobRunning, diagnose.Outage, diagnose.JobExpired, diagnose.FatalError,
		diagnose.UnknownText, diagnose.NoTarget, diagnose.FailedRun, diagnose.NotAnEvent, "":
	}
	return w.byClass(ctx, advice)
}

// byClass is the advice where the class says more than the text, or all there is.
func (w writer) byClass(ctx context.Context, advice Advice) Advice {
	switch w.job.Class {
	case hop.ClassKey:
		return w.keys(ctx)
	case hop.ClassRole, hop.ClassVaultPolicy, hop.ClassRetention:
		advice.Fix = "compare the roles, policies and locks of the estate with the deployed ones"
		advice.Steps = []Step{w.doctor()}
	case hop.ClassOrganization:
		return w.organization()
	case hop.ClassOptIn:
		if w.found.Kind == "" {
			return w.optIn()
		}
		advice.Fix = "sign up for the service, or enable the Region, in the account that the job ran in; AWS Support completes an account that is still being activated"
	case hop.ClassQuota:
		return w.quota()
	case hop.ClassLimit:
		if w.found.Kind == "" {
			return w.tooManyCopies(advice)
		}
	case hop.ClassOptionGroup:
		return w.options()
	case hop.ClassGone:
		return w.gone()
	case hop.ClassUntold, hop.ClassWrong, hop.ClassUnderprotected:
		return w.copied(advice)
	case hop.ClassUnknown:
		advice.Fix = "read the text and fix what it names; the preflight may find the cause"
		advice.Steps = []Step{w.doctor()}
	case hop.ClassMalformed:
		advice.Steps = []Step{{Text: "to delete those that are no events of AWS Backup, look at the plan of the command below, then repeat it with --yes",
			Commands: []string{w.twohop("dlq discard", "--only "+string(hop.ClassMalformed))}}}
	case hop.ClassUnsupported, hop.ClassTransient:
	}
	return advice
}

// doctor is the step that compares the estate with what is deployed.
func (w writer) doctor() Step {
	return Step{Text: "find what differs from the estate", Commands: []string{w.twohop("doctor", "")}}
}

// replay is the step that replays dead-letter messages. A first hop is started in the member
// account, which the estate's roles or a profile have to lead into.
func (w writer) replay(text, which string) Step {
	member := w.member()
	if w.job.Kind == hop.FirstHop && len(w.Estate.Operators) == 0 && w.Profiles[member] == "" {
		text += " (the estate names no operators: add --profile " + cmp.Or(member, "ACCOUNT") + "=NAME with an AWS profile of that account)"
	}
	return Step{Text: text, Commands: []string{w.twohop("dlq replay", which+" --yes")}}
}

// twohop is a command of twohop, with the estate and the profiles that were given.
func (w writer) twohop(command, arguments string) string {
	command = strings.TrimSpace("twohop " + command + " --estate " + quoted(w.File) + " " + arguments)
	for _, account := range slices.Sorted(maps.Keys(w.Profiles)) {
		command += " --profile " + quoted(account+"="+w.Profiles[account])
	}
	return command
}

// repeat is how the job is repeated, with the command where there is one.
func (w writer) repeat() []Step {
	text := diagnose.Repeat(w.job.Class, w.job)
	switch {
	case text == "" || w.job.Class == hop.ClassGone:
		return nil
	case !w.found.Repeatable() && w.job.Kind == hop.FirstHop:
		of := "--only " + string(w.job.Class)
		if w.job.Resource != "" {
			of += " --resource " + quoted(w.job.Resource)
		}
		return []Step{{Text: "the dead-letter message about the failed first hop is then of no use, since a replay would fail again; show it, and discard it with --yes",
			Commands: []string{w.twohop("dlq discard", of+" --include-replayable")}}}
	case !w.found.Repeatable() && w.job.Kind != hop.SecondHop && w.job.Kind != hop.CopyBack:
		return nil
	}
	step := Step{Text: strings.ReplaceAll(strings.ReplaceAll(text, ": twohop dlq replay", " with the command below"), "twohop copy-back", "copy-back")}
	if strings.Contains(text, "twohop dlq replay") {
		return []Step{w.replay(step.Text, "--only "+string(w.job.Class))}
	}
	return []Step{step}
}

// aws is a command of the AWS CLI in an account and a Region, with the account's profile
// where one was given.
func (w writer) aws(account, region, format string, args ...any) string {
	command := "aws " + fmt.Sprintf(format, args...)
	if region != "" {
		command += " --region " + region
	}
	return w.withProfile(account, command)
}

// Quoted is a word for a POSIX shell.
func Quoted(word string) string { return quoted(word) }

func quoted(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@+%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !plain(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// member is the account that owns the resource; empty where nothing tells it.
func (w writer) member() string {
	for _, account := range []string{hop.AccountOf(w.job.Resource), w.job.Source.Account, hop.AccountOf(w.job.Point), w.job.Destination.Account} {
		if account != "" && account != w.Estate.Accounts.Backup {
			return account
		}
	}
	return ""
}

// runs is the account that the failed job ran in.
func (w writer) runs() string {
	if w.job.Kind == hop.SecondHop || w.job.Kind == hop.CopyBack {
		return w.Estate.Accounts.Backup
	}
	return w.member()
}

// primary is the Region of databases, local and intermediate vaults.
func (w writer) primary() string { return w.Estate.Regions.Primary }

// destination is the Region that the job writes to.
func (w writer) destination() string { return cmp.Or(w.job.Destination.Region, w.primary()) }

// vaultName is a vault's name in the estate's file; false for a vault that is not the
// estate's.
func (w writer) vaultName(v hop.Vault) (string, bool) {
	for _, owner := range []estate.Owner{estate.BackupAccount, estate.MemberAccount} {
		for _, name := range w.Estate.VaultsIn(owner, v.Region) {
			if (owner == estate.BackupAccount) == (v.Account == w.Estate.Accounts.Backup) && w.Estate.Vaults[name].Name == v.Name {
				return name, true
			}
		}
	}
	return "", false
}

// localVault is the vault that a member's backups are made in.
func (w writer) localVault() hop.Vault {
	e := w.Estate
	if w.job.Source.Name != "" && w.job.Source.Account != e.Accounts.Backup {
		return w.job.Source
	}
	for _, plan := range e.EnabledPlans() {
		if slices.Contains(e.Plans[plan].Types, w.job.ResourceType) || w.job.ResourceType == "" {
			name := e.LocalVault(plan)
			return hop.Vault{ARN: e.VaultARNIn(w.member(), name, e.Regions.Primary), Account: w.member(), Region: e.Regions.Primary, Name: e.Vaults[name].Name}
		}
	}
	return hop.Vault{}
}

// named is the last part of an ARN, such as orders of ...:cluster:orders.
func named(arn string) string { return arn[strings.LastIndexAny(arn, ":/")+1:] }

// stack is the stack of a vault or role in an account and a Region.
func (w writer) stack(account, region string) (name string, ok bool) {
	switch {
	case account != w.Estate.Accounts.Backup:
		return w.Estate.StackName("Management"), false // the member stack is an instance of its StackSet
	case region == w.Estate.Regions.Primary:
		return w.Estate.StackName("BackupPrimary"), true
	default:
		return w.Estate.StackName("BackupSecondary-" + region), true
	}
}

// revert are the steps that undo changes made by hand in a stack of the backup account: a
// deployment of an unchanged template does not [CloudFormation: drift-aware change sets].
func (w writer) revert(account, region string) []Step {
	stack, own := w.stack(account, region)
	if !own {
		return []Step{{Text: "or undo what was changed by hand in the member account; a deployment of an unchanged template does not repair it"}}
	}
	return []Step{{
		Text: "or have CloudFormation undo what was changed by hand, which a deployment of an unchanged template does not", Account: account,
		Commands: []string{
			w.aws(account, region, "cloudformation create-change-set --stack-name %s --change-set-name revert-drift --use-previous-template --deployment-mode REVERT_DRIFT --capabilities CAPABILITY_NAMED_IAM", stack),
			w.aws(account, region, "cloudformation execute-change-set --stack-name %s --change-set-name revert-drift", stack),
		},
	}}
}
