package e2e

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/sns"
	"github.com/twohop/twohop/test/stage"
)

// What can be wrong with what feeds the functions, with roles and limits.

// off disables a rule.
func off(account, bus, rule string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		events := eventbridge.NewFromConfig(c.Client(account, stage.Primary))
		_, err := events.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: &rule, EventBusName: &bus})
		require.NoError(t, err)
		return func() {
			_, err := events.EnableRule(t.Context(), &eventbridge.EnableRuleInput{Name: &rule, EventBusName: &bus})
			require.NoError(t, err)
		}
	}
}

// queuePolicy takes a statement out of a queue's policy.
func queuePolicy(account, name, sid string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		arn := "arn:aws:sqs:" + stage.Primary + ":" + account + ":payroll-" + name
		attributes, err := c.World.SQS.Attributes(arn)
		require.NoError(t, err)
		set := func(policy string) {
			_, err := sqs.NewFromConfig(c.Client(account, stage.Primary)).SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
				QueueUrl: aws.String(c.World.SQS.URL(arn)), Attributes: map[string]string{"Policy": policy}})
			require.NoError(t, err)
		}
		set(reduced(t, attributes["Policy"], sid))
		return func() { set(attributes["Policy"]) }
	}
}

// letter puts a message into a queue.
func letter(account, name string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		arn := "arn:aws:sqs:" + stage.Primary + ":" + account + ":payroll-" + name
		require.NoError(t, c.World.SQS.Deliver(arn, "{}", nil, account))
		return func() { require.NoError(t, c.World.SQS.Purge(arn)) }
	}
}

// mapping switches the mapping of a queue off.
func mappingOff(queue string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		for _, m := range c.World.Lambda.Mappings() {
			if m.QueueARN == c.Queue(queue).ARN {
				require.NoError(t, c.World.Lambda.DisableMapping(m.UUID))
				return func() { require.NoError(t, c.World.Lambda.EnableMapping(m.UUID)) }
			}
		}
		t.Fatalf("no mapping of %s", queue)
		return nil
	}
}

// schedule switches a schedule off, or removes it.
func schedule(name string, removed bool) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		was, err := c.World.Scheduler.Get(stage.Backup, stage.Primary, "payroll", "payroll-"+name)
		require.NoError(t, err)
		if removed {
			require.NoError(t, c.World.Scheduler.Remove(stage.Backup, stage.Primary, "payroll", "payroll-"+name))
			return func() {
				_, err := c.World.Scheduler.Add(was.Schedule)
				require.NoError(t, err)
			}
		}
		changed := was.Schedule
		changed.State = "DISABLED"
		require.NoError(t, c.World.Scheduler.Update(changed))
		return func() { require.NoError(t, c.World.Scheduler.Update(was.Schedule)) }
	}
}

func central(resource, problem, causes, mend string) said {
	return said{Account: stage.Backup, Region: stage.Primary, Resource: resource, Problem: problem, Causes: causes, Mend: mend}
}

