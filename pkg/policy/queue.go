package policy

import (
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// Queue is the policy of one of the estate's queues in an account. The error names
// a part that is no queue.
func Queue(e estate.Estate, account, part string) (Document, error) {
	arn := e.QueueARN(account, part)
	queue := []Statement{tlsOnly("sqs:*", arn)}
	switch part {
	case estate.CopiesQueue:
		queue = append(queue, fromRules(e, account, part, "Events of completed first hops arrive by these rules, from the members and, should AWS tell them here too, from the account's own bus; without it they end in "+e.Called(estate.EventsDLQ)+"."))
	case estate.OutcomesQueue:
		queue = append(queue, fromRules(e, account, part, "Events of first hops that failed, and of second hops that ended, arrive by these rules; without it they end in "+e.Called(estate.EventsDLQ)+"."))
	case estate.EventsDLQ, estate.ForwardDLQ:
		queue = append(queue, fromRules(e, account, part, "EventBridge keeps here what it could not deliver for these rules; without it such events are dropped after 24 hours of tries."))
	case estate.CopiesDLQ, estate.OutcomesDLQ, estate.SweepsQueue, estate.ReconcilerDLQ, estate.DutyDLQ, estate.SchedulesDLQ:
		// Their senders are roles of the account, whose own policies permit it.
	default:
		return Document{}, fmt.Errorf("write queue policy: %q is no queue of the estate; %v are", part, Queues())
	}
	return document(queue), nil
}

// Queues are the parts that are queues.
func Queues() []string {
	return []string{
		estate.CopiesQueue, estate.CopiesDLQ, estate.OutcomesQueue, estate.OutcomesDLQ, estate.SweepsQueue, estate.ReconcilerDLQ,
		estate.EventsDLQ, estate.ForwardDLQ, estate.DutyDLQ, estate.SchedulesDLQ,
	}
}

// rulesOf are the rules that send to a queue, or that leave there what they could
// not deliver.
func rulesOf(e estate.Estate, account, part string) []string {
	copies := []string{e.BusRuleARN(estate.HopRule), e.RuleARN(account, estate.HopRule)}
	outcomes := []string{e.BusRuleARN(estate.FailedRule), e.RuleARN(account, estate.OutcomeRule)}
	switch part {
	case estate.ForwardDLQ:
		return []string{e.RuleARN(account, estate.ForwardRule)}
	case estate.CopiesQueue:
		return copies
	case estate.OutcomesQueue:
		return outcomes
	default:
		return slices.Concat(copies, outcomes)
	}
}

// fromRules admits EventBridge. The rules' ARNs hold the account; whether a
// delivery to a dead-letter queue carries aws:SourceAccount beside them is
// UNCONFIRMED A8, so it counts where it is sent.
func fromRules(e estate.Estate, account, part, reason string) Statement {
	return Statement{
		Sid: "RulesDeliver", Effect: Allow, Principal: Principal{Service: "events.amazonaws.com"},
		Action: []string{"sqs:SendMessage"}, Resource: []string{e.QueueARN(account, part)},
		Condition: when("ArnEquals", sourceARN, rulesOf(e, account, part)...).
			and(when("StringEqualsIfExists", sourceAccount, account)),
		Reason: reason,
	}
}

// tlsOnly refuses what is sent in clear text.
func tlsOnly(action, arn string) Statement {
	return Statement{
		Sid: "OnlyTLS", Effect: Deny, Principal: Principal{Everyone: true},
		Action: []string{action}, Resource: []string{arn},
		Condition: when("Bool", "aws:SecureTransport", "false"),
		Reason:    "Names of databases and accounts do not travel in clear text.",
	}
}
