// Package feed measures what the services of the local AWS do, for CloudWatch: queues
// each minute, functions, rules and schedule groups when something happens, and the
// lines that functions write.
package feed

import (
	"fmt"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/cloudwatch"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/awssim/sqs"
)

// Feed ties the services to CloudWatch. All of it is needed before time passes.
type Feed struct {
	Clock      *clock.Clock
	CloudWatch *cloudwatch.Service
	SQS        *sqs.Service
	Lambda     *lambda.Service
	Events     *events.Service
	Scheduler  *scheduler.Service
}

// Sources are what AWS services publish here, each with what must exist for it.
func (f *Feed) Sources() []cloudwatch.Source {
	return []cloudwatch.Source{
		{Namespace: "AWS/SQS", Metrics: queueMetrics, Feeds: func(account, region string, d map[string]string) bool {
			return len(d) == 1 && f.SQS.Exists(fmt.Sprintf("arn:aws:sqs:%s:%s:%s", region, account, d["QueueName"])) == nil
		}},
		{Namespace: "AWS/Lambda", Metrics: functionMetrics, Feeds: func(account, region string, d map[string]string) bool {
			_, err := f.Lambda.Function(lambda.Function{Account: account, Region: region, Name: d["FunctionName"]}.ARN())
			return len(d) == 1 && err == nil
		}},
		{Namespace: "AWS/Events", Metrics: delivery.Metrics, Feeds: func(account, region string, d map[string]string) bool {
			bus, onBus := d["EventBusName"]
			if onBus && (bus == "default" || len(d) != 2) || !onBus && len(d) != 1 {
				return false
			}
			return f.Events.HasRule(events.Rule{Account: account, Region: region, Bus: bus, Name: d["RuleName"]})
		}},
		{Namespace: "AWS/Scheduler", Metrics: scheduleMetrics, Feeds: func(account, region string, d map[string]string) bool {
			return len(d) == 1 && f.Scheduler.HasGroup(account, region, d["ScheduleGroup"])
		}},
	}
}

var queueMetrics = []string{
	"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible", "ApproximateAgeOfOldestMessage",
}

// Sample measures all queues at the end of a minute. AWS measures a queue that
// nobody has used for six hours no longer [SQS: CloudWatch metrics]; here it goes on.
func (f *Feed) Sample(end time.Time) {
	for _, load := range f.SQS.Loads() {
		values := []float64{float64(load.Visible), float64(load.Delayed), float64(load.NotVisible), load.OldestAge.Seconds()}
		for i, name := range queueMetrics {
			f.CloudWatch.Measure(cloudwatch.MetricOf(load.Account, load.Region, "AWS/SQS", name, map[string]string{"QueueName": load.Name}),
				end.Add(-time.Minute), values[i])
		}
	}
}

// loopsStopped is only sent where an invocation was stopped [Lambda: invocation-recursion].
const loopsStopped = "RecursiveInvocationsDropped"

var functionMetrics = []string{"Invocations", "Errors", "Throttles", loopsStopped}

// Invocation measures a run of a function in the minute in which it began. None is
// ever throttled here.
func (f *Feed) Invocation(i lambda.Invocation) {
	failed := 0.0
	if i.Err != nil {
		failed = 1
	}
	account, region, name := function(i.Function)
	for at, value := range []float64{1, failed, 0} {
		f.CloudWatch.Measure(cloudwatch.MetricOf(account, region, "AWS/Lambda", functionMetrics[at], map[string]string{"FunctionName": name}), i.At, value)
	}
}

// LoopStopped measures that a function was not invoked, since a chain of requests has
// invoked it too often. That it counts batches, not messages, is UNCONFIRMED A24.
func (f *Feed) LoopStopped(functionARN string) {
	account, region, name := function(functionARN)
	f.CloudWatch.Measure(cloudwatch.MetricOf(account, region, "AWS/Lambda", loopsStopped, map[string]string{"FunctionName": name}), f.Clock.Now(), 1)
}

// function takes the ARN of one apart.
func function(arn string) (account, region, name string) {
	fields := strings.Split(arn, ":") // arn:aws:lambda:region:account:function:name
	return fields[4], fields[3], fields[6]
}

// Log hands CloudWatch what functions write. The clock stands still during an
// invocation, so the line's time is that of the invocation.
func (f *Feed) Log(l lambda.LogLine) {
	account, region, name := function(l.Function)
	f.CloudWatch.Log(cloudwatch.Line{Account: account, Region: region, Group: "/aws/lambda/" + name, Text: l.Text, At: f.Clock.Now()})
}

// Rule measures what becomes of the events of a rule. The metrics of rules on other
// buses than the default one have the bus as a dimension [EventBridge: monitoring].
func (f *Feed) Rule(r events.Rule, metric string) {
	dimensions := map[string]string{"RuleName": r.Name}
	if r.Bus != "" {
		dimensions["EventBusName"] = r.Bus
	}
	f.CloudWatch.Measure(cloudwatch.MetricOf(r.Account, r.Region, "AWS/Events", metric, dimensions), f.Clock.Now(), 1)
}

var scheduleMetrics = []string{
	"InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount", "InvocationsSentToDeadLetterCount", "InvocationsFailedToBeSentToDeadLetterCount",
}

// Schedule measures what becomes of the invocations of a schedule group.
func (f *Feed) Schedule(account, region, group, metric string) {
	f.CloudWatch.Measure(cloudwatch.MetricOf(account, region, "AWS/Scheduler", metric, map[string]string{"ScheduleGroup": group}), f.Clock.Now(), 1)
}
