package awssim_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestAServiceNeedsThePolicyOfAQueue: a queue without any policy takes no events, though
// the rule is of its own account.
func TestAServiceNeedsThePolicyOfAQueue(t *testing.T) {
	const queue, rule = "arn:aws:sqs:eu-central-1:222222222222:events", "arn:aws:events:eu-central-1:222222222222:rule/all"
	for sentence, test := range map[string]struct {
		policy  string
		arrives int
	}{
		"without a policy": {"", 0},
		"with one that admits EventBridge for the rule": {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},
			"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"` + rule + `"}}}]}`, 1},
		"with one that admits it for another": {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},
			"Action":"sqs:SendMessage","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"` + rule + `s"}}}]}`, 0},
		"with one that admits its account": {`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},
			"Action":"sqs:SendMessage","Resource":"*"}]}`, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := permissions(t)
			attributes := map[string]string{}
			if test.policy != "" {
				attributes["Policy"] = test.policy
			}
			_, err := sqs.NewFromConfig(client(world, central)).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("events"), Attributes: attributes})
			require.NoError(t, err)
			bus := eventbridge.NewFromConfig(client(world, central))
			_, err = bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("all"), EventPattern: aws.String(`{"source":["test"]}`)})
			require.NoError(t, err)
			_, err = bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("all"), Targets: []types.Target{{Id: aws.String("1"), Arn: aws.String(queue)}}})
			require.NoError(t, err)
			_, err = bus.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
				{Source: aws.String("test"), DetailType: aws.String("a"), Detail: aws.String("{}")},
			}})
			require.NoError(t, err)
			require.NoError(t, world.Clock.Advance(t.Context(), time.Minute))
			assert.Len(t, world.SQS.Peek(queue), test.arrives)
			assert.Len(t, world.Events.Dropped(), 1-test.arrives)
		})
	}
}
