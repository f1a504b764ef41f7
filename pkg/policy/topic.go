package policy

import "github.com/twohop/twohop/pkg/estate"

// Topic is the policy of the topic that all of the estate's alarms go to.
func Topic(e estate.Estate) Document {
	return document([]Statement{tlsOnly("sns:Publish", e.TopicARN())}, alarms(e, []string{"sns:Publish"}, e.TopicARN(),
		"without it CloudWatch says so in the alarm's history only, and nobody is told"))
}

// TopicKey is the policy of the topic's key. CloudWatch cannot publish to a topic
// on the AWS managed key, whose policy nobody can change
// [SNS: key management, event sources].
func TopicKey(e estate.Estate) Document {
	return document(keyOf(e, e.Accounts.Backup), alarms(e, []string{"kms:Decrypt", "kms:GenerateDataKey*"}, "*",
		"CloudWatch encrypts what it publishes; without it every alarm falls silent"))
}

// alarms admits CloudWatch for the estate's alarms. Whether it sends
// aws:SourceOrgID is UNCONFIRMED A77: where it does not, an alarm of another account is
// told by its name alone, for an alarm that falls silent is worse than one that
// somebody else sends.
func alarms(e estate.Estate, actions []string, resource, reason string) []Statement {
	own := []string{e.AlarmARN(e.Accounts.Backup), e.AlarmARN(e.Accounts.Management)}
	return []Statement{{
		Sid: "CentralAlarms", Effect: Allow, Principal: Principal{Service: "cloudwatch.amazonaws.com"},
		Action: actions, Resource: []string{resource},
		Condition: when("ArnLike", sourceARN, own...).
			and(when("StringEquals", sourceAccount, e.Accounts.Backup, e.Accounts.Management)),
		Reason: "Alarms of the backup and the management account: " + reason + ".",
	}, {
		Sid: "MembersAlarms", Effect: Allow, Principal: Principal{Service: "cloudwatch.amazonaws.com"},
		Action: actions, Resource: []string{resource},
		Condition: when("ArnLike", sourceARN, e.AlarmARN("*")).
			and(when("StringEqualsIfExists", "aws:SourceOrgID", e.Organization)),
		Reason: "Alarms of the members, such as on events that could not be forwarded: " + reason + ".",
	}}
}
