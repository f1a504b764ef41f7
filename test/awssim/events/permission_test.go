package events_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const organization = "o-exampleorgid"

const centralARN = "arn:aws:events:eu-central-1:222222222222:event-bus/central"

// statement is a policy's only statement but for what the case is about.
func statement(principal, condition string) string {
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Sid": "s", "Effect": "Allow", "Principal": %s,
		"Action": "events:PutEvents", "Resource": %q, "Condition": %s}]}`, principal, centralARN, condition)
}

func (w *world) central() *eventbridge.Client {
	w.t.Helper()
	owner := w.client(backup, primary)
	w.bus(owner, "central")
	return owner
}

func describePolicy(t *testing.T, client *eventbridge.Client, bus string) string {
	t.Helper()
	out, err := client.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: &bus})
	require.NoError(t, err)
	return aws.ToString(out.Policy)
}

func TestStatementsComeAndGo(t *testing.T) {
	w := newWorld(t)
	owner := w.central()
	allow := func(sid, principal string, condition *types.Condition) {
		t.Helper()
		_, err := owner.PutPermission(t.Context(), &eventbridge.PutPermissionInput{
			EventBusName: aws.String("central"), Action: aws.String("events:PutEvents"),
			StatementId: &sid, Principal: &principal, Condition: condition,
		})
		require.NoError(t, err)
	}
	allow("members", "*", &types.Condition{Type: aws.String("StringEquals"), Key: aws.String("aws:PrincipalOrgID"), Value: aws.String("o-old")})
	allow("one", member, nil)
	allow("members", "*", &types.Condition{Type: aws.String("StringEquals"), Key: aws.String("aws:PrincipalOrgID"), Value: aws.String(organization)})
	assert.JSONEq(t, `{"Version": "2012-10-17", "Statement": [
		{"Sid": "one", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
		 "Action": "events:PutEvents", "Resource": "`+centralARN+`"},
		{"Sid": "members", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "`+centralARN+`",
		 "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}}]}`, describePolicy(t, owner, "central"))

	remove := func(in eventbridge.RemovePermissionInput) error {
		in.EventBusName = aws.String("central")
		_, err := owner.RemovePermission(t.Context(), &in)
		return err
	}
	require.NoError(t, remove(eventbridge.RemovePermissionInput{StatementId: aws.String("one")}))
	assert.NotContains(t, describePolicy(t, owner, "central"), "one")
	requireCode(t, remove(eventbridge.RemovePermissionInput{StatementId: aws.String("one")}), "ResourceNotFoundException", "Statement with the provided id does not exist.")
	requireCode(t, remove(eventbridge.RemovePermissionInput{}), "ValidationException", "statementId")
	require.NoError(t, remove(eventbridge.RemovePermissionInput{RemoveAllPermissions: true}))
	assert.Empty(t, describePolicy(t, owner, "central"))

	_, err := owner.PutPermission(t.Context(), &eventbridge.PutPermissionInput{EventBusName: aws.String("none"), Policy: aws.String("{}")})
	requireCode(t, err, "ResourceNotFoundException", "Event bus none does not exist.")
}

func TestPoliciesThatAreNotUnderstoodAreRefusedByName(t *testing.T) {
	w := newWorld(t)
	owner := w.central()
	ok := statement(`"*"`, `{}`)
	cases := []struct{ name, policy, part string }{
		{"not JSON", `x`, "invalid character"},
		{"two documents", ok + ok, "something follows"},
		{"another version", strings.Replace(ok, "2012", "2008", 1), "2008-10-17"},
		{"no statement", `{"Version": "2012-10-17", "Statement": []}`, "Statement: there is none"},
		{"an element of policies that is not known", strings.Replace(ok, `"Sid"`, `"NotAction"`, 1), "NotAction"},
		{"nobody", statement(`{"AWS": []}`, `{}`), "Principal.AWS: is an empty list"},
		{"another service's action", strings.Replace(ok, "events:PutEvents", "sqs:SendMessage", 1), "sqs:SendMessage"},
		{"another bus", strings.Replace(ok, "event-bus/central", "event-bus/x", 1), "event-bus/x"},
		{"a number for a resource", strings.Replace(ok, `"`+centralARN+`"`, `5`, 1), "Resource: is 5"},
		{"an operator that there is not", statement(`"*"`, `{"StringIs": {"events:source": "a*"}}`), "StringIs"},
		{"a key with an operator that it does not go with", statement(`"*"`, `{"ArnLike": {"events:source": "a"}}`), "ArnLike.events:source"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := owner.PutPermission(t.Context(), &eventbridge.PutPermissionInput{EventBusName: aws.String("central"), Policy: &c.policy})
			requireCode(t, err, "ValidationException", c.part)
		})
	}
	assert.Empty(t, describePolicy(t, owner, "central"))

	long := statement(`"*"`, `{"StringEquals": {"events:source": "`+strings.Repeat("x", 10240)+`"}}`)
	_, err := owner.PutPermission(t.Context(), &eventbridge.PutPermissionInput{EventBusName: aws.String("central"), Policy: &long})
	requireCode(t, err, "PolicyLengthExceededException", "10240")
}

func TestPermissionsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	owner := w.central()
	put, sid := aws.String("events:PutEvents"), aws.String("s")
	cases := []struct {
		name string
		in   eventbridge.PutPermissionInput
		part string
	}{
		{"another action", eventbridge.PutPermissionInput{Action: aws.String("events:PutRule"), StatementId: sid, Principal: aws.String("*")}, "action"},
		{"no statement id", eventbridge.PutPermissionInput{Action: put, Principal: aws.String("*")}, "statementId"},
		{"a role for a principal", eventbridge.PutPermissionInput{Action: put, StatementId: sid, Principal: aws.String("role")}, "principal"},
		{"another condition", eventbridge.PutPermissionInput{Action: put, StatementId: sid, Principal: aws.String("*"),
			Condition: &types.Condition{Type: aws.String("StringEquals"), Key: aws.String("aws:PrincipalArn"), Value: aws.String("x")}}, "aws:PrincipalArn"},
		{"a policy and a statement", eventbridge.PutPermissionInput{Policy: aws.String("{}"), StatementId: sid}, "together"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.in.EventBusName = aws.String("central")
			_, err := owner.PutPermission(t.Context(), &c.in)
			requireCode(t, err, "ValidationException", c.part)
		})
	}
}
