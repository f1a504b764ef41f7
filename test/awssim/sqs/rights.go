package sqs

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/sqs/move"
	"github.com/twohop/twohop/test/awssim/sqs/queue"
	"github.com/twohop/twohop/test/awssim/wire"
)

// onThatQueue takes the right to the action on the queue of the request's URL;
// batches take the right to the single action [SQS: API permissions]. A URL that
// names no queue is for the action to refuse.
func onThatQueue[In interface{ queueURL() string }](r *wire.Request, action string, in In) []wire.Need {
	arn, err := target(r, in.queueURL())
	if err != nil {
		return nil
	}
	return []wire.Need{{Action: "sqs:" + strings.TrimSuffix(action, "Batch"), Resource: arn}}
}

// onNamedQueue: the queue that a request names, in the caller's account or another.
func onNamedQueue(r *wire.Request, action string, in getURLInput) []wire.Need {
	return on("sqs:"+action, in.queueARN(r))
}

func onNewQueue(r *wire.Request, action string, in createInput) []wire.Need {
	return on("sqs:"+action, queue.ARN(r.Region, r.Account, in.QueueName))
}

// onMovedQueues: moving messages takes from the source as its receiver does and
// sends to the destination as a sender does [SQS: configuring a dead-letter queue redrive].
func onMovedQueues(_ *wire.Request, action string, in startMoveInput) []wire.Need {
	return append(onReceived(action, in.SourceArn), on("sqs:SendMessage", in.DestinationArn)...)
}

func onMoveSource(_ *wire.Request, action string, in listTasksInput) []wire.Need {
	return on("sqs:"+action, in.SourceArn)
}

// onCancelledMove takes the same of the source that the task's handle tells as its
// start did.
func onCancelledMove(_ *wire.Request, action string, in cancelInput) []wire.Need {
	source, _ := move.SourceOf(in.TaskHandle)
	return onReceived(action, source)
}

func onReceived(action, source string) []wire.Need {
	return slices.Concat(on("sqs:"+action, source), on("sqs:ReceiveMessage", source), on("sqs:DeleteMessage", source), on("sqs:GetQueueAttributes", source))
}

// on is the right to an action on a queue. What is no queue's ARN is for the action to
// refuse.
func on(action, queueARN string) []wire.Need {
	if _, _, _, ok := queue.SplitARN(queueARN); !ok {
		return nil
	}
	return []wire.Need{{Action: action, Resource: queueARN}}
}
