package stacks

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// alarm is a metric that wakes somebody. Its text says what has happened, what to do
// and which command to run; the README's runbook has a row about it.
type alarm struct {
	name       string // after the estate's
	says       string // what has happened
	advice     string // what to do
	shows      string // the command of twohop that shows more
	namespace  string
	metric     string
	dimensions map[string]string
	statistic  string // Sum, or Maximum
	period     int    // seconds
	periods    int    // in a row in which the metric is as rings says; 0: one
	threshold  float64
	rings      comparison         // zero: atLeast
	silence    silence            // zero: fine
	after      awscdk.CfnResource // stands before the alarm; nil: nothing need to
}

// comparison is how a metric compares with its threshold while the alarm rings.
type comparison string

const (
	atLeast comparison = "GreaterThanOrEqualToThreshold"
	above   comparison = "GreaterThanThreshold"
	below   comparison = "LessThanThreshold"
)

// silence is what a period without data means.
type silence string

const (
	fine     silence = "notBreaching" // metrics of failures are only sent when there are any
	asBefore silence = "ignore"       // a metric that runs report says nothing between them
	alarming silence = "breaching"    // somebody has stopped reporting
)

// addAlarm adds an alarm that tells the estate's topic, in the backup account,
// when it rings and when that is over.
func (s *stack) addAlarm(a alarm) {
	var dimensions []any
	for _, name := range slices.Sorted(maps.Keys(a.dimensions)) {
		dimensions = append(dimensions, &awscloudwatch.CfnAlarm_DimensionProperty{Name: str(name), Value: str(a.dimensions[name])})
	}
	topic := []any{s.Estate.TopicARN()}
	added := awscloudwatch.NewCfnAlarm(s.scope, str(camel(a.name)+"Alarm"), &awscloudwatch.CfnAlarmProps{
		AlarmName:          str(s.Estate.Called(a.name)),
		AlarmDescription:   str(a.says + ". " + a.advice + ". Run: twohop " + a.shows + " --estate FILE."),
		Namespace:          str(a.namespace),
		MetricName:         str(a.metric),
		Dimensions:         &dimensions,
		Statistic:          str(a.statistic),
		Period:             number(a.period),
		EvaluationPeriods:  number(cmp.Or(a.periods, 1)),
		ComparisonOperator: str(string(cmp.Or(a.rings, atLeast))),
		Threshold:          &a.threshold,
		TreatMissingData:   str(string(cmp.Or(a.silence, fine))),
		AlarmActions:       &topic,
		OkActions:          &topic,
	})
	if a.after != nil {
		added.AddResourceDependency(a.after, str("the alarm is on what that does"))
	}
	s.alarms = append(s.alarms, *added.AttrArn())
}

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// hours says seconds in hours, 4.5 h.
func hours(seconds int) string {
	return strconv.FormatFloat(math.Round(100*float64(seconds)/hour)/100, 'f', -1, 64) + " h"
}

// alarmDeadLetters watches a dead-letter queue: something came in, it has lain
// there for an hour, it will be deleted in four days. redriven is whether SQS moves
// messages there: such a message is deleted fourteen days after it was first sent, while
// SQS's metric counts its age from the move [SQS: dead-letter queues, message retention].
// It may have waited in its own queue, which has an alarm on that after an hour, so the
// last alarm comes after three days: at least four are left if it waited for a week.
func (s *stack) alarmDeadLetters(part, holds, advice string, redriven bool) {
	name := s.Estate.Called(part)
	depth := alarm{
		name: part + "-filled", says: "The queue " + name + " holds " + holds, advice: advice, shows: "dlq explain",
		namespace: "AWS/SQS", metric: "ApproximateNumberOfMessagesVisible", dimensions: map[string]string{"QueueName": name},
		statistic: "Maximum", period: 5 * minute, threshold: 1,
	}
	s.addAlarm(depth)
	age := s.ageOfLetters(part, depth)
	age.name, age.says, age.threshold = part+"-unread", "Nobody has emptied the queue "+name+" for an hour; it holds "+holds, hour
	s.addAlarm(age)
	age.name, age.says, age.threshold = part+"-expiring", "The oldest message of the queue "+name+" is ten days old and is deleted after fourteen; it holds "+holds, 10*day
	if redriven && age.namespace == depth.namespace {
		age.says, age.threshold = "The oldest message of the queue "+name+" has been there for three days and is deleted fourteen days after it was first sent; it holds "+holds, 3*day
	}
	s.addAlarm(age)
}

