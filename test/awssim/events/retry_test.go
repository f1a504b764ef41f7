package events_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/events"
)

func withDeadLetters(target types.Target, policy *types.RetryPolicy) types.Target {
	target.DeadLetterConfig = &types.DeadLetterConfig{Arn: aws.String(queueARN(member, "dead"))}
	target.RetryPolicy = policy
	return target
}

// failing makes the queue `copies` fail with err until the time passes.
func (w *world) failing(err error, until time.Time) {
	w.queues.now = w.clock.Now
	w.queues.fail = func(queue string) error {
		if queue == queueARN(member, "copies") && w.clock.Now().Before(until) {
			return err
		}
		return nil
	}
}

var never = start.AddDate(1, 0, 0)

func TestADeliveryIsRetriedUntilItSucceeds(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, withDeadLetters(toQueue(member, "copies"), nil))
	w.failing(errBusy, start.Add(3*time.Hour))
	w.put(client, "default", `{}`)
	w.settle()
	got := w.queues.in(queueARN(member, "copies"))
	require.Len(t, got, 1)
	assert.False(t, got[0].at.Before(start.Add(3*time.Hour)))
	assert.False(t, got[0].at.After(start.Add(3*time.Hour+10*time.Minute)), "the pauses do not grow beyond ten minutes")
	assert.Empty(t, w.queues.in(queueARN(member, "dead")))
	assert.Contains(t, got[0].body, `"time":"2026-11-01T03:00:00Z"`)
}

func TestWhatComesOfFailedDeliveries(t *testing.T) {
	attempts := func(n int32) *types.RetryPolicy { return &types.RetryPolicy{MaximumRetryAttempts: &n} }
	age := func(n int32) *types.RetryPolicy { return &types.RetryPolicy{MaximumEventAgeInSeconds: &n} }
	cases := []struct {
		name      string
		err       error
		policy    *types.RetryPolicy
		attempts  int // of delivery, the first included; 0 is any number
		exhausted string
		code      string
		latest    time.Duration
	}{
		{"the defaults end within a day", errBusy, nil, 186, "MaximumRetryAttempts", "ERROR_FROM_TARGET", 24 * time.Hour},
		{"three retries", errBusy, attempts(3), 4, "MaximumRetryAttempts", "ERROR_FROM_TARGET", 7 * time.Second},
		{"no retries", errBusy, attempts(0), 1, "MaximumRetryAttempts", "ERROR_FROM_TARGET", 0},
		{"an hour", errBusy, age(3600), 0, "MaximumEventAgeInSeconds", "ERROR_FROM_TARGET", time.Hour},
		{"a queue that does not exist is not tried again", noQueue, nil, 1, "", "NO_RESOURCE", 0},
		{"nor one that is wrapped", fmt.Errorf("send: %w", noQueue), nil, 1, "", "NO_RESOURCE", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			client := w.client(member, primary)
			w.rule(client, "default", "all", everything, withDeadLetters(toQueue(member, "copies"), c.policy))
			w.failing(c.err, never)
			w.put(client, "default", `{"n": 1}`)
			w.settle()

			dead := w.queues.in(queueARN(member, "dead"))
			require.Len(t, dead, 1)
			assert.JSONEq(t, `{"n": 1}`, dead[0].detail(t))
			tried := w.queues.attempts - 1 // but for the dead letter itself
			if c.attempts != 0 {
				assert.Equal(t, c.attempts, tried)
			}
			want := map[string]string{
				"RULE_ARN": "arn:aws:events:eu-central-1:111111111111:rule/all", "TARGET_ARN": queueARN(member, "copies"),
				"ERROR_CODE": c.code, "RETRY_ATTEMPTS": fmt.Sprint(tried - 1),
			}
			if c.exhausted != "" {
				want["EXHAUSTED_RETRY_CONDITION"] = c.exhausted
			}
			assert.NotEmpty(t, dead[0].attributes["ERROR_MESSAGE"])
			delete(dead[0].attributes, "ERROR_MESSAGE")
			assert.Equal(t, want, dead[0].attributes)
			assert.False(t, dead[0].at.After(start.Add(c.latest)), dead[0].at)
			assert.Empty(t, w.service.Dropped())
		})
	}
}

func TestWithoutADeadLetterQueueTheEventIsDropped(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	target := toQueue(member, "copies")
	target.RetryPolicy = &types.RetryPolicy{MaximumEventAgeInSeconds: aws.Int32(60)}
	w.rule(client, "default", "all", everything, target)
	w.failing(errBusy, never)
	id := w.put(client, "default", `{}`)
	w.settle()
	dropped := w.service.Dropped()
	require.Len(t, dropped, 1)
	assert.Equal(t, id, dropped[0].Event.ID)
	assert.Equal(t, "arn:aws:events:eu-central-1:111111111111:rule/all", dropped[0].RuleARN)
	assert.Equal(t, queueARN(member, "copies"), dropped[0].TargetARN)
	assert.Equal(t, "ERROR_FROM_TARGET", dropped[0].Code)
	assert.Equal(t, "the queue is busy", dropped[0].Message)
	assert.Equal(t, start.Add(time.Minute), dropped[0].At)
}

func TestADeadLetterQueueThatFailsLosesTheEvent(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, withDeadLetters(toQueue(member, "copies"), nil))
	w.queues.fail = func(string) error { return noQueue }
	w.put(client, "default", `{}`)
	w.settle()
	dropped := w.service.Dropped()
	require.Len(t, dropped, 1)
	assert.Equal(t, "NO_RESOURCE", dropped[0].Code)
	assert.Contains(t, dropped[0].Message, "dead-letter queue "+queueARN(member, "dead"))
}

func TestTheInterceptorDropsDoublesAndDelays(t *testing.T) {
	w := newWorld(t)
	w.queues.now = w.clock.Now
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, toQueue(member, "copies"))
	verdicts := []events.Delivery{{}, {Drop: true}, {Copies: 2}, {Delay: 5 * time.Minute}, {Copies: -1}}
	var seen []string
	w.service.Intercept = func(e events.Event, ruleARN, targetARN string) events.Delivery {
		assert.Equal(t, "arn:aws:events:eu-central-1:111111111111:rule/all", ruleARN)
		assert.Equal(t, queueARN(member, "copies"), targetARN)
		seen = append(seen, string(e.Detail))
		return verdicts[len(seen)-1]
	}
	for i := range verdicts {
		w.put(client, "default", fmt.Sprintf(`{"n":%d}`, i))
	}
	w.settle()
	var got []string
	for _, m := range w.queues.in(queueARN(member, "copies")) {
		got = append(got, m.detail(t)+m.at.Sub(start).String())
	}
	assert.Equal(t, []string{`{"n":0}0s`, `{"n":2}0s`, `{"n":2}0s`, `{"n":4}0s`, `{"n":3}5m0s`}, got)
	dropped := w.service.Dropped()
	require.Len(t, dropped, 1)
	assert.Equal(t, "INTERCEPTED", dropped[0].Code)
	assert.JSONEq(t, `{"n":1}`, string(dropped[0].Event.Detail))
}
