package stacks_test

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// vaults: they are there, locked and closed to all but those who must copy into them.
var vaults = map[string]check{
	"every vault of the estate is where it should be": {vaultsStand, map[string]func(*draft){
		"one is missing":   func(d *draft) { d.remove(finals, "VaultFinal") },
		"one is elsewhere": func(d *draft) { d.set(stacks.Primary, "VaultIntermediate", "twohop-final", "BackupVaultName") },
		"one too many":     func(d *draft) { d.copy(stacks.Primary, "VaultIntermediate", "Another", "BackupVaultName", "another") },
	}, nil},
	"every vault is encrypted with a key of its own": {vaultsHaveKeys, map[string]func(*draft){
		"on AWS Backup's key": func(d *draft) { d.drop(finals, "VaultFinal", "EncryptionKeyArn") },
		"on the topic's key":  func(d *draft) { d.say(stacks.Primary, "VaultIntermediate", "KeyVaultIntermediate", "KeyAlarmTopic") },
		"on one that is not":  func(d *draft) { d.remove(stacks.Member, "KeyVaultLocal") },
		"on one of another key": func(d *draft) {
			d.set(stacks.Member, "VaultLocal", "arn:aws:kms:eu-central-1:222222222222:key/1", "EncryptionKeyArn")
		},
	}, map[string]func(*draft){
		"two vaults on one": func(d *draft) { d.say(finals, "VaultFinal", "KeyVaultFinal", "KeyVaultDirect") },
	}},
	"every vault's lock is the estate's": {vaultsAreLocked, map[string]func(*draft){
		"one that is not": func(d *draft) {
			d.add(finals, "VaultFinal", "LockConfiguration", map[string]any{"MinRetentionDays": 7})
		},
	}, map[string]func(*draft){
		"none":            func(d *draft) { d.drop(finals, "VaultFinal", "LockConfiguration") },
		"none in one":     func(d *draft) { d.drop(stacks.Secondary+"-eu-west-1", "VaultFinal", "LockConfiguration") },
		"a day":           func(d *draft) { d.set(finals, "VaultFinal", 1, "LockConfiguration", "MinRetentionDays") },
		"no upper bound":  func(d *draft) { d.drop(finals, "VaultFinal", "LockConfiguration", "MaxRetentionDays") },
		"in another mode": func(d *draft) { d.drop(finals, "VaultDirect", "LockConfiguration", "ChangeableForDays") },
		"for ever by error": func(d *draft) {
			d.put(d.resource(finals, "VaultFinal"), map[string]any{"MinRetentionDays": 7, "MaxRetentionDays": 400, "ChangeableForDays": 3}, []string{"Properties", "LockConfiguration"})
		},
	}},
	"the vaults that plans copy to let members in, the others do not": {vaultsAdmitMembers, map[string]func(*draft){
		"not the intermediate vault": func(d *draft) { d.dropStatement(stacks.Primary, "VaultIntermediate", "MembersCopyIn") },
		"not the direct plan's":      func(d *draft) { d.dropStatement(finals, "VaultFinal", "MembersCopyIn") },
		"no policy":                  func(d *draft) { d.drop(finals, "VaultFinal", "AccessPolicy") },
		"any organization": func(d *draft) {
			d.dropCondition(finals, "VaultFinal", "MembersCopyIn", "StringEquals", "aws:PrincipalOrgID")
		},
		"another organization": func(d *draft) { d.say(stacks.Primary, "VaultIntermediate", "o-a1b2c3d4e5", "o-z9y8x7w6v5") },
	}, map[string]func(*draft){
		"the vault of second hops lets members in": func(d *draft) {
			policy := d.resource(finals, "VaultFinal")["Properties"].(map[string]any)["AccessPolicy"].(map[string]any)
			policy["Statement"] = append(list(policy, "Statement"), d.statement(finals, "VaultDirect", "MembersCopyIn"))
		},
		"any account of the organization": func(d *draft) {
			d.dropCondition(stacks.Primary, "VaultIntermediate", "MembersCopyIn", "StringEquals", "aws:PrincipalAccount")
		},
		"not one member": func(d *draft) { d.say(finals, "VaultDirect", `"444444444444"`, `"555555555555"`) },
	}},
	"the members' vaults let the backup account copy back, and nobody else": {vaultsAdmitCopiesBack, map[string]func(*draft){
		"nobody": func(d *draft) { d.dropStatement(stacks.Member, "VaultLocal", "BackupAccountCopiesBack") },
		"the organization": func(d *draft) {
			d.dropCondition(stacks.Member, "VaultLocal", "BackupAccountCopiesBack", "StringEquals", "aws:PrincipalAccount")
		},
		"with other rights": func(d *draft) {
			d.say(stacks.Member, "VaultLocal", "backup:CopyIntoBackupVault", "backup:StartCopyJob")
		},
	}, nil},
	"nobody deletes a point or changes its lifecycle but those that must": {pointsAreKept, map[string]func(*draft){
		"deletion": func(d *draft) { d.dropStatement(stacks.Primary, "VaultIntermediate", "KeepRecoveryPoints") },
		"deletion by some": func(d *draft) {
			d.say(finals, "VaultFinal", `"backup:DeleteRecoveryPoint"`, `"backup:DeleteBackupVault"`)
		},
		"lifecycles":                       func(d *draft) { d.dropStatement(stacks.Member, "VaultLocal", "KeepLifecycles") },
		"the tracker's":                    func(d *draft) { d.say(stacks.Primary, "VaultIntermediate", "twohop-outcometracker", "twohop-tracker") },
		"the tracker's in the final vault": func(d *draft) { d.say(finals, "VaultFinal", "twohop-copy", "twohop-outcometracker") },
		"the role of jobs":                 func(d *draft) { d.say(stacks.Member, "VaultLocal", "twohop-BackupandRestore", "twohop-Backup") },
		"AWS Backup's expiry": func(d *draft) {
			d.say(stacks.Member, "VaultLocal", "AWSServiceRoleForBackup", "AWSServiceRoleForBackups")
		},
	}, map[string]func(*draft){
		"nobody can break the glass": func(d *draft) { d.say(finals, "VaultFinal", ":role/BreakGlass", ":role/Glass") },
		"anybody changes policies":   func(d *draft) { d.dropStatement(finals, "VaultDirect", "KeepVault") },
		"CloudFormation does not":    func(d *draft) { d.say(stacks.Member, "VaultLocal", "stacksets-exec-", "stackset-exec-") },
	}},
}

