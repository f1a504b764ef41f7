package policy

import (
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// Backup is the role with which AWS Backup makes backups, first hops and
// restores in a member account. The policies for S3 have no service-role/ in their
// ARNs [AWS managed policy reference].
func Backup(e estate.Estate, account string) Role {
	return Role{
		Name:  e.Called(estate.BackupRole),
		Trust: byService("backup.amazonaws.com", account, "AWS Backup works on backup, copy and restore jobs as this role."),
		Managed: []string{
			e.ManagedPolicyARN("service-role/AWSBackupServiceRolePolicyForBackup"),
			e.ManagedPolicyARN("service-role/AWSBackupServiceRolePolicyForRestores"),
			e.ManagedPolicyARN("AWSBackupServiceRolePolicyForS3Backup"),
			e.ManagedPolicyARN("AWSBackupServiceRolePolicyForS3Restore"),
		},
		Reason: "The plans name it in every member account; without it, \"IAM Role ... does not have sufficient permissions to execute the backup.\"",
	}
}

// Forward is the role with which EventBridge forwards a member's events to the
// estate's bus: a bus in another account takes them from a role only
// [EventBridge: sending and receiving events between accounts].
func Forward(e estate.Estate, account string) Role {
	return Role{
		Name: e.Called(estate.ForwardRule),
		Trust: byResource("events.amazonaws.com", account, e.RuleARN(account, estate.ForwardRule),
			"EventBridge delivers for this one rule as this role."),
		Policy: document([]Statement{{
			Sid: "Forward", Effect: Allow, Action: []string{"events:PutEvents"}, Resource: []string{e.BusARN()},
			Reason: "The bus admits this role by its name; without it the events stay in the account.",
		}}),
		Reason: "Without it the backup account hears of no first hop.",
	}
}

// Operator is the role that mends in a member account: it starts first hops
// again, switches opt-ins on and empties the queue of events that could not be
// forwarded. The estate's operators may assume it, and the management account's
// prerequisites.
func Operator(e estate.Estate, account string) Role {
	trust := []Statement{byPrincipals(Statement{
		Sid:    "Prerequisites",
		Reason: "Every day the prerequisites of members that joined are seen to from the management account.",
	}, e, e.Accounts.Management, e.RoleARN(e.Accounts.Management, estate.PrerequisiteDuty))}
	if len(e.Operators) > 0 {
		trust = append(trust, byPrincipals(Statement{
			Sid:    "Operators",
			Reason: "A failed first hop is started again in the member account, from the backup account's command line.",
		}, e, e.Accounts.Backup, e.Operators...))
	}
	points, vaults, targets := recoveryPoints(e, account), vaultARNs(e, account, estate.MemberAccount), e.PlanTargets()
	policy := accountDuty(e, account, e.Regions.Primary)
	policy = append(policy, Statement{
		Sid: "SeeCopies", Effect: Allow, Action: []string{"backup:ListCopyJobs", "backup:DescribeCopyJob"}, Resource: []string{"*"},
		Reason: "Whether a copy is under way is looked up before it is started again, and how it ended afterwards.",
	}, Statement{
		Sid: "SeePoints", Effect: Allow, Action: []string{"backup:DescribeRecoveryPoint"}, Resource: slices.Concat(points, vaults),
		Reason: "A point that has expired is not copied again.",
	}, Statement{
		Sid: "EmptyDeadLetters", Effect: Allow,
		Action:   []string{"sqs:ReceiveMessage", "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
		Resource: []string{e.QueueARN(account, estate.ForwardDLQ)},
		Reason:   "Events that could not be forwarded are read here, shown to others again, and taken up.",
	})
	if len(targets) > 0 {
		policy = append(policy, copying(points, vaults, targets)...)
		policy = append(policy, pass(e, account, estate.BackupRole))
	}
	return Role{
		Name: e.Called(estate.OperatorRole), Trust: document(trust), Policy: document(policy),
		Reason: "What is broken in a member account is mended as it, from outside.",
	}
}
