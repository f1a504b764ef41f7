package awssim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/events"
	"github.com/twohop/twohop/test/awssim/iam"
)

const (
	stranger = "444444444444" // in no organization

	centralBus  = "arn:aws:events:eu-central-1:222222222222:event-bus/central"
	forwardRole = "arn:aws:iam::111111111111:role/twohop-forward"

	mayPutEvents = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"events:PutEvents","Resource":"*"}]}`
)

// busStatement is a statement of the central bus's policy.
func busStatement(effect, principal, condition string) string {
	return fmt.Sprintf(`{"Effect":%q,"Principal":%s,"Action":"events:PutEvents","Resource":%q,"Condition":%s}`, effect, principal, centralBus, condition)
}

// openBus makes the bus with these statements; with none it has no policy.
func openBus(t *testing.T, world *awssim.World, statements ...string) {
	t.Helper()
	policy := ""
	if len(statements) > 0 {
		policy = `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	}
	_, err := world.Events.CreateBus(central, region, "central", "", policy)
	require.NoError(t, err)
}

// putAs puts an event on the central bus.
func putAs(t *testing.T, config aws.Config) error {
	t.Helper()
	_, err := eventbridge.NewFromConfig(config).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{EventBusName: aws.String(centralBus), Source: aws.String("test"), DetailType: aws.String("Tested"), Detail: aws.String("{}")},
	}})
	return err
}

// TestWhomABusPolicyAdmits puts an event, once as an account's root user and once as a
// role that may put events.
func TestWhomABusPolicyAdmits(t *testing.T) {
	for sentence, test := range map[string]struct {
		principal, condition string
		root, role           bool
	}{
		"everybody":                              {`"*"`, `{}`, true, true},
		"everybody, the long way":                {`{"AWS":"*"}`, `{}`, true, true},
		"an account by its id":                   {`{"AWS":"111111111111"}`, `{}`, true, true},
		"an account by its root":                 {`{"AWS":["arn:aws:iam::333333333333:root","arn:aws:iam::111111111111:root"]}`, `{}`, true, true},
		"another account":                        {`{"AWS":"333333333333"}`, `{}`, false, false},
		"the organization":                       {`"*"`, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`, true, true},
		"another organization":                   {`"*"`, `{"StringEquals":{"aws:PrincipalOrgID":["o-another","o-third"]}}`, false, false},
		"a role by its name in any account":      {`"*"`, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/twohop-*"}}`, false, true},
		"a role by one unknown letter":           {`"*"`, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111111111111:role/twohop-forwar?"}}`, false, true},
		"a source by its beginning":              {`"*"`, `{"StringLike":{"events:source":"te*"}}`, true, true},
		"a role for a principal":                 {`{"AWS":"` + forwardRole + `"}`, `{}`, false, true},
		"a service for a principal":              {`{"Service":"events.amazonaws.com"}`, `{}`, false, false},
		"an account by a condition":              {`"*"`, `{"StringEquals":{"aws:PrincipalAccount":["111111111111"]}}`, true, true},
		"another account by a condition":         {`"*"`, `{"StringEquals":{"aws:PrincipalAccount":"444444444444"}}`, false, false},
		"a role exactly":                         {`"*"`, `{"StringEquals":{"aws:PrincipalArn":"` + forwardRole + `"}}`, false, true},
		"StringEquals knows no stars":            {`"*"`, `{"StringEquals":{"aws:PrincipalArn":"arn:aws:iam::*:role/twohop-forward"}}`, false, false},
		"a source":                               {`"*"`, `{"ForAllValues:StringEquals":{"events:source":["aws.backup","test"]}}`, true, true},
		"another source":                         {`"*"`, `{"StringEquals":{"events:source":"aws.backup"}}`, false, false},
		"a source and another type":              {`"*"`, `{"StringEquals":{"events:source":"test","events:detail-type":"Other"}}`, false, false},
		"an address, which nobody tells":         {`"*"`, `{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`, false, false},
		"several operators, which must all hold": {`"*"`, `{"StringEquals":{"events:detail-type":"Tested","aws:PrincipalOrgID":"o-a1b2c3d4e5"},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/twohop-forward"}}`, false, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := permissions(t)
			openBus(t, world, busStatement("Allow", test.principal, test.condition))
			for who, want := range map[string]bool{"root": test.root, "role": test.role} {
				config := client(world, member)
				if who == "role" {
					config = session(t, world, member, "twohop-forward", mayPutEvents)
				}
				if err := putAs(t, config); want {
					assert.NoError(t, err, who)
				} else {
					assert.Contains(t, refusal(t, err), "because no resource-based policy allows the events:PutEvents action", who)
				}
			}
		})
	}
}