// standing are the ARNs of the vaults that an estate has, by the name in it.
func standing(e estate.Estate) map[string][]string {
	arns := map[string][]string{}
	for vault, described := range e.Vaults {
		account := map[estate.Owner]string{estate.MemberAccount: member, estate.BackupAccount: e.Accounts.Backup}[described.Account]
		for _, region := range e.VaultRegions(vault) {
			arns[vault] = append(arns[vault], e.VaultARNIn(account, vault, region))
		}
	}
	return arns
}

func vaultsStand(d deployment) (found faults) {
	var is, should []string
	for _, vault := range d.all(aVault) {
		is = append(is, vault.arn())
	}
	for _, arns := range standing(d.estate) {
		should = append(should, arns...)
	}
	if !same(is, should) {
		found.add("the vaults are %v, should be %v", is, should)
	}
	return found
}

func vaultsHaveKeys(d deployment) (found faults) {
	taken := map[string]bool{}
	for _, vault := range d.all(aVault) {
		key := vault.stack.find(aKey, vault.text("EncryptionKeyArn"))
		if key == nil || taken[key.arn()] || !strings.HasSuffix(key.id, vault.id) {
			found.add("%s: is on the key %q", vault, vault.text("EncryptionKeyArn"))
			continue
		}
		taken[key.arn()] = true
	}
	return found
}

