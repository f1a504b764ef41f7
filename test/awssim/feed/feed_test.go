package feed_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/sns"
)

const (
	account = "222222222222"
	region  = "eu-central-1"
	queue   = "arn:aws:sqs:eu-central-1:222222222222:copies"
	topic   = "arn:aws:sns:eu-central-1:222222222222:alarms"
	role    = "arn:aws:iam::222222222222:role/r"

	function = "arn:aws:lambda:eu-central-1:222222222222:function:f"
)

// bootstrap is the function that does what its payload says.
var bootstrap string

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "feed-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bootstrap = filepath.Join(dir, "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bootstrap, "../lambda/testdata/function")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the function: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// world is a local AWS with a queue, a function, a topic and a schedule group.
type world struct {
	*awssim.World
	t *testing.T
}

func newWorld(t *testing.T, alarms bool) *world {
	t.Helper()
	w, err := awssim.Start(awssim.Config{Alarms: alarms})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, w.Close()) })
	_, err = w.SQS.Create(account, region, "copies", nil, nil)
	require.NoError(t, err)
	_, err = w.Lambda.CreateFunction(lambda.Function{Name: "f", Account: account, Region: region, Bootstrap: bootstrap, RoleARN: role, Timeout: time.Minute})
	require.NoError(t, err)
	_, err = w.Scheduler.AddGroup(account, region, "twohop")
	require.NoError(t, err)
	require.NoError(t, w.SNS.Create(sns.Topic{Account: account, Region: region, Name: "alarms", Policy: `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":"sns:Publish","Resource":"` + topic + `"}]}`}))
	return &world{w, t}
}

func (w *world) pass(d time.Duration) {
	w.t.Helper()
	require.NoError(w.t, w.Clock.Advance(w.t.Context(), d))
}

// order has the function do something; that it fails may be what is wanted.
func (w *world) order(do, text string) {
	w.t.Helper()
	payload, err := json.Marshal(map[string]string{"Do": do, "Text": text})
	require.NoError(w.t, err)
	_, err = w.Lambda.Invoke(w.t.Context(), function, payload)
	require.NoError(w.t, err)
}

// sum is what was measured of a metric in its latest minute; dimensions are pairs.
func (w *world) sum(namespace, name string, dimensions ...string) (sum float64, measured bool) {
	named := map[string]string{}
	for i := 0; i < len(dimensions); i += 2 {
		named[dimensions[i]] = dimensions[i+1]
	}
	p, ok := w.CloudWatch.Latest(cloudwatch.MetricOf(account, region, namespace, name, named))
	return p.Sum, ok
}

func (w *world) is(want float64, namespace, name string, dimensions ...string) {
	w.t.Helper()
	sum, measured := w.sum(namespace, name, dimensions...)
	assert.True(w.t, measured, "%s of %s %v", name, namespace, dimensions)
	assert.InDelta(w.t, want, sum, 0, "%s of %s %v", name, namespace, dimensions)
}