var illFeeds = map[string]illness{
	"a member's rule is disabled": {
		off(stage.Member, "default", "payroll-forward"),
		said{Account: stage.Member, Region: stage.Primary, Resource: "rule/payroll-forward", Problem: "the rule payroll-forward on the default bus is disabled", Causes: "hours late", Mend: "aws events enable-rule --region eu-central-1 --name payroll-forward"}, 0},
	"a rule of the estate's bus is disabled": {
		off(stage.Backup, "payroll", "payroll-hop1-completed"),
		central("rule/payroll/payroll-hop1-completed", "is disabled", "hours late", "--event-bus-name payroll"), 0},
	"a rule that follows second hops is disabled": {
		off(stage.Backup, "default", "payroll-hop2-ended"),
		central("rule/payroll-hop2-ended", "is disabled", "not tried again", "aws events enable-rule"), 0},
	"a rule without its target": {
		func(t *testing.T, c *clinic) func() {
			events, rule := eventbridge.NewFromConfig(c.Client(stage.Member, stage.Primary)), aws.String("payroll-forward")
			was, err := events.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: rule})
			require.NoError(t, err)
			_, err = events.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: rule, Ids: []string{*was.Targets[0].Id}})
			require.NoError(t, err)
			return func() {
				_, err := events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: rule, Targets: was.Targets})
				require.NoError(t, err)
			}
		},
		said{Account: stage.Member, Region: stage.Primary, Resource: "rule/payroll-forward", Problem: "does not send to arn:aws:events:eu-central-1:222222222222:event-bus/payroll", Causes: "hours late", Mend: "aws events put-targets --region eu-central-1 --rule payroll-forward --targets"}, 0},
	"the bus admits nobody": {
		func(t *testing.T, c *clinic) func() {
			was, err := c.World.Events.Policy("arn:aws:events:eu-central-1:222222222222:event-bus/payroll")
			require.NoError(t, err)
			events := eventbridge.NewFromConfig(c.Client(stage.Backup, stage.Primary))
			_, err = events.RemovePermission(t.Context(), &eventbridge.RemovePermissionInput{EventBusName: aws.String("payroll"), RemoveAllPermissions: true})
			require.NoError(t, err)
			return func() {
				_, err := events.PutPermission(t.Context(), &eventbridge.PutPermissionInput{EventBusName: aws.String("payroll"), Policy: &was})
				require.NoError(t, err)
			}
		},
		central("event-bus/payroll", "the policy of the bus payroll lacks the statement MembersForward", "none of them starts a second hop", `"events:PutEvents"`), 0},
	"a queue does not admit the rules": {
		queuePolicy(stage.Backup, "copies", "RulesDeliver"),
		central(":payroll-copies", "the policy of the queue payroll-copies lacks the statement RulesDeliver", "payroll-events-dlq", `"sqs:SendMessage"`), 0},
	"a member's dead-letter queue does not admit the rule": {
		queuePolicy(stage.Second, "forward-dlq", "RulesDeliver"),
		said{Account: stage.Second, Region: stage.Primary, Resource: ":payroll-forward-dlq", Problem: "lacks the statement RulesDeliver", Causes: "dropped after 24 hours", Mend: "rule/payroll-forward"}, 0},
	"a dead letter": {
		letter(stage.Backup, "copies-dlq"),
		central(":payroll-copies-dlq", "1 message is in the dead-letter queue payroll-copies-dlq", "left to a person", "twohop dlq list"), 0},
	"a dead letter in a member": {
		letter(stage.Member, "forward-dlq"),
		said{Account: stage.Member, Region: stage.Primary, Resource: ":payroll-forward-dlq", Problem: "1 message is in the dead-letter queue", Causes: "left to a person", Mend: "twohop dlq list"}, 0},
	"a dead letter in the management account": {
		letter(stage.Management, "prerequisites-dlq"),
		said{Account: stage.Management, Region: stage.Primary, Resource: ":payroll-prerequisites-dlq", Problem: "1 message is in the dead-letter queue", Causes: "left to a person", Mend: "=management"}, 0},
	"the queue of copies is not read": {
		mappingOff("copies"),
		central("event source mapping of payroll-copystarter", "is off", "no second hop is started", "twohop resume --estate"), 0},
	"the queue of outcomes is not read": {
		mappingOff("outcomes"),
		central("event source mapping of payroll-outcometracker", "is off", "not verified", "aws lambda update-event-source-mapping --region eu-central-1 --enabled"), 0},
	"a function does not allow loops": {
		func(t *testing.T, c *clinic) func() {
			arn := "arn:aws:lambda:eu-central-1:222222222222:function:payroll-outcometracker"
			require.NoError(t, c.World.Lambda.SetRecursiveLoop(arn, lineage.Terminate))
			return func() { require.NoError(t, c.World.Lambda.SetRecursiveLoop(arn, lineage.Allow)) }
		},
		central("function:payroll-outcometracker", "RecursiveLoop of the function payroll-outcometracker is not Allow", "RecursiveInvocationException",
			"aws lambda put-function-recursion-config --region eu-central-1 --function-name payroll-outcometracker --recursive-loop Allow"), 0},
	"a schedule is off": {
		schedule("recent", false),
		central("schedule payroll-recent", "is off", "whose events were lost", "twohop resume --estate"), 0},
	"a schedule is gone": {
		schedule("daily", true),
		central("schedule payroll-daily", "there is no schedule payroll-daily", "not mended", "STACKS=PayrollBackupPrimary"), 0},
}

