package cloudwatch_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
)

// start is in the middle of a minute.
var start = time.Date(2026, 11, 1, 3, 0, 30, 0, time.UTC)

// world is a CloudWatch with a clock that only the test drives.
type world struct {
	*cloudwatch.Service
	t       *testing.T
	clock   *clock.Clock
	depth   float64 // of the queue, if sampled
	sampled bool
	refusal error
	told    []cloudwatch.Change
}

func newWorld(t *testing.T) *world {
	w := &world{Service: cloudwatch.New(), t: t, clock: clock.New(start)}
	w.Evaluate(cloudwatch.Evaluation{
		Clock: w.clock,
		Sample: func(end time.Time) {
			if w.sampled {
				a := alarm()
				w.Measure(cloudwatch.MetricOf(a.Account, a.Region, a.Namespace, a.Metric, a.Dimensions), end.Add(-time.Minute), w.depth)
			}
		},
		Act: func(c cloudwatch.Change) error {
			w.told = append(w.told, c)
			return w.refusal
		},
		Sources: []cloudwatch.Source{{
			Namespace: "AWS/SQS", Metrics: []string{"ApproximateNumberOfMessagesVisible"},
			Feeds: func(_, _ string, dimensions map[string]string) bool {
				return dimensions["QueueName"] == "twohop-copies-dlq"
			},
		}},
	})
	return w
}

func (w *world) put(a cloudwatch.Alarm) {
	w.t.Helper()
	require.NoError(w.t, w.PutAlarm(a))
}

func (w *world) pass(d time.Duration) {
	w.t.Helper()
	require.NoError(w.t, w.clock.Advance(w.t.Context(), d))
}

// changes are those of state so far, with their times after start.
func (w *world) changes() (all []string) {
	for _, c := range w.History() {
		all = append(all, fmt.Sprintf("%s %s>%s", c.At.Sub(start.Truncate(time.Minute)), c.From, c.To))
	}
	return all
}

func TestAnAlarmRingsAndIsOver(t *testing.T) {
	w := newWorld(t)
	w.sampled = true
	w.put(alarm())
	state, ok := w.State(alarm().ARN())
	assert.True(t, ok)
	assert.Equal(t, evaluation.InsufficientData, state)
	w.pass(time.Hour)
	w.depth = 2
	w.pass(time.Hour)
	assert.Len(t, w.In(evaluation.Alarm), 1)
	w.depth = 0
	w.pass(time.Hour)
	assert.Equal(t, []string{"1m0s INSUFFICIENT_DATA>OK", "1h1m0s OK>ALARM", "2h5m0s ALARM>OK"}, w.changes(),
		"the depth is seen at the end of its minute, and the largest of five minutes counts")
	assert.Equal(t, w.History(), w.told)
	assert.Equal(t, "Threshold Crossed: 1 out of the last 1 datapoint [2 (2026-11-01T03:56:00Z)] was greater than or equal to the threshold (1), 1 would ring.",
		w.History()[1].Reason)
	latest, ok := w.Latest(cloudwatch.MetricOf("222222222222", "eu-central-1", "AWS/SQS", "ApproximateNumberOfMessagesVisible", alarm().Dimensions))
	assert.True(t, ok)
	assert.Zero(t, latest.Max)
	_, ok = w.State("arn:aws:cloudwatch:eu-central-1:222222222222:alarm:another")
	assert.False(t, ok)
}

func TestAChangedAlarmStaysInItsState(t *testing.T) {
	w := newWorld(t)
	w.sampled, w.depth = true, 2
	a := alarm()
	w.put(a)
	w.pass(time.Minute)
	a.Threshold = 3
	w.put(a)
	state, _ := w.State(a.ARN())
	assert.Equal(t, evaluation.Alarm, state)
	w.pass(time.Minute)
	assert.Equal(t, []string{"1m0s INSUFFICIENT_DATA>ALARM", "2m0s ALARM>OK"}, w.changes())
}

func TestWhatAnActionSaysIsInTheHistory(t *testing.T) {
	w := newWorld(t)
	w.refusal = errors.New("the topic does not let it in")
	w.put(alarm())
	w.pass(time.Minute)
	require.Len(t, w.History(), 1)
	require.ErrorContains(t, w.History()[0].Refused, "does not let it in")
}

// line is one of metrics of the estate, as functions write it.
func line(value string) cloudwatch.Line {
	return cloudwatch.Line{Account: "222222222222", Region: "eu-central-1", Group: "/aws/lambda/f", Text: `{"_aws":{"Timestamp":1,"CloudWatchMetrics":[
		{"Namespace":"twohop","Dimensions":[["Estate"]],"Metrics":[{"Name":"Runs"}]}]},"Estate":"twohop","Runs":` + value + `}`}
}

func heartbeat() cloudwatch.Alarm {
	a := alarm()
	a.Name, a.Namespace, a.Metric, a.Dimensions = "twohop-silent", "twohop", "Runs", map[string]string{"Estate": "twohop"}
	a.Statistic, a.PeriodSeconds, a.Comparison, a.Threshold, a.MissingData = "Sum", 3600, "LessThanThreshold", 1, "breaching"
	return a
}

