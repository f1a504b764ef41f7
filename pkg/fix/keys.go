package fix

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/policy"
)

// keys names the key that stops a copy, after asking AWS for both.
func (w writer) keys(ctx context.Context) Advice {
	source := w.inspect(ctx, w.sourceKey(ctx), "the source's key")
	destination := w.inspect(ctx, w.destinationKey(ctx), strings.TrimSpace("the key of the destination vault "+w.job.Destination.Name))
	var guilty []Advice
	var unread []keyState
	for _, key := range []struct {
		keyState
		lacks func(live string) []policy.Statement
	}{{source, w.sourceLacks}, {destination, w.destinationLacks}} {
		fault, found := w.fault(key.keyState, key.lacks)
		switch {
		case found:
			guilty = append(guilty, fault)
		case key.unread != nil:
			unread = append(unread, key.keyState)
		}
	}
	if len(guilty) > 0 {
		return together(guilty)
	}
	advice := Advice{Cause: w.found.Cause, Fix: w.found.Fix}
	switch {
	case len(unread) > 0:
		advice.Cause, advice.Fix = w.unknownKey(source, destination), "find the fault with the commands below; turn a disabled key on, or add to its policy the statements that it lacks"
		for _, key := range unread {
			advice.Steps = append(advice.Steps, w.show(key))
			if needed := w.needed(key.of == source.of); len(needed) > 0 {
				advice.Steps = append(advice.Steps, Step{Text: "statements that the policy of " + key.of + " needs", Statements: needed})
			}
		}
	case w.found.Kind == diagnose.InvalidPrincipal:
		advice.Fix = "create the role first, or name it in an aws:PrincipalArn condition instead of as principal, as these statements do"
		advice.Steps = []Step{{Text: "statements that admit AWS Backup of the backup account", Statements: policy.DatabaseKey(w.Estate)}}
	default:
		advice.Cause = fmt.Sprintf("a KMS key stopped the copy; now both keys are enabled and their policies admit the copy: %s and %s", source.ARN, destination.ARN)
		advice.Fix = "nothing is left to fix"
	}
	return advice
}

// together is one advice of several.
func together(all []Advice) Advice {
	one := all[0]
	for _, other := range all[1:] {
		one.Cause += "; and " + other.Cause
		one.Fix += "; and " + other.Fix
		one.Steps = append(one.Steps, other.Steps...)
	}
	return one
}

// fault is the advice about a key that stops the copy; false for one that does not, as far
// as AWS tells.
func (w writer) fault(key keyState, lacks func(live string) []policy.Statement) (Advice, bool) {
	account, region := hop.AccountOf(key.ARN), regionOf(key.ARN)
	switch {
	case key.unread != nil && !key.denied:
		return Advice{}, false
	case !key.exists:
		return Advice{Cause: key.of + ", " + key.ARN + ", does not exist",
			Fix: "nothing brings the key back, and what it encrypts cannot be read: restore the database from a recovery point under another key, or make a new vault under another name in the estate's file"}, true
	case key.Managed:
		return Advice{Cause: key.of + ", " + key.ARN + ", is managed by AWS, so that its policy cannot admit another account",
			Fix: "use a customer managed key in its place"}, true
	case key.State != "Enabled":
		step := Step{Text: "turn the key on", Account: account}
		for _, command := range checkup.EnableKey(key.Key) {
			step.Commands = append(step.Commands, w.withProfile(account, command))
		}
		return Advice{Cause: fmt.Sprintf("%s, %s, is %s", key.of, key.ARN, key.State), Fix: "turn " + key.of + " on again", Steps: []Step{step}}, true
	case key.denied:
		return Advice{}, false
	}
	missing := lacks(key.policy)
	if len(missing) == 0 {
		return Advice{}, false
	}
	return Advice{
		Cause: fmt.Sprintf("the policy of %s, %s, does not admit the copy", key.of, key.ARN),
		Fix:   "add the statements below to the policy of " + key.of,
		Steps: []Step{w.amend(account, "key-policy.json", missing,
			w.aws(account, region, "kms get-key-policy --key-id %s --policy-name default --query Policy --output text", key.ARN),
			w.aws(account, region, "kms put-key-policy --key-id %s --policy-name default --policy file://key-policy.json", key.ARN))},
	}, true
}

// amend is the step that adds statements to a policy: read into a file, edited, written back.
func (w writer) amend(account, file string, statements []policy.Statement, read, write string) Step {
	return Step{Text: "write the policy to " + file + " with the first command, add the statements to its list Statement, each in place of one with the same Sid, and put it back with the second", Account: account,
		Statements: statements, Commands: []string{read + " > " + file, write}}
}

