package policy

import "github.com/twohop/twohop/pkg/estate"

// Bus is the policy of the bus in the backup account to which members forward.
// No member can forge what it lets in: PutEvents refuses a source that begins with
// "aws." [EventBridge API: PutEvents], so such events come from AWS through a rule.
func Bus(e estate.Estate) Document {
	return document([]Statement{{
		Sid: "MembersForward", Effect: Allow, Principal: Principal{Everyone: true},
		Action: []string{"events:PutEvents"}, Resource: []string{e.BusARN()},
		// One call puts several events: all must be such
		// [EventBridge: example policy, custom bus in a different account].
		Condition: members(e).
			and(when("ForAllValues:StringEquals", "events:source", "aws.backup")).
			and(when("ForAllValues:StringEquals", "events:detail-type", "Copy Job State Change")).
			and(when("ArnLike", principalARN, e.RoleARN("*", estate.ForwardRule))),
		Reason: "The ends of first hops are told in the member accounts; without it none of them starts a second hop until the vaults are compared.",
	}})
}
