package sqs

import (
	"strings"

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

// onNamedQueue: the queue that a request of the caller's account names.
func onNamedQueue(r *wire.Request, action string, in getURLInput) []wire.Need {
	return []wire.Need{{Action: "sqs:" + action, Resource: queue.ARN(r.Region, r.Account, in.QueueName)}}
}

func onNewQueue(r *wire.Request, action string, in createInput) []wire.Need {
	return []wire.Need{{Action: "sqs:" + action, Resource: queue.ARN(r.Region, r.Account, in.QueueName)}}
}

// onMovedQueues: moving messages takes from the source as its receiver does and
// sends to the destination as a sender does [SQS: configuring a dead-letter queue redrive].
func onMovedQueues(_ *wire.Request, action string, in startMoveInput) []wire.Need {
	needs := []wire.Need{
		{Action: "sqs:" + action, Resource: in.SourceArn},
		{Action: "sqs:ReceiveMessage", Resource: in.SourceArn},
		{Action: "sqs:DeleteMessage", Resource: in.SourceArn},
		{Action: "sqs:GetQueueAttributes", Resource: in.SourceArn},
	}
	if in.DestinationArn != "" {
		needs = append(needs, wire.Need{Action: "sqs:SendMessage", Resource: in.DestinationArn})
	}
	return needs
}

func onMoveSource(_ *wire.Request, action string, in listTasksInput) []wire.Need {
	return []wire.Need{{Action: "sqs:" + action, Resource: in.SourceArn}}
}
