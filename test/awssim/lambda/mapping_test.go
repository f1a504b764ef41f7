package lambda_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/lambda"
)

const queue = "arn:aws:sqs:eu-central-1:222222222222:copies"

// settle runs everything due now, and what comes of it.
func (w *world) settle(t *testing.T) {
	t.Helper()
	require.NoError(t, w.clock.Advance(t.Context(), 0))
}

func (w *world) mapping(t *testing.T, spec lambda.Mapping) string {
	t.Helper()
	spec.QueueARN = queue
	uuid, err := w.CreateMapping(spec)
	require.NoError(t, err)
	return uuid
}

func (w *world) result(t *testing.T, uuid string) string {
	t.Helper()
	state, err := w.Mapping(uuid)
	require.NoError(t, err)
	return state.LastProcessingResult
}

func TestMappingFeedsTheFunction(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	batches := o.always(t, http.StatusOK, `"any answer"`)
	uuid := w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), BatchSize: 2, Enabled: true})
	assert.Equal(t, "No records processed", w.result(t, uuid))

	w.queues.send(5)
	w.settle(t)
	assert.ElementsMatch(t, [][]string{{"m1", "m2"}, {"m3", "m4"}, {"m5"}}, *batches)
	assert.Empty(t, w.queues.left())
	assert.Equal(t, start, w.clock.Now())
	assert.Equal(t, "OK", w.result(t, uuid))
	assert.Len(t, w.reported(), 3)
}

func TestMappingTakesWhatIsThereAlready(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	o.always(t, http.StatusOK, `null`)
	w.queues.send(3)
	uuid := w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL)})
	w.settle(t)
	assert.Len(t, w.queues.left(), 3, "it is not enabled")

	require.NoError(t, w.EnableMapping(uuid))
	w.settle(t)
	assert.Empty(t, w.queues.left())
}

func TestFailedBatchComesBackWhenItsVisibilityTimeoutEnds(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	batches := o.always(t, http.StatusTeapot, "no tea")
	uuid := w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), ReportBatchItemFailures: true, Enabled: true})
	w.queues.send(2)
	w.settle(t)
	assert.Equal(t, []string{"m1", "m2"}, w.queues.left())
	assert.Equal(t, "PROBLEM: Function call failed: errorString: no tea", w.result(t, uuid))

	require.NoError(t, w.clock.Advance(t.Context(), visibility))
	w.settle(t)
	assert.Equal(t, [][]string{{"m1", "m2"}, {"m1", "m2"}}, *batches)
	assert.Equal(t, start.Add(visibility), w.clock.Now())
}

func TestTimeoutLeavesTheBatchInTheQueue(t *testing.T) {
	w, silent := newWorld(t), newOracle(t)
	uuid := w.mapping(t, lambda.Mapping{Function: w.function(t, 300*time.Millisecond, "ASK_URL", silent.URL), Enabled: true})
	w.queues.send(2)
	w.settle(t)
	assert.Equal(t, []string{"m1", "m2"}, w.queues.left())
	assert.Contains(t, w.result(t, uuid), "Task timed out after 0.30 seconds")
}

func (w *world) settleInBackground(t *testing.T) <-chan struct{} {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		assert.NoError(t, w.clock.Advance(t.Context(), 0))
	}()
	return done
}

func TestPartialBatchResponses(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		left   []string
	}{
		"one failed item stays":    {`{"batchItemFailures":[{"itemIdentifier":"m2"}]}`, []string{"m2"}},
		"an empty list is success": {`{"batchItemFailures":[]}`, []string{}},
		"no answer is success":     {``, []string{}},
		"broken JSON is failure":   {`{"batchItemFailures":`, []string{"m1", "m2", "m3"}},
		"an unknown id is failure": {`{"batchItemFailures":[{"itemIdentifier":"m9"}]}`, []string{"m1", "m2", "m3"}},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := newWorld(t), newOracle(t)
			o.always(t, http.StatusOK, c.answer)
			w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), ReportBatchItemFailures: true, Enabled: true})
			w.queues.send(3)
			w.settle(t)
			assert.Equal(t, c.left, w.queues.left())
		})
	}
}

func TestConcurrencyIsReachedAndNotExceeded(t *testing.T) {
	for name, c := range map[string]struct {
		maximum int
		want    int
	}{
		"as the mapping says":           {2, 2},
		"five where the mapping is mum": {0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := newWorld(t), newOracle(t)
			w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), BatchSize: 1, MaximumConcurrency: c.maximum, Enabled: true})
			w.queues.send(c.want + 2)
			done := w.settleInBackground(t)

			var running []question
			for range c.want {
				running = append(running, <-o.asked)
			}
			assert.Equal(t, c.want, w.queues.count(), "no more is received than can be worked on")
			running[0].answer(http.StatusOK, "null")
			next := <-o.asked
			assert.Equal(t, c.want+1, w.queues.count())
			next.answer(http.StatusOK, "null")
			(<-o.asked).answer(http.StatusOK, "null")
			for _, q := range running[1:] {
				q.answer(http.StatusOK, "null")
			}
			<-done
			assert.Empty(t, w.queues.left())
			cold := 0
			for _, invocation := range w.reported() {
				if invocation.Cold {
					cold++
				}
			}
			assert.Equal(t, c.want, cold, "processes are reused")
		})
	}
}