func TestADenialInABusPolicyDecides(t *testing.T) {
	world := permissions(t)
	openBus(t, world, busStatement("Allow", `"*"`, `{}`), busStatement("Deny", `"*"`, `{"ArnLike":{"aws:PrincipalArn":"`+forwardRole+`"}}`))
	require.NoError(t, putAs(t, client(world, member)))
	assert.Contains(t, refusal(t, putAs(t, session(t, world, member, "twohop-forward", mayPutEvents))), denied)
}

// TestABusThatIsNotThere admits nobody of another account; one of the caller's own
// account loses the event.
func TestABusThatIsNotThere(t *testing.T) {
	world := permissions(t)
	assert.Contains(t, refusal(t, putAs(t, client(world, member))), "events:PutEvents on resource: "+centralBus)
	require.NoError(t, putAs(t, client(world, central)))
	assert.Len(t, world.Events.Dropped(), 1)
}

// TestARoleThatMayNotPutEvents is not let in by the bus alone.
func TestARoleThatMayNotPutEvents(t *testing.T) {
	world := permissions(t)
	openBus(t, world, busStatement("Allow", `"*"`, `{}`))
	assert.Contains(t, refusal(t, putAs(t, session(t, world, member, "reader",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"events:DescribeRule","Resource":"*"}]}`))),
		"because no identity-based policy allows the events:PutEvents action")
}

// TestWhatACentralBusRefusesIsKept: what a rule may not forward is in its dead-letter
// queue, and what it may is on the bus.
func TestWhatACentralBusRefusesIsKept(t *testing.T) {
	const ours = `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/twohop-forward"},
		"ForAllValues:StringEquals":{"events:source":["aws.backup"],"events:detail-type":["Copy Job State Change"]}}`
	admits := busStatement("Allow", `"*"`, ours)
	for sentence, test := range map[string]struct {
		account, role, detailType string
		policy                    []string
		want                      string // of the refusal; empty: it passes
	}{
		"what the policy admits":           {member, "twohop-forward", "Copy Job State Change", []string{admits}, ""},
		"an account of no organization":    {stranger, "twohop-forward", "Copy Job State Change", []string{admits}, "no resource-based policy allows"},
		"another role":                     {member, "admin", "Copy Job State Change", []string{admits}, "no resource-based policy allows"},
		"another type of event":            {member, "twohop-forward", "Backup Job State Change", []string{admits}, "no resource-based policy allows"},
		"a bus without a policy":           {member, "twohop-forward", "Copy Job State Change", nil, "no resource-based policy allows"},
		"a bus that denies what it admits": {member, "twohop-forward", "Copy Job State Change", []string{admits, busStatement("Deny", `"*"`, `{}`)}, denied},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := permissions(t)
			openBus(t, world, test.policy...)
			dead, arrived := forwarding(t, world, test.account, test.role)
			world.Events.Emit(test.account, region, events.Event{Source: "aws.backup", DetailType: test.detailType, Detail: json.RawMessage(`{"state":"COMPLETED"}`)})
			require.NoError(t, world.Clock.Advance(t.Context(), time.Hour))
			assert.Empty(t, world.Events.Dropped())
			if test.want == "" {
				assert.Len(t, world.SQS.Peek(arrived), 1)
				assert.Empty(t, world.SQS.Peek(dead))
				return
			}
			assert.Empty(t, world.SQS.Peek(arrived))
			kept := world.SQS.Peek(dead)
			require.Len(t, kept, 1)
			assert.Equal(t, "NO_PERMISSIONS", kept[0].Attributes["ERROR_CODE"].StringValue)
			assert.Contains(t, kept[0].Attributes["ERROR_MESSAGE"].StringValue, test.want)
		})
	}
}

// forwarding has an account forward all its events of AWS Backup to the central bus as a
// role, and the central account put them into a queue.
func forwarding(t *testing.T, world *awssim.World, account, role string) (dead, arrived string) {
	t.Helper()
	forwards := iam.Role{Account: account, Name: role, Inline: map[string]string{"put": mayPutEvents},
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}
	require.NoError(t, world.IAM.AddRole(forwards))
	queue := func(account, name string) string {
		arn, err := world.SQS.Create(account, region, name, map[string]string{"Policy": `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"*"}]}`}, nil)
		require.NoError(t, err)
		return arn
	}
	dead, arrived = queue(account, "dead"), queue(central, "arrived")
	const all = `{"source":["aws.backup"]}`
	_, err := world.Events.DeclareRule(account, region, events.DeclaredRule{Name: "forward", Pattern: all, State: "ENABLED", Targets: []events.RuleTarget{
		{Id: "bus", Arn: centralBus, RoleArn: forwards.ARN(), DeadLetterConfig: &events.DeadLetterConfig{Arn: dead}},
	}})
	require.NoError(t, err)
	_, err = world.Events.DeclareRule(central, region, events.DeclaredRule{Name: "keep", Bus: "central", Pattern: all, State: "ENABLED", Targets: []events.RuleTarget{
		{Id: "queue", Arn: arrived},
	}})
	require.NoError(t, err)
	return dead, arrived
}
