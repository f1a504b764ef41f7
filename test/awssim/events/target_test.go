package events_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTargetsAreShownAsGiven(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, toQueue(member, "copies"))
	given := types.Target{
		Id: aws.String("bus"), Arn: aws.String(centralARN), RoleArn: aws.String(forwardRole),
		DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(queueARN(member, "dead"))},
		RetryPolicy:      &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0), MaximumEventAgeInSeconds: aws.Int32(60)},
	}
	out, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("all"), Targets: []types.Target{given}})
	require.NoError(t, err)
	assert.Zero(t, out.FailedEntryCount)

	first, err := client.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("all"), Limit: aws.Int32(1)})
	require.NoError(t, err)
	assert.Equal(t, []types.Target{given}, first.Targets)
	second, err := client.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("all"), NextToken: first.NextToken})
	require.NoError(t, err)
	require.Len(t, second.Targets, 1)
	assert.Equal(t, queueARN(member, "copies"), *second.Targets[0].Arn)
	assert.Nil(t, second.NextToken)

	removed, err := client.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("all"), Ids: []string{"bus", "none"}})
	require.NoError(t, err)
	require.Len(t, removed.FailedEntries, 1)
	assert.Equal(t, "none", *removed.FailedEntries[0].TargetId)
	assert.Equal(t, "ResourceNotFoundException", *removed.FailedEntries[0].ErrorCode)
}

func TestTargetsThatAreRefused(t *testing.T) {
	queue := aws.String(queueARN(member, "q"))
	with := func(change func(*types.Target)) types.Target {
		target := types.Target{Id: aws.String("t"), Arn: queue}
		change(&target)
		return target
	}
	cases := []struct {
		name   string
		target types.Target
		code   string
		part   string
	}{
		{"an id with a space", with(func(x *types.Target) { x.Id = aws.String("a b") }), "ValidationException", "targets.1.member.id"},
		{"a Lambda function", with(func(x *types.Target) { x.Arn = aws.String("arn:aws:lambda:eu-central-1:111111111111:function:f") }), "ValidationException", "SQS queues and event buses only"},
		{"a queue's name", with(func(x *types.Target) { x.Arn = aws.String("arn:aws:sqs:q") }), "ValidationException", "is not the ARN of an SQS queue"},
		{"a FIFO queue", with(func(x *types.Target) { x.Arn = aws.String(queueARN(member, "q.fifo")) }), "ValidationException", "FIFO"},
		{"another account's queue", with(func(x *types.Target) { x.Arn = aws.String(queueARN(backup, "q")) }), "ValidationException", "not in the rule's account"},
		{"a queue in another Region", with(func(x *types.Target) { x.Arn = aws.String("arn:aws:sqs:eu-north-1:111111111111:q") }), "ValidationException", "not in the rule's account"},
		{"a bus in another account without a role", with(func(x *types.Target) { x.Arn = aws.String(centralARN) }), "ValidationException", "RoleArn is required for target " + centralARN},
		{"a bus with another account's role", with(func(x *types.Target) {
			x.Arn, x.RoleArn = aws.String(centralARN), aws.String("arn:aws:iam::222222222222:role/x")
		}), "ValidationException", "is not a role of account 111111111111"},
		{"the rule's own bus", with(func(x *types.Target) {
			x.Arn, x.RoleArn = aws.String("arn:aws:events:eu-central-1:111111111111:event-bus/default"), aws.String(forwardRole)
		}), "ValidationException", "its own rule"},
		{"a malformed bus", with(func(x *types.Target) { x.Arn = aws.String("arn:aws:events:eu-central-1:1:event-bus/x") }), "ValidationException", "not in correct format"},
		{"a constant input", with(func(x *types.Target) { x.Input = aws.String("{}") }), "ValidationException", "InputPath"},
		{"an input path", with(func(x *types.Target) { x.InputPath = aws.String("$.detail") }), "ValidationException", "InputPath"},
		{"an input transformer", with(func(x *types.Target) {
			x.InputTransformer = &types.InputTransformer{InputTemplate: aws.String("x")}
		}), "ValidationException", "InputTransformer"},
		{"parameters of other services", with(func(x *types.Target) {
			x.SqsParameters = &types.SqsParameters{MessageGroupId: aws.String("g")}
		}), "SerializationException", "SqsParameters"},
		{"a dead-letter queue in another account", with(func(x *types.Target) {
			x.DeadLetterConfig = &types.DeadLetterConfig{Arn: aws.String(queueARN(backup, "dead"))}
		}), "ValidationException", "DeadLetterConfig.Arn"},
		{"a FIFO dead-letter queue", with(func(x *types.Target) {
			x.DeadLetterConfig = &types.DeadLetterConfig{Arn: aws.String(queueARN(member, "dead.fifo"))}
		}), "ValidationException", "FIFO"},
		{"too many retries", with(func(x *types.Target) {
			x.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(186)}
		}), "ValidationException", "'186' at 'retryPolicy.maximumRetryAttempts'"},
		{"too short a patience", with(func(x *types.Target) {
			x.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(59)}
		}), "ValidationException", "'59' at 'retryPolicy.maximumEventAgeInSeconds'"},
	}
	w := newWorld(t)
	client := w.client(member, primary)
	_, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("all"), EventPattern: aws.String(everything)})
	require.NoError(t, err)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("all"), Targets: []types.Target{c.target}})
			requireCode(t, err, c.code, c.part)
		})
	}
	list, err := client.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("all")})
	require.NoError(t, err)
	assert.Empty(t, list.Targets)
}

func TestFiveTargetsAreTheLimit(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, toQueue(member, "copies"))
	var five []types.Target
	for i := range 5 {
		five = append(five, types.Target{Id: aws.String(fmt.Sprintf("t%d", i)), Arn: aws.String(queueARN(member, "q"))})
	}
	put := func(targets []types.Target) error {
		_, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("all"), Targets: targets})
		return err
	}
	requireCode(t, put(five), "LimitExceededException", "maximum number")
	require.NoError(t, put(five[:4]))
	require.NoError(t, put(five[:4]), "a target put again is the same target")
	requireCode(t, put([]types.Target{}), "ValidationException", "targets")
	_, err := client.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("all"), Ids: []string{}})
	requireCode(t, err, "ValidationException", "ids")

	for _, err := range []error{
		func() error {
			_, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("x"), Targets: five})
			return err
		}(),
		func() error {
			_, err := client.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("x"), Ids: []string{"t"}})
			return err
		}(),
		func() error {
			_, err := client.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("x")})
			return err
		}(),
	} {
		requireCode(t, err, "ResourceNotFoundException", "Rule x does not exist on EventBus default.")
	}
}
