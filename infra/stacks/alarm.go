package stacks

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/twohop/twohop/pkg/estate"
)

// alarm is a metric that wakes somebody. Its text says what has happened and
// what to do.
type alarm struct {
	name       string // after the estate's
	says       string // what has happened
	advice     string // what to do
	namespace  string
	metric     string
	dimensions map[string]string
	statistic  string  // Sum, or Maximum
	period     int     // seconds
	atLeast    float64 // rings from this value on
}

// addAlarm adds an alarm that tells the estate's topic, in the backup account,
// when it rings and when that is over. No data is no alarm: the metrics of
// failures are only sent when there are any.
func (s *stack) addAlarm(a alarm) {
	var dimensions []any
	for _, name := range slices.Sorted(maps.Keys(a.dimensions)) {
		dimensions = append(dimensions, &awscloudwatch.CfnAlarm_DimensionProperty{Name: str(name), Value: str(a.dimensions[name])})
	}
	topic := []any{s.Estate.TopicARN()}
	added := awscloudwatch.NewCfnAlarm(s.scope, str(camel(a.name)+"Alarm"), &awscloudwatch.CfnAlarmProps{
		AlarmName:          str(s.Estate.Called(a.name)),
		AlarmDescription:   str(a.says + ". " + a.advice + "."),
		Namespace:          str(a.namespace),
		MetricName:         str(a.metric),
		Dimensions:         &dimensions,
		Statistic:          str(a.statistic),
		Period:             number(a.period),
		EvaluationPeriods:  number(1),
		ComparisonOperator: str("GreaterThanOrEqualToThreshold"),
		Threshold:          &a.atLeast,
		TreatMissingData:   str("notBreaching"),
		AlarmActions:       &topic,
		OkActions:          &topic,
	})
	s.alarms = append(s.alarms, *added.AttrArn())
}

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// alarmDeadLetters watches a dead-letter queue: something came in, it has lain
// there for an hour, it will be deleted in four days.
func (s *stack) alarmDeadLetters(part, holds, advice string) {
	name := s.Estate.Called(part)
	depth := alarm{
		name: part + "-filled", says: "The queue " + name + " holds " + holds, advice: advice,
		namespace: "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", dimensions: map[string]string{"QueueName": name},
		statistic: "Maximum", period: 5 * minute, atLeast: 1,
	}
	s.addAlarm(depth)
	age := depth
	age.metric = "ApproximateAgeOfOldestMessage"
	age.name, age.says, age.atLeast = part+"-unread", "Nobody has emptied the queue "+name+" for an hour; it holds "+holds, hour
	s.addAlarm(age)
	age.name, age.says, age.atLeast = part+"-expiring", "The oldest message of the queue "+name+" is ten days old and is deleted after fourteen; it holds "+holds, 10*day
	s.addAlarm(age)
}

// alarmFunction watches a function's errors and throttles.
func (s *stack) alarmFunction(part, advice string) {
	name := s.Estate.Called(part)
	failed := alarm{
		name: part + "-errors", says: "Runs of the function " + name + " have failed",
		advice:    "Read the log group " + s.Estate.LogGroup(part) + ". " + advice,
		namespace: "AWS/Lambda", metric: "Errors", dimensions: map[string]string{"FunctionName": name},
		statistic: "Sum", period: 5 * minute, atLeast: 1,
	}
	s.addAlarm(failed)
	throttled := failed
	throttled.name, throttled.metric = part+"-throttles", "Throttles"
	throttled.says = "Lambda has refused to run the function " + name + " for want of concurrency"
	throttled.advice = "Raise the account's quota of concurrent executions, or find what uses it up; AWS tries again meanwhile, for hours"
	s.addAlarm(throttled)
}

// alarmRule watches a rule: events that its target refused, and those that not
// even its dead-letter queue took. The metrics of a rule on the estate's bus have
// the bus as a dimension, those on the default bus have not [EventBridge:
// monitoring].
func (s *stack) alarmRule(r rule) {
	dimensions, on := map[string]string{"RuleName": s.Estate.Called(r.part)}, "default bus"
	if r.bus != "" {
		dimensions["EventBusName"], on = r.bus, "bus "+s.Estate.Name
	}
	says := "The rule " + s.Estate.Called(r.part) + " on the " + on + " could not deliver events"
	failed := alarm{
		name: r.alarms + "-failed", says: says,
		advice:    "They are in the queue " + s.Estate.Called(r.deadLetters) + ". Compare the policies of target and role with the stack's (drift detection), then send the bodies of the messages to the queue " + s.Estate.Called(estate.CopiesQueue) + " of the backup account",
		namespace: "AWS/Events", metric: "FailedInvocations", dimensions: dimensions,
		statistic: "Sum", period: 5 * minute, atLeast: 1,
	}
	s.addAlarm(failed)
	lost := failed
	lost.name, lost.metric = r.alarms+"-lost", "InvocationsFailedToBeSentToDlq"
	lost.says = says + ", nor put them into the queue " + s.Estate.Called(r.deadLetters)
	lost.advice = "Mend the policies of the target, the role and the queue (drift detection). " + r.remedy
	s.addAlarm(lost)
}

// alarmSchedules watches the estate's schedules in this account.
func (s *stack) alarmSchedules() {
	failed := alarm{
		name: "schedules-failed", says: "A daily run could not be started",
		advice:    "It is in the queue " + s.Estate.Called(estate.SchedulesDLQ) + "; check the role " + s.Estate.Called(estate.SchedulesRole) + " and the function (drift detection)",
		namespace: "AWS/Scheduler", metric: "InvocationDroppedCount", dimensions: map[string]string{"ScheduleGroup": s.Estate.Name},
		statistic: "Sum", period: hour, atLeast: 1,
	}
	s.addAlarm(failed)
	lost := failed
	lost.name, lost.metric = "schedules-lost", "InvocationsFailedToBeSentToDeadLetterCount"
	lost.says = "A daily run could not be started, and the queue " + s.Estate.Called(estate.SchedulesDLQ) + " did not take it"
	lost.advice = "Mend the role " + s.Estate.Called(estate.SchedulesRole) + " and the queue's policy (drift detection); the next daily run tries again"
	s.addAlarm(lost)
}
