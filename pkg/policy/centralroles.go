package policy

import (
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// CopyStarter is the role of the function copystarter, in the backup account.
func CopyStarter(e estate.Estate) Role {
	account := e.Accounts.Backup
	points, vaults, targets := snapshots(e, account), e.Intermediates(), secondTargets(e)
	policy := []Statement{logs(e, account, estate.CopyStarter), {
		Sid: "TakeMessages", Effect: Allow,
		Action:   []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage"},
		Resource: []string{e.QueueARN(account, estate.CopiesQueue)},
		Reason:   "Lambda takes messages from the queue as this role; the function sends those again that must wait, and counts how many do.",
	}, {
		Sid: "Reject", Effect: Allow, Action: []string{"sqs:SendMessage"}, Resource: []string{e.QueueARN(account, estate.CopiesDLQ)},
		Reason: "What cannot be copied is put where a person looks.",
	}, {
		Sid: "ListJobs", Effect: Allow, Action: []string{"backup:ListCopyJobs", "backup:DescribeCopyJob"}, Resource: []string{"*"},
		Reason: "The list of copy jobs decides what is started; without it, none is.",
	}, describePoints(e, "A message is a hint: its recovery point must be described in the intermediate vault, and a completed copy in the final one.")}
	if len(targets) > 0 {
		policy = append(policy, copying(points, vaults, targets)...)
		policy = append(policy, pass(e, account, estate.CopyRole))
	}
	return Role{
		Name: e.Called(estate.CopyStarter), Trust: function(account), Policy: document(policy),
		Reason: "The function that starts second hops, and nothing else, works as it.",
	}
}

// Copy is the role with which AWS Backup makes copies out of the backup
// account's vaults: second hops, and copies back to be restored.
func Copy(e estate.Estate) Role {
	targets := slices.Concat(secondTargets(e), vaultARNs(e, "*", estate.MemberAccount))
	if e.Restore.DetourVault != "" {
		targets = append(targets, e.VaultARN(e.Restore.DetourVault, e.Regions.Primary))
	}
	return Role{
		Name:  e.Called(estate.CopyRole),
		Trust: byService("backup.amazonaws.com", e.Accounts.Backup, "AWS Backup works on copy jobs as this role."),
		Policy: document([]Statement{{
			Sid: "NoOtherTargets", Effect: Deny, Action: []string{"backup:CopyFromBackupVault"}, Resource: []string{"*"},
			// The form that the guide gives [AWS Backup: limit destination accounts].
			Condition: when("ForAllValues:ArnNotLike", copyTargets, targets...),
			Reason:    "The managed policy permits copies to any vault of any account; whoever can start one would carry the data away.",
		}}),
		Managed: []string{e.ManagedPolicyARN("service-role/AWSBackupServiceRolePolicyForBackup")},
		Reason:  "StartCopyJob names it; without it no second hop is made.",
	}
}

// Restore is the role with which AWS Backup restores in the backup account, where
// the final vaults are. None of the estate's own may hand it over: a restore there is
// the work of a person.
func Restore(e estate.Estate) Role {
	return Role{
		Name:  e.Called(estate.RestoreRole),
		Trust: byService("backup.amazonaws.com", e.Accounts.Backup, "AWS Backup works on restore jobs as this role."),
		Managed: []string{
			e.ManagedPolicyARN("service-role/AWSBackupServiceRolePolicyForRestores"),
			e.ManagedPolicyARN("AWSBackupServiceRolePolicyForS3Restore"),
		},
		Reason: "StartRestoreJob names it; without it nothing is restored in the backup account when a member account is lost.",
	}
}
