package stacks_test

import (
	"encoding/json"
	"slices"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// keys: in a copy, AWSServiceRoleForBackup of the destination's account opens the
// source's key.
var keys = map[string]check{
	"the keys of the members' vaults and databases admit the backup account": {memberKeysAdmit, map[string]func(*draft){
		"not to use":    func(d *draft) { d.dropStatement(stacks.Member, "KeyVaultLocal", "BackupAccountCopies") },
		"not by grants": func(d *draft) { d.dropStatement(stacks.Member, "KeyVaultLocal", "BackupAccountCopiesGrants") },
		"any role's": func(d *draft) {
			d.dropCondition(stacks.Member, "KeyVaultLocal", "BackupAccountCopies", "ArnEquals", "aws:PrincipalArn")
		},
		"grants for anybody": func(d *draft) {
			d.dropCondition(stacks.Member, "KeyVaultLocal", "BackupAccountCopiesGrants", "Bool", "kms:GrantIsForAWSResource")
		},
		"of another account": func(d *draft) { d.say(stacks.Member, "KeyVaultLocal", "222222222222", "555555555555") },
		"without decryption": func(d *draft) { d.say(stacks.Member, "KeyVaultLocal", "kms:Decrypt", "kms:Verify") },
	}, map[string]func(*draft){
		"not the databases'": func(d *draft) { d.dropStatement(stacks.Member, "KeyDatabases", "BackupAccountCopiesGrants") },
		"no databases' key":  func(d *draft) { d.remove(stacks.Member, "KeyDatabases") },
	}},
	"the keys of vaults that members take points back from admit the members": {backupKeysAdmit, map[string]func(*draft){
		"not the intermediate vault's": func(d *draft) { d.dropStatement(stacks.Primary, "KeyVaultIntermediate", "MembersCopyBack") },
		"not the final vault's":        func(d *draft) { d.dropStatement(finals, "KeyVaultFinal", "MembersCopyBackGrants") },
		"any role's": func(d *draft) {
			d.dropCondition(finals, "KeyVaultFinal", "MembersCopyBack", "ArnLike", "aws:PrincipalArn")
		},
		"any organization's": func(d *draft) {
			d.dropCondition(finals, "KeyVaultFinal", "MembersCopyBack", "StringEquals", "aws:PrincipalOrgID")
		},
	}, map[string]func(*draft){
		"not the detour's": func(d *draft) { d.dropStatement(stacks.Primary, "KeyVaultRestore", "MembersCopyBack") },
		"strangers' too": func(d *draft) {
			d.dropCondition(finals, "KeyVaultDirect", "MembersCopyBack", "StringEquals", "aws:PrincipalAccount")
		},
	}},
	"every key stays manageable by its own account": {keysAreManaged, map[string]func(*draft){
		"by nobody":       func(d *draft) { d.dropStatement(finals, "KeyVaultFinal", "AccountsOwnPolicies") },
		"by another":      func(d *draft) { d.say(stacks.Primary, "KeyAlarmTopic", "222222222222:root", "333333333333:root") },
		"by the bold one": func(d *draft) { d.drop(stacks.Member, "KeyVaultLocal", "KeyPolicy") },
	}, map[string]func(*draft){
		"anybody deletes it": func(d *draft) { d.dropStatement(finals, "KeyVaultFinal", "KeepKey") },
		"nobody does":        func(d *draft) { d.say(finals, "KeyVaultFinal", ":role/BreakGlass", ":role/Glass") },
	}},
	"the statements for databases' own keys are told when the stack is deployed": {statementsAreTold, map[string]func(*draft){
		"they are not":      func(d *draft) { delete(d.outputs(), "DatabaseKeyStatements") },
		"they are no JSON":  func(d *draft) { d.outputs()["DatabaseKeyStatements"] = map[string]any{"Value": "see the README"} },
		"they admit nobody": func(d *draft) { d.outputs()["DatabaseKeyStatements"] = map[string]any{"Value": "[]"} },
	}, nil},
}

// outputs are the outputs of the primary stack, to be changed.
func (d *draft) outputs() map[string]any {
	w := d.stack(stacks.Primary)
	copied := map[string]any{}
	for name, output := range w.template["Outputs"].(map[string]any) {
		copied[name] = output
	}
	w.template["Outputs"] = copied
	return copied
}

var (
	using    = []string{"kms:DescribeKey", "kms:Decrypt", "kms:Encrypt", "kms:ReEncryptFrom", "kms:GenerateDataKeyWithoutPlaintext"}
	granting = []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}
)

