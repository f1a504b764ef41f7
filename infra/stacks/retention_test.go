package stacks_test

import (
	"slices"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// retention: nothing that holds backups, or that they hang on, goes with its stack.
var retention = map[string]check{
	"vaults, keys, plans, the StackSet and the roles of AWS Backup outlive their stacks": {retainedAreKept, map[string]func(*draft){
		"a vault is deleted":            func(d *draft) { d.attribute(stacks.Primary, "VaultIntermediate", "Delete", "DeletionPolicy") },
		"a vault has no word":           func(d *draft) { d.attribute(stacks.Member, "VaultLocal", nil, "DeletionPolicy") },
		"a final vault is replaced":     func(d *draft) { d.attribute(finals, "VaultFinal", "Delete", "UpdateReplacePolicy") },
		"a key is deleted":              func(d *draft) { d.attribute(finals, "KeyVaultFinal", "Delete", "DeletionPolicy") },
		"a key is replaced":             func(d *draft) { d.attribute(stacks.Primary, "KeyAlarmTopic", nil, "UpdateReplacePolicy") },
		"an alias is deleted":           func(d *draft) { d.attribute(stacks.Member, "AliasVaultLocal", nil, "DeletionPolicy") },
		"a plan is deleted":             func(d *draft) { d.attribute(stacks.Management, "PlanSimple", "Delete", "DeletionPolicy") },
		"the StackSet is deleted":       func(d *draft) { d.attribute(stacks.Management, memberStacks, nil, "DeletionPolicy") },
		"the role is deleted":           func(d *draft) { d.attribute(stacks.Member, "BackupRole", nil, "DeletionPolicy") },
		"the role of copies is deleted": func(d *draft) { d.attribute(stacks.Primary, "CopyRole", nil, "UpdateReplacePolicy") },
		"a failed creation is kept":     func(d *draft) { d.attribute(stacks.Primary, "VaultIntermediate", "Retain", "DeletionPolicy") },
	}, nil},
	"nothing else outlives its stack, since its name would be taken": {othersGo, map[string]func(*draft){
		"a queue": func(d *draft) { d.resource(stacks.Primary, "CopiesQueue")["DeletionPolicy"] = "Retain" },
		"a function": func(d *draft) {
			d.resource(stacks.Primary, "CopystarterFunction")["DeletionPolicy"] = "RetainExceptOnCreate"
		},
	}, nil},
	"every key rotates and is deleted after thirty days at the earliest": {keysRotate, map[string]func(*draft){
		"off":          func(d *draft) { d.set(finals, "KeyVaultFinal", false, "EnableKeyRotation") },
		"no word":      func(d *draft) { d.drop(stacks.Primary, "KeyAlarmTopic", "EnableKeyRotation") },
		"a week":       func(d *draft) { d.set(stacks.Member, "KeyVaultLocal", 7, "PendingWindowInDays") },
		"switched off": func(d *draft) { d.add(stacks.Member, "KeyVaultLocal", "Enabled", false) },
	}, nil},
	"every key has an alias": {keysHaveAliases, map[string]func(*draft){
		"none": func(d *draft) { d.remove(finals, "AliasVaultFinal") },
		"another's": func(d *draft) {
			d.say(stacks.Primary, "AliasVaultIntermediate", `"Ref":"KeyVaultIntermediate"`, `"Ref":"KeyAlarmTopic"`)
		},
		"AWS's": func(d *draft) { d.set(stacks.Member, "AliasVaultLocal", "alias/aws/backup", "AliasName") },
	}, nil},
	"logs and the archive are kept as long as the estate says": {logsAreKept, map[string]func(*draft){
		"logs for ever":        func(d *draft) { d.drop(stacks.Primary, "CopystarterLogs", "RetentionInDays") },
		"logs for a day":       func(d *draft) { d.set(stacks.Management, "PrerequisitesLogs", 1, "RetentionInDays") },
		"the archive for ever": func(d *draft) { d.drop(stacks.Primary, "Archive", "RetentionDays") },
		"no archive":           func(d *draft) { d.remove(stacks.Primary, "Archive") },
		"of another bus": func(d *draft) {
			d.set(stacks.Primary, "Archive", "arn:aws:events:eu-central-1:222222222222:event-bus/default", "SourceArn")
		},
	}, nil},
	"every stack is protected against termination": {stacksAreProtected, map[string]func(*draft){
		"not the final vaults'": func(d *draft) { d.stack(finals).protected = false },
		"not the member's":      func(d *draft) { d.stack(stacks.Member).protected = false },
	}, nil},
}

// finals is the stack of the example's final vaults.
const finals = stacks.Secondary + "-eu-north-1"

func isRetained(d deployment, r *resource) bool {
	return slices.Contains([]string{aVault, aKey, anAlias, aPlan, aStackSet}, r.kind) ||
		r.kind == aRole && slices.Contains([]string{d.estate.Called(estate.BackupRole), d.estate.Called(estate.CopyRole)}, r.text("RoleName"))
}

func retainedAreKept(d deployment) (found faults) {
	for _, s := range d.stacks {
		for _, r := range s.standing {
			if isRetained(d, r) && (r.deletion != "RetainExceptOnCreate" || r.replaced != "Retain") {
				found.add("%s: DeletionPolicy %q, UpdateReplacePolicy %q", r, r.deletion, r.replaced)
			}
		}
	}
	return found
}

func othersGo(d deployment) (found faults) {
	for _, s := range d.stacks {
		for _, r := range s.standing {
			if !isRetained(d, r) && r.deletion != "" && r.deletion != "Delete" {
				found.add("%s: DeletionPolicy %q", r, r.deletion)
			}
		}
	}
	return found
}

func keysRotate(d deployment) (found faults) {
	for _, key := range d.all(aKey) {
		if key.at("EnableKeyRotation") != true || key.number("PendingWindowInDays") != 30 || key.at("Enabled") == false {
			found.add("%s: EnableKeyRotation %v, PendingWindowInDays %v, Enabled %v", key, key.at("EnableKeyRotation"), key.at("PendingWindowInDays"), key.at("Enabled"))
		}
	}
	return found
}

func keysHaveAliases(d deployment) (found faults) {
	for _, key := range d.all(aKey) {
		named := func(alias *resource) bool {
			return alias.text("TargetKeyId") == key.id && like("alias/"+d.estate.Called("*"), alias.text("AliasName"))
		}
		if first(key.stack.all(anAlias), named) == nil {
			found.add("%s: has no alias of the estate", key)
		}
	}
	return found
}

func logsAreKept(d deployment) (found faults) {
	for _, logs := range d.all(aLogGroup) {
		if days := logs.number("RetentionInDays"); days != float64(d.estate.Logs.RetentionDays) {
			found.add("%s: keeps events for %v days", logs, days)
		}
	}
	for _, bus := range d.all(aBus) {
		keeps := func(archive *resource) bool {
			return archive.text("SourceArn") == bus.arn() && archive.number("RetentionDays") == float64(d.estate.Logs.ArchiveDays)
		}
		if first(bus.stack.all(anArchive), keeps) == nil {
			found.add("%s: no archive keeps its events for %d days", bus, d.estate.Logs.ArchiveDays)
		}
	}
	return found
}

func stacksAreProtected(d deployment) (found faults) {
	for _, s := range d.stacks {
		if !s.protected {
			found.add("%s: is not", s.part)
		}
	}
	return found
}
