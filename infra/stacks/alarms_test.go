package stacks_test

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/telemetry"
)

// alarms: whatever goes wrong wakes somebody.
var alarms = map[string]check{
	"every dead-letter queue has alarms on its depth, and on its age at an hour and four days before its messages are deleted": {deadLettersRing, map[string]func(*draft){
		"none on depth":             func(d *draft) { d.remove(stacks.Member, "ForwardDlqFilledAlarm") },
		"none at an hour":           func(d *draft) { d.remove(stacks.Primary, "CopiesDlqUnreadAlarm") },
		"none at ten days":          func(d *draft) { d.remove(stacks.Management, "SchedulesDlqExpiringAlarm") },
		"at the eleventh message":   func(d *draft) { d.set(stacks.Primary, "EventsDlqFilledAlarm", 11, "Threshold") },
		"at ten days from the move": func(d *draft) { d.set(stacks.Primary, "OutcomesDlqExpiringAlarm", 10*24*3600, "Threshold") },
		"of runs, too":              func(d *draft) { d.set(stacks.Primary, "ReconcilerDlqExpiringAlarm", 10*24*3600, "Threshold") },
		"on fifteen days":           func(d *draft) { d.set(stacks.Primary, "PrerequisitesDlqExpiringAlarm", 15*24*3600, "Threshold") },
		"on an age that reading resets": func(d *draft) {
			d.set(stacks.Primary, "CopiesDlqUnreadAlarm", "AWS/SQS", "Namespace")
			d.set(stacks.Primary, "CopiesDlqUnreadAlarm", "ApproximateAgeOfOldestMessage", "MetricName")
		},
		"on the average":              func(d *draft) { d.set(stacks.Primary, "CopiesDlqUnreadAlarm", "Average", "Statistic") },
		"on messages that are hidden": func(d *draft) { d.say(stacks.Primary, "CopiesDlqFilledAlarm", "MessagesVisible", "MessagesNotVisible") },
		"none on failed runs":         func(d *draft) { d.remove(stacks.Primary, "ReconcilerDlqFilledAlarm") },
		"none on old outcomes":        func(d *draft) { d.remove(stacks.Primary, "OutcomesDlqUnreadAlarm") },
	}, nil},
	"every queue that feeds a function has an alarm for a message that is there for longer than an hour and all its receives": {stalledRing, map[string]func(*draft){
		"none":                   func(d *draft) { d.remove(stacks.Primary, "CopiesStalledAlarm") },
		"none on outcomes":       func(d *draft) { d.remove(stacks.Primary, "OutcomesStalledAlarm") },
		"on a run that is tried": func(d *draft) { d.set(stacks.Primary, "SweepsStalledAlarm", 3600, "Threshold") },
	}, nil},
	"every function has an alarm on throttles, and on errors where no queue tells of them": {functionsRing, map[string]func(*draft){
		"none on errors":    func(d *draft) { d.remove(stacks.Primary, "PrerequisitesErrorsAlarm") },
		"none on throttles": func(d *draft) { d.remove(stacks.Management, "PrerequisitesThrottlesAlarm") },
		"not the tracker's": func(d *draft) { d.remove(stacks.Primary, "OutcometrackerThrottlesAlarm") },
		"on errors that pass": func(d *draft) {
			d.set(stacks.Primary, "ReconcilerThrottlesAlarm", "Errors", "MetricName")
		},
		"on another's errors": func(d *draft) {
			d.say(stacks.Primary, "PrerequisitesErrorsAlarm", `"twohop-prerequisites"`, `"twohop-copystarter"`)
		},
		"on a thousand at a time": func(d *draft) { d.set(stacks.Management, "PrerequisitesErrorsAlarm", 1000, "Threshold") },
	}, nil},
	"every rule has alarms on events that it could not deliver, and on those it lost": {rulesRing, map[string]func(*draft){
		"none on failures": func(d *draft) { d.remove(stacks.Member, "ForwardRuleFailedAlarm") },
		"none on losses":   func(d *draft) { d.remove(stacks.Primary, "BusRuleLostAlarm") },
		"none on outcomes": func(d *draft) { d.remove(stacks.Primary, "OutcomeRuleFailedAlarm") },
		"no lost failures": func(d *draft) { d.remove(stacks.Primary, "FailedRuleLostAlarm") },
		"without the bus":  func(d *draft) { d.drop(stacks.Primary, "BusRuleFailedAlarm", "Dimensions", "0", "Name") },
		"the default bus as dimension": func(d *draft) {
			d.say(stacks.Primary, "OwnRuleFailedAlarm", `"Name":"RuleName"`, `"Name":"EventBusName"`)
		},
	}, nil},
	"every schedule has alarms on runs that were not started, and on those it lost": {schedulesRing, map[string]func(*draft){
		"none on failures": func(d *draft) { d.remove(stacks.Management, "SchedulesFailedAlarm") },
		"none on losses":   func(d *draft) { d.remove(stacks.Primary, "SchedulesLostAlarm") },
	}, nil},
	"types without a route and accounts at their ceiling have alarms": {decisionsRing, map[string]func(*draft){
		"none on types":    func(d *draft) { d.remove(stacks.Primary, "UnroutedAlarm") },
		"none on accounts": func(d *draft) { d.remove(stacks.Primary, "CeilingAlarm") },
		"another estate's": func(d *draft) { d.set(stacks.Primary, "CeilingAlarm", "payroll", "Dimensions", "0", "Value") },
	}, nil},
	"every alarm rings on what it counts, and says what has happened": {alarmsAreSound, map[string]func(*draft){
		"below":               func(d *draft) { d.set(stacks.Primary, "CeilingAlarm", "LessThanThreshold", "ComparisonOperator") },
		"after a day":         func(d *draft) { d.set(stacks.Primary, "PrerequisitesErrorsAlarm", 288, "EvaluationPeriods") },
		"no data is an alarm": func(d *draft) { d.set(stacks.Member, "ForwardRuleLostAlarm", "breaching", "TreatMissingData") },
		"switched off":        func(d *draft) { d.add(stacks.Member, "ForwardRuleLostAlarm", "ActionsEnabled", false) },
		"every ten seconds":   func(d *draft) { d.set(stacks.Primary, "CopystarterThrottlesAlarm", 10, "Period") },
		"lost and found": func(d *draft) {
			d.set(stacks.Primary, "SchedulesLostAlarm", "A daily run was lost. It is in the queue", "AlarmDescription")
		},
		"no description": func(d *draft) { d.drop(stacks.Primary, "UnroutedAlarm", "AlarmDescription") },
		"no command": func(d *draft) {
			d.set(stacks.Primary, "StuckAlarm", "A copy is stuck. Open a case. Run: something.", "AlarmDescription")
		},
		"a long description": func(d *draft) {
			d.set(stacks.Primary, "UnroutedAlarm", strings.Repeat("Look. ", 200), "AlarmDescription")
		},
	}, nil},
	"every alarm tells the estate's topic when it rings and when that is over": {alarmsTellTheTopic, map[string]func(*draft){
		"not when it rings":          func(d *draft) { d.drop(stacks.Member, "ForwardDlqFilledAlarm", "AlarmActions") },
		"not when it is over":        func(d *draft) { d.drop(stacks.Management, "PrerequisitesErrorsAlarm", "OKActions") },
		"another topic":              func(d *draft) { d.say(stacks.Management, "SchedulesLostAlarm", ":twohop-alarms", ":twohop-alarm") },
		"a topic of the member":      func(d *draft) { d.say(stacks.Member, "ForwardRuleLostAlarm", ":222222222222:", ":111111111111:") },
		"the topic is not there":     func(d *draft) { d.remove(stacks.Primary, "AlarmTopic") },
		"the topic's policy is not":  func(d *draft) { d.remove(stacks.Primary, "AlarmTopicPolicy") },
		"the topic has another name": func(d *draft) { d.set(stacks.Primary, "AlarmTopic", "twohop-bells", "TopicName") },
	}, nil},
	"the topic and its key let CloudWatch in for every alarm, and for no other": {topicAdmitsAlarms, map[string]func(*draft){
		"the key lets nobody in": func(d *draft) {
			d.dropStatement(stacks.Primary, "KeyAlarmTopic", "CentralAlarms")
			d.dropStatement(stacks.Primary, "KeyAlarmTopic", "MembersAlarms")
		},
		"the key knows no members":   func(d *draft) { d.dropStatement(stacks.Primary, "KeyAlarmTopic", "MembersAlarms") },
		"the key cannot be used":     func(d *draft) { d.say(stacks.Primary, "KeyAlarmTopic", "kms:GenerateDataKey*", "kms:Sign") },
		"the topic knows no members": func(d *draft) { d.dropStatement(stacks.Primary, "AlarmTopicPolicy", "MembersAlarms") },
		"an alarm of another name":   func(d *draft) { d.set(stacks.Member, "ForwardRuleLostAlarm", "forward-rule-lost", "AlarmName") },
		"any account's alarms": func(d *draft) {
			d.dropCondition(stacks.Primary, "AlarmTopicPolicy", "MembersAlarms", "StringEqualsIfExists", "aws:SourceOrgID")
		},
		"any alarm": func(d *draft) {
			d.dropCondition(stacks.Primary, "AlarmTopicPolicy", "MembersAlarms", "ArnLike", "aws:SourceArn")
		},
		"another service": func(d *draft) {
			d.say(stacks.Primary, "KeyAlarmTopic", "cloudwatch.amazonaws.com", "events.amazonaws.com")
		},
	}, nil},
}

