package diagnose

import (
	"strings"

	"github.com/twohop/twohop/pkg/hop"
)

// Delivery diagnoses why EventBridge could not deliver an event to a rule's target, or
// why its Scheduler could not start a run, from the ERROR_CODE and ERROR_MESSAGE of a
// dead letter [EventBridge: eb-rule-dlq]. A code that is not known is diagnosed by the
// message alone.
func Delivery(code, message string) Diagnosis {
	code = strings.ToUpper(code)
	for _, known := range deliveries {
		if strings.Contains(code, known.fragment) {
			return known.Diagnosis
		}
	}
	return Text(message)
}

type delivery struct {
	fragment string // of the code
	Diagnosis
}

var undelivered = Diagnosis{
	hop.ClassTransient,
	"EventBridge could not reach the target for as long as it tries",
	"replay; if it goes on, look at AWS Health and at the target's quotas",
}

var deliveries = []delivery{
	{"NO_PERMISSIONS", Diagnosis{
		hop.ClassRole,
		"the policy of the target (queue, bus or function), or the role of the rule or schedule, does not let EventBridge in",
		"find what was changed by drift detection on the stack that the target is of, and deploy it; then replay",
	}},
	{"ASSUME_ROLE", Diagnosis{
		hop.ClassRole,
		"EventBridge cannot assume the role of the rule or the schedule: it is gone, or does not trust EventBridge",
		"find what was changed by drift detection on the stack that the rule is of, and deploy it; then replay",
	}},
	{"NO_RESOURCE", Diagnosis{
		hop.ClassUnknown,
		"the target (TARGET_ARN) does not exist",
		"deploy the stack that it is of; then replay",
	}},
	{"RESOURCE_LIMIT_EXCEEDED", Diagnosis{
		hop.ClassQuota,
		"the target (TARGET_ARN) is at a quota of its service",
		"find the quota and raise it: aws service-quotas list-service-quotas, then request-service-quota-increase; then replay",
	}},
	{"THROTTLING", undelivered},
	{"TIMEOUT", undelivered},
	{"CONNECTION", undelivered},
	{"INTERNAL", undelivered},
}

// Run diagnoses an asynchronous run of a function that Lambda has given up, from the
// message that it left with the event [Lambda: invocation-async].
func Run(message string) Diagnosis {
	found := Text(message)
	return Diagnosis{
		found.Class,
		"a run of the function failed at each of three attempts",
		"read the function's log and mend what it names; then replay a run of the reconciler (one full run makes up for all); a duty of the prerequisites is done again daily",
	}
}

// Unsettled is the diagnosis of a message that came here because it was received too
// often: no attempt at it has come to an end.
var Unsettled = Diagnosis{
	hop.ClassUnknown,
	"the function received the message again and again and never came to an end with it: it crashes, is stopped by its timeout, or its configuration fails at init",
	"read the function's log and mend what it names; then replay",
}

// Unreadable is the diagnosis of a message that is no event that twohop reads.
var Unreadable = Diagnosis{
	hop.ClassMalformed,
	"the message is not one that twohop reads",
	byClass[hop.ClassMalformed],
}
