package events_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheLifeOfABus(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	created, err := client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{
		Name: aws.String("twohop"), Description: aws.String("central"),
	})
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:events:eu-central-1:111111111111:event-bus/twohop", *created.EventBusArn)

	for _, nameOrARN := range []string{"twohop", *created.EventBusArn} {
		bus, err := client.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: &nameOrARN})
		require.NoError(t, err)
		assert.Equal(t, "twohop", *bus.Name)
		assert.Equal(t, "central", *bus.Description)
		assert.Equal(t, start, bus.CreationTime.UTC())
		assert.Nil(t, bus.Policy)
	}

	_, err = client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("twohop")})
	requireCode(t, err, "ResourceAlreadyExistsException", "Event bus twohop already exists.")

	w.rule(client, "twohop", "all", everything, toQueue(member, "copies"))
	_, err = client.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("twohop")})
	requireCode(t, err, "ValidationException", "rules")
	_, err = client.RemoveTargets(t.Context(), &eventbridge.RemoveTargetsInput{Rule: aws.String("all"), EventBusName: aws.String("twohop"), Ids: []string{"target"}})
	require.NoError(t, err)
	_, err = client.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("all"), EventBusName: aws.String("twohop")})
	require.NoError(t, err)
	for range 2 { // a second deletion succeeds too
		_, err = client.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("twohop")})
		require.NoError(t, err)
	}
	_, err = client.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: aws.String("twohop")})
	requireCode(t, err, "ResourceNotFoundException", "Event bus twohop does not exist.")
}

func TestEveryAccountAndRegionHasItsOwnBuses(t *testing.T) {
	w := newWorld(t)
	w.bus(w.client(member, primary), "twohop")
	cases := []struct {
		name, account, region string
		want                  []string
	}{
		{"where it was made", member, primary, []string{"default", "twohop"}},
		{"in another Region", member, other, []string{"default"}},
		{"in another account", backup, primary, []string{"default"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			out, err := w.client(c.account, c.region).ListEventBuses(t.Context(), &eventbridge.ListEventBusesInput{})
			require.NoError(t, err)
			var names []string
			for _, b := range out.EventBuses {
				names = append(names, *b.Name)
				assert.Equal(t, "arn:aws:events:"+c.region+":"+c.account+":event-bus/"+*b.Name, *b.Arn)
			}
			assert.Equal(t, c.want, names)
		})
	}
}

func TestBusesAreListedInPages(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	for _, name := range []string{"b1", "b2", "b3", "c1"} {
		w.bus(client, name)
	}
	var pages [][]string
	in := &eventbridge.ListEventBusesInput{NamePrefix: aws.String("b"), Limit: aws.Int32(2)}
	for {
		out, err := client.ListEventBuses(t.Context(), in)
		require.NoError(t, err)
		var names []string
		for _, b := range out.EventBuses {
			names = append(names, *b.Name)
		}
		pages = append(pages, names)
		if out.NextToken == nil {
			break
		}
		in.NextToken = out.NextToken
	}
	assert.Equal(t, [][]string{{"b1", "b2"}, {"b3"}}, pages)
	_, err := client.ListEventBuses(t.Context(), &eventbridge.ListEventBusesInput{Limit: aws.Int32(101)})
	requireCode(t, err, "ValidationException", "'101' at 'limit'")
}

func TestBusesThatAreRefused(t *testing.T) {
	w := newWorld(t)
	client := w.client(member, primary)
	create := func(in eventbridge.CreateEventBusInput) error {
		_, err := client.CreateEventBus(t.Context(), &in)
		return err
	}
	cases := []struct {
		name       string
		err        error
		code, part string
	}{
		{"the default bus is there already", create(eventbridge.CreateEventBusInput{Name: aws.String("default")}), "ResourceAlreadyExistsException", "default"},
		{"a partner's name", create(eventbridge.CreateEventBusInput{Name: aws.String("a/b")}), "ValidationException", "must not contain '/'"},
		{"a name with a space", create(eventbridge.CreateEventBusInput{Name: aws.String("a b")}), "ValidationException", "'a b' at 'name'"},
		{"an empty name", create(eventbridge.CreateEventBusInput{Name: aws.String("")}), "ValidationException", "Value null at 'name'"},
		{"a key, which is not simulated", create(eventbridge.CreateEventBusInput{Name: aws.String("x"), KmsKeyIdentifier: aws.String("k")}), "SerializationException", "KmsKeyIdentifier"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { requireCode(t, c.err, c.code, c.part) })
	}
	_, err := client.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: aws.String("default")})
	requireCode(t, err, "ValidationException", "Cannot delete event bus default.")

	foreign := w.bus(w.client(backup, primary), "central")
	_, err = client.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: &foreign})
	requireCode(t, err, "AccessDeniedException", foreign)
	_, err = client.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: aws.String("arn:aws:events:nowhere")})
	requireCode(t, err, "ValidationException", "not in correct format")
}
