package awssim

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/lambda/async"
	"github.com/twohop/twohop/test/awssim/lambda/sqsevent"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/sqs"
	"github.com/twohop/twohop/test/awssim/wire"
)

// eventQueues lets EventBridge deliver to queues.
type eventQueues struct {
	sqs *sqs.Service
	// may judges a delivery by the queue's policy; nil: it is not asked.
	may func(queueARN, ruleARN string) error
}

// Deliver sends the event with string attributes. A queue that does not exist is
// a refusal, which EventBridge does not try again.
func (q eventQueues) Deliver(queueARN, body string, attributes map[string]string, ruleARN string) error {
	if q.may != nil && q.sqs.Exists(queueARN) == nil {
		if err := q.may(queueARN, ruleARN); err != nil {
			return &events.Refusal{Code: "NO_PERMISSIONS", Message: err.Error()}
		}
	}
	err := q.sqs.Deliver(queueARN, body, texts(attributes), "events.amazonaws.com")
	var refused *wire.Error
	if errors.As(err, &refused) {
		return &events.Refusal{Code: "NO_RESOURCE", Message: refused.Error()}
	}
	return err
}

// backupEvents lets AWS Backup tell EventBridge what its jobs do.
type backupEvents struct {
	events *events.Service
	clock  *clock.Clock
}

func (b backupEvents) Emit(account, region, detailType string, resources []string, detail json.RawMessage) {
	b.events.Emit(account, region, events.Event{
		Source: "aws.backup", DetailType: detailType, Time: b.clock.Now(), Resources: resources, Detail: detail,
	})
}

// lambdaQueues lets event source mappings read queues.
type lambdaQueues struct{ *sqs.Service }

func (q lambdaQueues) Receive(queueARN string, limit int) ([]lambda.Message, error) {
	received, err := q.Service.Receive(queueARN, limit)
	if err != nil {
		return nil, err
	}
	messages := make([]lambda.Message, len(received))
	for i, m := range received {
		messages[i] = lambda.Message{
			ID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body, MD5OfBody: m.MD5OfBody, MD5OfAttributes: m.MD5OfAttributes,
			Sender: m.Sender, Sent: m.Sent, FirstReceived: m.FirstReceived, ReceiveCount: m.ReceiveCount,
			DeadLetterSource: m.DeadLetterSource, TraceHeader: m.TraceHeader,
			Attributes: make(map[string]sqsevent.MessageAttribute, len(m.Attributes)),
		}
		for name, a := range m.Attributes {
			messages[i].Attributes[name] = sqsevent.MessageAttribute{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
		}
	}
	return messages, nil
}

// places tells where accounts stand in their organization.
type places struct{ *organizations.Service }

func (o places) Of(account string) (id string, paths []string) {
	id, paths, _ = o.Service.Of(account)
	return id, paths
}

// scheduledFunctions lets EventBridge Scheduler invoke functions.
type scheduledFunctions struct {
	lambda *lambda.Service
	run    *async.Runner
	// may judges an invocation by the schedule's role; nil: it is not asked.
	may func(scheduler.Invocation) error
}

// Invoke starts an asynchronous invocation.
func (f scheduledFunctions) Invoke(i scheduler.Invocation) error {
	if _, err := f.lambda.Function(i.TargetARN); err != nil {
		return &scheduler.Failure{Code: "ResourceNotFoundException", Message: err.Error(), Final: true}
	}
	if f.may != nil {
		if err := f.may(i); err != nil {
			return &scheduler.Failure{Code: "AccessDeniedException", Message: err.Error(), Final: true}
		}
	}
	f.run.Start(i.TargetARN, i.Input)
	return nil
}

// scheduleQueues lets EventBridge Scheduler put dead letters into queues.
type scheduleQueues struct {
	sqs *sqs.Service
	// may judges a letter by the schedule's role and the queue's policy; nil: they are
	// not asked.
	may func(scheduler.Letter) error
}

func (q scheduleQueues) Deliver(l scheduler.Letter) error {
	if q.may != nil {
		if err := q.may(l); err != nil {
			return err
		}
	}
	return q.sqs.Deliver(l.QueueARN, l.Body, texts(l.Attributes), l.RoleARN)
}

func texts(attributes map[string]string) map[string]sqs.Attribute {
	converted := make(map[string]sqs.Attribute, len(attributes))
	for name, value := range attributes {
		converted[name] = sqs.Attribute{DataType: "String", StringValue: value}
	}
	return converted
}

// customResourceFunctions lets CloudFormation ask functions.
type customResourceFunctions struct{ lambda *lambda.Service }

func (f customResourceFunctions) Invoke(ctx context.Context, functionARN string, payload []byte) (failure string, err error) {
	invocation, err := f.lambda.Invoke(ctx, functionARN, payload)
	if err == nil && invocation.Err != nil {
		failure = invocation.Err.Error()
	}
	return failure, err
}

// followAccount has StackSets and backup plans follow an account that has come or moved.
// What became of its stacks is told by their status; the error is of the plans.
func (w *World) followAccount(account string) error {
	w.CloudFormation.FollowAccount(account)
	return w.Backup.Plans.Refresh()
}