// subscriptions replaces who hears the estate's alarms.
func subscriptions(all ...sns.Subscription) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		const topic = "arn:aws:sns:eu-central-1:222222222222:payroll-alarms"
		was := c.World.SNS.Subscriptions(topic)
		require.NoError(t, c.World.SNS.SetSubscriptions(topic, all))
		return func() { require.NoError(t, c.World.SNS.SetSubscriptions(topic, was)) }
	}
}

const silent = "do not reach oncall@example.com"

var illTopics = map[string]illness{
	"an address never confirmed": {
		subscriptions(sns.Subscription{Protocol: "email", Endpoint: "oncall@example.com", State: sns.Pending}),
		central(":payroll-alarms", "the subscription of oncall@example.com to the topic is not confirmed", silent, "--authenticate-on-unsubscribe true"), 0},
	"an address was unsubscribed": {
		subscriptions(sns.Subscription{Protocol: "email", Endpoint: "oncall@example.com", State: sns.Deleted}),
		central(":payroll-alarms", "the subscription of oncall@example.com to the topic was deleted", silent, "aws sns subscribe --region eu-central-1"), 0},
	"another address is subscribed": {
		subscriptions(sns.Subscription{Protocol: "email", Endpoint: "night@example.com", State: sns.Confirmed}),
		central(":payroll-alarms", "oncall@example.com is not subscribed to the topic", silent, "aws sns subscribe"), 0},
}

// changed changes a role of the estate.
func changed(account, name string, change func(*iam.Role)) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		arn := "arn:aws:iam::" + account + ":role/payroll-" + name
		var was iam.Role
		require.NoError(t, c.World.IAM.ChangeRole(arn, func(r *iam.Role) {
			was = *r
			was.Inline = maps.Clone(r.Inline)
			change(r)
		}))
		return func() { require.NoError(t, c.World.IAM.ChangeRole(arn, func(r *iam.Role) { *r = was })) }
	}
}

const lacksRights = "IAM Role ... does not have sufficient permissions to execute the backup."