// bell is what an alarm of a stack must watch.
type bell struct {
	namespace, metric string
	dimensions        map[string]string
	statistic         string
	from              float64
}

// ring finds bells that no alarm of the stack is.
func (s *stack) ring(found *faults, about *resource, bells ...bell) {
	for _, b := range bells {
		rings := func(alarm *resource) bool {
			return alarm.text("Namespace") == b.namespace && alarm.text("MetricName") == b.metric &&
				alarm.text("Statistic") == b.statistic && alarm.number("Threshold") == b.from && sameMap(dimensions(alarm), b.dimensions)
		}
		if !slices.ContainsFunc(s.all(anAlarm), rings) {
			found.add("%s: no alarm on %s of %s from %v on", about, b.metric, b.dimensions, b.from)
		}
	}
}

func dimensions(alarm *resource) map[string]string {
	found := map[string]string{}
	for _, dimension := range alarm.list("Dimensions") {
		found[text(dimension, "Name")] = text(dimension, "Value")
	}
	return found
}

func stalledRing(d deployment) (found faults) {
	for _, queue := range d.all(aQueue) {
		if queue.at("RedrivePolicy") != nil {
			receives := queue.number("RedrivePolicy", "maxReceiveCount") * queue.number("VisibilityTimeout")
			queue.stack.ring(&found, queue, bell{"AWS/SQS", "ApproximateAgeOfOldestMessage", map[string]string{"QueueName": queue.text("QueueName")}, "Maximum", max(3600, receives)})
		}
	}
	return found
}