func TestQueuesAreMeasuredEachMinute(t *testing.T) {
	w := newWorld(t, true)
	w.pass(time.Minute)
	w.is(0, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "copies")
	for _, body := range []string{"one", "two", "three"} {
		require.NoError(t, w.SQS.Deliver(queue, body, nil, "test"))
	}
	_, err := w.SQS.Receive(queue, 1)
	require.NoError(t, err)
	w.pass(20 * time.Second)
	w.is(0, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "copies")
	w.pass(20 * time.Second)
	require.NoError(t, w.SQS.SetAttributes(queue, map[string]string{"DelaySeconds": "900"}))
	require.NoError(t, w.SQS.Deliver(queue, "four", nil, "test"))
	_, err = w.SQS.Receive(queue, 1)
	require.NoError(t, err)
	w.pass(20 * time.Second)
	w.is(2, "AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "copies")
	w.is(1, "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", "copies")
	w.is(1, "AWS/SQS", "ApproximateNumberOfMessagesDelayed", "QueueName", "copies")
	w.is(60, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "copies")
}

func TestFunctionsAreMeasuredByTheRun(t *testing.T) {
	w := newWorld(t, true)
	w.order("echo", "")
	w.is(1, "AWS/Lambda", "Invocations", "FunctionName", "f")
	w.is(0, "AWS/Lambda", "Errors", "FunctionName", "f")
	w.order("fail", "because")
	w.order("exit", "")
	w.is(3, "AWS/Lambda", "Invocations", "FunctionName", "f")
	w.is(2, "AWS/Lambda", "Errors", "FunctionName", "f")
	w.is(0, "AWS/Lambda", "Throttles", "FunctionName", "f")
}

// line is one in the embedded metric format, of another year.
func line(value string) string {
	return `{"_aws":{"Timestamp":1000,"CloudWatchMetrics":[{"Namespace":"twohop","Dimensions":[["Estate"]],"Metrics":[{"Name":"Runs"}]}]},"Estate":"twohop","Runs":` + value + `}`
}

func TestLinesOfFunctionsAreMetricsOfTheSimulatedTime(t *testing.T) {
	w := newWorld(t, true)
	w.pass(90 * time.Minute)
	w.order("log", line("[1,2]"))
	w.is(3, "twohop", "Runs", "Estate", "twohop")
	p, _ := w.CloudWatch.Latest(cloudwatch.MetricOf(account, region, "twohop", "Runs", map[string]string{"Estate": "twohop"}))
	assert.Equal(t, w.Clock.Now().Truncate(time.Minute), p.At)
	assert.Empty(t, w.CloudWatch.Malformed())
	w.order("log", line(`"many"`))
	require.Len(t, w.CloudWatch.Malformed(), 1)
	malformed := w.CloudWatch.Malformed()[0]
	assert.Equal(t, cloudwatch.Line{Account: account, Region: region, Group: "/aws/lambda/f", Text: line(`"many"`), At: w.Clock.Now()}, malformed.Line)
	require.ErrorContains(t, malformed.Err, `metric "Runs"`)
}

func TestRulesAreMeasuredByTheirBus(t *testing.T) {
	w := newWorld(t, true)
	endpoint := w.Endpoint()
	client := eventbridge.New(eventbridge.Options{Region: region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	_, err := client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("twohop")})
	require.NoError(t, err)
	for _, bus := range []string{"default", "twohop"} {
		_, err = client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventBusName: &bus, EventPattern: aws.String(`{"source":["test"]}`)})
		require.NoError(t, err)
		_, err = client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("r"), EventBusName: &bus, Targets: []types.Target{
			{Id: aws.String("t"), Arn: aws.String(queue + "-gone"), DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(queue + "-gone-too")}}}})
		require.NoError(t, err)
	}
	w.Events.Emit(account, region, events.Event{Source: "test", DetailType: "Tested"})
	w.pass(time.Minute)
	for _, metric := range []string{"Invocations", "FailedInvocations", "InvocationsFailedToBeSentToDlq"} {
		w.is(1, "AWS/Events", metric, "RuleName", "r")
	}
	_, measured := w.sum("AWS/Events", "Invocations", "RuleName", "r", "EventBusName", "twohop")
	assert.False(t, measured)
	_, err = client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{EventBusName: aws.String("twohop"), Source: aws.String("test"), DetailType: aws.String("Tested"), Detail: aws.String("{}")}}})
	require.NoError(t, err)
	w.pass(time.Minute)
	w.is(1, "AWS/Events", "FailedInvocations", "RuleName", "r", "EventBusName", "twohop")
	w.is(1, "AWS/Events", "FailedInvocations", "RuleName", "r")
}

func TestScheduleGroupsAreMeasured(t *testing.T) {
	w := newWorld(t, true)
	_, err := w.Scheduler.Add(scheduler.Schedule{Account: account, Region: region, Group: "twohop", Name: "daily", Expression: "rate(1 hour)",
		Target: scheduler.Target{ARN: "arn:aws:lambda:eu-central-1:222222222222:function:gone", RoleARN: role, DeadLetterARN: queue + "-gone", Input: "{}"}})
	require.NoError(t, err)
	w.pass(time.Minute)
	w.is(1, "AWS/Scheduler", "InvocationDroppedCount", "ScheduleGroup", "twohop")
	w.is(1, "AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount", "ScheduleGroup", "twohop")
}

// alarm rings from one on.
func alarm(name, namespace, metric string, dimensions map[string]string) cloudwatch.Alarm {
	return cloudwatch.Alarm{Account: account, Region: region, Name: name, Description: "Look", Namespace: namespace, Metric: metric, Dimensions: dimensions,
		Statistic: "Maximum", PeriodSeconds: 60, Periods: 1, Comparison: "GreaterThanOrEqualToThreshold", Threshold: 1, MissingData: "notBreaching",
		Actions: []string{topic}, OKActions: []string{topic}}
}