var illRoles = map[string]illness{
	"the role for backups lacks a policy for S3": {
		changed(stage.Member, "BackupandRestore", func(r *iam.Role) { r.Managed = r.Managed[:2] }),
		said{Account: stage.Member, Resource: "role/payroll-BackupandRestore", Problem: "lacks the policy arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup", Causes: lacksRights, Mend: "aws iam attach-role-policy --role-name payroll-BackupandRestore"}, 1},
	"the role for backups is gone": {
		func(t *testing.T, c *clinic) func() {
			var was iam.Role
			arn := "arn:aws:iam::444444444444:role/payroll-BackupandRestore"
			require.NoError(t, c.World.IAM.ChangeRole(arn, func(r *iam.Role) { was = *r }))
			require.NoError(t, c.World.IAM.RemoveRole(arn))
			return func() { require.NoError(t, c.World.IAM.AddRole(was)) }
		},
		said{Account: stage.Second, Resource: "role/payroll-BackupandRestore", Problem: "there is no role payroll-BackupandRestore", Causes: lacksRights, Mend: "'StackSet-PayrollMember-'"}, 0},
	"a function may not start copies": {
		changed(stage.Backup, "copystarter", func(r *iam.Role) {
			for name := range r.Inline {
				r.Inline[name] = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"*"}]}`
			}
		}),
		said{Account: stage.Backup, Resource: "role/payroll-copystarter", Problem: "the policy of the role payroll-copystarter lacks the statement StartCopies", Causes: "are what it starts", Mend: `"backup:StartCopyJob"`}, 8},
	"nobody but one user may take on the copies' role": {
		changed(stage.Backup, "copy", func(r *iam.Role) {
			r.Trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		}),
		said{Account: stage.Backup, Resource: "role/payroll-copy", Problem: "the trust policy of the role payroll-copy lacks the statement Service", Causes: lacksRights, Mend: `"backup.amazonaws.com"`}, 0},
	"operators may not take on their role": {
		changed(stage.Member, "Operator", func(r *iam.Role) {
			r.Trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"sts:AssumeRole"}]}`
		}),
		said{Account: stage.Member, Resource: "role/payroll-Operator", Problem: "the trust policy of the role payroll-Operator lacks the statement Operators", Causes: "mended as it, from outside", Mend: "StackSet-PayrollMember-"}, 1},
	"a function is denied what it needs by another policy": {
		changed(stage.Backup, "copystarter", func(r *iam.Role) {
			r.Inline["stop"] = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"backup:StartCopyJob","Resource":"*"}]}`
		}),
		said{Account: stage.Backup, Resource: "role/payroll-copystarter", Problem: "the inline policy stop of the role payroll-copystarter denies what the estate does not", Causes: "", Mend: "aws iam delete-role-policy --role-name payroll-copystarter --policy-name stop"}, 0},
	"a role with a policy more": {
		changed(stage.Backup, "copystarter", func(r *iam.Role) {
			r.Managed = append(r.Managed, "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup")
		}),
		said{Kind: "warning", Account: stage.Backup, Resource: "role/payroll-copystarter", Problem: "the role payroll-copystarter has the policy arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup, and the estate's has not", Causes: "what it denies is refused", Mend: "aws iam detach-role-policy"}, 0},
	"AWS Backup has no service-linked role": {
		func(t *testing.T, c *clinic) func() {
			c.World.IAM.RemoveServiceLinkedRole(stage.Backup, "backup.amazonaws.com")
			return func() { require.NoError(t, c.World.IAM.AddServiceLinkedRole(stage.Backup, "backup.amazonaws.com")) }
		},
		said{Account: stage.Backup, Resource: "role/AWSServiceRoleForBackup", Problem: "there is no role AWSServiceRoleForBackup", Causes: saysClosed, Mend: "aws iam create-service-linked-role --aws-service-name backup.amazonaws.com"}, 0},
	"a member's reader trusts nobody": {
		changed(stage.Second, "Reader", func(r *iam.Role) {
			r.Trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"sts:AssumeRole"}]}`
		}),
		said{Kind: "not checked", Account: stage.Second, Problem: "member account 444444444444: log in to member account 444444444444: assume ", Mend: "--profile 444444444444=NAME"}, 0},
	"a member's reader lacks a right": {
		changed(stage.Member, "Reader", func(r *iam.Role) {
			for name := range r.Inline {
				r.Inline[name] = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["backup:*","events:*","iam:*","kms:*","rds:*","tag:*"],"Resource":"*"}]}`
			}
		}),
		said{Kind: "not checked", Account: stage.Member, Region: stage.Primary, Resource: ":payroll-forward-dlq", Problem: "queue payroll-forward-dlq could not be checked: lacks right sqs:GetQueueAttributes", Mend: "allow sqs:GetQueueAttributes"}, 0},
}

// quota sets a quota of the backup account.
func quota(region, name string, value float64) func(*testing.T, *clinic) func() {
	return func(_ *testing.T, c *clinic) func() {
		c.World.Quotas.Set(stage.Backup, region, name, value)
		return func() { c.World.Quotas.Unset(stage.Backup, region, name) }
	}
}

const overQuota = "SnapshotQuotaExceeded"

var illLimits = map[string]illness{
	"fewer DocumentDB and Neptune snapshots may be kept than there will be, if they count": {
		quota(stage.Secondary, "Manual DB cluster snapshots", 69),
		said{Kind: "unconfirmed", Account: stage.Backup, Region: stage.Secondary, Problem: `will hold 70 snapshots of DocumentDB and Neptune at a time, and the quota "Manual DB cluster snapshots" is 69`, Causes: "if they count: Cannot create more than 100 manual snapshots", Mend: "request-service-quota-increase"}, 0},
	"fewer copies at a time than the estate's pool": {
		quota(stage.Third, "Cross-Region snapshot copies", 5),
		said{Account: stage.Backup, Region: stage.Third, Problem: "and the estate's pool of RDS is 20", Causes: overQuota, Mend: "set the pool's size to 5"}, 0},
}
