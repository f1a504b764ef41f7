package scheduler_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/scheduler"
)

func TestWhatComesOfFailedAttempts(t *testing.T) {
	attempts := func(n int) *int { return &n }
	throttled := &scheduler.Failure{Code: "TooManyRequestsException", Message: "Rate Exceeded."}
	forbidden := &scheduler.Failure{Code: "AccessDeniedException", Message: "not authorized", Final: true}
	for sentence, c := range map[string]struct {
		err       error
		attempts  *int
		age       time.Duration
		made      int // attempts; 0 is any number
		exhausted string
		code      string
		latest    time.Duration
	}{
		"the defaults end within a day": {err: errBusy, made: 0, code: "AWS.Scheduler.InternalServerError", latest: 24 * time.Hour},
		"three retries":                 {err: errBusy, attempts: attempts(3), made: 4, exhausted: "MaximumRetryAttempts", code: "AWS.Scheduler.InternalServerError", latest: 7 * time.Second},
		"no retries":                    {err: throttled, attempts: attempts(0), made: 1, exhausted: "MaximumRetryAttempts", code: "TooManyRequestsException"},
		"an hour":                       {err: throttled, age: time.Hour, exhausted: "MaximumEventAgeInSeconds", code: "TooManyRequestsException", latest: time.Hour},
		"what repeating cannot mend is not tried again": {err: forbidden, made: 1, code: "AccessDeniedException"},
		"nor where it is wrapped":                       {err: fmt.Errorf("invoke: %w", forbidden), made: 1, code: "AccessDeniedException"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			w.failing = c.err
			w.add(t, func(s *scheduler.Schedule) {
				s.Expression = "at(2026-11-01T03:00:00)"
				s.Target.Input = `{"try":"<aws.scheduler.attempt-number>"}`
				s.Target.MaximumRetryAttempts, s.Target.MaximumEventAge = c.attempts, c.age
			})
			w.pass(t, 25*time.Hour)

			require.Len(t, w.letters, 1)
			got := w.letters[0]
			if c.made > 0 {
				assert.Len(t, w.invoked, c.made)
			}
			assert.False(t, w.at[len(w.at)-1].After(start.Add(c.latest)))
			for i, attempt := range w.invoked {
				assert.Equal(t, i+1, attempt.Attempt)
				assert.Equal(t, w.invoked[0].ExecutionID, attempt.ExecutionID)
			}
			assert.Equal(t, dead, got.QueueARN)
			assert.Equal(t, role, got.RoleARN)
			assert.Equal(t, fmt.Sprintf(`{"try":"%d"}`, len(w.invoked)), got.Body)
			want := map[string]string{
				"ERROR_CODE": c.code, "ERROR_MESSAGE": got.Attributes["ERROR_MESSAGE"], "EXECUTION_ID": w.invoked[0].ExecutionID, "IS_PAYLOAD_TRUNCATED": "false",
				"RETRY_ATTEMPTS": fmt.Sprint(len(w.invoked) - 1), "SCHEDULED_TIME": "2026-11-01T03:00:00Z",
				"SCHEDULE_ARN": "arn:aws:scheduler:eu-central-1:222222222222:schedule/default/daily", "TARGET_ARN": function,
			}
			if c.exhausted != "" {
				want["EXHAUSTED_RETRY_CONDITION"] = c.exhausted
			} else if c.made == 0 {
				assert.Contains(t, []string{"MaximumRetryAttempts", "MaximumEventAgeInSeconds"}, got.Attributes["EXHAUSTED_RETRY_CONDITION"])
				want["EXHAUSTED_RETRY_CONDITION"] = got.Attributes["EXHAUSTED_RETRY_CONDITION"]
			}
			assert.Equal(t, want, got.Attributes)
			assert.NotEmpty(t, got.Attributes["ERROR_MESSAGE"])
			assert.Equal(t, scheduler.Metrics{InvocationAttemptCount: len(w.invoked), TargetErrorCount: len(w.invoked),
				InvocationDroppedCount: 1, InvocationsSentToDeadLetterCount: 1}, w.Metrics(account, region, ""))
			assert.Empty(t, w.Lost())
		})
	}
}

func TestARetrySucceeds(t *testing.T) {
	w := newWorld(t)
	w.failing = errBusy
	w.add(t, func(s *scheduler.Schedule) { s.Expression = "at(2026-11-01T03:00:00)" })
	w.clock.After(time.Hour, func() { w.failing = nil })
	w.pass(t, 25*time.Hour)
	last := w.at[len(w.at)-1]
	assert.False(t, last.Before(start.Add(time.Hour)))
	assert.False(t, last.After(start.Add(time.Hour+10*time.Minute)), "the pauses do not grow beyond ten minutes")
	m := w.Metrics(account, region, "")
	assert.Equal(t, len(w.at)-1, m.TargetErrorCount)
	assert.Zero(t, m.InvocationDroppedCount)
	assert.True(t, w.HasGroup(account, region, "default"))
	assert.False(t, w.HasGroup(account, region, "none"))
	assert.Empty(t, w.letters)
}

func TestRetriesDoNotHoldUpTheNextTime(t *testing.T) {
	w := newWorld(t)
	w.failing = errBusy
	w.add(t, func(s *scheduler.Schedule) { s.Expression = "rate(1 hour)" })
	w.pass(t, 2*time.Hour)
	scheduled := map[time.Time]bool{}
	for _, i := range w.invoked {
		scheduled[i.Scheduled] = true
	}
	assert.Len(t, scheduled, 3)
}

func TestWhatNobodyTakesIsLost(t *testing.T) {
	errFull := errors.New("full")
	for sentence, c := range map[string]struct {
		queue string
		want  scheduler.Metrics
		err   error
	}{
		"without a dead-letter queue":              {"", scheduler.Metrics{InvocationAttemptCount: 1, TargetErrorCount: 1, InvocationDroppedCount: 1}, nil},
		"where the dead-letter queue takes it not": {dead, scheduler.Metrics{InvocationAttemptCount: 1, TargetErrorCount: 1, InvocationDroppedCount: 1, InvocationsFailedToBeSentToDeadLetterCount: 1}, errFull},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			w.queueing = errFull
			w.failing = &scheduler.Failure{Code: "ResourceNotFoundException", Message: "gone", Final: true}
			w.add(t, func(s *scheduler.Schedule) {
				s.Expression, s.Target.DeadLetterARN = "at(2026-11-01T03:00:00)", c.queue
			})
			w.pass(t, time.Minute)
			assert.Equal(t, c.want, w.Metrics(account, region, ""))
			for name, metric := range map[string]int{
				"InvocationAttemptCount": c.want.InvocationAttemptCount, "TargetErrorCount": c.want.TargetErrorCount,
				"InvocationDroppedCount": c.want.InvocationDroppedCount, "InvocationsFailedToBeSentToDeadLetterCount": c.want.InvocationsFailedToBeSentToDeadLetterCount,
			} {
				assert.Equal(t, metric, w.counted["default "+name], name)
			}
			assert.Equal(t, []scheduler.Loss{{ScheduleARN: w.invoked[0].ScheduleARN, ExecutionID: w.invoked[0].ExecutionID, Scheduled: start,
				Code: "ResourceNotFoundException", Message: "gone", QueueError: c.err, At: start}}, w.Lost())
		})
	}
}
