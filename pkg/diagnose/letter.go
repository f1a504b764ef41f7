package diagnose

import (
	"strings"

	"github.com/twohop/twohop/pkg/hop"
)

// Delivery diagnoses why EventBridge could not deliver an event to a rule's target, or
// why its Scheduler could not start a run, from the ERROR_CODE and ERROR_MESSAGE of a
// dead-letter message [EventBridge: eb-rule-dlq]. A code that is not known is diagnosed by
// the message alone.
func Delivery(code, message string) Diagnosis {
	code = strings.ToUpper(code)
	for _, known := range deliveries {
		if strings.Contains(code, known.fragment) {
			return known.Diagnosis
		}
	}
	found := Text(message)
	found.Fix = found.Advice(hop.FailedJob{})
	return found
}

type delivery struct {
	fragment string // of the code
	Diagnosis
}

// drift is how a change that was made by hand is undone [CloudFormation: drift-aware change
// sets].
const drift = "a deployment of an unchanged template does not undo what was changed by hand, a change set of CloudFormation with the deployment mode REVERT_DRIFT does"

var undelivered = Diagnosis{Class: hop.ClassTransient, Kind: Outage,
	Cause: "EventBridge could not reach the target for as long as it tries",
	Fix:   "replay; if it happens again, check AWS Health and the target's quotas"}

var deliveries = []delivery{
	{"NO_PERMISSIONS", Diagnosis{Class: hop.ClassRole, Kind: Denied,
		Cause: "the policy of the target (queue, bus or function), or the role of the rule or schedule, does not admit EventBridge",
		Fix:   "repair the policy or the role in the target's stack: " + drift + "; then replay"}},
	{"ASSUME_ROLE", Diagnosis{Class: hop.ClassRole, Kind: NotAssumable,
		Cause: "EventBridge cannot assume the role of the rule or the schedule: it does not exist, or does not trust EventBridge",
		Fix:   "repair the role in the rule's stack: " + drift + "; then replay"}},
	{"NO_RESOURCE", Diagnosis{Class: hop.ClassUnknown, Kind: NoTarget,
		Cause: "the target (TARGET_ARN) does not exist",
		Fix:   "deploy the target's stack; if it is deployed and the target was deleted by hand: " + drift + "; then replay"}},
	{"RESOURCE_LIMIT_EXCEEDED", Diagnosis{Class: hop.ClassQuota, Kind: UsedUp,
		Cause: "the target (TARGET_ARN) is at a quota of its service",
		Fix:   "find the quota in Service Quotas and raise it; then replay"}},
	{"THROTTLING", undelivered},
	{"TIMEOUT", undelivered},
	{"CONNECTION", undelivered},
	{"INTERNAL", undelivered},
}

// Run diagnoses an asynchronous run of a function that Lambda has given up, from the
// message that it left with the event [Lambda: invocation-async].
func Run(message string) Diagnosis {
	return Diagnosis{Class: Text(message).Class, Kind: FailedRun,
		Cause: "a run of the function failed at each of three attempts",
		Fix:   "read the function's log and fix what it names; then replay a run of the reconciler (one full run makes up for all); the prerequisites run again daily"}
}

// Unsettled is the diagnosis of a message that was received too often: no attempt to
// handle it ended.
var Unsettled = Diagnosis{Class: hop.ClassUnknown, Kind: FailedRun,
	Cause: "the function received the message again and again and never finished handling it: it crashes, is stopped by its timeout, or its configuration fails at init",
	Fix:   "read the function's log and fix what it names; then replay"}

// Unreadable is the diagnosis of a message that is no event that twohop reads.
var Unreadable = Diagnosis{Class: hop.ClassMalformed, Kind: NotAnEvent,
	Cause: "the message is not one that twohop reads",
	Fix:   byClass[hop.ClassMalformed]}
