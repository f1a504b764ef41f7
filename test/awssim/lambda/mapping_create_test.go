package lambda_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda"
)

func TestCreateMappingRefuses(t *testing.T) {
	w := newWorld(t)
	arn := w.function(t, long)
	w.mapping(t, lambda.Mapping{Function: arn})
	for name, c := range map[string]struct {
		change func(*lambda.Mapping)
		want   string
	}{
		"an unknown function":     {func(m *lambda.Mapping) { m.Function = "f" }, "ResourceNotFoundException: Function not found: f"},
		"what is not a queue":     {func(m *lambda.Mapping) { m.QueueARN = "copies" }, "Unrecognized event source"},
		"a FIFO queue":            {func(m *lambda.Mapping) { m.QueueARN += ".fifo" }, "is not the ARN of a standard queue"},
		"a queue elsewhere":       {func(m *lambda.Mapping) { m.QueueARN = "arn:aws:sqs:eu-north-1:222222222222:q" }, "not in the function's Region"},
		"batches of more than 10": {func(m *lambda.Mapping) { m.BatchSize = 11 }, "the batch size 11 is not between 1 and 10"},
		"a window above 5 minutes": {func(m *lambda.Mapping) { m.MaximumBatchingWindow = 301 * time.Second },
			"the batching window 5m1s is not between 0 and 300 whole seconds"},
		"a concurrency of one": {func(m *lambda.Mapping) { m.MaximumConcurrency = 1 }, "the maximum concurrency 1 is not between 2 and 1000"},
		"the same pair twice":  {func(m *lambda.Mapping) { m.QueueARN = queue }, "ResourceConflictException: An event source mapping with SQS arn"},
	} {
		t.Run(name, func(t *testing.T) {
			spec := lambda.Mapping{QueueARN: queue + "2", Function: arn}
			c.change(&spec)
			_, err := w.CreateMapping(spec)
			require.ErrorContains(t, err, c.want)
			assert.Equal(t, 1, w.queues.watched(), "nothing is left behind")
		})
	}
	_, err := w.Mapping("no-such-uuid")
	require.ErrorContains(t, err, "ResourceNotFoundException")
	require.ErrorContains(t, w.EnableMapping("no-such-uuid"), "ResourceNotFoundException")
	require.ErrorContains(t, w.DisableMapping("no-such-uuid"), "ResourceNotFoundException")
}

func TestMappingNeedsQueues(t *testing.T) {
	w := newWorld(t, func(config *lambda.Config) { config.Queues = nil })
	_, err := w.CreateMapping(lambda.Mapping{QueueARN: queue, Function: w.function(t, long)})
	require.ErrorContains(t, err, "a mapping needs Config.Queues")
}