func functionsRing(d deployment) (found faults) {
	for _, function := range d.all(aFunction) {
		of := map[string]string{"FunctionName": function.text("FunctionName")}
		function.stack.ring(&found, function, bell{"AWS/Lambda", "Throttles", of, "Sum", 1})
		if feeding(function) == nil { // then a run fails for good without filling a queue
			function.stack.ring(&found, function, bell{"AWS/Lambda", "Errors", of, "Sum", 1})
			continue
		}
		for _, alarm := range function.stack.all(anAlarm) {
			if alarm.text("MetricName") == "Errors" && sameMap(dimensions(alarm), of) {
				found.add("%s: rings on errors that pass", alarm)
			}
		}
	}
	return found
}

// feeding is the mapping that feeds a function; nil: no queue does.
func feeding(function *resource) *resource {
	return first(function.stack.all(aMapping), func(m *resource) bool { return m.text("FunctionName") == function.text("FunctionName") })
}

// rulesRing: the metrics of a rule on the default bus have no dimension for it
// [EventBridge: monitoring].
func rulesRing(d deployment) (found faults) {
	for _, rule := range d.all(aRule) {
		of := map[string]string{"RuleName": rule.text("Name")}
		if bus := rule.text("EventBusName"); bus != "" {
			of["EventBusName"] = bus
		}
		rule.stack.ring(&found, rule, bell{"AWS/Events", "FailedInvocations", of, "Sum", 1}, bell{"AWS/Events", "InvocationsFailedToBeSentToDlq", of, "Sum", 1})
	}
	return found
}

