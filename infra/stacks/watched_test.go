package stacks_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// watched: what alarms and the dashboard look at is there; CloudWatch takes any
// name for a metric and shows nothing.
var watched = map[string]check{
	"every alarm watches a metric of something that is there": {alarmsWatchSomething, map[string]func(*draft){
		"a queue that is not": func(d *draft) {
			d.set(stacks.Primary, "CopiesDlqFilledAlarm", "twohop-dlq", "Dimensions", "0", "Value")
		},
		"a queue elsewhere": func(d *draft) {
			d.set(stacks.Member, "ForwardDlqFilledAlarm", "twohop-copies-dlq", "Dimensions", "0", "Value")
		},
		"a function that is not": func(d *draft) {
			d.set(stacks.Primary, "CopystarterThrottlesAlarm", "copystarter", "Dimensions", "0", "Value")
		},
		"a rule that is not": func(d *draft) {
			d.say(stacks.Member, "ForwardRuleFailedAlarm", `"twohop-forward"`, `"twohop-forwarding"`)
		},
		"a rule without its bus": func(d *draft) { d.say(stacks.Primary, "BusRuleFailedAlarm", "EventBusName", "BusName") },
		"a group that is not":    func(d *draft) { d.set(stacks.Management, "SchedulesLostAlarm", "default", "Dimensions", "0", "Value") },
		"a metric that is not":   func(d *draft) { d.set(stacks.Primary, "CopiesDlqFilledAlarm", "NumberOfMessages", "MetricName") },
		"a metric of another":    func(d *draft) { d.set(stacks.Primary, "CopystarterThrottlesAlarm", "AWS/Events", "Namespace") },
		"a type that is not":     func(d *draft) { d.say(stacks.Primary, "LateRDSAlarm", `"Value":"RDS"`, `"Value":"Oracle"`) },
		"an age of no type":      func(d *draft) { d.set(stacks.Primary, "StuckAlarm", "OldestUncopiedAge", "MetricName") },
		"a count nobody makes":   func(d *draft) { d.set(stacks.Primary, "CeilingAlarm", "Ceilings", "MetricName") },
		"counts of nobody":       func(d *draft) { d.set(stacks.Primary, "UnroutedAlarm", "twohops", "Dimensions", "0", "Value") },
	}, nil},
	"every alarm has a name of its own in its account": {alarmsHaveNames, map[string]func(*draft){
		"two of one name": func(d *draft) { d.set(stacks.Primary, "CeilingAlarm", "twohop-unrouted", "AlarmName") },
	}, nil},
}

