package feed_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/sqs/message"
)

func TestInvocationsThatLoopDetectionStopsAreMeasured(t *testing.T) {
	w := newWorld(t, true)
	_, err := w.Lambda.CreateMapping(lambda.Mapping{QueueARN: queue, Function: function, Enabled: true})
	require.NoError(t, err)
	var chain lineage.Chain
	for range lineage.Limit {
		chain = chain.After(function)
	}
	_, err = w.SQS.Send(queue, message.Draft{MessageBody: "m", MessageSystemAttributes: map[string]message.Attribute{
		message.TraceHeader: {DataType: "String", StringValue: chain.String()}}}, account)
	require.NoError(t, err)
	w.pass(time.Second)
	w.is(1, "AWS/Lambda", "RecursiveInvocationsDropped", "FunctionName", "f")
	_, invoked := w.sum("AWS/Lambda", "Invocations", "FunctionName", "f")
	assert.False(t, invoked)
}
