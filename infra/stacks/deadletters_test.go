package stacks_test

import (
	"slices"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/telemetry"
)

// deadLetters: what cannot be delivered or done is kept where a person looks.
var deadLetters = map[string]check{
	"every target of a rule has a dead-letter queue in its account and Region": {rulesHaveDeadLetters, map[string]func(*draft){
		"the member's rule has none": func(d *draft) { d.drop(stacks.Member, "ForwardRule", "Targets", "0", "DeadLetterConfig") },
		"the bus's rule has none":    func(d *draft) { d.drop(stacks.Primary, "HopRule", "Targets", "0", "DeadLetterConfig") },
		"that of outcomes has none":  func(d *draft) { d.drop(stacks.Primary, "OutcomeRule", "Targets", "0", "DeadLetterConfig") },
		"a queue that does not exist": func(d *draft) {
			d.set(stacks.Primary, "OwnHopRule", "arn:aws:sqs:eu-central-1:222222222222:twohop-event-dlq", "Targets", "0", "DeadLetterConfig", "Arn")
		},
		"the queue of another account": func(d *draft) {
			d.set(stacks.Member, "ForwardRule", "arn:aws:sqs:eu-central-1:222222222222:twohop-events-dlq", "Targets", "0", "DeadLetterConfig", "Arn")
		},
	}, nil},
	"every target of a rule is tried for a day": {rulesTryForADay, map[string]func(*draft){
		"an hour": func(d *draft) {
			d.set(stacks.Member, "ForwardRule", 3600, "Targets", "0", "RetryPolicy", "MaximumEventAgeInSeconds")
		},
		"one try": func(d *draft) {
			d.set(stacks.Primary, "HopRule", 0, "Targets", "0", "RetryPolicy", "MaximumRetryAttempts")
		},
		"disabled":         func(d *draft) { d.set(stacks.Primary, "HopRule", "DISABLED", "State") },
		"failures are not": func(d *draft) { d.drop(stacks.Primary, "FailedRule", "Targets", "0", "RetryPolicy") },
	}, nil},
	"every schedule has a dead-letter queue in its account": {schedulesHaveDeadLetters, map[string]func(*draft){
		"none":                  func(d *draft) { d.drop(stacks.Primary, "DailySchedule", "Target", "DeadLetterConfig") },
		"none in management":    func(d *draft) { d.drop(stacks.Management, "DailySchedule", "Target", "DeadLetterConfig") },
		"none of recent runs":   func(d *draft) { d.drop(stacks.Primary, "RecentSchedule", "Target", "DeadLetterConfig") },
		"one that is not there": func(d *draft) { d.remove(stacks.Management, "SchedulesDlqQueue") },
	}, nil},
	"every queue that feeds a function gives a message up after the receives that the function counts on": {feedsRedrive, map[string]func(*draft){
		"an outcome after four": func(d *draft) { d.set(stacks.Primary, "OutcomesQueue", 4, "RedrivePolicy", "maxReceiveCount") },
		"a run after five":      func(d *draft) { d.set(stacks.Primary, "SweepsQueue", 5, "RedrivePolicy", "maxReceiveCount") },
		"outcomes with the copies": func(d *draft) {
			d.say(stacks.Primary, "OutcomesQueue", `"OutcomesDlqQueue"`, `"CopiesDlqQueue"`)
		},
		"never":         func(d *draft) { d.drop(stacks.Primary, "CopiesQueue", "RedrivePolicy") },
		"after one":     func(d *draft) { d.set(stacks.Primary, "CopiesQueue", 1, "RedrivePolicy", "maxReceiveCount") },
		"into no queue": func(d *draft) { d.remove(stacks.Primary, "CopiesDlqQueue") },
		"into one that does not take it": func(d *draft) {
			d.set(stacks.Primary, "CopiesDlqQueue", "denyAll", "RedriveAllowPolicy", "redrivePermission")
		},
		"into one that takes another's": func(d *draft) { d.say(stacks.Primary, "CopiesDlqQueue", ":twohop-copies\"", ":twohop-copy\"") },
	}, nil},
	"no queue is redriven to a dead-letter queue that is not its own": {redrivesAreBound, map[string]func(*draft){
		"any queue's": func(d *draft) { d.drop(stacks.Primary, "EventsDlqQueue", "RedriveAllowPolicy") },
		"allowed all": func(d *draft) {
			d.set(stacks.Member, "ForwardDlqQueue", "allowAll", "RedriveAllowPolicy", "redrivePermission")
		},
	}, nil},
	"every function that is invoked asynchronously has a dead-letter queue": {functionsHaveDeadLetters, map[string]func(*draft){
		"none":                  func(d *draft) { d.drop(stacks.Primary, "PrerequisitesFunction", "DeadLetterConfig") },
		"none in management":    func(d *draft) { d.drop(stacks.Management, "PrerequisitesFunction", "DeadLetterConfig") },
		"not the reconciler":    func(d *draft) { d.drop(stacks.Primary, "ReconcilerFunction", "DeadLetterConfig") },
		"one that is not there": func(d *draft) { d.remove(stacks.Primary, "PrerequisitesDlqQueue") },
	}, nil},
	"every function is invoked by something": {functionsAreInvoked, map[string]func(*draft){
		"no feed":                func(d *draft) { d.remove(stacks.Primary, "CopiesMapping") },
		"no feed of outcomes":    func(d *draft) { d.remove(stacks.Primary, "OutcomesMapping") },
		"the feed is off":        func(d *draft) { d.set(stacks.Primary, "CopiesMapping", false, "Enabled") },
		"a feed of another name": func(d *draft) { d.set(stacks.Primary, "CopiesMapping", "twohop-copystarters", "FunctionName") },
		"no schedule and no custom resource": func(d *draft) {
			d.remove(stacks.Primary, "DailySchedule")
			d.remove(stacks.Primary, "AccountDuties")
		},
	}, nil},
}