// opens adds a fault where a principal of another account uses a key, or grants
// its use to AWS services, or not, against what is wanted.
func (f *faults) opens(on *resource, policy any, account, by, organization, want string) {
	ask := func(action, forService, want string) {
		decision := decide(policy, call{action: action, resource: "*", account: account, keys: map[string]string{
			"aws:PrincipalArn": by, "aws:PrincipalAccount": account, "aws:PrincipalOrgID": organization, "kms:GrantIsForAWSResource": forService,
		}})
		f.decided(on, decision, want, action+" by "+by+" of "+organization)
	}
	for _, action := range using {
		ask(action, "false", want)
	}
	for _, action := range granting {
		ask(action, "true", want)
		ask(action, "false", silent)
	}
}

func memberKeysAdmit(d deployment) (found faults) {
	e, backup := d.estate, d.estate.Accounts.Backup
	shared := false
	for _, key := range d.members().all(aKey) {
		shared = shared || key.id == "KeyDatabases"
		policy := key.at("KeyPolicy")
		found.opens(key, policy, backup, e.ServiceLinkedRoleARN(backup), e.Organization, allowed)
		found.opens(key, policy, backup, e.ServiceLinkedRoleARN(backup), "o-z9y8x7w6v5", silent)
		found.opens(key, policy, backup, e.RoleARN(backup, estate.CopyRole), e.Organization, silent)
		found.opens(key, policy, "555555555555", e.ServiceLinkedRoleARN("555555555555"), e.Organization, silent)
	}
	if shared != e.SharedKey {
		found.add("the members share a key: %v, should be %v", shared, e.SharedKey)
	}
	return found
}

func backupKeysAdmit(d deployment) (found faults) {
	e := d.estate
	for name, arns := range standing(e) {
		if e.Vaults[name].Account != estate.BackupAccount {
			continue
		}
		kept := func(plan string) bool { _, keeps := e.Plans[plan].Retention[name]; return keeps }
		want, stranger := silent, silent
		if name == e.Restore.DetourVault || slices.ContainsFunc(e.EnabledPlans(), kept) {
			want = allowed
			if e.Admission.By == estate.ByOrganization {
				stranger = allowed
			}
		}
		for _, arn := range arns {
			key := first(d.all(aKey), func(r *resource) bool {
				vault := d.find(aVault, arn)
				return vault != nil && vault.text("EncryptionKeyArn") == r.arn()
			})
			if key == nil {
				found.add("vault %s has no key", arn)
				continue
			}
			policy := key.at("KeyPolicy")
			found.opens(key, policy, member, e.ServiceLinkedRoleARN(member), e.Organization, want)
			found.opens(key, policy, "555555555555", e.ServiceLinkedRoleARN("555555555555"), e.Organization, stranger)
			found.opens(key, policy, member, e.ServiceLinkedRoleARN(member), "o-z9y8x7w6v5", silent)
			found.opens(key, policy, member, e.RoleARN(member, estate.BackupRole), e.Organization, silent)
		}
	}
	return found
}

func keysAreManaged(d deployment) (found faults) {
	for _, key := range d.all(aKey) {
		account := key.stack.account
		ask := func(by, action, want string) {
			found.decided(key, decide(key.at("KeyPolicy"), call{action: action, resource: "*", account: account,
				keys: map[string]string{"aws:PrincipalArn": by}}), want, by+" "+action)
		}
		admin := "arn:aws:iam::" + account + ":role/Admin"
		ask(admin, "kms:PutKeyPolicy", allowed)
		if breakGlass := d.estate.BreakGlassARN(account); breakGlass != "" {
			ask(admin, "kms:ScheduleKeyDeletion", denied)
			ask(admin, "kms:DisableKey", denied)
			ask(breakGlass, "kms:ScheduleKeyDeletion", allowed)
		}
	}
	return found
}

func statementsAreTold(d deployment) (found faults) {
	e := d.estate
	told := text(d.primary().template, "Outputs", "DatabaseKeyStatements", "Value")
	var statements []any
	if err := json.Unmarshal([]byte(told), &statements); err != nil {
		found.add("DatabaseKeyStatements: %v", err)
	}
	on := &resource{stack: d.primary(), id: "DatabaseKeyStatements"}
	found.opens(on, map[string]any{"Statement": statements}, e.Accounts.Backup, e.ServiceLinkedRoleARN(e.Accounts.Backup), e.Organization, allowed)
	found.opens(on, map[string]any{"Statement": statements}, member, e.ServiceLinkedRoleARN(member), e.Organization, silent)
	return found
}
