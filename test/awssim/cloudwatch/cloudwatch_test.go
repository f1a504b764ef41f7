package cloudwatch_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudwatch"
)

func alarm() cloudwatch.Alarm {
	return cloudwatch.Alarm{
		Account: "222222222222", Region: "eu-central-1", Name: "twohop-copies-dlq-filled", Namespace: "AWS/SQS", Metric: "ApproximateNumberOfMessagesVisible",
		Dimensions: map[string]string{"QueueName": "twohop-copies-dlq"}, Statistic: "Maximum", PeriodSeconds: 300, Periods: 1,
		Comparison: "GreaterThanOrEqualToThreshold", Threshold: 1, MissingData: "notBreaching",
		Actions: []string{"arn:aws:sns:eu-central-1:222222222222:twohop-alarms"},
	}
}

func TestAlarmsAreKeptByAccountAndRegion(t *testing.T) {
	s := cloudwatch.New()
	first, second := alarm(), alarm()
	second.Name = "another"
	require.NoError(t, s.PutAlarm(first))
	require.NoError(t, s.PutAlarm(second))
	first.Threshold = 2
	require.NoError(t, s.PutAlarm(first), "replaces it")
	assert.Equal(t, []cloudwatch.Alarm{second, first}, s.Alarms("222222222222", "eu-central-1"))
	assert.Empty(t, s.Alarms("222222222222", "eu-north-1"))
	assert.Equal(t, "arn:aws:cloudwatch:eu-central-1:222222222222:alarm:another", second.ARN())
}

func TestAlarmsThatAreRefused(t *testing.T) {
	for sentence, test := range map[string]struct {
		change func(*cloudwatch.Alarm)
		want   string
	}{
		"no name":                      {func(a *cloudwatch.Alarm) { a.Name = "" }, "1 to 255 characters"},
		"a name too long":              {func(a *cloudwatch.Alarm) { a.Name = strings.Repeat("a", 256) }, "1 to 255 characters"},
		"no metric":                    {func(a *cloudwatch.Alarm) { a.Metric = "" }, "names no metric"},
		"an unknown statistic":         {func(a *cloudwatch.Alarm) { a.Statistic = "max" }, `"max" is no statistic`},
		"an unknown comparison":        {func(a *cloudwatch.Alarm) { a.Comparison = ">=" }, "is no comparison"},
		"unknown data":                 {func(a *cloudwatch.Alarm) { a.MissingData = "none" }, "missing data cannot be"},
		"a period of 90 seconds":       {func(a *cloudwatch.Alarm) { a.PeriodSeconds = 90 }, "a multiple of 60 seconds"},
		"no period":                    {func(a *cloudwatch.Alarm) { a.Periods = 0 }, "0 periods"},
		"more than a week":             {func(a *cloudwatch.Alarm) { a.PeriodSeconds, a.Periods = 86400, 8 }, "seven days at the most"},
		"more than a day in minutes":   {func(a *cloudwatch.Alarm) { a.PeriodSeconds, a.Periods = 60, 1441 }, "a day at the most"},
		"more datapoints than periods": {func(a *cloudwatch.Alarm) { a.Periods, a.Datapoints = 3, 4 }, "4 datapoints to alarm out of 3 periods"},
		"less than no datapoints":      {func(a *cloudwatch.Alarm) { a.Datapoints = -1 }, "-1 datapoints to alarm"},
		"a topic of another Region":    {func(a *cloudwatch.Alarm) { a.Actions = []string{"arn:aws:sns:eu-north-1:222222222222:t"} }, "topics of the alarm's Region"},
		"something else than a topic": {func(a *cloudwatch.Alarm) {
			a.OKActions = []string{"arn:aws:lambda:eu-central-1:222222222222:function:f"}
		}, "topics of the alarm's Region"},
		"an action that is no ARN": {func(a *cloudwatch.Alarm) { a.Actions = []string{"topic"} }, "topics of the alarm's Region"},
	} {
		t.Run(sentence, func(t *testing.T) {
			a := alarm()
			test.change(&a)
			s := cloudwatch.New()
			require.ErrorContains(t, s.PutAlarm(a), test.want)
			assert.Empty(t, s.Alarms(a.Account, a.Region))
		})
	}
}

func TestDashboards(t *testing.T) {
	s := cloudwatch.New()
	require.NoError(t, s.PutDashboard("222222222222", "twohop", `{"widgets":[{"type":"text"}]}`))
	body, ok := s.Dashboard("222222222222", "twohop")
	assert.True(t, ok)
	assert.Contains(t, body, "widgets")
	_, ok = s.Dashboard("111111111111", "twohop")
	assert.False(t, ok)
	require.ErrorContains(t, s.PutDashboard("222222222222", "twohop", "{"), "body is invalid")
	require.ErrorContains(t, s.PutDashboard("222222222222", "twohop", "{}"), "has no widgets")
}