func rulesHaveDeadLetters(d deployment) (found faults) {
	for _, rule := range d.all(aRule) {
		for _, target := range rule.list("Targets") {
			if arn := text(target, "DeadLetterConfig", "Arn"); rule.stack.find(aQueue, arn) == nil {
				found.add("%s: dead letters to %q, which is no queue of the stack", rule, arn)
			}
		}
		if len(rule.list("Targets")) != 1 || rule.text("Targets", "0", "Id") == "" {
			found.add("%s: has not one target with an id: %v", rule, rule.list("Targets"))
		}
	}
	return found
}

func rulesTryForADay(d deployment) (found faults) {
	for _, rule := range d.all(aRule) {
		if rule.number("Targets", "0", "RetryPolicy", "MaximumEventAgeInSeconds") != 86400 ||
			rule.number("Targets", "0", "RetryPolicy", "MaximumRetryAttempts") != 185 || rule.text("State") != "ENABLED" {
			found.add("%s: is %s and tries %v", rule, rule.text("State"), rule.at("Targets", "0", "RetryPolicy"))
		}
	}
	return found
}

func schedulesHaveDeadLetters(d deployment) (found faults) {
	for _, schedule := range d.all(aSchedule) {
		if arn := schedule.text("Target", "DeadLetterConfig", "Arn"); schedule.stack.find(aQueue, arn) == nil {
			found.add("%s: dead letters to %q, which is no queue of the stack", schedule, arn)
		}
	}
	return found
}

