package scheduler_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/scheduler"
)

const (
	account  = "222222222222"
	region   = "eu-central-1"
	function = "arn:aws:lambda:eu-central-1:222222222222:function:prerequisites"
	role     = "arn:aws:iam::222222222222:role/schedules"
	dead     = "arn:aws:sqs:eu-central-1:222222222222:schedules-dlq"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// world has targets and queues in memory.
type world struct {
	*scheduler.Service
	clock    *clock.Clock
	invoked  []scheduler.Invocation
	at       []time.Time // of the attempts
	letters  []scheduler.Letter
	counted  map[string]int // by group and metric
	failing  error          // of every attempt
	queueing error          // of every letter
}

func (w *world) Invoke(i scheduler.Invocation) error {
	w.invoked, w.at = append(w.invoked, i), append(w.at, w.clock.Now())
	return w.failing
}

func (w *world) Deliver(l scheduler.Letter) error {
	w.letters = append(w.letters, l)
	return w.queueing
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{clock: clock.New(start), counted: map[string]int{}}
	w.Service = scheduler.New(scheduler.Config{Clock: w.clock, IDs: ids.New(1), Invoker: w, Queues: w, Count: func(_, _, group, metric string) {
		w.counted[group+" "+metric]++
	}})
	return w
}

func (w *world) pass(t *testing.T, d time.Duration) {
	t.Helper()
	require.NoError(t, w.clock.Advance(t.Context(), d))
}

// daily is a schedule in order.
func daily() scheduler.Schedule {
	return scheduler.Schedule{Account: account, Region: region, Name: "daily", Expression: "cron(0 5 * * ? *)",
		Target: scheduler.Target{ARN: function, RoleARN: role, Input: `{}`, DeadLetterARN: dead}}
}

func (w *world) add(t *testing.T, change func(*scheduler.Schedule)) scheduler.Schedule {
	t.Helper()
	s := daily()
	change(&s)
	_, err := w.Add(s)
	require.NoError(t, err)
	return s
}

func (w *world) times() []string {
	var times []string
	for _, at := range w.at {
		times = append(times, at.Format("02T15:04:05"))
	}
	return times
}

func TestSchedulesFallDue(t *testing.T) {
	for sentence, c := range map[string]struct {
		expression, zone string
		want             []string // in the first 27 hours
	}{
		"at once, then at the same pace":         {"rate(12 hours)", "", []string{"01T03:00:00", "01T15:00:00", "02T03:00:00"}},
		"a day has 24 hours":                     {"rate(1 day)", "Europe/Berlin", []string{"01T03:00:00", "02T03:00:00"}},
		"every morning at five":                  {"cron(0 5 * * ? *)", "", []string{"01T05:00:00", "02T05:00:00"}},
		"five o'clock somewhere else":            {"cron(0 5 * * ? *)", "Europe/Berlin", []string{"01T04:00:00", "02T04:00:00"}},
		"once":                                   {"at(2026-11-01T20:00:01)", "", []string{"01T20:00:01"}},
		"once, somewhere else":                   {"at(2026-11-01T20:00:00)", "America/New_York", []string{"02T01:00:00"}},
		"right now":                              {"at(2026-11-01T03:00:00)", "", []string{"01T03:00:00"}},
		"what is due in the very minute is due":  {"cron(0 3 1 11 ? 2026)", "", []string{"01T03:00:00"}},
		"what is due never, is not":              {"cron(0 3 30 2 ? *)", "", nil},
		"a rate that nobody lives to see twice":  {"rate(36500 days)", "", []string{"01T03:00:00"}},
		"singular and plural are not kept apart": {"rate(24 hour)", "", []string{"01T03:00:00", "02T03:00:00"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			w.add(t, func(s *scheduler.Schedule) { s.Expression, s.Timezone = c.expression, c.zone })
			w.pass(t, 27*time.Hour)
			assert.Equal(t, c.want, w.times())
		})
	}
}

func TestAnInvocationSaysWhatForAndWhen(t *testing.T) {
	w := newWorld(t)
	_, err := w.AddGroup(account, region, "twohop")
	require.NoError(t, err)
	w.add(t, func(s *scheduler.Schedule) {
		s.Group, s.Expression = "twohop", "at(2026-11-01T04:00:00)"
		s.Target.Input = `{"schedule":"<aws.scheduler.schedule-arn>","at":"<aws.scheduler.scheduled-time>","try":"<aws.scheduler.attempt-number>","run":"<aws.scheduler.execution-id>"}`
	})
	w.pass(t, time.Hour)
	require.Len(t, w.invoked, 1)
	got := w.invoked[0]
	assert.Len(t, got.ExecutionID, 16)
	const arn = "arn:aws:scheduler:eu-central-1:222222222222:schedule/twohop/daily"
	assert.Equal(t, scheduler.Invocation{
		ScheduleARN: arn, GroupARN: "arn:aws:scheduler:eu-central-1:222222222222:schedule-group/twohop",
		TargetARN: function, RoleARN: role, ExecutionID: got.ExecutionID, Attempt: 1, Scheduled: start.Add(time.Hour),
		Input: `{"schedule":"` + arn + `","at":"2026-11-01T04:00:00Z","try":"1","run":"` + got.ExecutionID + `"}`,
	}, got)
	assert.Equal(t, scheduler.Metrics{InvocationAttemptCount: 1}, w.Metrics(account, region, "twohop"))
	assert.Zero(t, w.Metrics(account, region, ""))
	assert.Zero(t, w.Metrics(account, region, "none"))
}

func TestAFlexibleWindowBeginsWhenItIsDue(t *testing.T) {
	w := newWorld(t)
	w.add(t, func(s *scheduler.Schedule) { s.FlexibleMinutes = 60 })
	w.pass(t, 20*24*time.Hour)
	require.Len(t, w.at, 20)
	differing := map[time.Duration]bool{}
	for i, at := range w.at {
		due := time.Date(2026, 11, 1+i, 5, 0, 0, 0, time.UTC)
		assert.Equal(t, due, w.invoked[i].Scheduled)
		assert.False(t, at.Before(due))
		assert.False(t, at.After(due.Add(time.Hour)))
		differing[at.Sub(due)] = true
	}
	assert.Greater(t, len(differing), 10, "the moment is another one every day")

	again := newWorld(t)
	again.add(t, func(s *scheduler.Schedule) { s.FlexibleMinutes = 60 })
	again.pass(t, 20*24*time.Hour)
	assert.Equal(t, w.at, again.at, "and the same for the same seed")
}

func TestSchedulesAreSwitchedOffAndOn(t *testing.T) {
	w := newWorld(t)
	s := w.add(t, func(s *scheduler.Schedule) { s.Expression = "rate(5 hours)" })
	w.pass(t, 6*time.Hour)
	s.State = scheduler.Disabled
	require.NoError(t, w.Update(s))
	w.pass(t, 6*time.Hour)
	s.State = scheduler.Enabled
	require.NoError(t, w.Update(s))
	w.pass(t, 4*time.Hour)
	assert.Equal(t, []string{"01T03:00:00", "01T08:00:00", "01T18:00:00"}, w.times(), "what was missed is not made up for, and the pace is kept")

	s.Expression = "rate(1 hour)"
	require.NoError(t, w.Update(s))
	w.pass(t, 0)
	assert.Len(t, w.at, 4, "another rate begins at once")
	kept, err := w.Get(account, region, "", "daily")
	require.NoError(t, err)
	assert.Equal(t, "rate(1 hour)", kept.Expression)
	assert.Equal(t, scheduler.DefaultGroup, kept.Group)

	require.NoError(t, w.Remove(account, region, "", "daily"))
	require.ErrorIs(t, w.clock.RunUntil(t.Context(), func() bool { return false }), clock.ErrIdle, "nothing is due any more")
	assert.Len(t, w.at, 4)
}

func TestAGroupTakesItsSchedulesWithIt(t *testing.T) {
	w := newWorld(t)
	arn, err := w.AddGroup(account, region, "twohop")
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:scheduler:eu-central-1:222222222222:schedule-group/twohop", arn)
	w.add(t, func(s *scheduler.Schedule) { s.Group = "twohop" })
	w.add(t, func(s *scheduler.Schedule) { s.Name = "other" })
	require.NoError(t, w.RemoveGroup(account, region, "twohop"))
	w.pass(t, 24*time.Hour)
	require.Len(t, w.invoked, 1)
	assert.Equal(t, "arn:aws:scheduler:eu-central-1:222222222222:schedule/default/other", w.invoked[0].ScheduleARN)
}

var errBusy = errors.New("busy")