// needed are the statements that the policy of a key needs for the copy, of the source's key
// or of the destination vault's.
func (w writer) needed(source bool) []policy.Statement {
	switch {
	case !source:
		return w.vaultKeyLacks(w.job.Destination, "")
	case w.job.Kind == hop.SecondHop || w.job.Kind == hop.CopyBack:
		return w.vaultKeyLacks(w.job.Source, "")
	default:
		return policy.DatabaseKey(w.Estate)
	}
}

// unknownKey names both keys, with what is known of them. Where one is known to be in order
// it is most likely the other.
func (w writer) unknownKey(source, destination keyState) string {
	said := func(key keyState) string {
		name := key.ARN
		switch {
		case name == "":
			return key.of
		case key.denied:
			return fmt.Sprintf("%s (%s: %s, its policy could not be read)", key.of, name, key.State)
		case key.unread != nil:
			return fmt.Sprintf("%s (%s: could not be read)", key.of, name)
		default:
			return fmt.Sprintf("%s, %s, is enabled and its policy admits the copy", key.of, name)
		}
	}
	const stopped = "a KMS key is disabled or deleted, or its policy does not admit the copy; "
	switch {
	case source.unread == nil:
		return stopped + "most likely " + said(destination) + ", for " + said(source)
	case destination.unread == nil:
		return stopped + "most likely " + said(source) + ", for " + said(destination)
	default:
		return stopped + "it is not known which: " + said(source) + ", or " + said(destination)
	}
}

// show is the step that shows a key's state and policy.
func (w writer) show(key keyState) Step {
	account, region := hop.AccountOf(key.ARN), regionOf(key.ARN)
	if key.ARN == "" {
		return w.findKey(key)
	}
	return Step{Text: fmt.Sprintf("state and policy of %s, not read: %v", key.of, key.unread), Account: account, Commands: []string{
		w.aws(account, region, "kms describe-key --key-id %s --query KeyMetadata.KeyState", key.ARN),
		w.aws(account, region, "kms get-key-policy --key-id %s --policy-name default --query Policy --output text", key.ARN),
	}}
}

// findKey is the step that finds the ARN of a key.
func (w writer) findKey(key keyState) Step {
	vault, of := w.job.Destination, "EncryptionKeyArn"
	if strings.HasPrefix(key.of, "the source's") {
		vault = w.job.Source
		if vault.Name == "" || w.job.Point == "" {
			return Step{Text: "the source's key is that of the resource: look it up in the console of its service"}
		}
		return Step{Text: "ARN of " + key.of, Account: vault.Account, Commands: []string{
			w.aws(vault.Account, vault.Region, "backup describe-recovery-point --backup-vault-name %s --recovery-point-arn %s --query %s", vault.Name, quoted(w.job.Point), of)}}
	}
	if vault.Name == "" {
		return Step{Text: "the destination's key is that of the vault which the job names"}
	}
	return Step{Text: "ARN of " + key.of, Account: vault.Account, Commands: []string{
		w.aws(vault.Account, vault.Region, "backup describe-backup-vault --backup-vault-name %s --query %s", vault.Name, of)}}
}

// sourceLacks are the statements that the source key's policy needs for the copy. A key that
// opens for AWS Backup of another account is judged as KMS would; one within an account by
// the statements of the estate.
func (w writer) sourceLacks(live string) []policy.Statement {
	if w.job.Kind == hop.SecondHop || w.job.Kind == hop.CopyBack {
		return w.vaultKeyLacks(w.job.Source, live)
	}
	admission, err := policy.Admits(w.Estate, live)
	if err != nil {
		return nil
	}
	return admission.Missing
}

func (w writer) destinationLacks(live string) []policy.Statement {
	return w.vaultKeyLacks(w.job.Destination, live)
}

// vaultKeyLacks are the allowing statements that the policy of a vault's key lacks.
func (w writer) vaultKeyLacks(v hop.Vault, live string) []policy.Statement {
	name, ok := w.vaultName(v)
	if !ok {
		return nil
	}
	wanted, err := policy.VaultKey(w.Estate, v.Account, name, v.Region)
	if err != nil {
		return nil
	}
	difference, err := policy.Compare(wanted, live)
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(difference.Missing, func(s policy.Statement) bool { return s.Effect == policy.Deny })
}

// withProfile adds an account's profile to a command, where one was given.
func (w writer) withProfile(account, command string) string {
	if profile := w.Profiles[account]; profile != "" {
		command += " --profile " + quoted(profile)
	}
	return command
}