func feedsRedrive(d deployment) (found faults) {
	for _, mapping := range d.all(aMapping) {
		queue := mapping.stack.find(aQueue, mapping.text("EventSourceArn"))
		if queue == nil {
			found.add("%s: feeds from %q, which is no queue of the stack", mapping, mapping.text("EventSourceArn"))
			continue
		}
		dead := mapping.stack.find(aQueue, queue.text("RedrivePolicy", "deadLetterTargetArn"))
		receives := map[string]int{
			d.estate.Called(estate.CopiesQueue):   d.estate.Starter().MaxReceives,
			d.estate.Called(estate.OutcomesQueue): d.estate.Tracker().MaxReceives,
			d.estate.Called(estate.SweepsQueue):   3, // as often as Lambda runs what a schedule begins
		}
		if n := queue.number("RedrivePolicy", "maxReceiveCount"); dead == nil || n != float64(receives[queue.text("QueueName")]) {
			found.add("%s: gives up after %v receives, into %s", queue, n, queue.text("RedrivePolicy", "deadLetterTargetArn"))
			continue
		}
		if dead.text("RedriveAllowPolicy", "redrivePermission") != "byQueue" || !same(dead.texts("RedriveAllowPolicy", "sourceQueueArns"), []string{queue.arn()}) {
			found.add("%s: does not take what %s gives up: %v", dead, queue, dead.at("RedriveAllowPolicy"))
		}
	}
	return found
}

// redrivesAreBound: SQS knows which queue redrives to which, not who else put
// messages there; so those of EventBridge and of Lambda take no queue's.
func redrivesAreBound(d deployment) (found faults) {
	for _, queue := range d.all(aQueue) {
		permission := queue.text("RedriveAllowPolicy", "redrivePermission")
		redrives := queue.at("RedrivePolicy") != nil
		if !redrives && permission != "denyAll" && permission != "byQueue" {
			found.add("%s: takes the messages of any queue: %q", queue, permission)
		}
	}
	return found
}

// asynchronous reports whether CloudFormation or Scheduler invokes the function;
// neither waits for its answer.
func asynchronous(function *resource) bool {
	invokes := func(r *resource) bool {
		return r.text("ServiceToken") == function.arn() || r.text("Target", "Arn") == function.arn()
	}
	return slices.ContainsFunc(function.stack.all(aDuty, aSchedule), invokes)
}

func functionsHaveDeadLetters(d deployment) (found faults) {
	for _, function := range d.all(aFunction) {
		if arn := function.text("DeadLetterConfig", "TargetArn"); asynchronous(function) && function.stack.find(aQueue, arn) == nil {
			found.add("%s: dead letters to %q, which is no queue of the stack", function, arn)
		}
	}
	return found
}

func functionsAreInvoked(d deployment) (found faults) {
	for _, function := range d.all(aFunction) {
		fed := slices.ContainsFunc(function.stack.all(aMapping), func(mapping *resource) bool {
			return mapping.text("FunctionName") == function.text("FunctionName") && mapping.at("Enabled") == true
		})
		if !fed && !asynchronous(function) {
			found.add("%s: nothing invokes it", function)
		}
	}
	return found
}

func deadLettersRing(d deployment) (found faults) {
	for _, queue := range d.all(aQueue) {
		if queue.at("RedrivePolicy") != nil {
			continue
		}
		b := bell{"AWS/SQS", "ApproximateNumberOfMessagesVisible", map[string]string{"QueueName": queue.text("QueueName")}, "Maximum", 1}
		hour := b
		hour.metric, hour.from = "ApproximateAgeOfOldestMessage", 3600
		if queue.text("QueueName") == d.estate.Called(estate.CopiesDLQ) { // it is read, and SQS leaves out what was
			hour.namespace, hour.metric = telemetry.Namespace, string(telemetry.OldestLetterAge)
			hour.dimensions = map[string]string{telemetry.DimensionEstate: d.estate.Name}
		}
		days := hour
		days.from = 10 * 24 * 3600
		if days.namespace == "AWS/SQS" && redriven(d, queue) { // it expires from its first sending, and its age is from the move
			days.from = 3 * 24 * 3600
		}
		queue.stack.ring(&found, queue, b, hour, days)
	}
	return found
}

// redriven reports whether SQS moves messages of another queue to a queue.
func redriven(d deployment, dead *resource) bool {
	return slices.ContainsFunc(d.all(aQueue), func(q *resource) bool { return q.text("RedrivePolicy", "deadLetterTargetArn") == dead.arn() })
}
