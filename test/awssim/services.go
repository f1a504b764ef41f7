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

// takeOn has a service take on a role on behalf of a resource and do an action with
// it. The resource's own policy counts where it has one.
func (w *World) takeOn(service, role, onBehalfOf, action, resource string, own *policy.Document, context map[string][]string) error {
	trust, ok := w.IAM.Trust(role)
	identity, _ := w.IAM.Policies(role)
	if !ok {
		return fmt.Errorf("the role %s does not exist", role)
	}
	if err := asError(w.judge(
		authz.Request{Action: "sts:AssumeRole", Resource: role, Principal: authz.Principal{Service: service}, Context: behalf(onBehalfOf)},
		authz.Policies{Resource: &trust, Kind: policy.Trust, ResourceAccount: accountOf(role, "")},
	)); err != nil {
		return fmt.Errorf("%s takes on %s: %w", service, role, err)
	}
	policies := authz.Policies{Identity: identity, ResourceAccount: accountOf(resource, "")}
	if own != nil {
		policies.Resource, policies.Kind = own, policy.Resource
	}
	return asError(w.judge(authz.Request{
		Action: action, Resource: resource, Principal: w.principal(authz.RoleSession(role, "service")), Context: context,
	}, policies))
}

// mayForward judges an event on its way to another bus: by the role of the rule's
// target, and by the bus's policy.
func (w *World) mayForward(f events.Forwarding) error {
	if f.RoleARN == "" {
		return errors.New("the target names no role, and a bus takes events from a rule by a role only")
	}
	own, err := w.Events.Policy(f.BusARN)
	if err != nil {
		return err
	}
	var document *policy.Document
	if own != "" {
		parsed, err := policy.Parse(policy.Resource, "the bus's policy", []byte(own))
		if err != nil {
			return fmt.Errorf("read the policy of %s: %w", f.BusARN, err)
		}
		document = &parsed
	}
	return w.takeOn("events.amazonaws.com", f.RoleARN, f.RuleARN, "events:PutEvents", f.BusARN, document, map[string][]string{
		"events:source": {f.Source}, "events:detail-type": {f.DetailType}, "aws:SourceArn": {f.RuleARN},
	})
}

// mayInvoke judges an invocation by the schedule's role.
func (w *World) mayInvoke(i scheduler.Invocation) error {
	return w.takeOn("scheduler.amazonaws.com", i.RoleARN, i.GroupARN, "lambda:InvokeFunction", i.TargetARN, nil, behalf(i.GroupARN))
}

// maySendLetter judges a dead letter by the schedule's role and the queue's policy.
func (w *World) maySendLetter(l scheduler.Letter) error {
	own, _, err := w.ownPolicy(wire.Need{Action: "sqs:SendMessage", Resource: l.QueueARN})
	if err != nil {
		return fmt.Errorf("read the policy of %s: %w", l.QueueARN, err)
	}
	return w.takeOn("scheduler.amazonaws.com", l.RoleARN, l.GroupARN, "sqs:SendMessage", l.QueueARN, own, behalf(l.GroupARN))
}

// CheckFunctionRole says whether Lambda may run a function as a role, which it asks
// when the function is made [Lambda API: CreateFunction].
func (w *World) CheckFunctionRole(role string) error {
	if !w.permissions {
		return nil
	}
	trust, ok := w.IAM.Trust(role)
	if !ok {
		return fmt.Errorf("the role %s does not exist", role)
	}
	if denied := w.judge(
		authz.Request{Action: "sts:AssumeRole", Resource: role, Principal: authz.Principal{Service: "lambda.amazonaws.com"}},
		authz.Policies{Resource: &trust, Kind: policy.Trust, ResourceAccount: accountOf(role, "")},
	); denied != nil {
		return fmt.Errorf("the role defined for the function cannot be assumed by Lambda: %w", denied)
	}
	return nil
}

// CheckReader says whether a function's role may take messages from a queue, which
// Lambda asks when the event source mapping is made [Lambda: using Lambda with SQS].
func (w *World) CheckReader(role, queueARN string) error {
	if !w.permissions {
		return nil
	}
	caller := wire.Caller{Identity: wire.Identity{
		Account:   accountOf(role, ""),
		Principal: "arn:aws:sts::" + accountOf(role, "") + ":assumed-role/" + role[strings.LastIndex(role, "/")+1:] + "/lambda",
	}, Region: regionOf(queueARN)}
	for _, action := range []string{"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"} {
		if denied := w.authorize(caller, wire.Need{Action: action, Resource: queueARN}); denied != nil {
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
