package policy

import (
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// Reader is the role that looks in a member account and changes nothing. It
// does not exist where the estate names no operators: nobody could assume it.
func Reader(e estate.Estate, account string) (role Role, exists bool) {
	if len(e.Operators) == 0 {
		return Role{}, false
	}
	return Role{
		Name: e.Called(estate.ReaderRole),
		Trust: document([]Statement{byPrincipals(Statement{
			Sid:    "Operators",
			Reason: "Most failed copies have their cause in the member account, and the command line runs in the backup account.",
		}, e, e.Accounts.Backup, e.Operators...)}),
		Policy: document(seeBackups(e, account), seeDatabases(e, account), seeForwarding(e, account)),
		Reason: "Why a copy did not arrive is looked up as it.",
	}, true
}

func seeBackups(e estate.Estate, account string) []Statement {
	vaults := vaultARNs(e, account, estate.MemberAccount)
	return []Statement{{
		Sid: "SeeJobs", Effect: Allow,
		Action: []string{
			"backup:ListBackupJobs", "backup:DescribeBackupJob", "backup:ListCopyJobs", "backup:DescribeCopyJob",
			"backup:ListProtectedResources", "backup:DescribeProtectedResource", "backup:ListRecoveryPointsByResource",
			"backup:ListBackupPlans", "backup:DescribeRegionSettings", "backup:DescribeGlobalSettings",
		},
		Resource: []string{"*"},
		Reason:   "Backups that failed or never ran, first hops and their messages, and the opt-ins and plans behind them.",
	}, {
		Sid: "SeeVaults", Effect: Allow,
		Action:   []string{"backup:DescribeBackupVault", "backup:GetBackupVaultAccessPolicy", "backup:ListRecoveryPointsByBackupVault"},
		Resource: vaults,
		Reason:   "Whether the local vaults stand as the estate has them, and what is in them.",
	}, {
		Sid: "SeePoints", Effect: Allow,
		Action:   []string{"backup:DescribeRecoveryPoint", "backup:GetRecoveryPointRestoreMetadata"},
		Resource: slices.Concat(recoveryPoints(e, account), vaults),
		Reason:   "A recovery point's key, expiry and option group tell why it is not copied.",
	}, {
		Sid: "SeePlans", Effect: Allow,
		Action:   []string{"backup:GetBackupPlan", "backup:ListBackupSelections", "backup:GetBackupSelection"},
		Resource: []string{e.ARNIn(e.Regions.Primary, "backup", account, "backup-plan:*")},
		Reason:   "Whether the organization's plans have reached the account as the estate has them.",
	}, {
		Sid: "SeeRoles", Effect: Allow,
		Action:   []string{"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"},
		Resource: append([]string{e.RoleARN(account, estate.BackupRole), e.RoleARN(account, estate.ForwardRule), e.RoleARN(account, estate.OperatorRole)}, seenServiceRoles(e, account)...),
		Reason:   "A role that is missing fails with the same text as one without its policies.",
	}}
}

func seeDatabases(e estate.Estate, account string) []Statement {
	primary := e.Regions.Primary
	return []Statement{{
		Sid: "SeeDatabases", Effect: Allow,
		Action: []string{
			"rds:DescribeDBInstances", "rds:DescribeDBClusters", "rds:DescribeDBSnapshots", "rds:DescribeDBClusterSnapshots",
			"rds:DescribeOptionGroups", "rds:ListTagsForResource",
		},
		Resource: []string{
			e.ARNIn(primary, "rds", account, "db:*"), e.ARNIn(primary, "rds", account, "cluster:*"),
			e.ARNIn(primary, "rds", account, "snapshot:*"), e.ARNIn(primary, "rds", account, "cluster-snapshot:*"),
			e.ARNIn(primary, "rds", account, "og:*"),
		},
		Reason: "Keys, option groups and tags of databases, DocumentDB's and Neptune's among them, are the commonest causes.",
	}, {
		Sid: "SeeTags", Effect: Allow, Action: []string{"tag:GetResources"}, Resource: []string{"*"},
		Reason: "Which resources carry the tag that selects a plan.",
	}, {
		Sid: "SeeKeys", Effect: Allow,
		Action:   []string{"kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListGrants"},
		Resource: []string{e.ARNIn(primary, "kms", account, "key/*")},
		Reason:   "A key that does not admit the backup account is the largest class of failed first hops.",
	}, {
		Sid: "SeeKeyNames", Effect: Allow, Action: []string{"kms:ListAliases"}, Resource: []string{"*"},
		Reason: "Which keys are AWS's own, such as aws/rds, and cannot be shared.",
	}}
}

func seeForwarding(e estate.Estate, account string) []Statement {
	return []Statement{{
		Sid: "SeeRule", Effect: Allow,
		Action:   []string{"events:DescribeRule", "events:ListTargetsByRule"},
		Resource: []string{e.RuleARN(account, estate.ForwardRule)},
		Reason:   "Whether events are forwarded, and whereto.",
	}, {
		Sid: "SeeDeadLetters", Effect: Allow, Action: []string{"sqs:GetQueueAttributes"}, Resource: []string{e.QueueARN(account, estate.ForwardDLQ)},
		Reason: "How many events could not be forwarded.",
	}, {
		Sid: "SeeAlarms", Effect: Allow, Action: []string{"cloudwatch:DescribeAlarms"}, Resource: []string{e.ARNIn(e.Regions.Primary, "cloudwatch", account, "alarm:*")},
		Reason: "Which alarms of the estate are raised in the account; a list of them is authorized on all of the account's.",
	}}
}