// TestAHeartbeatThatStops: the alarm looks back two periods more than its own, as long
// as it finds something there.
func TestAHeartbeatThatStops(t *testing.T) {
	w := newWorld(t)
	w.put(heartbeat())
	for range 10 {
		l := line("1")
		l.At = w.clock.Now()
		w.Log(l)
		w.pass(30 * time.Minute)
	}
	assert.Equal(t, []string{"1m0s INSUFFICIENT_DATA>OK"}, w.changes())
	w.pass(4 * time.Hour)
	assert.Equal(t, []string{"1m0s INSUFFICIENT_DATA>OK", "7h31m0s OK>ALARM"}, w.changes(), "the last line came at 4h30m")
	assert.Equal(t, "Threshold Crossed: no datapoints were received for 1 period, treated as breaching.", w.History()[1].Reason)
	l := line("1")
	l.At = w.clock.Now()
	w.Log(l)
	w.pass(time.Minute)
	assert.Equal(t, "9h1m0s ALARM>OK", w.changes()[2])
}

// TestAnAlarmFindsWhatItsPeriodsHold: data are kept for as long as it looks back.
func TestAnAlarmFindsWhatItsPeriodsHold(t *testing.T) {
	w := newWorld(t)
	w.sampled = true
	a := alarm()
	a.Statistic, a.PeriodSeconds, a.Threshold = "SampleCount", 86400, 1000
	w.put(a)
	w.pass(24 * time.Hour)
	assert.Equal(t, []string{"1m0s INSUFFICIENT_DATA>OK", "16h40m0s OK>ALARM"}, w.changes())
}

func TestSomeOfThePeriodsMayBeEnough(t *testing.T) {
	w := newWorld(t)
	w.sampled = true
	a := alarm()
	a.PeriodSeconds, a.Periods, a.Datapoints = 60, 3, 2
	w.put(a)
	for _, depth := range []float64{0, 0, 0, 1, 0, 1, 0, 0} {
		w.depth = depth
		w.pass(time.Minute)
	}
	assert.Equal(t, []string{"1m0s INSUFFICIENT_DATA>OK", "6m0s OK>ALARM", "7m0s ALARM>OK"}, w.changes())
}

func TestAlarmsOnMoreThanADayAreEvaluatedHourly(t *testing.T) {
	w := newWorld(t)
	a := heartbeat()
	a.Periods = 25
	w.put(a)
	w.pass(2 * time.Hour)
	assert.Equal(t, []string{"1h0m0s INSUFFICIENT_DATA>ALARM"}, w.changes())
}

func TestLinesOfMetricsThatCannotBeReadAreKept(t *testing.T) {
	w := newWorld(t)
	broken := line(`"none"`)
	w.Log(cloudwatch.Line{Text: "START"})
	w.Log(line("[1,2]"))
	assert.Empty(t, w.Malformed())
	w.Log(broken)
	require.Len(t, w.Malformed(), 1)
	assert.Equal(t, broken, w.Malformed()[0].Line)
	require.ErrorContains(t, w.Malformed()[0].Err, `metric "Runs"`)
	latest, _ := w.Latest(cloudwatch.MetricOf("222222222222", "eu-central-1", "twohop", "Runs", map[string]string{"Estate": "twohop"}))
	assert.InDelta(t, 3, latest.Sum, 0)
}

func TestAlarmsThatNothingFeedsAreTold(t *testing.T) {
	w := newWorld(t)
	other := alarm()
	other.Name, other.Dimensions = "other", map[string]string{"QueueName": "other"}
	w.put(alarm())
	w.put(other)
	w.put(heartbeat())
	unfed := func() (names []string) {
		for _, a := range w.Unfed() {
			names = append(names, a.Name)
		}
		return names
	}
	assert.Equal(t, []string{"other", "twohop-silent"}, unfed())
	w.Log(line("0"))
	assert.Equal(t, []string{"other"}, unfed())

	idle := cloudwatch.New()
	require.NoError(t, idle.PutAlarm(alarm()))
	assert.Len(t, idle.Unfed(), 1, "alarms are not evaluated")
}

func TestAlarmsThatCannotBeEvaluatedAreRefusedWhereTheyWouldBe(t *testing.T) {
	short, foreign := alarm(), alarm()
	short.PeriodSeconds = 30
	foreign.Metric = "NumberOfMessagesSent"
	w := newWorld(t)
	require.ErrorContains(t, w.PutAlarm(short), "whole minutes")
	require.ErrorContains(t, w.PutAlarm(foreign), "awssim does not publish NumberOfMessagesSent of AWS/SQS")
	idle := cloudwatch.New()
	require.NoError(t, idle.PutAlarm(short))
	require.NoError(t, idle.PutAlarm(foreign))
}

// BenchmarkMinute is what a minute costs with fifty alarms of an estate's kinds.
func BenchmarkMinute(b *testing.B) {
	w := &world{Service: cloudwatch.New(), clock: clock.New(start)}
	w.Evaluate(cloudwatch.Evaluation{Clock: w.clock, Sample: func(end time.Time) {
		for i := range 50 {
			w.Measure(cloudwatch.MetricOf("222222222222", "eu-central-1", "twohop", fmt.Sprint(i), nil), end.Add(-time.Minute), 1)
		}
	}, Act: func(cloudwatch.Change) error { return nil }})
	for i := range 50 {
		a := heartbeat()
		a.Name, a.Metric, a.Dimensions, a.PeriodSeconds = fmt.Sprint(i), fmt.Sprint(i), nil, 300+3300*(i%2)
		if err := w.PutAlarm(a); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if err := w.clock.Advance(b.Context(), time.Minute); err != nil {
			b.Fatal(err)
		}
	}
}
