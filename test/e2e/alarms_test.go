package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
	"github.com/twohop/twohop/test/stage"
)

const topic = "arn:aws:sns:eu-central-1:222222222222:twohop-alarms"

// ringing are the names of the alarms in ALARM.
func (s *set) ringing() []string {
	names := []string{}
	for _, a := range s.World.CloudWatch.In(evaluation.Alarm) {
		names = append(names, a.Name)
	}
	return names
}

// told are the subjects of what the topic heard, without those of alarms that are over.
func (s *set) told() []string {
	rang := []string{}
	for _, m := range s.World.SNS.Messages(topic) {
		if name, ok := strings.CutPrefix(m.Subject, "ALARM: "); ok {
			rang = append(rang, name)
		}
	}
	return rang
}

// TestADeadLetterRings: at once, and again at the run that finds it an hour old; both are over once somebody
// has read it.
func TestADeadLetterRings(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{Alarms: true}, stage.Options{})
	s.pass(10 * time.Minute)
	require.Empty(t, s.ringing(), "an estate in order is quiet")
	require.NoError(t, s.World.SQS.Deliver(s.DeadLetters.ARN, "{}", nil, "somebody"))
	s.pass(time.Minute)
	assert.Equal(t, []string{"twohop-copies-dlq-filled"}, s.ringing())
	s.pass(58 * time.Minute)
	assert.Equal(t, []string{"twohop-copies-dlq-filled"}, s.ringing())
	s.pass(20 * time.Minute) // a recent run measures the age
	assert.Equal(t, []string{"twohop-copies-dlq-filled", "twohop-copies-dlq-unread"}, s.ringing())
	assert.Equal(t, s.ringing(), s.told())
	require.NoError(t, s.World.SQS.Purge(s.DeadLetters.ARN))
	s.pass(90 * time.Minute) // an hour's largest age has to pass
	assert.Empty(t, s.ringing())
	for _, c := range s.World.CloudWatch.History() {
		require.NoError(t, c.Refused, "%s %s", c.Alarm.Name, c.To)
		assert.NotEmpty(t, c.Reason)
	}
}

// TestEveryAlarmIsFed: after a night nobody has been woken, every line of metrics could
// be read, and each alarm watches something that is there.
func TestEveryAlarmIsFed(t *testing.T) {
	t.Parallel()
	for name, payroll := range map[string]bool{"twohop": false, "payroll": true} {
		t.Run(name, func(t *testing.T) {
			s := setUp(t, awssim.Config{Alarms: true}, stage.Options{Payroll: payroll})
			s.add(database)
			s.pass(24 * time.Hour)
			for _, c := range s.World.CloudWatch.History() {
				assert.NotEqual(t, evaluation.Alarm, c.To, "%s: %s", c.Alarm.Name, c.Reason)
			}
			assert.Empty(t, s.World.CloudWatch.Malformed())
			assert.Empty(t, s.World.CloudWatch.Unfed())
			for _, account := range []string{stage.Member, stage.Backup, stage.Management} {
				for _, a := range s.World.CloudWatch.Alarms(account, stage.Primary) {
					state, _ := s.World.CloudWatch.State(a.ARN())
					assert.Equal(t, evaluation.OK, state, a.Name)
				}
			}
		})
	}
}

// TestAHeartbeatThatStopsRings: the lines of metrics of a function that is stopped no
// longer come, which an alarm can be made to hear.
func TestAHeartbeatThatStopsRings(t *testing.T) {
	t.Parallel()
	s := setUp(t, awssim.Config{Alarms: true}, stage.Options{})
	heartbeat := cloudwatch.Alarm{
		Account: stage.Backup, Region: stage.Primary, Name: "twohop-silent", Namespace: "twohop", Metric: "Skipped", Dimensions: map[string]string{"Estate": "twohop"},
		Statistic: "SampleCount", PeriodSeconds: 900, Periods: 2, Comparison: "LessThanThreshold", Threshold: 1, MissingData: "breaching", Actions: []string{topic},
	}
	s.send("{}")
	s.pass(time.Minute)
	require.NoError(t, s.World.CloudWatch.PutAlarm(heartbeat))
	for range 8 {
		s.send("{}")
		s.pass(15 * time.Minute)
	}
	assert.NotContains(t, s.told(), "twohop-silent")
	stopped := s.World.Clock.Now().Add(-15 * time.Minute)
	s.pass(2 * time.Hour)
	assert.Contains(t, s.told(), "twohop-silent")
	history := s.World.CloudWatch.History()
	last := history[len(history)-1]
	assert.Equal(t, "twohop-silent", last.Alarm.Name)
	assert.WithinDuration(t, stopped.Add(time.Hour), last.At, 2*time.Minute, "two periods, and the two before that it looks back to")
	assert.Contains(t, last.Reason, "no datapoints were received for 2 periods, treated as breaching")
}
