package stacks

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// addTopic adds the topic of all alarms of the estate, those of other accounts
// included. Its key is the customer's: CloudWatch has no access to the AWS
// managed one, and its alarms would fall silent [SNS: encryption at rest].
func (s *stack) addTopic() {
	e := s.Estate
	key := s.addKey("AlarmTopic", e.Called(estate.AlarmTopic), "Alarms of the estate "+e.Name, policy.TopicKey(e).Map())
	topic := awssns.NewCfnTopic(s.scope, str("AlarmTopic"), &awssns.CfnTopicProps{
		TopicName: str(e.Called(estate.AlarmTopic)), KmsMasterKeyId: key.Ref(),
	})
	awssns.NewCfnTopicPolicy(s.scope, str("AlarmTopicPolicy"), &awssns.CfnTopicPolicyProps{
		Topics: strs(*topic.Ref()), PolicyDocument: policy.Topic(e).Map(),
	})
	for i, address := range e.Alarms.Emails {
		awssns.NewCfnSubscription(s.scope, str(fmt.Sprintf("AlarmEmail%d", i)), &awssns.CfnSubscriptionProps{
			TopicArn: topic.Ref(), Protocol: str("email"), Endpoint: str(address),
		})
	}
}