// dashboard: the page that an on-call engineer opens first.
var dashboard = map[string]check{
	"the dashboard shows metrics of what is there": {pageShowsMetrics, map[string]func(*draft){
		"a queue that is not":    func(d *draft) { d.say(stacks.Primary, "Dashboard", `\"twohop-copies-dlq\"`, `\"twohop-dlq\"`) },
		"a function that is not": func(d *draft) { d.say(stacks.Primary, "Dashboard", `\"twohop-copystarter\"`, `\"twohop-starter\"`) },
		"a metric that is not":   func(d *draft) { d.say(stacks.Primary, "Dashboard", "NumberOfCopyJobsFailed", "CopyJobsFailed") },
		"a type that is not":     func(d *draft) { d.say(stacks.Primary, "Dashboard", `\"Neptune\"`, `\"Neptun\"`) },
		"another Region": func(d *draft) {
			d.say(stacks.Primary, "Dashboard", `\"region\":\"eu-central-1\"`, `\"region\":\"eu-north-1\"`)
		},
		"it is no JSON":   func(d *draft) { d.say(stacks.Primary, "Dashboard", `{\"widgets\":[`, `{\"widgets\":`) },
		"it is not there": func(d *draft) { d.remove(stacks.Primary, "Dashboard") },
	}, nil},
	"the dashboard shows every alarm, dead-letter queue and function of its account": {pageShowsAll, map[string]func(*draft){
		"not an alarm": func(d *draft) {
			d.say(stacks.Primary, "Dashboard", `{"Fn::GetAtt":["CeilingAlarm","Arn"]}`, `{"Fn::GetAtt":["UnroutedAlarm","Arn"]}`)
		},
		"not a queue":    func(d *draft) { d.say(stacks.Primary, "Dashboard", "twohop-events-dlq", "twohop-copies-dlq") },
		"not a function": func(d *draft) { d.say(stacks.Primary, "Dashboard", "twohop-prerequisites", "twohop-copystarter") },
		"not a decision": func(d *draft) { d.say(stacks.Primary, "Dashboard", `\"Rejected\"`, `\"Skipped\"`) },
		"not an outcome": func(d *draft) { d.say(stacks.Primary, "Dashboard", `\"Retried\"`, `\"Skipped\"`) },
		"not an age":     func(d *draft) { d.say(stacks.Primary, "Dashboard", `\"OldestUncopiedAge\"`, `\"NewestFinalCopyAge\"`) },
		"not one of a type": func(d *draft) {
			d.say(stacks.Primary, "Dashboard", `\"ResourceType\",\"RDS\"]`, `\"ResourceType\",\"Aurora\"]`)
		},
		"not what loop detection stops": func(d *draft) {
			d.say(stacks.Primary, "Dashboard", `\"RecursiveInvocationsDropped\",\"FunctionName\",\"twohop-reconciler\"`, `\"Throttles\",\"FunctionName\",\"twohop-reconciler\"`)
		},
		"not what hangs":  func(d *draft) { d.say(stacks.Primary, "Dashboard", `\"StuckCopies\"`, `\"Waiting\"`) },
		"not failed runs": func(d *draft) { d.say(stacks.Primary, "Dashboard", "twohop-reconciler-dlq", "twohop-copies-dlq") },
	}, nil},
	"the dashboard reads log groups that are there, by keys that are logged": {pageReadsLogs, map[string]func(*draft){
		"not the tracker's": func(d *draft) {
			d.say(stacks.Primary, "Dashboard", "SOURCE '/aws/lambda/twohop-outcometracker' | ", "")
		},
		"not the findings": func(d *draft) {
			d.say(stacks.Primary, "Dashboard", "/aws/lambda/twohop-reconciler", "/aws/lambda/twohop-copystarter")
		},
		"no advice": func(d *draft) { d.say(stacks.Primary, "Dashboard", "since, detail, advice", "since, detail") },
		"one that is not": func(d *draft) {
			d.say(stacks.Primary, "Dashboard", "/aws/lambda/twohop-copystarter", "/aws/lambda/copystarter")
		},
		"another key": func(d *draft) { d.say(stacks.Primary, "Dashboard", "recovery_point", "recoveryPoint") },
	}, nil},
}

// metrics are those that CloudWatch has, by namespace; the names are AWS's.
var metrics = map[string][]string{
	"AWS/SQS":       {"ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesDelayed", "ApproximateAgeOfOldestMessage"},
	"AWS/Lambda":    {"Invocations", "Errors", "Throttles", "RecursiveInvocationsDropped"},
	"AWS/Events":    {"FailedInvocations", "InvocationsFailedToBeSentToDlq"},
	"AWS/Scheduler": {"InvocationDroppedCount", "InvocationsFailedToBeSentToDeadLetterCount"},
	"AWS/Backup":    {"NumberOfCopyJobsCreated", "NumberOfCopyJobsRunning", "NumberOfCopyJobsCompleted", "NumberOfCopyJobsFailed"},
	telemetry.Namespace: {
		string(telemetry.Started), string(telemetry.Waited), string(telemetry.Skipped), string(telemetry.Rejected),
		string(telemetry.Unsettled), string(telemetry.Unrouted), string(telemetry.Ceiling),
		string(telemetry.Verified), string(telemetry.Retried), string(telemetry.OutcomesRejected), string(telemetry.OutcomesWaited),
		string(telemetry.OutcomesUnsettled), string(telemetry.OldestUncopiedAge), string(telemetry.NewestFinalCopyAge),
		string(telemetry.RecentRuns), string(telemetry.FullRuns), string(telemetry.Waiting), string(telemetry.UnroutedPoints),
		string(telemetry.LateResources), string(telemetry.StuckCopies), string(telemetry.FailedCopies), string(telemetry.OldestLetterAge), string(telemetry.ExpiredPoints),
		string(telemetry.WeakResources),
	},
}