// ageOfLetters turns an alarm on a dead-letter queue's depth into one on the age of its
// oldest message. SQS's own metric leaves out what was received three times [SQS:
// CloudWatch metrics], and the reconciler reads the dead letters of copies at each run:
// their age is what it measures, from when they were first sent, and stays as it is between
// its runs.
func (s *stack) ageOfLetters(part string, depth alarm) alarm {
	age := depth
	age.metric = "ApproximateAgeOfOldestMessage"
	if part == estate.CopiesDLQ {
		age.namespace, age.metric = telemetry.Namespace, string(telemetry.OldestLetterAge)
		age.dimensions = map[string]string{telemetry.DimensionEstate: s.Estate.Name}
		age.period, age.silence = s.betweenRuns(), asBefore
	}
	return age
}

// alarmFunction watches a function's throttles, and its errors where there is advice
// about them: a run that failed is tried again, and one that keeps failing ends in a
// dead-letter queue.
func (s *stack) alarmFunction(part, errors string) {
	name := s.Estate.Called(part)
	throttled := alarm{
		name: part + "-throttles", says: "Lambda has refused to run the function " + name + " for want of concurrency",
		advice:    "Raise the account's quota of concurrent executions, or find what uses it up; AWS tries again meanwhile, for hours",
		shows:     "status",
		namespace: "AWS/Lambda", metric: "Throttles", dimensions: map[string]string{"FunctionName": name},
		statistic: "Sum", period: 5 * minute, threshold: 1,
	}
	s.addAlarm(throttled)
	if errors == "" {
		return
	}
	failed := throttled
	failed.name, failed.metric = part+"-errors", "Errors"
	failed.says = "Runs of the function " + name + " have failed"
	failed.shows = "doctor"
	failed.advice = "Read the log group " + s.Estate.LogGroup(part) + ". " + errors
	s.addAlarm(failed)
}

// alarmLoops watches that recursive loop detection does not stop a function that is fed
// by a queue. It stops only functions that do not allow loops, so this alarm means that
// RecursiveLoop was changed since the deployment, or that a new loop has no such setting.
func (s *stack) alarmLoops(f feed) {
	name := s.Estate.Called(f.Function)
	s.addAlarm(alarm{
		name: f.Function + "-loop-stopped",
		says: "Lambda's recursive loop detection has stopped invocations of the function " + name + "; their messages go to the queue " + s.Estate.Called(f.DeadLetters) + " without a reason",
		advice: "The function sends to the queue that triggers it, so its RecursiveLoop must be Allow: aws lambda put-function-recursion-config --region " + s.region +
			" --function-name " + name + " --recursive-loop Allow. Then replay the dead-letter messages (twohop dlq replay)",
		shows:     "doctor",
		namespace: "AWS/Lambda", metric: "RecursiveInvocationsDropped", dimensions: map[string]string{"FunctionName": name},
		statistic: "Sum", period: 5 * minute, threshold: 1,
	})
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
		advice:    "They are in the queue " + s.Estate.Called(r.deadLetters) + ". Compare the policies of target and role with the stack's (drift detection), then " + r.again,
		shows:     "dlq explain",
		namespace: "AWS/Events", metric: "FailedInvocations", dimensions: dimensions,
		statistic: "Sum", period: 5 * minute, threshold: 1,
	}
	s.addAlarm(failed)
	lost := failed
	lost.name, lost.metric = r.alarms+"-lost", "InvocationsFailedToBeSentToDlq"
	lost.says = says + ", nor put them into the queue " + s.Estate.Called(r.deadLetters)
	lost.shows = "doctor"
	lost.advice = "Mend the policies of the target, the role and the queue (drift detection). " + r.remedy
	s.addAlarm(lost)
}

// alarmSchedules watches the estate's schedules in this account.
func (s *stack) alarmSchedules() {
	failed := alarm{
		name: "schedules-failed", says: "A scheduled run could not be started",
		advice:    "It is in the queue " + s.Estate.Called(estate.SchedulesDLQ) + "; check the role " + s.Estate.Called(estate.SchedulesRole) + " and the function that its attribute TARGET_ARN names (drift detection)",
		shows:     "doctor",
		namespace: "AWS/Scheduler", metric: "InvocationDroppedCount", dimensions: map[string]string{"ScheduleGroup": s.Estate.Name},
		statistic: "Sum", period: hour, threshold: 1,
	}
	s.addAlarm(failed)
	lost := failed
	lost.name, lost.metric = "schedules-lost", "InvocationsFailedToBeSentToDeadLetterCount"
	lost.says = "A scheduled run could not be started, and the queue " + s.Estate.Called(estate.SchedulesDLQ) + " did not take it"
	lost.advice = "Mend the role " + s.Estate.Called(estate.SchedulesRole) + " and the queue's policy (drift detection); the next run of its schedule tries again"
	s.addAlarm(lost)
}
