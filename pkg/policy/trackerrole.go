package policy

import (
	"github.com/twohop/twohop/pkg/estate"
)

// OutcomeTracker is the role of the function outcometracker, in the backup account.
func OutcomeTracker(e estate.Estate) Role {
	account := e.Accounts.Backup
	policy := []Statement{logs(e, account, estate.OutcomeTracker), {
		Sid: "TakeMessages", Effect: Allow,
		Action:   []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage"},
		Resource: []string{e.QueueARN(account, estate.OutcomesQueue)},
		Reason:   "Lambda takes messages from the queue as this role; the function sends those again whose copy job is not listed yet.",
	}, {
		Sid: "AskAndReject", Effect: Allow, Action: []string{"sqs:SendMessage"},
		Resource: []string{e.QueueARN(account, estate.CopiesQueue), e.QueueARN(account, estate.CopiesDLQ), e.QueueARN(account, estate.OutcomesDLQ)},
		Reason:   "A copy that failed is asked for again, or put where a person looks.",
	}, {
		Sid: "ListJobs", Effect: Allow, Action: []string{"backup:ListCopyJobs"}, Resource: []string{"*"},
		Reason: "The list of copy jobs, not the event, says how a copy has ended.",
	}, describePoints(e, "A completed copy must be described in the final vault, and its source before it is kept for a shorter time.")}
	if targets := secondTargets(e); len(targets) > 0 {
		policy = append(policy, Statement{
			Sid: "DescribeVaults", Effect: Allow, Action: []string{"backup:DescribeBackupVault"}, Resource: targets,
			Reason: "A copy must be under its vault's own key.",
		})
	}
	if e.IntermediateRetentionDays > 0 {
		policy = append(policy, Statement{
			Sid: "Shorten", Effect: Allow, Action: []string{"backup:UpdateRecoveryPointLifecycle"}, Resource: snapshots(e, account),
			Reason: "Once all its copies are verified, a point is kept in the intermediate vault for the configured days.",
		})
	}
	return Role{
		Name: e.Called(estate.OutcomeTracker), Trust: function(account), Policy: document(policy),
		Reason: "The function that follows second hops to their end works as it. It starts none.",
	}
}

// describePoints lets a function describe recovery points in the estate's Regions,
// of whatever service: points of other types are counted and left alone, and bear ARNs
// of their own.
func describePoints(e estate.Estate, reason string) Statement {
	return Statement{
		Sid: "DescribePoints", Effect: Allow, Action: []string{"backup:DescribeRecoveryPoint"}, Resource: []string{"*"},
		Condition: when("StringEquals", "aws:RequestedRegion", append([]string{e.Regions.Primary}, e.Regions.Secondary...)...),
		Reason:    reason,
	}
}