// shows finds what is wrong with a metric that is looked at in a stack's account.
func (s *stack) shows(e estate.Estate, namespace, metric string, of map[string]string) string {
	if !slices.Contains(metrics[namespace], metric) {
		return "has no metric " + metric
	}
	named := func(kind string, properties ...string) bool {
		return slices.ContainsFunc(s.all(kind), func(r *resource) bool {
			its := map[string]string{}
			for _, property := range properties {
				dimension, property, _ := strings.Cut(property, "=")
				if value := r.text(property); value != "" {
					its[dimension] = value
				}
			}
			return sameMap(of, its)
		})
	}
	there := map[string]bool{
		"AWS/SQS":           named(aQueue, "QueueName=QueueName"),
		"AWS/Lambda":        named(aFunction, "FunctionName=FunctionName"),
		"AWS/Events":        named(aRule, "RuleName=Name", "EventBusName=EventBusName"),
		"AWS/Scheduler":     named(aGroup, "ScheduleGroup=Name"),
		"AWS/Backup":        len(of) == 1 && slices.Contains(estate.TwoHopTypes, of["ResourceType"]),
		telemetry.Namespace: sameMap(of, reported(e, metric, of)),
	}
	if !there[namespace] {
		return fmt.Sprintf("has %s of nothing that is there: %s", metric, of)
	}
	return ""
}

// reported are the dimensions that a metric of the estate is reported with: an age is
// that of a resource type.
func reported(e estate.Estate, metric string, of map[string]string) map[string]string {
	its := map[string]string{telemetry.DimensionEstate: e.Name}
	if metric == string(telemetry.OldestLetterAge) {
		return its // of the estate's one queue
	}
	if _, routed := e.RPO[of[telemetry.DimensionType]]; routed && strings.HasSuffix(metric, "Age") {
		its[telemetry.DimensionType] = of[telemetry.DimensionType]
	} else if strings.HasSuffix(metric, "Age") {
		return nil
	}
	return its
}

func sameMap(a, b map[string]string) bool { return maps.Equal(a, b) }

func alarmsWatchSomething(d deployment) (found faults) {
	for _, alarm := range d.all(anAlarm) {
		if fault := alarm.stack.shows(d.estate, alarm.text("Namespace"), alarm.text("MetricName"), dimensions(alarm)); fault != "" {
			found.add("%s: %s %s", alarm, alarm.text("Namespace"), fault)
		}
	}
	return found
}

func alarmsHaveNames(d deployment) (found faults) {
	seen := map[string]bool{}
	for _, alarm := range d.all(anAlarm) {
		if seen[alarm.arn()] {
			found.add("%s: the name %s is taken", alarm, alarm.text("AlarmName"))
		}
		seen[alarm.arn()] = true
	}
	return found
}

// page is the dashboard's widgets.
func page(d deployment) (on *resource, widgets []any, found faults) {
	on = first(d.primary().all(aPage), func(*resource) bool { return true })
	if on == nil {
		return nil, nil, faults{"the estate has no dashboard"}
	}
	var body struct{ Widgets []any }
	if err := json.Unmarshal([]byte(on.text("DashboardBody")), &body); err != nil {
		found.add("%s: %v", on, err)
	}
	return on, body.Widgets, found
}

