package policy

import (
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// VaultKey is the policy of the key of a vault, named as the estate's plans name
// it, in an account and a Region. In a copy into another account, the source's key
// is opened by AWSServiceRoleForBackup of the destination's account
// [AWS Backup: encryption for a backup copy to a different account or AWS Region];
// so it admits that role of every account that takes copies out of the vault. The
// error says that the vault does not stand there.
func VaultKey(e estate.Estate, account, vault, region string) (Document, error) {
	if err := stands(e, vault, region); err != nil {
		return Document{}, fmt.Errorf("write key policy: %w", err)
	}
	key := keyOf(e, account)
	switch {
	case isCopiedFrom(e, vault):
		key = append(key, copiesToBackupAccount(e)...)
	case e.Vaults[vault].Account == estate.BackupAccount && isRestoredFrom(e, vault):
		key = append(key, opened("MembersCopyBack",
			"Recovery points come back from this vault to the members; without it, \"The source snapshot KMS key [ARN] does not exist, is not enabled or you do not have permissions to access it.\"",
			members(e).and(when("ArnLike", principalARN, e.ServiceLinkedRoleARN("*"))))...)
	}
	return document(key), nil
}

// DatabaseKey is what the key of a database or of an EBS volume needs besides its
// own policy: the backup of one keeps its key until it is copied
// [AWS Backup: encryption for backups]. The AWS managed keys take no policy and
// cannot be copied to another account.
func DatabaseKey(e estate.Estate) []Statement { return copiesToBackupAccount(e) }

// SharedKey is the policy of the key that databases of a member account may share.
func SharedKey(e estate.Estate, account string) Document {
	return document(keyOf(e, account), copiesToBackupAccount(e))
}

// isCopiedFrom: a plan in force copies from the members' vault to another account.
func isCopiedFrom(e estate.Estate, vault string) bool {
	return slices.ContainsFunc(e.EnabledPlans(), func(plan string) bool {
		return e.LocalVault(plan) == vault && len(e.CopyTargets(plan)) > 0
	})
}

// isRestoredFrom: members take points back from the vault, by the detour or, where
// one action reaches them, from where a plan in force keeps them.
func isRestoredFrom(e estate.Estate, vault string) bool {
	return vault == e.Restore.DetourVault || slices.ContainsFunc(e.EnabledPlans(), func(plan string) bool {
		_, kept := e.Plans[plan].Retention[vault]
		return kept
	})
}

func copiesToBackupAccount(e estate.Estate) []Statement {
	return opened("BackupAccountCopies",
		"Recovery points under this key are copied into the backup account; without it, RDS says \"The source snapshot KMS key [ARN] does not exist, is not enabled or you do not have permissions to access it.\" and EBS \"Given key ID is not accessible\".",
		backupAccount(e).and(when("ArnEquals", principalARN, e.ServiceLinkedRoleARN(e.Accounts.Backup))))
}

// opened admits service-linked roles of AWS Backup to a source's key. The guide
// asks for the grants, AWS's own samples add the use: both are given.
func opened(sid, reason string, who Conditions) []Statement {
	return []Statement{{
		Sid: sid, Effect: Allow, Principal: Principal{Everyone: true}, Resource: []string{"*"},
		Action:    []string{"kms:DescribeKey", "kms:Decrypt", "kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"},
		Condition: who, Reason: reason,
	}, {
		Sid: sid + "Grants", Effect: Allow, Principal: Principal{Everyone: true}, Resource: []string{"*"},
		Action:    []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"},
		Condition: who.and(when("Bool", "kms:GrantIsForAWSResource", "true")),
		Reason:    "Services that hold the snapshots work on a copy long after the call, by grants, and only AWS services get them.",
	}}
}

// keyOf is what the policy of every key begins with.
func keyOf(e estate.Estate, account string) []Statement {
	key := []Statement{{
		Sid: "AccountsOwnPolicies", Effect: Allow, Principal: root(e, account),
		Action: []string{"kms:*"}, Resource: []string{"*"},
		Reason: "IAM policies of the account count for a key only with this statement, AWS Backup's own in the account among them, and without it a key can become unmanageable.",
	}}
	if e.BreakGlassRole == "" {
		return key
	}
	return append(key, Statement{
		Sid: "KeepKey", Effect: Deny, Principal: Principal{Everyone: true}, Resource: []string{"*"},
		Action:    []string{"kms:ScheduleKeyDeletion", "kms:DisableKey"},
		Condition: when("ArnNotLike", principalARN, append(deployers(e, account), e.BreakGlassARN(account))...),
		Reason:    "Recovery points are lost with their key. The roles of CloudFormation stay able to take back a creation that failed. Changing this policy is not denied: a key whose policy nobody can mend would be lost too.",
	})
}
