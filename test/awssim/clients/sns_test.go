package clients_test

import (
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/sns"
)

// addTopic gives the member the topic reports; the API has no call for it here.
func (l *local) addTopic() (arn string) {
	l.t.Helper()
	topic := sns.Topic{Account: member, Region: primary, Name: "reports"}
	require.NoError(l.t, l.SNS.Create(topic))
	return topic.ARN()
}

func topicsByCLI(s shell) {
	topic := s.addTopic()
	sent := read[struct{ MessageID string }](s, "sns publish --subject Report --message", "all is well", "--topic-arn", topic)
	assert.NotEmpty(s.t, sent.MessageID)
	assert.Equal(s.t, []sns.Message{{Topic: topic, Subject: "Report", Body: "all is well"}}, s.SNS.Messages(topic))
	s.refused("NotFound", "Publish", "sns publish --message m --topic-arn", topic+"-none")
	s.refused("InvalidParameter", "Publish", "sns publish --subject Report --message", "", "--topic-arn", topic)
	s.as(central).refused("AuthorizationError", "Publish", "sns publish --message m --topic-arn", topic)
}
