package e2e

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/events/archive"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/scheduler"
	"github.com/twohop/twohop/test/stage"
)

// What can be wrong with the settings of deployed queues, rules, mappings and functions.

// setting gives a queue of the backup account other attributes.
func setting(name string, attributes map[string]string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		arn := "arn:aws:sqs:" + stage.Primary + ":" + stage.Backup + ":payroll-" + name
		was, err := c.World.SQS.Attributes(arn)
		require.NoError(t, err)
		set := func(attributes map[string]string) {
			_, err := sqs.NewFromConfig(c.Client(stage.Backup, stage.Primary)).SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
				QueueUrl: aws.String(c.World.SQS.URL(arn)), Attributes: attributes})
			require.NoError(t, err)
		}
		set(attributes)
		undo := map[string]string{}
		for name := range attributes {
			undo[name] = was[name]
		}
		return func() { set(undo) }
	}
}

// patterned gives a rule of the backup account's default bus another pattern.
func patterned(rule, pattern string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		bridge := eventbridge.NewFromConfig(c.Client(stage.Backup, stage.Primary))
		was, err := bridge.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: &rule})
		require.NoError(t, err)
		set := func(pattern *string) {
			_, err := bridge.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &rule, EventPattern: pattern})
			require.NoError(t, err)
		}
		set(&pattern)
		return func() { set(was.EventPattern) }
	}
}

// archived changes the archive of the bus.
func archived(change func(*archive.Archive)) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		const arn = "arn:aws:events:eu-central-1:222222222222:archive/payroll"
		out, err := eventbridge.NewFromConfig(c.Client(stage.Backup, stage.Primary)).DescribeArchive(t.Context(), &eventbridge.DescribeArchiveInput{ArchiveName: aws.String("payroll")})
		require.NoError(t, err)
		was := archive.Archive{ArchiveName: "payroll", ArchiveArn: arn, EventSourceArn: *out.EventSourceArn, EventPattern: *out.EventPattern, State: string(out.State), RetentionDays: int(*out.RetentionDays)}
		changed := was
		change(&changed)
		c.World.Events.Archives.Set(arn, changed)
		return func() { c.World.Events.Archives.Set(arn, was) }
	}
}

// mapped changes the mapping of a queue.
func mapped(queue string, change func(*lambda.Mapping)) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		for _, m := range c.World.Lambda.Mappings() {
			if m.QueueARN == c.Queue(queue).ARN {
				require.NoError(t, c.World.Lambda.ChangeMapping(m.UUID, change))
				return func() {
					require.NoError(t, c.World.Lambda.ChangeMapping(m.UUID, func(now *lambda.Mapping) { *now = m.Mapping }))
				}
			}
		}
		t.Fatalf("no mapping of %s", queue)
		return nil
	}
}

// configured changes a function.
func configured(name string, change func(*lambda.Function)) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		arn := "arn:aws:lambda:" + stage.Primary + ":" + stage.Backup + ":function:payroll-" + name
		was, err := c.World.Lambda.Function(arn)
		require.NoError(t, err)
		require.NoError(t, c.World.Lambda.ChangeFunction(arn, change))
		return func() {
			require.NoError(t, c.World.Lambda.ChangeFunction(arn, func(f *lambda.Function) { *f = was }))
		}
	}
}

const topicARN = "arn:aws:sns:eu-central-1:222222222222:payroll-alarms"

// rescheduled changes a schedule of the backup account.
func rescheduled(name string, change func(*scheduler.Schedule)) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		was, err := c.World.Scheduler.Get(stage.Backup, stage.Primary, "payroll", "payroll-"+name)
		require.NoError(t, err)
		changed := was.Schedule
		change(&changed)
		require.NoError(t, c.World.Scheduler.Update(changed))
		return func() { require.NoError(t, c.World.Scheduler.Update(was.Schedule)) }
	}
}

