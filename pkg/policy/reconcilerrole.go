package policy

import (
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// Reconciler is the role of the function reconciler, in the backup account.
func Reconciler(e estate.Estate) Role {
	account := e.Accounts.Backup
	policy := []Statement{logs(e, account, estate.VaultReconciler), {
		Sid: "ListJobs", Effect: Allow, Action: []string{"backup:ListCopyJobs"}, Resource: []string{"*"},
		Reason: "Points without a copy job are what the events missed.",
	}, {
		Sid: "ListVaults", Effect: Allow,
		Action:   []string{"backup:ListRecoveryPointsByBackupVault", "backup:ListProtectedResourcesByBackupVault", "backup:DescribeBackupVault"},
		Resource: slices.Concat(e.Intermediates(), secondTargets(e)),
		Reason:   "What is in the intermediate vaults is compared with what is in the final ones, keys included.",
	}, {
		Sid: "Ask", Effect: Allow, Action: []string{"sqs:SendMessage"},
		Resource: []string{e.QueueARN(account, estate.CopiesQueue), e.QueueARN(account, estate.OutcomesQueue)},
		Reason:   "Copies that are missing are asked for, and outcomes that nobody has verified; it starts and changes nothing itself.",
	}, {
		Sid: "CountWaiting", Effect: Allow, Action: []string{"sqs:GetQueueAttributes"},
		Resource: []string{e.QueueARN(account, estate.CopiesQueue), e.QueueARN(account, estate.CopiesDLQ)},
		Reason:   "While no message waits, nobody sees to what is missing.",
	}, {
		Sid: "ReadRejected", Effect: Allow, Action: []string{"sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"}, Resource: []string{e.QueueARN(account, estate.CopiesDLQ)},
		Reason: "What a person has before him is not asked for again. Nothing is taken away, and what was read is shown to others again at once.",
	}, {
		Sid: "GoOn", Effect: Allow,
		Action:   []string{"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
		Resource: []string{e.QueueARN(account, estate.SweepsQueue)},
		Reason:   "A full run that one invocation does not finish goes on in another; Lambda takes the message as this role.",
	}, {
		Sid: "ReportFailure", Effect: Allow, Action: []string{"sqs:SendMessage"}, Resource: []string{e.QueueARN(account, estate.ReconcilerDLQ)},
		Reason: "Lambda keeps there, as this role, what it could not run.",
	}, {
		Sid: "Tell", Effect: Allow, Action: []string{"sns:Publish"}, Resource: []string{e.TopicARN()},
		Reason: "People are told of what they have to see to, in one text for each run.",
	}, {
		Sid: "EncryptTold", Effect: Allow, Action: []string{"kms:GenerateDataKey", "kms:Decrypt"},
		Resource:  []string{e.ARNIn(e.Regions.Primary, "kms", account, "key/*")},
		Condition: when("StringEquals", "kms:ViaService", "sns."+e.Regions.Primary+".amazonaws.com"),
		Reason:    "The topic is encrypted with a key of the account, which SNS uses in the publisher's name [SNS: key management]; the key has no ARN before it is made.",
	}}
	return Role{
		Name: e.Called(estate.VaultReconciler), Trust: function(account), Policy: document(policy),
		Reason: "The function that compares the vaults works as it. It asks others for what is missing.",
	}
}