func schedulesRing(d deployment) (found faults) {
	for _, schedule := range d.all(aSchedule) {
		of := map[string]string{"ScheduleGroup": schedule.text("GroupName")}
		schedule.stack.ring(&found, schedule,
			bell{"AWS/Scheduler", "InvocationDroppedCount", of, "Sum", 1}, bell{"AWS/Scheduler", "InvocationsFailedToBeSentToDeadLetterCount", of, "Sum", 1})
	}
	return found
}

func decisionsRing(d deployment) (found faults) {
	for _, mapping := range d.all(aMapping) {
		for _, metric := range []telemetry.Metric{telemetry.Unrouted, telemetry.Ceiling} {
			mapping.stack.ring(&found, mapping, bell{telemetry.Namespace, string(metric), map[string]string{telemetry.DimensionEstate: d.estate.Name}, "Sum", 1})
		}
	}
	return found
}

func alarmsAreSound(d deployment) (found faults) {
	for _, alarm := range d.all(anAlarm) {
		counts := alarm.text("ComparisonOperator") == "GreaterThanOrEqualToThreshold" && alarm.number("EvaluationPeriods") == 1 &&
			alarm.text("TreatMissingData") == "notBreaching" && (alarm.number("Period") == 300 || alarm.number("Period") == 3600)
		if !counts && !measured(alarm) || alarm.at("ActionsEnabled") == false {
			found.add("%s: %v", alarm, alarm.properties)
		}
		// The most characters that CloudWatch takes [CloudWatch API: PutMetricAlarm].
		says := alarm.text("AlarmDescription")
		if strings.HasSuffix(alarm.text("AlarmName"), "-lost") && strings.Contains(says, "in the queue") {
			found.add("%s: says of what no queue has taken where it is: %q", alarm, says)
		}
		if len(strings.Split(says, ". ")) < 3 || len(says) > 1024 {
			found.add("%s: says %q; what has happened, what to do and what to run, in 1024 characters", alarm, says)
		}
		if !command.MatchString(says) {
			found.add("%s: ends with no command: %q", alarm, says)
		}
	}
	return found
}

func alarmsTellTheTopic(d deployment) (found faults) {
	topic := d.primary().find(aTopic, d.estate.TopicARN())
	if topic == nil {
		found.add("no topic %s", d.estate.TopicARN())
	}
	if !slices.ContainsFunc(d.primary().all(onTopic), func(r *resource) bool { return slices.Contains(r.texts("Topics"), d.estate.TopicARN()) }) {
		found.add("topic %s has no policy", d.estate.TopicARN())
	}
	told := []string{d.estate.TopicARN()}
	for _, alarm := range d.all(anAlarm) {
		if !same(alarm.texts("AlarmActions"), told) || !same(alarm.texts("OKActions"), told) {
			found.add("%s: tells %v and %v", alarm, alarm.at("AlarmActions"), alarm.at("OKActions"))
		}
	}
	return found
}

func topicAdmitsAlarms(d deployment) (found faults) {
	e, s := d.estate, d.primary()
	ask := func(account, arn, organization, want string) {
		by := call{service: "cloudwatch.amazonaws.com", keys: map[string]string{
			"aws:SourceArn": arn, "aws:SourceAccount": account, "aws:SourceOrgID": organization, "aws:SecureTransport": "true",
		}}
		for _, topic := range s.all(aTopic) {
			for _, on := range s.all(onTopic) {
				by.action, by.resource = "sns:Publish", topic.arn()
				found.decided(on, decide(on.at("PolicyDocument"), by), want, arn)
			}
			for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
				by.action = action
				key := first(s.all(aKey), func(r *resource) bool { return r.id == topic.text("KmsMasterKeyId") })
				if key == nil {
					found.add("%s: is on the key %q, which is not of the stack", topic, topic.text("KmsMasterKeyId"))
					continue
				}
				found.decided(key, decide(key.at("KeyPolicy"), by), want, arn)
			}
		}
	}
	for _, alarm := range d.all(anAlarm) {
		ask(alarm.stack.account, alarm.arn(), e.Organization, allowed)
	}
	ask(member, e.ARNIn(e.Regions.Primary, "cloudwatch", member, "alarm:other"), e.Organization, silent)
	ask(member, e.AlarmARN(member), "o-z9y8x7w6v5", silent)
	return found
}

// decided adds a fault where a policy does not decide as it should.
func (f *faults) decided(on *resource, decision, want, about string) {
	if decision != want {
		f.add("%s: %s about %s, should be %s", on, decision, about, want)
	}
}
