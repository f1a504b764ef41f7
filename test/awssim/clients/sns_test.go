package clients_test

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/sns"
)

// addTopic gives the member the topic reports, with an address that has not confirmed;
// the API has no call for it here.
func (l *local) addTopic() (arn string) {
	l.t.Helper()
	topic := sns.Topic{Account: member, Region: primary, Name: "reports"}
	require.NoError(l.t, l.SNS.Create(topic))
	require.NoError(l.t, l.SNS.Subscribe(topic.ARN(), sns.Subscription{Protocol: "email", Endpoint: "oncall@example.com"}))
	return topic.ARN()
}

func topicsByCLI(s shell) {
	topic := s.addTopic()
	sent := read[struct{ MessageID string }](s, "sns publish --subject Report --message", "all is well", "--topic-arn", topic)
	assert.NotEmpty(s.t, sent.MessageID)
	assert.Equal(s.t, []sns.Message{{Topic: topic, Subject: "Report", Body: "all is well"}}, s.SNS.Messages(topic))
	listed := read[struct {
		Subscriptions []struct{ SubscriptionArn, Endpoint string }
	}](s, "sns list-subscriptions-by-topic --topic-arn", topic)
	require.Len(s.t, listed.Subscriptions, 1)
	assert.Equal(s.t, "oncall@example.com", listed.Subscriptions[0].Endpoint)
	assert.Equal(s.t, "PendingConfirmation", listed.Subscriptions[0].SubscriptionArn)
	s.prints(`"`+member+`"`, "sns get-topic-attributes --query Attributes.Owner --topic-arn", topic)
	s.refused("NotFound", "GetTopicAttributes", "sns get-topic-attributes --topic-arn", topic+"-none")
	s.refused("NotFound", "ListSubscriptionsByTopic", "sns list-subscriptions-by-topic --topic-arn", topic+"-none")
	s.refused("NotFound", "Publish", "sns publish --message m --topic-arn", topic+"-none")
	s.refused("InvalidParameter", "Publish", "sns publish --subject Report --message", "", "--topic-arn", topic)
	s.as(central).refused("AuthorizationError", "Publish", "sns publish --message m --topic-arn", topic)
}