func TestBatchingWindowIsSimulatedTime(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	batches := o.always(t, http.StatusOK, "null")
	w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), BatchSize: 3,
		MaximumBatchingWindow: 5 * time.Minute, Enabled: true})

	w.queues.send(1)
	require.NoError(t, w.clock.Advance(t.Context(), 4*time.Minute))
	w.queues.send(1)
	w.settle(t)
	assert.Empty(t, *batches, "neither full nor due")
	assert.Equal(t, 2, w.queues.count(), "received all the same")

	require.ErrorIs(t, w.clock.RunUntil(t.Context(), func() bool { return len(w.queues.left()) == 0 && len(*batches) > 1 }), clock.ErrIdle)
	assert.Equal(t, [][]string{{"m1", "m2"}}, *batches)
	assert.Equal(t, start.Add(5*time.Minute), w.reported()[0].At, "the window begins with its first message")

	now := w.clock.Now()
	w.queues.send(4)
	w.settle(t)
	assert.Equal(t, [][]string{{"m1", "m2"}, {"m3", "m4", "m5"}}, *batches, "a full batch does not wait")
	require.NoError(t, w.clock.Advance(t.Context(), 5*time.Minute))
	w.settle(t)
	assert.Equal(t, []string{"m6"}, (*batches)[2])
	assert.Equal(t, now.Add(5*time.Minute), w.reported()[2].At)
}

func TestDisablingLetsInvocationsInFlightFinish(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	uuid := w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), BatchSize: 1, MaximumConcurrency: 2, Enabled: true})
	w.queues.send(4)
	done := w.settleInBackground(t)
	first, second := <-o.asked, <-o.asked
	require.NoError(t, w.DisableMapping(uuid))
	first.answer(http.StatusOK, "null")
	second.answer(http.StatusOK, "null")
	<-done
	assert.Equal(t, []string{"m3", "m4"}, w.queues.left())
	assert.Equal(t, 2, w.queues.count())
	state, err := w.Mapping(uuid)
	require.NoError(t, err)
	assert.False(t, state.Enabled)

	w.queues.send(1)
	w.settle(t)
	assert.Equal(t, 2, w.queues.count())
	o.always(t, http.StatusOK, "null")
	require.NoError(t, w.EnableMapping(uuid))
	w.settle(t)
	assert.Empty(t, w.queues.left())
}

func TestDisablingEndsAnOpenWindow(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	o.always(t, http.StatusOK, "null")
	uuid := w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), MaximumBatchingWindow: time.Minute, Enabled: true})
	w.queues.send(2)
	w.settle(t)
	require.NoError(t, w.DisableMapping(uuid))
	w.settle(t)
	assert.Empty(t, w.queues.left())
	assert.Equal(t, start, w.reported()[0].At)
}

func TestCloseEndsMappings(t *testing.T) {
	w, o := newWorld(t), newOracle(t)
	w.mapping(t, lambda.Mapping{Function: w.function(t, long, "ASK_URL", o.URL), BatchSize: 1, Enabled: true})
	idle, err := w.CreateMapping(lambda.Mapping{QueueARN: queue + "2", Function: w.declare(t, "rawruntime", long)})
	require.NoError(t, err)
	w.queues.send(7)
	done := w.settleInBackground(t)
	<-o.asked
	w.Close()
	<-done
	assert.Len(t, w.queues.left(), 7)
	assert.Zero(t, w.queues.watched())
	require.NoError(t, w.EnableMapping(idle))
	w.settle(t)
	_, err = w.CreateMapping(lambda.Mapping{QueueARN: queue + "3", Function: w.reported()[0].Function})
	require.ErrorIs(t, err, lambda.ErrClosed)
}

func TestCloseLeavesTheMessagesOfAnOpenWindow(t *testing.T) {
	w := newWorld(t)
	w.mapping(t, lambda.Mapping{Function: w.function(t, long), MaximumBatchingWindow: time.Minute, Enabled: true})
	w.queues.send(2)
	w.settle(t)
	w.Close()
	require.NoError(t, w.clock.Advance(t.Context(), time.Minute))
	assert.Len(t, w.queues.left(), 2)
	assert.Empty(t, w.reported())
}

func TestQueueThatCannotBeReadIsTold(t *testing.T) {
	w := newWorld(t)
	w.queues.broken = true
	uuid := w.mapping(t, lambda.Mapping{Function: w.function(t, long), Enabled: true})
	w.queues.send(1)
	w.settle(t)
	assert.Equal(t, "PROBLEM: receive from queue: the queue is out of order", w.result(t, uuid))
}
