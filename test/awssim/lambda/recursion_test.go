package lambda_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/wire"
)

// traced makes the messages sent next continue a chain with n invocations of a function.
func (w *world) traced(n int, functionARN string) {
	var c lineage.Chain
	for range n {
		c = c.After(functionARN)
	}
	w.queues.mu.Lock()
	defer w.queues.mu.Unlock()
	w.queues.header = ""
	if n > 0 {
		w.queues.header = "Root=1-6a00a200-000000000000000000000001;Sampled=0;" + c.String()
	}
}

// counted is how often the chains of the invocations so far have invoked a function.
func (w *world) counted(functionARN string) []int {
	var counts []int
	for _, i := range w.reported() {
		counts = append(counts, lineage.Read(i.TraceHeader).Invocations(functionARN))
	}
	return counts
}

func TestAnInvocationContinuesTheChainOfItsMessages(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	o.always(t, http.StatusOK, `null`)
	arn := w.function(t, long, "ASK_URL", o.URL)
	w.mapping(t, lambda.Mapping{Function: arn, Enabled: true})
	for _, n := range []int{0, 1, 15} {
		w.traced(n, arn)
		w.queues.send(1)
		w.settle(t)
	}
	w.invoke(t, arn, nil)
	assert.Equal(t, []int{1, 2, 16, 1}, w.counted(arn))
}

func TestAChainOfSixteenInvocationsIsEnded(t *testing.T) {
	var stopped []string
	w, o := newWorld(t, func(c *lambda.Config) { c.OnLoopStopped = func(arn string) { stopped = append(stopped, arn) } }), newOracle(t)
	o.always(t, http.StatusOK, `null`)
	arn := w.function(t, long, "ASK_URL", o.URL)
	uuid := w.mapping(t, lambda.Mapping{Function: arn, Enabled: true})
	w.traced(16, arn)
	w.queues.send(1)
	w.settle(t)
	assert.Empty(t, w.reported())
	assert.Equal(t, []string{"m1"}, w.queues.left())
	assert.Contains(t, w.result(t, uuid), "PROBLEM: RecursiveInvocationException: Lambda has detected your function being invoked in a recursive loop")
	assert.Equal(t, []string{arn}, stopped)

	require.NoError(t, w.clock.Advance(t.Context(), visibility))
	w.settle(t)
	assert.Empty(t, w.reported())
	assert.Equal(t, 2, w.queues.count(), "it comes back as after any failure")
	assert.Equal(t, []string{arn, arn}, stopped)

	require.NoError(t, w.SetRecursiveLoop(arn, lineage.Allow))
	require.NoError(t, w.clock.Advance(t.Context(), visibility))
	w.settle(t)
	assert.Equal(t, []int{17}, w.counted(arn))
	assert.Empty(t, w.queues.left())
	assert.Equal(t, "OK", w.result(t, uuid))
	assert.Len(t, stopped, 2)
}

func TestHowTheMessagesOfABatchCount(t *testing.T) {
	for reading, test := range map[lineage.Reading]struct {
		invoked []int
		left    []string
	}{
		lineage.LongestChain: {nil, []string{"m1", "m2", "m3"}},
		lineage.EachMessage:  {[]int{1}, []string{"m2"}},
	} {
		w, o := newWorld(t, func(c *lambda.Config) { c.Lineages = reading }), newOracle(t)
		o.always(t, http.StatusOK, `null`)
		arn := w.function(t, long, "ASK_URL", o.URL)
		uuid := w.mapping(t, lambda.Mapping{Function: arn})
		for _, n := range []int{0, 16, 3} {
			w.traced(n, arn)
			w.queues.send(1)
		}
		require.NoError(t, w.EnableMapping(uuid))
		w.settle(t)
		assert.Equal(t, test.invoked, w.counted(arn))
		assert.Equal(t, test.left, w.queues.left())
		assert.Contains(t, w.result(t, uuid), "RecursiveInvocationException")
	}
}

func TestSettingsOfRecursiveLoops(t *testing.T) {
	w := newWorld(t)
	arn := w.function(t, long)
	setting := func() lineage.RecursiveLoop {
		f, err := w.Function(arn)
		require.NoError(t, err)
		return f.RecursiveLoop
	}
	assert.Equal(t, lineage.Terminate, setting())
	require.NoError(t, w.SetRecursiveLoop(arn, lineage.Allow))
	assert.Equal(t, lineage.Allow, setting())
	var refused *wire.Error
	require.ErrorAs(t, w.SetRecursiveLoop(arn, "allow"), &refused)
	assert.Equal(t, "InvalidParameterValueException", refused.Code)
	require.ErrorAs(t, w.SetRecursiveLoop(arn+"s", lineage.Allow), &refused)
	assert.Equal(t, "ResourceNotFoundException", refused.Code)
	_, err := w.CreateFunction(lambda.Function{Name: "f", Account: account, Region: region, RoleARN: role, Bootstrap: bin + "/function/bootstrap", RecursiveLoop: "Deny"})
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "InvalidParameterValueException", refused.Code)
}
