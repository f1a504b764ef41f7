package awssim

import (
	"context"
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/lambda/async"
	"github.com/twohop/twohop/test/awssim/sqs"
	"github.com/twohop/twohop/test/awssim/wire"
)

// invokeOnce is one attempt of an asynchronous invocation.
func (w *World) invokeOnce(ctx context.Context, function string, event []byte) (async.Run, error) {
	invocation, err := w.Lambda.Invoke(ctx, function, event)
	run := async.Run{RequestID: invocation.RequestID}
	if err == nil && invocation.Err != nil {
		run.Failure = invocation.Err.Error()
	}
	return run, err
}

// keepEvent puts an event that a function has failed at into the function's
// dead-letter queue, as its role. The attributes are those of Lambda [Lambda:
// dead-letter queues].
func (w *World) keepEvent(l async.Letter) error {
	f, err := w.Lambda.Function(l.Function)
	if err != nil {
		return err
	}
	if f.DeadLetterARN == "" {
		return fmt.Errorf("function %s has no dead-letter queue", f.Name)
	}
	if err := w.CheckSender(f.RoleARN, f.DeadLetterARN); err != nil {
		return err
	}
	return w.SQS.Deliver(f.DeadLetterARN, l.Event, map[string]sqs.Attribute{
		"RequestID":    {DataType: "String", StringValue: l.RequestID},
		"ErrorCode":    {DataType: "Number", StringValue: "200"},
		"ErrorMessage": {DataType: "String", StringValue: l.Failure},
	}, f.RoleARN)
}

// CheckSender says whether a function's role may put messages into its dead-letter
// queue, which Lambda asks when the function is made [Lambda: dead-letter queues].
func (w *World) CheckSender(role, queueARN string) error {
	if !w.permissions {
		return nil
	}
	if denied := w.authorize(lambdaAs(role, queueARN), wire.Need{Action: "sqs:SendMessage", Resource: queueARN}); denied != nil {
		return fmt.Errorf("the provided execution role does not have permissions to call SendMessage on SQS: %w", denied)
	}
	return nil
}

// lambdaAs is Lambda with a function's role, in the Region of a resource.
func lambdaAs(role, resource string) wire.Caller {
	return wire.Caller{Identity: wire.Identity{
		Account:   accountOf(role, ""),
		Principal: "arn:aws:sts::" + accountOf(role, "") + ":assumed-role/" + role[strings.LastIndex(role, "/")+1:] + "/lambda",
	}, Region: regionOf(resource)}
}