func TestAlarmsWhoseDimensionsNameNothing(t *testing.T) {
	w := newWorld(t, true)
	endpoint := w.Endpoint()
	client := eventbridge.New(eventbridge.Options{Region: region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	_, err := client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("twohop")})
	require.NoError(t, err)
	_, err = client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventBusName: aws.String("twohop"), EventPattern: aws.String(`{"source":["test"]}`)})
	require.NoError(t, err)
	for sentence, test := range map[string]struct {
		namespace, metric string
		dimensions        map[string]string
		fed               bool
	}{
		"a queue":                            {"AWS/SQS", "ApproximateAgeOfOldestMessage", map[string]string{"QueueName": "copies"}, true},
		"a queue that is not there":          {"AWS/SQS", "ApproximateAgeOfOldestMessage", map[string]string{"QueueName": "copy"}, false},
		"a queue and something else":         {"AWS/SQS", "ApproximateAgeOfOldestMessage", map[string]string{"QueueName": "copies", "Stage": "x"}, false},
		"a function":                         {"AWS/Lambda", "Errors", map[string]string{"FunctionName": "f"}, true},
		"a function that is not there":       {"AWS/Lambda", "Errors", map[string]string{"FunctionName": "g"}, false},
		"a function and something else":      {"AWS/Lambda", "Errors", map[string]string{"FunctionName": "f", "Stage": "x"}, false},
		"a rule":                             {"AWS/Events", "FailedInvocations", map[string]string{"RuleName": "r", "EventBusName": "twohop"}, true},
		"a rule without its bus":             {"AWS/Events", "FailedInvocations", map[string]string{"RuleName": "r"}, false},
		"a rule on another bus":              {"AWS/Events", "FailedInvocations", map[string]string{"RuleName": "r", "EventBusName": "default"}, false},
		"a rule and something else":          {"AWS/Events", "FailedInvocations", map[string]string{"RuleName": "r", "EventBusName": "twohop", "Stage": "x"}, false},
		"a schedule group":                   {"AWS/Scheduler", "InvocationDroppedCount", map[string]string{"ScheduleGroup": "twohop"}, true},
		"a schedule group that is not there": {"AWS/Scheduler", "InvocationDroppedCount", map[string]string{"ScheduleGroup": "payroll"}, false},
		"a metric that nobody has ever sent": {"twohop", "Runs", map[string]string{"Estate": "twohop"}, false},
	} {
		a := alarm(sentence, test.namespace, test.metric, test.dimensions)
		require.NoError(t, w.CloudWatch.PutAlarm(a), sentence)
		unfed := false
		for _, found := range w.CloudWatch.Unfed() {
			unfed = unfed || found.Name == sentence
		}
		assert.Equal(t, test.fed, !unfed, sentence)
	}
}

// subjects of what was published to the topic.
func (w *world) subjects() (all []string) {
	for _, m := range w.SNS.Messages(topic) {
		all = append(all, m.Subject)
	}
	return all
}

func TestTopicsAreToldOfEachChange(t *testing.T) {
	w := newWorld(t, true)
	require.NoError(t, w.CloudWatch.PutAlarm(alarm("filled", "AWS/SQS", "ApproximateNumberOfMessagesVisible", map[string]string{"QueueName": "copies"})))
	w.pass(5 * time.Minute)
	assert.Equal(t, []string{"OK: filled"}, w.subjects())
	require.NoError(t, w.SQS.Deliver(queue, "m", nil, "test"))
	w.pass(5 * time.Minute)
	require.NoError(t, w.SQS.Purge(queue))
	w.pass(5 * time.Minute)
	assert.Equal(t, []string{"OK: filled", "ALARM: filled", "OK: filled"}, w.subjects())
	assert.Equal(t, "Look\n\n"+w.CloudWatch.History()[1].Reason, w.SNS.Messages(topic)[1].Body)

	require.NoError(t, w.SNS.SetPolicy(topic, `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"`+topic+`"}]}`))
	require.NoError(t, w.SQS.Deliver(queue, "m", nil, "test"))
	w.pass(time.Minute)
	require.ErrorContains(t, w.CloudWatch.History()[3].Refused, "explicit deny")
	assert.Len(t, w.subjects(), 3)
}

func TestWhereAlarmsAreNotEvaluatedNothingIsMeasured(t *testing.T) {
	w := newWorld(t, false)
	require.NoError(t, w.CloudWatch.PutAlarm(alarm("filled", "AWS/SQS", "ApproximateNumberOfMessagesVisible", map[string]string{"QueueName": "copies"})))
	require.NoError(t, w.SQS.Deliver(queue, "m", nil, "test"))
	w.order("log", line("1"))
	w.pass(time.Hour)
	_, measured := w.sum("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "copies")
	assert.False(t, measured)
	_, measured = w.sum("AWS/Lambda", "Invocations", "FunctionName", "f")
	assert.False(t, measured)
	assert.Empty(t, w.CloudWatch.History())
	assert.Empty(t, w.CloudWatch.In(evaluation.Alarm))
}

// TestMinutesKeepNobodyWaiting: time still comes to an end where nothing else is due.
func TestMinutesKeepNobodyWaiting(t *testing.T) {
	w := newWorld(t, true)
	before := w.Clock.Now()
	require.ErrorIs(t, w.Clock.RunUntil(t.Context(), func() bool { return false }), clock.ErrIdle)
	assert.Equal(t, before, w.Clock.Now())
	w.pass(7 * 24 * time.Hour)
	latest, _ := w.CloudWatch.Latest(cloudwatch.MetricOf(account, region, "AWS/SQS", "ApproximateAgeOfOldestMessage", map[string]string{"QueueName": "copies"}))
	assert.Equal(t, w.Clock.Now().Add(-time.Minute), latest.At)
}
