package events_test

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const copyJobs = `{"source": ["aws.backup"], "detail-type": ["Copy Job State Change"]}`

func copyJob(id string) events.Event {
	return events.Event{
		ID: id, Source: "aws.backup", DetailType: "Copy Job State Change",
		Resources: []string{"arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:copyjob-1"},
		Detail:    json.RawMessage(`{"state":"COMPLETED"}`),
	}
}

// forwarding sets a rule up from the member's default bus to the central bus.
func (w *world) forwarding(role string) {
	w.t.Helper()
	w.rule(w.client(member, primary), "default", "forward", copyJobs, types.Target{
		Arn: aws.String(centralARN), RoleArn: &role,
		DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(queueARN(member, "dead"))},
	})
}

func TestFromTheMembersDefaultBusOverTheCentralBusToAQueue(t *testing.T) {
	w := newWorld(t)
	owner := w.central()
	w.rule(owner, "central", "copies", copyJobs, toQueue(backup, "copies"))
	w.rule(owner, "default", "copies", copyJobs, toQueue(backup, "wrong"))
	w.forwarding(forwardRole)

	w.service.Emit(member, primary, copyJob("e1"))
	w.clock.Skip(90 * time.Minute) // the event's time is when it happened, not when it arrives
	w.settle()

	got := w.queues.in(queueARN(backup, "copies"))
	require.Len(t, got, 1)
	assert.JSONEq(t, `{"version": "0", "id": "e1", "source": "aws.backup", "detail-type": "Copy Job State Change",
		"account": "111111111111", "region": "eu-central-1", "time": "2026-11-01T03:00:00Z",
		"resources": ["arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:copyjob-1"], "detail": {"state": "COMPLETED"}}`, got[0].body)
	assert.Empty(t, w.queues.in(queueARN(backup, "wrong")), "the other buses of the account do not see it")
	assert.Empty(t, w.queues.in(queueARN(member, "dead")))
	assert.Empty(t, w.service.Dropped())
}

func TestWhatTheCentralBusRefusesGoesToTheDeadLetterQueueAtOnce(t *testing.T) {
	w := newWorld(t)
	w.refuse = errors.New("Lack of permissions to invoke cross account target.")
	owner := w.central()
	w.rule(owner, "central", "copies", copyJobs, toQueue(backup, "copies"))
	w.forwarding(forwardRole)
	w.service.Emit(member, primary, copyJob("e1"))
	w.settle()

	assert.Equal(t, []events.Forwarding{{
		Account: member, RuleARN: "arn:aws:events:eu-central-1:111111111111:rule/forward", RoleARN: forwardRole, BusARN: centralARN,
		Source: "aws.backup", DetailType: "Copy Job State Change",
	}}, w.forwards)
	assert.Empty(t, w.queues.in(queueARN(backup, "copies")))
	dead := w.queues.in(queueARN(member, "dead"))
	require.Len(t, dead, 1)
	assert.Equal(t, map[string]string{
		"RULE_ARN": "arn:aws:events:eu-central-1:111111111111:rule/forward", "TARGET_ARN": centralARN, "RETRY_ATTEMPTS": "0",
		"ERROR_CODE": "NO_PERMISSIONS", "ERROR_MESSAGE": "Lack of permissions to invoke cross account target.",
	}, dead[0].attributes)
	assert.Contains(t, dead[0].body, `"id":"e1"`)
	assert.Equal(t, start, w.clock.Now(), "no retries")
	assert.Empty(t, w.service.Dropped())
}

// TestWhereRightsAreNotJudged a bus serves its own account, by rules and by calls.
func TestWhereRightsAreNotJudged(t *testing.T) {
	c, source, q := clock.New(start), ids.New(1), &queues{}
	w := &world{t: t, clock: c, sts: sts.New(source), queues: q, service: events.New(c, source, q)}
	server := httptest.NewServer(&wire.Server{Clock: c, Identify: w.sts.Identify, Services: map[string]wire.Handler{"events": w.service.Handler()}})
	t.Cleanup(server.Close)
	w.endpoint = server.URL
	owner := w.central()
	w.rule(owner, "central", "copies", everything, toQueue(backup, "copies"))
	w.forwarding(forwardRole)
	w.service.Emit(member, primary, copyJob("e1"))
	w.settle()
	dead := w.queues.in(queueARN(member, "dead"))
	require.Len(t, dead, 1)
	assert.Contains(t, dead[0].attributes["ERROR_MESSAGE"], "not asked to judge rights")

	foreign := entry("test", "Tested", `{}`)
	foreign.EventBusName = aws.String(centralARN)
	_, err := w.client(member, primary).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{foreign}})
	requireCode(t, err, "AccessDeniedException", "not asked to judge rights")
	w.put(owner, "central", `{}`)
	w.settle()
	assert.Len(t, w.queues.in(queueARN(backup, "copies")), 1, "the owner's own")
}

