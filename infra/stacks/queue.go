package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// addQueue adds a queue with its policy. The keys are SQS's own: EventBridge
// cannot write to a queue on the AWS managed KMS key [EventBridge: target
// permissions].
func (s *stack) addQueue(part string, properties awssqs.CfnQueueProps) awssqs.CfnQueue {
	properties.QueueName = str(s.Estate.Called(part))
	properties.MessageRetentionPeriod = number(seconds(estate.QueueRetention))
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
	s.alarmDeadLetters(part, holds, advice, len(sources) > 0)
	return queue
}