func vaultsAreLocked(d deployment) (found faults) {
	for name, arns := range standing(d.estate) {
		lock := d.estate.Vaults[name].Lock
		for _, arn := range arns {
			vault := d.find(aVault, arn)
			if vault == nil {
				continue // of another check
			}
			is := [3]float64{vault.number("LockConfiguration", "MinRetentionDays"), vault.number("LockConfiguration", "MaxRetentionDays"), vault.number("LockConfiguration", "ChangeableForDays")}
			should := [3]float64{-1, -1, -1}
			if lock != nil {
				should[0] = max(1, float64(lock.MinDays))
				if lock.MaxDays > 0 {
					should[1] = float64(lock.MaxDays)
				}
				if lock.Mode == estate.Compliance {
					should[2] = float64(lock.GraceDays)
				}
			}
			if is != should {
				found.add("%s: is locked %v, should be %v", vault, is, should)
			}
		}
	}
	return found
}

// into decides whether a principal of an account copies into a vault.
func into(vault *resource, account, organization string) string {
	return decide(vault.at("AccessPolicy"), call{action: "backup:CopyIntoBackupVault", resource: vault.arn(), account: account,
		keys: map[string]string{"aws:PrincipalAccount": account, "aws:PrincipalOrgID": organization}})
}

func vaultsAdmitMembers(d deployment) (found faults) {
	e := d.estate
	var targets []string
	for _, p := range d.planned() {
		for arn := range p.copies() {
			targets = append(targets, arn)
		}
	}
	stranger := silent // of the same organization
	for _, vault := range d.all(aVault) {
		if vault.stack == d.members() {
			continue
		}
		want := silent
		if slices.Contains(targets, vault.arn()) {
			want = allowed
			if e.Admission.By == estate.ByOrganization {
				stranger = allowed
			}
		}
		for _, account := range append([]string{member}, e.Members.Accounts...) {
			found.decided(vault, into(vault, account, e.Organization), want, "member "+account)
		}
		if want == allowed {
			found.decided(vault, into(vault, "555555555555", e.Organization), stranger, "another account")
		}
		found.decided(vault, into(vault, member, "o-z9y8x7w6v5"), silent, "another organization")
	}
	return found
}

func vaultsAdmitCopiesBack(d deployment) (found faults) {
	for _, vault := range d.members().all(aVault) {
		found.decided(vault, into(vault, d.estate.Accounts.Backup, d.estate.Organization), allowed, "the backup account")
		found.decided(vault, into(vault, "555555555555", d.estate.Organization), silent, "another account")
		found.decided(vault, into(vault, d.estate.Accounts.Backup, "o-z9y8x7w6v5"), silent, "another organization")
	}
	return found
}

func pointsAreKept(d deployment) (found faults) {
	e := d.estate
	for _, vault := range d.all(aVault) {
		account := vault.stack.account
		ask := func(by, want string, actions ...string) {
			for _, action := range actions {
				decision := decide(vault.at("AccessPolicy"), call{action: action, resource: vault.arn(), account: account,
					keys: map[string]string{"aws:PrincipalArn": by, "aws:PrincipalAccount": account, "aws:PrincipalIsAWSService": "false"}})
				found.decided(vault, decision, want, by+" "+action)
			}
		}
		tracker, jobs := denied, estate.CopyRole
		if vault.stack == d.members() {
			jobs = estate.BackupRole
		}
		if slices.Contains(e.Intermediates(), vault.arn()) {
			tracker = silent
		}
		deletion, lifecycle, change := "backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"
		ask("arn:aws:iam::"+account+":role/Admin", denied, deletion, lifecycle, "backup:DisassociateRecoveryPoint")
		ask(e.RoleARN(account, estate.OutcomeTracker), denied, deletion)
		ask(e.RoleARN(account, estate.OutcomeTracker), tracker, lifecycle)
		ask(e.ServiceLinkedRoleARN(account), silent, deletion, lifecycle)
		ask(e.RoleARN(account, jobs), silent, deletion, lifecycle)
		if e.BreakGlassRole != "" {
			ask(e.BreakGlassARN(account), silent, deletion, lifecycle, change)
			ask("arn:aws:iam::"+account+":role/Admin", denied, change, "backup:DeleteBackupVaultLockConfiguration")
			ask("arn:aws:iam::"+account+":role/stacksets-exec-1", silent, change)
			ask("arn:aws:iam::"+account+":role/cdk-hnb659fds-cfn-exec-role-1", silent, change)
		}
	}
	return found
}