func TestAMissingBusOfTheSameAccountIsNoResource(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	arn := w.bus(client, "local")
	w.rule(client, "default", "forward", everything, types.Target{Arn: &arn, RoleArn: aws.String(forwardRole)})
	w.rule(client, "local", "all", everything, toQueue(member, "copies"))
	w.put(client, "default", `{}`)
	w.settle()
	assert.Len(t, w.queues.in(queueARN(member, "copies")), 1, "the role is judged, the bus is there")

	_, err := client.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("all"), EventBusName: &arn, Ids: []string{"target"}})
	require.NoError(t, err)
	_, err = client.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("all"), EventBusName: &arn})
	require.NoError(t, err)
	_, err = client.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("local")})
	require.NoError(t, err)
	w.put(client, "default", `{}`)
	w.settle()
	dropped := w.service.Dropped()
	require.Len(t, dropped, 1)
	assert.Equal(t, "NO_RESOURCE", dropped[0].Code)
	assert.Equal(t, arn, dropped[0].TargetARN)
}

func TestAnEventCrossesBusesOnlyOnce(t *testing.T) {
	const third = "333333333333"
	for name, next := range map[string]struct{ account, bus string }{
		"to a third account":             {third, "third"},
		"to another bus of the same":     {backup, "second"},
		"back to where it had come from": {member, "back"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			owner := w.central()
			w.forwarding(forwardRole)

			receiver := w.client(next.account, primary)
			nextARN := w.bus(receiver, next.bus)
			policy := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "*"}]}`
			_, err := receiver.PutPermission(t.Context(), &eventbridge.PutPermissionInput{EventBusName: &next.bus, Policy: &policy})
			require.NoError(t, err)
			w.rule(receiver, next.bus, "all", everything, toQueue(next.account, "arrived"))
			w.rule(owner, "central", "onward", everything, types.Target{
				Arn: &nextARN, RoleArn: aws.String("arn:aws:iam::222222222222:role/onward"),
				DeadLetterConfig: &types.DeadLetterConfig{Arn: aws.String(queueARN(backup, "dead"))},
			})

			w.service.Emit(member, primary, copyJob("e1"))
			w.settle()
			assert.Empty(t, w.queues.in(queueARN(next.account, "arrived")))
			dead := w.queues.in(queueARN(backup, "dead"))
			require.Len(t, dead, 1)
			assert.Equal(t, "THIRD_ACCOUNT_HOP_DETECTED", dead[0].attributes["ERROR_CODE"])

			// One that is put straight on the central bus has its hop before it.
			w.put(owner, "central", `{}`)
			w.settle()
			assert.Len(t, w.queues.in(queueARN(next.account, "arrived")), 1)
		})
	}
}

func TestAMemberWhoMayPutEventsCannotForgeThoseOfAWS(t *testing.T) {
	w := newWorld(t)
	owner := w.central()
	w.rule(owner, "central", "copies", copyJobs, toQueue(backup, "copies"))
	forged := entry("aws.backup", "Copy Job State Change", `{"state": "COMPLETED"}`)
	forged.EventBusName = aws.String(centralARN)
	out, err := w.client(w.session(forwardRole), primary).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{forged}})
	require.NoError(t, err, "the call is allowed, the source is what it may not use")
	assert.EqualValues(t, 1, out.FailedEntryCount)
	assert.Equal(t, "NotAuthorizedForSourceException", *out.Entries[0].ErrorCode)
	w.settle()
	assert.Empty(t, w.queues.in(queueARN(backup, "copies")))
}
