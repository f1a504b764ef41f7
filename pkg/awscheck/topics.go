package awscheck

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/twohop/twohop/pkg/checkup"
)

// Topics are the SNS topics of an account's Region.
type Topics struct{ client *sns.Client }

var (
	_ checkup.Topics        = Topics{}
	_ checkup.TopicSettings = Topics{}
)

// NewTopics returns the topics of config's account and Region.
func NewTopics(config aws.Config) Topics { return Topics{sns.NewFromConfig(config)} }

// Subscriptions lists a topic's e-mail subscriptions.
func (t Topics) Subscriptions(ctx context.Context, arn string) ([]checkup.Subscription, error) {
	const right = "sns:ListSubscriptionsByTopic"
	var all []checkup.Subscription
	pages := sns.NewListSubscriptionsByTopicPaginator(t.client, &sns.ListSubscriptionsByTopicInput{TopicArn: &arn})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, refused(right, err)
		}
		for _, one := range page.Subscriptions {
			id := aws.ToString(one.SubscriptionArn)
			if id == "" || one.Endpoint == nil {
				return nil, incomplete(right, "a subscription's ARN and endpoint")
			}
			if aws.ToString(one.Protocol) == "email" {
				all = append(all, checkup.Subscription{Email: *one.Endpoint, Confirmed: strings.HasPrefix(id, "arn:"), Pending: id == "PendingConfirmation"})
			}
		}
	}
	return all, nil
}

// Topic is a topic's policy and key.
func (t Topics) Topic(ctx context.Context, arn string) (checkup.Topic, error) {
	out, err := t.client.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &arn})
	if err != nil {
		return checkup.Topic{}, refused("sns:GetTopicAttributes", err)
	}
	if out.Attributes["TopicArn"] == "" {
		return checkup.Topic{}, incomplete("sns:GetTopicAttributes", "TopicArn")
	}
	return checkup.Topic{Policy: out.Attributes["Policy"], Key: out.Attributes["KmsMasterKeyId"]}, nil
}
