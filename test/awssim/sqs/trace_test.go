package sqs_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const trace = "Root=1-6a00a200-000000000000000000000001;Parent=0000000000000001;Sampled=0;Lineage=a87bd80c:1|68fd508a:5"

// inLambda has the SDK believe that it works in a Lambda function, which was invoked with
// the trace header.
func inLambda(t *testing.T) {
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "copystarter")
	t.Setenv("_X_AMZN_TRACE_ID", trace)
}

func traceHeader(text string) map[string]types.MessageSystemAttributeValue {
	return map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String(text)}}
}

// The SDK percent-encodes the bar between two entries of the lineage.
func TestWhatAFunctionSendsHasItsTraceHeader(t *testing.T) {
	inLambda(t)
	c := newCloud(t)
	url := c.queue("copies", nil)
	sent := c.send(url, "alone")
	assert.Nil(t, sent.MD5OfMessageSystemAttributes, "the sender has set no attribute")
	_, err := c.SendMessageBatch(t.Context(), &api.SendMessageBatchInput{QueueUrl: &url, Entries: []types.SendMessageBatchRequestEntry{
		{Id: aws.String("a"), MessageBody: aws.String("first")},
		{Id: aws.String("b"), MessageBody: aws.String("with its own"), MessageSystemAttributes: traceHeader("Root=1")},
	}})
	require.NoError(t, err)
	headers := map[string]string{}
	for _, m := range c.receive(url) {
		headers[*m.Body] = m.Attributes["AWSTraceHeader"]
	}
	assert.Equal(t, map[string]string{"alone": trace, "first": trace, "with its own": "Root=1"}, headers)
}

func TestATraceHeaderIsShownToWhoAsksForIt(t *testing.T) {
	inLambda(t)
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "0"})
	c.send(url, "m")
	for attribute, want := range map[types.MessageSystemAttributeName]map[string]string{
		types.MessageSystemAttributeNameAWSTraceHeader: {"AWSTraceHeader": trace}, types.MessageSystemAttributeNameSenderId: {"SenderId": backup},
	} {
		out, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url, MessageSystemAttributeNames: []types.MessageSystemAttributeName{attribute}})
		require.NoError(t, err)
		require.Len(t, out.Messages, 1)
		assert.Equal(t, want, out.Messages[0].Attributes)
	}
}

func TestAMessageSentFromElsewhereHasNoTraceHeader(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	c.send(url, "m")
	assert.NotContains(t, c.receiveOne(url).Attributes, "AWSTraceHeader")
}

func TestATraceHeaderGoesToTheDeadLetterQueueAndBack(t *testing.T) {
	inLambda(t)
	c := newCloud(t)
	dead := c.queue("dead", nil)
	url := c.queue("copies", redriveTo("dead", "1"))
	require.NoError(t, c.service.SetAttributes(arnOf("copies"), map[string]string{"VisibilityTimeout": "0"}))
	c.send(url, "m")
	c.receiveOne(url)
	assert.Empty(t, c.receive(url))
	require.NoError(t, c.service.SetAttributes(arnOf("dead"), map[string]string{"VisibilityTimeout": "0"}))
	assert.Equal(t, trace, c.receiveOne(dead).Attributes["AWSTraceHeader"])
	_, err := c.StartMessageMoveTask(t.Context(), &api.StartMessageMoveTaskInput{SourceArn: aws.String(arnOf("dead"))})
	require.NoError(t, err)
	c.idle()
	assert.Equal(t, trace, c.receiveOne(url).Attributes["AWSTraceHeader"])
}
