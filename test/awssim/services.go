package awssim

import (
	"errors"
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/wire"
)

// What AWS services do of their own accord, judged as AWS judges it: by the policy
// of the resource that they write to, or by the role that they take on for it.

// serve judges an action of a service itself, on behalf of a resource.
func (w *World) serve(service, action, resource, onBehalfOf string) error {
	own, kind, err := w.ownPolicy(wire.Need{Action: action, Resource: resource})
	if err != nil {
		return fmt.Errorf("read the policy of %s: %w", resource, err)
	}
	if own == nil {
		return fmt.Errorf("no resource-based policy of %s lets %s call %s", resource, service, action)
	}
	return asError(w.judge(
		authz.Request{Action: action, Resource: resource, Principal: authz.Principal{Service: service}, Context: behalf(onBehalfOf)},
		authz.Policies{Resource: own, Kind: kind, ResourceAccount: accountOf(resource, "")}))
}

// behalf is what services tell of the resource that they work for.
func behalf(arn string) map[string][]string {
	return map[string][]string{"aws:SourceArn": {arn}, "aws:SourceAccount": {accountOf(arn, "")}, "aws:SecureTransport": {"true"}}
}

// trusts judges whether a role may be taken on by a service, which tells in context
// for what.
func (w *World) trusts(service, role string, context map[string][]string) error {
	trust, ok := w.IAM.Trust(role)
	if !ok {
		return fmt.Errorf("the role %s does not exist", role)
	}
	return asError(w.judge(
		authz.Request{Action: "sts:AssumeRole", Resource: role, Principal: authz.Principal{Service: service}, Context: context},
		authz.Policies{Resource: &trust, Kind: policy.Trust, ResourceAccount: accountOf(role, "")}))
}

// takeOn has a service take on a role on behalf of a resource and do with it what
// needs a right. The policy of what it is done to counts where it has one; what names
// no account is the role's account's.
func (w *World) takeOn(service, role, onBehalfOf string, need wire.Need) error {
	if err := w.trusts(service, role, behalf(onBehalfOf)); err != nil {
		return fmt.Errorf("%s takes on %s: %w", service, role, err)
	}
	own, kind, err := w.ownPolicy(need)
	if err != nil {
		return fmt.Errorf("read the policy of %s: %w", need.Resource, err)
	}
	identity, _ := w.IAM.Policies(role) // trusts has found the role
	return asError(w.judge(authz.Request{
		Action: need.Action, Resource: need.Resource, Principal: w.principal(authz.RoleSession(role, "service")), Context: need.Context,
	}, authz.Policies{Identity: identity, Resource: own, Kind: kind, ResourceAccount: accountOf(need.Resource, accountOf(role, ""))}))
}

// mayForward judges an event on its way to another bus: by the role of the rule's
// target, and by the bus's policy.
func (w *World) mayForward(f events.Forwarding) error {
	if f.RoleARN == "" {
		return errors.New("the target names no role, and a bus takes events from a rule by a role only")
	}
	return w.takeOn("events.amazonaws.com", f.RoleARN, f.RuleARN, wire.Need{
		Action: "events:PutEvents", Resource: f.BusARN,
		Context: map[string][]string{"events:source": {f.Source}, "events:detail-type": {f.DetailType}, "aws:SourceArn": {f.RuleARN}},
	})
}

// mayInvoke judges an invocation by the schedule's role.
func (w *World) mayInvoke(i scheduler.Invocation) error {
	return w.takeOn("scheduler.amazonaws.com", i.RoleARN, i.GroupARN,
		wire.Need{Action: "lambda:InvokeFunction", Resource: i.TargetARN, Context: behalf(i.GroupARN)})
}

// maySendLetter judges a dead letter by the schedule's role and the queue's policy.
func (w *World) maySendLetter(l scheduler.Letter) error {
	return w.takeOn("scheduler.amazonaws.com", l.RoleARN, l.GroupARN,
		wire.Need{Action: "sqs:SendMessage", Resource: l.QueueARN, Context: behalf(l.GroupARN)})
}

// CheckFunctionRole says whether Lambda may run a function as a role, which it asks
// when the function is made [Lambda API: CreateFunction].
func (w *World) CheckFunctionRole(role string) error {
	if !w.permissions {
		return nil
	}
	if err := w.trusts("lambda.amazonaws.com", role, nil); err != nil {
		return fmt.Errorf("the role defined for the function cannot be assumed by Lambda: %w", err)
	}
	return nil
}

// CheckReader says whether a function's role may take messages from a queue, which
// Lambda asks when the event source mapping is made [Lambda: using Lambda with SQS].
func (w *World) CheckReader(role, queueARN string) error {
	if !w.permissions {
		return nil
	}
	for _, action := range []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"} {
		if denied := w.authorize(lambdaAs(role, queueARN), wire.Need{Action: action, Resource: queueARN}); denied != nil {
			return fmt.Errorf("the provided execution role does not have permissions to call %s on SQS: %w", strings.TrimPrefix(action, "sqs:"), denied)
		}
	}
	return nil
}

func regionOf(arn string) string { return strings.Split(arn+":::", ":")[3] }

func asError(denied *wire.Error) error {
	if denied == nil {
		return nil
	}
	return denied
}
