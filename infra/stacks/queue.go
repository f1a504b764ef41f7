package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

const fourteenDays = 14 * 24 * 3600 // the longest that SQS keeps a message

// addQueue adds a queue with its policy. The keys are SQS's own: EventBridge
// cannot write to a queue on the AWS managed KMS key [EventBridge: target
// permissions].
func (s *stack) addQueue(part string, properties awssqs.CfnQueueProps) awssqs.CfnQueue {
	properties.QueueName = str(s.Estate.Called(part))
	properties.MessageRetentionPeriod = number(fourteenDays)
	properties.SqsManagedSseEnabled = jsii.Bool(true)
	queue := awssqs.NewCfnQueue(s.scope, str(camel(part)+"Queue"), &properties)
	awssqs.NewCfnQueuePolicy(s.scope, str(camel(part)+"QueuePolicy"), &awssqs.CfnQueuePolicyProps{
		Queues:         &[]*string{queue.Ref()},
		PolicyDocument: s.document(policy.Queue(s.Estate, s.account, part)),
	})
	s.queues[part] = queue
	return queue
}

// addDeadLetters adds a dead-letter queue, its alarms with it. Messages of no
// queue are redriven to it but those of sources.
func (s *stack) addDeadLetters(part, holds, advice string, sources ...string) awssqs.CfnQueue {
	allowed := map[string]any{"redrivePermission": "denyAll"}
	if len(sources) > 0 {
		allowed = map[string]any{"redrivePermission": "byQueue", "sourceQueueArns": sources}
	}
	queue := s.addQueue(part, awssqs.CfnQueueProps{RedriveAllowPolicy: allowed})
	s.alarmDeadLetters(part, holds, advice)
	return queue
}

// visibilityTimeout is six times the function's timeout, as AWS recommends for a
// queue that feeds one [Lambda: SQS].
func visibilityTimeout(timeout int) *float64 { return number(6 * timeout) }

// addCopies adds the queue copies and its dead-letter queue.
func (s *stack) addCopies() {
	e := s.Estate
	dead := s.addDeadLetters(estate.CopiesDLQ,
		"copies that twohop gave up, or whose message it could not handle",
		"Read the attributes reason and advice of its messages, mend the cause, then redrive them to "+e.Called(estate.CopiesQueue),
		e.QueueARN(s.account, estate.CopiesQueue))
	s.addQueue(estate.CopiesQueue, awssqs.CfnQueueProps{
		VisibilityTimeout: visibilityTimeout(starterTimeout),
		RedrivePolicy: map[string]any{
			"deadLetterTargetArn": dead.AttrArn(),
			"maxReceiveCount":     e.Starter().MaxReceives,
		},
	})
	s.addAlarm(alarm{
		name: estate.CopiesQueue + "-stalled", says: "A message has waited in the queue " + e.Called(estate.CopiesQueue) + " for an hour and was not looked at",
		advice:    "Check that the event source mapping of " + e.Called(estate.CopyStarter) + " is enabled; a waiting copy is sent again every few minutes, so a healthy queue has no old messages",
		namespace: "AWS/SQS", metric: "ApproximateAgeOfOldestMessage", dimensions: map[string]string{"QueueName": e.Called(estate.CopiesQueue)},
		statistic: "Maximum", period: 5 * minute, atLeast: hour,
	})
}