var illSettings = map[string]illness{
	"a queue hides messages for less than its function's timeout": {
		setting("copies", map[string]string{"VisibilityTimeout": "30"}),
		central(":payroll-copies", "the visibility timeout of the queue payroll-copies is 30s, less than the timeout of its function payroll-copystarter (1m0s)", "received again while the function still handles it",
			"aws sqs set-queue-attributes --region eu-central-1 --queue-url https://sqs.eu-central-1.amazonaws.com/222222222222/payroll-copies --attributes VisibilityTimeout=360"), 0},
	"a queue hides messages for less than AWS recommends": {
		setting("outcomes", map[string]string{"VisibilityTimeout": "120"}),
		said{Kind: "warning", Account: stage.Backup, Region: stage.Primary, Resource: ":payroll-outcomes", Problem: "AWS recommends 6 times the timeout of its function payroll-outcometracker", Causes: "count as received", Mend: "VisibilityTimeout=360"}, 0},
	"a function works for longer than its queue hides messages": {
		configured("copystarter", func(f *lambda.Function) { f.Timeout *= 10 }),
		central(":payroll-copies", "is 6m0s, less than the timeout of its function payroll-copystarter (10m0s)", "received again", "VisibilityTimeout=3600"), 0},
	"a queue without a redrive policy": {
		setting("copies", map[string]string{"RedrivePolicy": ""}),
		central(":payroll-copies", "the queue payroll-copies has no redrive policy", "no dead-letter message reports it", `\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-1:222222222222:payroll-copies-dlq\",\"maxReceiveCount\":\"5\"`), 0},
	"a queue gives messages up too early": {
		setting("outcomes", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:222222222222:payroll-outcomes-dlq","maxReceiveCount":1}`}),
		central(":payroll-outcomes", "has a maxReceiveCount of 1, and the estate 5", "moved without one", "aws sqs set-queue-attributes"), 0},
	"a dead-letter queue takes no messages": {
		setting("outcomes-dlq", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`}),
		central(":payroll-outcomes", "the redrive allow policy of the queue payroll-outcomes-dlq does not allow the queue payroll-outcomes", "may stay in its queue", "RedriveAllowPolicy"), 0},
	"a queue keeps messages for a day": {
		setting("copies-dlq", map[string]string{"MessageRetentionPeriod": "86400"}),
		central(":payroll-copies-dlq", "the queue payroll-copies-dlq keeps messages for 24h0m0s, and the estate 336h0m0s", "SQS deletes", "MessageRetentionPeriod=1209600"), 0},
	"a queue under the key of SQS in KMS": {
		setting("copies", map[string]string{"KmsMasterKeyId": "alias/aws/sqs"}),
		central(":payroll-copies", "is encrypted with the KMS key alias/aws/sqs", "EventBridge never can", "SqsManagedSseEnabled=true"), 0},
	"a rule with another pattern": {
		patterned("payroll-hop2-ended", `{"source":["aws.backup"],"detail":{"state":["COMPLETED"]}}`),
		central("rule/payroll-hop2-ended", "the event pattern of the rule payroll-hop2-ended on the default bus is not the estate's", "not tried again",
			"aws events put-rule --region eu-central-1 --name payroll-hop2-ended --event-pattern '{"), 0},
	"a rule without a dead-letter queue": {
		func(t *testing.T, c *clinic) func() {
			bridge, rule := eventbridge.NewFromConfig(c.Client(stage.Backup, stage.Primary)), aws.String("payroll-hop2-ended")
			was, err := bridge.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: rule})
			require.NoError(t, err)
			changed := was.Targets[0]
			changed.DeadLetterConfig = nil
			targets := was.Targets[:1:1]
			_, err = bridge.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: rule, Targets: append(targets[:0:0], changed)})
			require.NoError(t, err)
			return func() {
				_, err := bridge.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: rule, Targets: was.Targets})
				require.NoError(t, err)
			}
		},
		central("rule/payroll-hop2-ended", `has the dead-letter queue "", and the estate's arn:aws:sqs:eu-central-1:222222222222:payroll-events-dlq`, "lost after 24 hours", "aws events put-targets"), 0},
	"an archive that is gone": {
		archived(func(a *archive.Archive) { *a = archive.Archive{} }),
		central("archive/payroll", "there is no archive payroll", "cannot be replayed", "FLAGS=--revert-drift"), 0},
	"an archive that keeps events for a day": {
		archived(func(a *archive.Archive) { a.RetentionDays = 1 }),
		central("archive/payroll", "or for 1 days and not", "cannot be replayed", "aws events update-archive --region eu-central-1 --archive-name payroll --retention-days"), 0},
	"a mapping that does not report batch item failures": {
		mapped("copies", func(m *lambda.Mapping) { m.ReportBatchItemFailures = false }),
		central(":payroll-copies", "the event source mapping of payroll-copystarter does not report batch item failures", "handled again", "--function-response-types ReportBatchItemFailures"), 0},
	"a mapping without a maximum concurrency": {
		mapped("copies", func(m *lambda.Mapping) { m.MaximumConcurrency = 0 }),
		central(":payroll-copies", "the event source mapping of payroll-copystarter has no maximum concurrency, and the estate 2", overQuota, "--scaling-config MaximumConcurrency=2"), 0},
	"a mapping of another function with more": {
		mapped("outcomes", func(m *lambda.Mapping) { m.MaximumConcurrency = 50 }),
		said{Kind: "warning", Account: stage.Backup, Region: stage.Primary, Resource: ":payroll-outcomes", Problem: "has a maximum concurrency of 50, and the estate 2", Causes: "throttle", Mend: "--scaling-config"}, 0},
	"a mapping with larger batches": {
		mapped("sweeps", func(m *lambda.Mapping) { m.BatchSize = 10 }),
		said{Kind: "warning", Account: stage.Backup, Region: stage.Primary, Resource: ":payroll-sweeps", Problem: "has batches of 10 messages, and the estate 1", Causes: "longer than the function's timeout", Mend: "--batch-size 1"}, 0},
	"a function with other routes": {
		configured("copystarter", func(f *lambda.Function) {
			f.Environment = maps.Clone(f.Environment)
			f.Environment["TWOHOP_ROUTES"] = "[]"
		}),
		central("function:payroll-copystarter", "the environment of the function payroll-copystarter is not that of the estate's file: TWOHOP_ROUTES", "other routes", "STACKS=PayrollBackupPrimary"), 0},
	"a function that is throttled": {
		configured("reconciler", func(f *lambda.Function) { f.ReservedConcurrency = new(int) }),
		central("function:payroll-reconciler", "the reserved concurrency of the function payroll-reconciler is 0", "does not invoke it",
			"aws lambda delete-function-concurrency --region eu-central-1 --function-name payroll-reconciler"), 0},
	"the topic admits no alarms": {
		func(t *testing.T, c *clinic) func() {
			was, err := c.World.SNS.Attributes(topicARN)
			require.NoError(t, err)
			require.NoError(t, c.World.SNS.SetPolicy(topicARN, reduced(t, was.Policy, "CentralAlarms")))
			return func() { require.NoError(t, c.World.SNS.SetPolicy(topicARN, was.Policy)) }
		},
		central(":payroll-alarms", "the policy of the topic payroll-alarms lacks the statement CentralAlarms", "alarms fall silent", `"cloudwatch.amazonaws.com"`), 0},
	"the topic is under the key of SNS": {
		func(t *testing.T, c *clinic) func() {
			was, err := c.World.SNS.Attributes(topicARN)
			require.NoError(t, err)
			require.NoError(t, c.World.SNS.SetKey(topicARN, "alias/aws/sns"))
			return func() { require.NoError(t, c.World.SNS.SetKey(topicARN, was.KeyID)) }
		},
		central(":payroll-alarms", "is encrypted with the key alias/aws/sns", "alarms fall silent", "FLAGS=--revert-drift"), 0},
	"a schedule that starts another function": {
		rescheduled("recent", func(s *scheduler.Schedule) {
			s.Target.ARN = "arn:aws:lambda:eu-central-1:222222222222:function:payroll-prerequisites"
		}),
		central("schedule payroll-recent", `the schedule payroll-recent starts "arn:aws:lambda:eu-central-1:222222222222:function:payroll-prerequisites", and the estate's arn:aws:lambda:eu-central-1:222222222222:function:payroll-reconciler`, "are not started", "STACKS=PayrollBackupPrimary"), 0},
	"a schedule without a dead-letter queue": {
		rescheduled("full", func(s *scheduler.Schedule) { s.Target.DeadLetterARN = "" }),
		central("schedule payroll-full", `has the dead-letter queue "", and the estate's arn:aws:sqs:eu-central-1:222222222222:payroll-schedules-dlq`, "are lost", "FLAGS=--revert-drift"), 0},
	"a schedule that runs too seldom": {
		rescheduled("recent", func(s *scheduler.Schedule) { s.Expression = "rate(6 hours)" }),
		said{Kind: "warning", Account: stage.Backup, Region: stage.Primary, Resource: "schedule payroll-recent", Problem: "the schedule payroll-recent is rate(6 hours), and the estate's every", Causes: "alarms", Mend: "FLAGS=--revert-drift"}, 0},
	"a tag key that is not the estate's": {
		patient(resources.Resource{ARN: dbARN + "misspelled", Type: "RDS", Tags: map[string]string{"Backup": special}}, nil),
		said{Kind: "warning", Account: stage.Member, Region: stage.Primary, Resource: "db:misspelled", Problem: `its tag key "Backup" is not the estate's "backup"`, Causes: "no plan of the estate selects it", Mend: "Key=backup,Value=cross-region-special"}, 0},
}
