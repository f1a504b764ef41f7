package stacks_test

import (
	"slices"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// queues: what is in them is safe, is not lost and comes from those who may send.
var queues = map[string]check{
	"every queue is encrypted with SQS's own keys": {queuesAreEncrypted, map[string]func(*draft){
		"not at all":             func(d *draft) { d.set(stacks.Primary, "CopiesQueue", false, "SqsManagedSseEnabled") },
		"outcomes are not":       func(d *draft) { d.drop(stacks.Primary, "OutcomesQueue", "SqsManagedSseEnabled") },
		"by default only":        func(d *draft) { d.drop(stacks.Member, "ForwardDlqQueue", "SqsManagedSseEnabled") },
		"on the AWS managed key": func(d *draft) { d.add(stacks.Primary, "EventsDlqQueue", "KmsMasterKeyId", "alias/aws/sqs") },
		"on a customer's own key": func(d *draft) {
			d.add(stacks.Primary, "CopiesQueue", "KmsMasterKeyId", map[string]any{"Ref": "KeyAlarmTopic"})
		},
	}, nil},
	"every queue and the topic refuse clear text": {clearTextIsRefused, map[string]func(*draft){
		"not a queue":            func(d *draft) { d.dropStatement(stacks.Primary, "CopiesQueuePolicy", "OnlyTLS") },
		"not that of outcomes":   func(d *draft) { d.dropStatement(stacks.Primary, "OutcomesQueuePolicy", "OnlyTLS") },
		"not that of runs":       func(d *draft) { d.remove(stacks.Primary, "SweepsQueuePolicy") },
		"not the member's queue": func(d *draft) { d.dropStatement(stacks.Member, "ForwardDlqQueuePolicy", "OnlyTLS") },
		"not the topic":          func(d *draft) { d.dropStatement(stacks.Primary, "AlarmTopicPolicy", "OnlyTLS") },
		"sending only":           func(d *draft) { d.say(stacks.Primary, "EventsDlqQueuePolicy", `"sqs:*"`, `"sqs:SendMessage"`) },
		"a queue has no policy":  func(d *draft) { d.remove(stacks.Primary, "SchedulesDlqQueuePolicy") },
		"a policy of no queue": func(d *draft) {
			d.say(stacks.Primary, "CopiesDlqQueuePolicy", `"Ref":"CopiesDlqQueue"`, `"Ref":"CopiesQueue"`)
		},
		"of services only": func(d *draft) {
			d.say(stacks.Management, "SchedulesDlqQueuePolicy", `"AWS":"*"`, `"Service":"sns.amazonaws.com"`)
		},
		"what came by TLS as well": func(d *draft) {
			d.dropCondition(stacks.Primary, "CopiesQueuePolicy", "OnlyTLS", "Bool", "aws:SecureTransport")
		},
	}, nil},
	"every queue keeps messages for fourteen days": {queuesKeep, map[string]func(*draft){
		"four days, SQS's default": func(d *draft) { d.drop(stacks.Primary, "EventsDlqQueue", "MessageRetentionPeriod") },
		"thirteen days":            func(d *draft) { d.set(stacks.Primary, "CopiesQueue", 13*24*3600, "MessageRetentionPeriod") },
		"dead runs for four":       func(d *draft) { d.drop(stacks.Primary, "ReconcilerDlqQueue", "MessageRetentionPeriod") },
	}, nil},
	"a queue hides a message for six times its function's timeout": {queuesHide, map[string]func(*draft){
		"five times":        func(d *draft) { d.set(stacks.Primary, "CopiesQueue", 300, "VisibilityTimeout") },
		"by default":        func(d *draft) { d.drop(stacks.Primary, "CopiesQueue", "VisibilityTimeout") },
		"a slower function": func(d *draft) { d.set(stacks.Primary, "CopystarterFunction", 120, "Timeout") },
		"a slower tracker":  func(d *draft) { d.set(stacks.Primary, "OutcometrackerFunction", 61, "Timeout") },
		"runs for an hour":  func(d *draft) { d.set(stacks.Primary, "SweepsQueue", 3600, "VisibilityTimeout") },
	}, nil},
	"a feed reports single messages of ten, or takes single runs, two batches at once, and filters none": {feedsAreSound, map[string]func(*draft){
		"whole batches of outcomes": func(d *draft) { d.drop(stacks.Primary, "OutcomesMapping", "FunctionResponseTypes") },
		"one outcome by one":        func(d *draft) { d.set(stacks.Primary, "OutcomesMapping", 1, "BatchSize") },
		"runs do not go on":         func(d *draft) { d.set(stacks.Primary, "SweepsMapping", false, "Enabled") },
		"ten runs by one":           func(d *draft) { d.set(stacks.Primary, "SweepsMapping", 10, "BatchSize") },
		"runs report what they cannot": func(d *draft) {
			d.add(stacks.Primary, "SweepsMapping", "FunctionResponseTypes", []any{"ReportBatchItemFailures"})
		},
		"whole batches":  func(d *draft) { d.drop(stacks.Primary, "CopiesMapping", "FunctionResponseTypes") },
		"three at once":  func(d *draft) { d.set(stacks.Primary, "CopiesMapping", 3, "ScalingConfig", "MaximumConcurrency") },
		"any number":     func(d *draft) { d.drop(stacks.Primary, "CopiesMapping", "ScalingConfig") },
		"a larger batch": func(d *draft) { d.set(stacks.Primary, "CopiesMapping", 100, "BatchSize") },
		"it deletes some": func(d *draft) {
			d.add(stacks.Primary, "CopiesMapping", "FilterCriteria", map[string]any{"Filters": []any{}})
		},
		"it waits a while": func(d *draft) { d.add(stacks.Primary, "CopiesMapping", "MaximumBatchingWindowInSeconds", 300) },
	}, nil},
	"a queue lets in the rules that send to it, and no others": {queuesAdmitRules, map[string]func(*draft){
		"nobody":      func(d *draft) { d.dropStatement(stacks.Primary, "CopiesQueuePolicy", "RulesDeliver") },
		"no outcomes": func(d *draft) { d.dropStatement(stacks.Primary, "OutcomesQueuePolicy", "RulesDeliver") },
		"not failures": func(d *draft) {
			d.say(stacks.Primary, "OutcomesQueuePolicy", "twohop-hop1-failed", "twohop-hop1-ended")
		},
		"no dead outcomes": func(d *draft) {
			d.say(stacks.Primary, "EventsDlqQueuePolicy", ":rule/twohop-hop2-ended", ":rule/twohop-hop2")
		},
		"not one of the rules": func(d *draft) {
			d.say(stacks.Primary, "CopiesQueuePolicy", "rule/twohop/twohop-hop1", "rule/twohop/hop1")
		},
		"any rule": func(d *draft) {
			d.dropCondition(stacks.Primary, "EventsDlqQueuePolicy", "RulesDeliver", "ArnEquals", "aws:SourceArn")
		},
		"any of the account's": func(d *draft) { d.say(stacks.Member, "ForwardDlqQueuePolicy", ":rule/twohop-forward", ":rule/*") },
		"not the dead letters": func(d *draft) { d.dropStatement(stacks.Member, "ForwardDlqQueuePolicy", "RulesDeliver") },
		"other queues only": func(d *draft) {
			d.say(stacks.Primary, "EventsDlqQueuePolicy", ":twohop-events-dlq", ":twohop-event-dlq")
		},
		"another service": func(d *draft) {
			d.say(stacks.Primary, "CopiesQueuePolicy", "events.amazonaws.com", "sns.amazonaws.com")
		},
		"the rule is renamed": func(d *draft) { d.set(stacks.Member, "ForwardRule", "forward", "Name") },
	}, nil},
	"the topic is encrypted with a key of the estate": {topicIsEncrypted, map[string]func(*draft){
		"not at all":             func(d *draft) { d.drop(stacks.Primary, "AlarmTopic", "KmsMasterKeyId") },
		"on the AWS managed key": func(d *draft) { d.set(stacks.Primary, "AlarmTopic", "alias/aws/sns", "KmsMasterKeyId") },
	}, nil},
	"the alarms' letters go to the estate's addresses": {lettersAreSent, map[string]func(*draft){
		"to others too": func(d *draft) {
			d.stack(stacks.Primary).resources()["Another"] = map[string]any{"Type": aLetter, "Properties": map[string]any{"Endpoint": "someone@example.com"}}
		},
	}, map[string]func(*draft){
		"not to one": func(d *draft) { d.remove(stacks.Primary, "AlarmEmail0") },
		"to another": func(d *draft) { d.set(stacks.Primary, "AlarmEmail0", "someone@example.com", "Endpoint") },
		"of no topic": func(d *draft) {
			d.set(stacks.Primary, "AlarmEmail0", "arn:aws:sns:eu-central-1:222222222222:alarms", "TopicArn")
		},
		"by short text": func(d *draft) { d.set(stacks.Primary, "AlarmEmail0", "sms", "Protocol") },
	}},
}

func queuesAreEncrypted(d deployment) (found faults) {
	for _, queue := range d.all(aQueue) {
		if queue.at("SqsManagedSseEnabled") != true || queue.at("KmsMasterKeyId") != nil {
			found.add("%s: SqsManagedSseEnabled is %v, KmsMasterKeyId %v", queue, queue.at("SqsManagedSseEnabled"), queue.at("KmsMasterKeyId"))
		}
	}
	return found
}

// policyOf is the policy of a queue or of the topic; nil: it has none.
func policyOf(r *resource) any {
	kind, property := onQueue, "Queues"
	if r.kind == aTopic {
		kind, property = onTopic, "Topics"
	}
	policy := first(r.stack.all(kind), func(p *resource) bool { return slices.Contains(p.texts(property), r.ref()) })
	if policy == nil {
		return nil
	}
	return policy.at("PolicyDocument")
}

func clearTextIsRefused(d deployment) (found faults) {
	for _, r := range d.all(aQueue, aTopic) {
		actions := []string{"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"}
		if r.kind == aTopic {
			actions = []string{"sns:Publish"}
		}
		for _, action := range actions {
			by := call{action: action, resource: r.arn(), account: r.stack.account, keys: map[string]string{"aws:SecureTransport": "false"}}
			found.decided(r, decide(policyOf(r), by), denied, action+" in clear text")
			by.keys = map[string]string{"aws:SecureTransport": "true"}
			found.decided(r, decide(policyOf(r), by), silent, action+" by TLS")
		}
	}
	return found
}

func queuesKeep(d deployment) (found faults) {
	for _, queue := range d.all(aQueue) {
		if seconds := queue.number("MessageRetentionPeriod"); seconds != 14*24*3600 {
			found.add("%s: keeps messages for %v s", queue, seconds)
		}
	}
	return found
}

// fed is the queue and the function of a mapping.
func fed(mapping *resource) (queue, function *resource) {
	return mapping.stack.find(aQueue, mapping.text("EventSourceArn")),
		first(mapping.stack.all(aFunction), func(f *resource) bool { return f.text("FunctionName") == mapping.text("FunctionName") })
}

func queuesHide(d deployment) (found faults) {
	for _, mapping := range d.all(aMapping) {
		queue, function := fed(mapping)
		if queue == nil || function == nil || queue.number("VisibilityTimeout") < 6*function.number("Timeout") {
			found.add("%s: less than six times the timeout", mapping)
		}
	}
	return found
}

func feedsAreSound(d deployment) (found faults) {
	for _, m := range d.all(aMapping) {
		size, reports := 10.0, []string{"ReportBatchItemFailures"}
		if m.text("EventSourceArn") == d.estate.QueueARN(m.stack.account, estate.SweepsQueue) {
			size, reports = 1, nil // the reconciler answers nothing
		}
		if !same(m.texts("FunctionResponseTypes"), reports) || m.number("ScalingConfig", "MaximumConcurrency") != 2 ||
			m.number("BatchSize") != size || m.at("Enabled") != true || m.at("FilterCriteria") != nil || m.at("MaximumBatchingWindowInSeconds") != nil {
			found.add("%s: %v", m, m.properties)
		}
	}
	return found
}

func queuesAdmitRules(d deployment) (found faults) {
	for _, queue := range d.all(aQueue) {
		by := func(rule string) call {
			return call{action: "sqs:SendMessage", resource: queue.arn(), service: "events.amazonaws.com",
				keys: map[string]string{"aws:SourceArn": rule, "aws:SourceAccount": queue.stack.account, "aws:SecureTransport": "true"}}
		}
		for _, rule := range queue.stack.all(aRule) {
			want := silent
			if rule.text("Targets", "0", "Arn") == queue.arn() || rule.text("Targets", "0", "DeadLetterConfig", "Arn") == queue.arn() {
				want = allowed
			}
			found.decided(queue, decide(policyOf(queue), by(rule.arn())), want, "rule "+rule.id)
		}
		found.decided(queue, decide(policyOf(queue), by(d.estate.RuleARN(queue.stack.account, "other"))), silent, "another rule")
	}
	return found
}

func topicIsEncrypted(d deployment) (found faults) {
	for _, topic := range d.all(aTopic) {
		ours := func(key *resource) bool { return key.id == topic.text("KmsMasterKeyId") }
		if first(topic.stack.all(aKey), ours) == nil {
			found.add("%s: is on the key %q", topic, topic.text("KmsMasterKeyId"))
		}
	}
	return found
}

func lettersAreSent(d deployment) (found faults) {
	var addresses []string
	for _, letter := range d.all(aLetter) {
		addresses = append(addresses, letter.text("Endpoint"))
		if letter.text("TopicArn") != d.estate.TopicARN() || letter.text("Protocol") != "email" {
			found.add("%s: %v", letter, letter.properties)
		}
	}
	if !same(addresses, d.estate.Alarms.Emails) {
		found.add("letters go to %v, should go to %v", addresses, d.estate.Alarms.Emails)
	}
	return found
}