// lines are the metrics that widgets show: namespace, metric, dimensions.
func lines(widgets []any) [][]string {
	var all [][]string
	for _, widget := range widgets {
		for _, line := range list(widget, "properties", "metrics") {
			all = append(all, texts(line))
		}
	}
	return all
}

func pageShowsMetrics(d deployment) faults {
	on, widgets, found := page(d)
	for _, line := range lines(widgets) {
		of := map[string]string{}
		for i := 2; i+1 < len(line); i += 2 {
			of[line[i]] = line[i+1]
		}
		if fault := d.primary().shows(d.estate, line[0], line[1], of); fault != "" {
			found.add("%s: %s %s", on, line[0], fault)
		}
	}
	for _, widget := range widgets {
		if region := text(widget, "properties", "region"); text(widget, "type") != "alarm" && region != d.primary().region {
			found.add("%s: %s is of Region %q", on, text(widget, "properties", "title"), region)
		}
	}
	return found
}

func pageShowsAll(d deployment) faults {
	on, widgets, found := page(d)
	var shown []string
	for _, widget := range widgets {
		shown = append(shown, texts(at(widget, "properties", "alarms"))...)
	}
	for _, line := range lines(widgets) {
		shown = append(shown, line[1], line[len(line)-1], line[1]+" of "+line[len(line)-1])
	}
	var need []string
	for _, metric := range []telemetry.Metric{
		telemetry.Started, telemetry.Waited, telemetry.Skipped, telemetry.Rejected, telemetry.Unsettled,
		telemetry.Verified, telemetry.Retried, telemetry.OutcomesRejected, telemetry.OutcomesWaited, telemetry.OutcomesUnsettled,
		telemetry.LateResources, telemetry.StuckCopies, telemetry.FailedCopies, telemetry.WeakResources, telemetry.Waiting,
	} {
		need = append(need, string(metric))
	}
	for resourceType := range d.estate.RPO {
		need = append(need, string(telemetry.OldestUncopiedAge)+" of "+resourceType, string(telemetry.NewestFinalCopyAge)+" of "+resourceType)
	}
	for _, m := range d.primary().all(aMapping) {
		need = append(need, "RecursiveInvocationsDropped of "+m.text("FunctionName"))
	}
	for _, r := range d.primary().all(anAlarm, aQueue, aFunction) {
		need = append(need, map[string]string{anAlarm: r.arn(), aQueue: r.text("QueueName"), aFunction: r.text("FunctionName")}[r.kind])
	}
	for _, name := range need {
		if !slices.Contains(shown, name) {
			found.add("%s: does not show %s", on, name)
		}
	}
	return found
}

func pageReadsLogs(d deployment) faults {
	on, widgets, found := page(d)
	source := func(part string) string { return "SOURCE '" + d.estate.LogGroup(part) + "' | " }
	fields := func(keys ...string) string { return "fields @timestamp, " + strings.Join(keys, ", ") + " | " }
	rest := " | sort @timestamp desc | limit 50"
	want := []string{
		source(estate.CopyStarter) + source(estate.OutcomeTracker) +
			fields(telemetry.KeyRecoveryPoint, telemetry.KeyRoute, telemetry.KeyReason, telemetry.KeyClass, telemetry.KeyDetail, telemetry.KeyError) +
			"filter level = 'ERROR'" + rest,
		source(estate.VaultReconciler) +
			fields(telemetry.KeyKind, telemetry.KeyRecoveryPoint, telemetry.KeyDestination, telemetry.KeySince, telemetry.KeyDetail, telemetry.KeyAdvice) +
			"filter ispresent(" + telemetry.KeyKind + ")" + rest,
	}
	var reads []string
	for _, widget := range widgets {
		if text(widget, "type") == "log" {
			reads = append(reads, text(widget, "properties", "query"))
		}
	}
	if !same(reads, want) {
		found.add("%s: reads %q, should read %q", on, reads, want)
	}
	return found
}
