package policy

import (
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// protection denies, in a vault, what would take its recovery points away.
func protection(e estate.Estate, account, vault, region string) []Statement {
	jobs := jobRoles(e, account, e.Vaults[vault].Account)
	lifecycles := jobs
	if slices.Contains(e.Intermediates(), e.VaultARN(vault, region)) && e.Vaults[vault].Account == estate.BackupAccount {
		lifecycles = append(slices.Clone(jobs), e.RoleARN(account, estate.OutcomeTracker))
	}
	statements := []Statement{
		deny("KeepRecoveryPoints", "Nobody deletes a recovery point by hand or takes it out of AWS Backup's care, whatever the IAM policies of the account say.",
			besides(e, account, jobs),
			"backup:DeleteRecoveryPoint", "backup:DisassociateRecoveryPoint", "backup:DisassociateRecoveryPointFromParent"),
		deny("KeepLifecycles", "A retention made shorter deletes recovery points as well; in a vault between two hops the outcome tracker trims those that are verified at their destinations.",
			besides(e, account, lifecycles),
			"backup:UpdateRecoveryPointLifecycle"),
	}
	if e.BreakGlassRole == "" {
		return statements // with nobody to break the glass, nobody could ever mend the vault
	}
	return append(statements,
		deny("KeepVault", "Whoever may change this policy or the lock could lift every other protection; the roles of CloudFormation stay able to, or no upgrade would get through.",
			besides(e, account, deployers(e, account)),
			"backup:DeleteBackupVault",
			"backup:PutBackupVaultAccessPolicy", "backup:DeleteBackupVaultAccessPolicy",
			"backup:PutBackupVaultLockConfiguration", "backup:DeleteBackupVaultLockConfiguration",
			"backup:PutBackupVaultNotifications", "backup:DeleteBackupVaultNotifications"))
}

// jobRoles are what AWS Backup itself works as in an account: its service-linked
// role and the roles given to its jobs, which nobody else may assume. Whether a
// vault policy's Deny would stop AWS Backup's own expiry is UNCONFIRMED A71, so it
// does not apply to them.
func jobRoles(e estate.Estate, account string, owner estate.Owner) []string {
	role := estate.CopyRole
	if owner == estate.MemberAccount {
		role = estate.BackupRole
	}
	return []string{e.ServiceLinkedRoleARN(account), e.RoleARN(account, role)}
}

// besides adds the break-glass role, where the estate names one, to roles.
func besides(e estate.Estate, account string, roles []string) []string {
	if e.BreakGlassRole == "" {
		return roles
	}
	return append(slices.Clone(roles), e.BreakGlassARN(account))
}

// deny keeps actions on a vault from everybody but some roles and AWS services that
// call in their own name: those have no aws:PrincipalArn, which a negated operator
// takes for a match [IAM: condition operators].
func deny(sid, reason string, except []string, actions ...string) Statement {
	return Statement{
		Sid: sid, Effect: Deny, Principal: Principal{Everyone: true}, Action: actions, Resource: []string{"*"},
		Condition: when("ArnNotLike", principalARN, except...).and(when("BoolIfExists", "aws:PrincipalIsAWSService", "false")),
		Reason:    reason,
	}
}
