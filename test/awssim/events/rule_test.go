package events_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheLifeOfARule(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.bus(client, "twohop")
	for _, bus := range []struct{ name, rulePath string }{{"default", "rule/copies"}, {"twohop", "rule/twohop/copies"}} {
		t.Run("on the bus "+bus.name, func(t *testing.T) {
			put, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{
				Name: aws.String("copies"), EventBusName: &bus.name, EventPattern: aws.String(`{"source": ["aws.backup"]}`),
				Description: aws.String("hop 1"), RoleArn: aws.String(forwardRole),
			})
			require.NoError(t, err)
			assert.Equal(t, "arn:aws:events:eu-central-1:111111111111:"+bus.rulePath, *put.RuleArn)

			rule, err := client.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("copies"), EventBusName: &bus.name})
			require.NoError(t, err)
			assert.Equal(t, *put.RuleArn, *rule.Arn)
			assert.Equal(t, bus.name, *rule.EventBusName)
			assert.Equal(t, `{"source": ["aws.backup"]}`, *rule.EventPattern)
			assert.Equal(t, types.RuleStateEnabled, rule.State)
			assert.Equal(t, "hop 1", *rule.Description)
			assert.Equal(t, forwardRole, *rule.RoleArn)
			assert.Equal(t, member, *rule.CreatedBy)

			_, err = client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("copies"), EventBusName: &bus.name,
				Targets: []types.Target{{Id: aws.String("t"), Arn: aws.String(queueARN(member, "copies"))}}})
			require.NoError(t, err)
			_, err = client.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("copies"), EventBusName: &bus.name})
			requireCode(t, err, "ValidationException", "Rule can't be deleted since it has targets.")

			// A second PutRule replaces everything but the targets.
			_, err = client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("copies"), EventBusName: &bus.name,
				EventPattern: aws.String(everything), State: types.RuleStateDisabled})
			require.NoError(t, err)
			list, err := client.ListRules(t.Context(), &eventbridge.ListRulesInput{EventBusName: &bus.name, NamePrefix: aws.String("cop")})
			require.NoError(t, err)
			require.Len(t, list.Rules, 1)
			assert.Nil(t, list.Rules[0].Description)
			assert.Equal(t, types.RuleStateDisabled, list.Rules[0].State)
			targets, err := client.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{Rule: aws.String("copies"), EventBusName: &bus.name})
			require.NoError(t, err)
			require.Len(t, targets.Targets, 1)

			_, err = client.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("copies"), EventBusName: &bus.name, Ids: []string{"t"}})
			require.NoError(t, err)
			for range 2 { // a second deletion succeeds too
				_, err = client.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("copies"), EventBusName: &bus.name})
				require.NoError(t, err)
			}
			_, err = client.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: aws.String("copies"), EventBusName: &bus.name})
			requireCode(t, err, "ResourceNotFoundException", "Rule copies does not exist on EventBus "+bus.name+".")
		})
	}
}

func TestDisabledRulesDoNothing(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	w.rule(client, "default", "all", everything, toQueue(member, "copies"))
	name := aws.String("all")

	_, err := client.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: name})
	require.NoError(t, err)
	w.put(client, "default", `{"n": 1}`)
	w.settle()
	assert.Empty(t, w.queues.in(queueARN(member, "copies")))

	_, err = client.EnableRule(t.Context(), &eventbridge.EnableRuleInput{Name: name})
	require.NoError(t, err)
	w.put(client, "default", `{"n": 2}`)
	w.settle()
	got := w.queues.in(queueARN(member, "copies"))
	require.Len(t, got, 1)
	assert.JSONEq(t, `{"n": 2}`, got[0].detail(t))
	assert.Empty(t, w.service.Dropped())

	_, err = client.EnableRule(t.Context(), &eventbridge.EnableRuleInput{Name: aws.String("x")})
	requireCode(t, err, "ResourceNotFoundException", "Rule x does not exist")
	_, err = client.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: aws.String("x")})
	requireCode(t, err, "ResourceNotFoundException", "Rule x does not exist")
}

func TestRulesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	name, pattern := aws.String("r"), aws.String(everything)
	cases := []struct {
		name       string
		in         eventbridge.PutRuleInput
		code, part string
	}{
		{"an invalid pattern, with its place", eventbridge.PutRuleInput{Name: name, EventPattern: aws.String(`{"detail": {"state": "FAILED"}}`)},
			"InvalidEventPatternException", `Event pattern is not valid. Reason: "state" must be an object or an array at $.detail.state`},
		{"a pattern too long", eventbridge.PutRuleInput{Name: name, EventPattern: aws.String(`{"a": ["` + strings.Repeat("x", 4096) + `"]}`)},
			"ValidationException", "4096"},
		{"a schedule", eventbridge.PutRuleInput{Name: name, ScheduleExpression: aws.String("rate(5 minutes)")}, "NotImplementedException", "rate(5 minutes)"},
		{"neither pattern nor schedule", eventbridge.PutRuleInput{Name: name}, "ValidationException", "EventPattern or ScheduleExpression must be specified"},
		{"a name with a slash", eventbridge.PutRuleInput{Name: aws.String("a/b"), EventPattern: pattern}, "ValidationException", "'a/b' at 'name'"},
		{"a name too long", eventbridge.PutRuleInput{Name: aws.String(strings.Repeat("r", 65)), EventPattern: pattern}, "ValidationException", "64"},
		{"a state that is not simulated", eventbridge.PutRuleInput{Name: name, EventPattern: pattern, State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}, "ValidationException", "state"},
		{"a bus that does not exist", eventbridge.PutRuleInput{Name: name, EventPattern: pattern, EventBusName: aws.String("none")}, "ResourceNotFoundException", "Event bus none does not exist."},
		{"tags, which are not simulated", eventbridge.PutRuleInput{Name: name, EventPattern: pattern, Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}}, "SerializationException", "Tags"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := client.PutRule(t.Context(), &c.in)
			requireCode(t, err, c.code, c.part)
		})
	}
	_, err := client.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: name, EventBusName: aws.String("none")})
	requireCode(t, err, "ResourceNotFoundException", "Event bus none does not exist.")
	_, err = client.ListRules(t.Context(), &eventbridge.ListRulesInput{Limit: aws.Int32(0)})
	requireCode(t, err, "ValidationException", "limit")
	list, err := client.ListRules(t.Context(), &eventbridge.ListRulesInput{})
	require.NoError(t, err)
	assert.Empty(t, list.Rules)
}

func TestTestEventPattern(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	event := `{"id": "1", "account": "111111111111", "source": "aws.backup", "time": "2026-11-01T03:00:00Z", "region": "eu-central-1",
		"resources": [], "detail-type": "Copy Job State Change", "detail": {"state": "FAILED"}}`
	for pattern, want := range map[string]bool{`{"detail": {"state": ["FAILED"]}}`: true, `{"detail": {"state": ["RUNNING"]}}`: false} {
		out, err := client.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{EventPattern: &pattern, Event: &event})
		require.NoError(t, err)
		assert.Equal(t, want, out.Result, pattern)
	}
	cases := []struct{ name, pattern, event, code, part string }{
		{"an invalid pattern", `{"a": 1}`, event, "InvalidEventPatternException", `"a" must be an object or an array`},
		{"an event that is not JSON", everything, `{`, "ValidationException", "Parameter Event is not valid"},
		{"an event without a mandatory field", everything, strings.Replace(event, `"region"`, `"place"`, 1), "ValidationException", "region is a mandatory field"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := client.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{EventPattern: &c.pattern, Event: &c.event})
			requireCode(t, err, c.code, c.part)
		})
	}
}
