package sns_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/sns"
)

const arn = "arn:aws:sns:eu-central-1:222222222222:twohop-alarms"

const admits = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudwatch.amazonaws.com"},"Action":["sns:Publish"],
	"Resource":["` + arn + `"],"Condition":{"ArnLike":{"aws:SourceArn":["arn:aws:cloudwatch:eu-central-1:*:alarm:twohop-*"]}}}]}`

func TestAlarmsArePublishedWherePolicyAndKeyAllow(t *testing.T) {
	s := sns.New()
	require.NoError(t, s.Create(sns.Topic{Account: "222222222222", Region: "eu-central-1", Name: "twohop-alarms", KeyID: "key", Policy: admits}))
	require.NoError(t, s.Subscribe(arn, sns.Subscription{Protocol: "email", Endpoint: "oncall@example.com"}))
	assert.Len(t, s.Subscriptions(arn), 1)
	publish := func(alarm string) error {
		return s.Publish(sns.Message{Topic: arn, Subject: "ALARM", Body: alarm}, authz.Principal{Service: "cloudwatch.amazonaws.com"},
			map[string][]string{"aws:SourceArn": {"arn:aws:cloudwatch:eu-central-1:111111111111:alarm:" + alarm}})
	}
	require.NoError(t, publish("twohop-forward-dlq-filled"))
	require.ErrorContains(t, publish("other"), "not authorized to perform: sns:Publish")
	assert.Equal(t, []sns.Message{{Topic: arn, Subject: "ALARM", Body: "twohop-forward-dlq-filled"}}, s.Messages(arn))

	s.MayUse = func(of sns.Topic, by authz.Principal, _ map[string][]string) error {
		assert.Equal(t, "key", of.KeyID)
		assert.Equal(t, "cloudwatch.amazonaws.com", by.Service)
		return errors.New("no rights")
	}
	require.ErrorContains(t, publish("twohop-forward-dlq-filled"), "no rights")
	assert.Len(t, s.Messages(arn), 1)
}

func TestTopicsThatAreRefused(t *testing.T) {
	s := sns.New()
	good := sns.Topic{Account: "222222222222", Region: "eu-central-1", Name: "twohop-alarms"}
	require.NoError(t, s.Create(good))
	require.ErrorContains(t, s.Create(good), "already exists")
	require.ErrorContains(t, s.Create(sns.Topic{Name: "a b"}), "Topic Name")
	require.ErrorContains(t, s.SetPolicy(arn, "{"), "Policy")
	require.ErrorContains(t, s.SetPolicy(arn+"x", admits), "does not exist")
	require.ErrorContains(t, s.Subscribe(arn, sns.Subscription{Protocol: "https", Endpoint: "x"}), "awssim knows mail")
	err := s.Publish(sns.Message{Topic: arn}, authz.Principal{Service: "cloudwatch.amazonaws.com"}, nil)
	require.ErrorContains(t, err, "not authorized", "no policy admits no service")
	require.ErrorContains(t, s.Publish(sns.Message{Topic: arn + "x"}, authz.Principal{Service: "cloudwatch.amazonaws.com"}, nil), "does not exist")
	assert.Empty(t, s.Messages(arn+"x"))
	assert.Empty(t, s.Subscriptions(arn+"x"))
}

func TestSubscriptionsByMailAreConfirmed(t *testing.T) {
	s := sns.New()
	require.NoError(t, s.Create(sns.Topic{Account: "222222222222", Region: "eu-central-1", Name: "twohop-alarms"}))
	require.NoError(t, s.Subscribe(arn, sns.Subscription{Protocol: "email", Endpoint: "a"}))
	assert.Equal(t, sns.Pending, s.Subscriptions(arn)[0].State)
	require.NoError(t, s.Confirm(arn))
	assert.Equal(t, sns.Confirmed, s.Subscriptions(arn)[0].State)
	require.NoError(t, s.SetSubscriptions(arn, []sns.Subscription{{Protocol: "email", Endpoint: "a", State: sns.Deleted}}))
	require.NoError(t, s.Confirm(arn))
	assert.Equal(t, sns.Deleted, s.Subscriptions(arn)[0].State, "the link is of no use any more")
	require.ErrorContains(t, s.Confirm(arn+"x"), "does not exist")
}
