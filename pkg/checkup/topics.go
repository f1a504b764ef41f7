package checkup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Topics are the SNS topics of an account's Region.
type Topics interface {
	// Subscriptions lists a topic's e-mail subscriptions; ErrNotFound without the topic.
	Subscriptions(ctx context.Context, arn string) ([]Subscription, error)
}

// TopicSettings are the settings of the SNS topics of an account's Region.
type TopicSettings interface {
	// Topic is a topic's policy and key; ErrNotFound without it.
	Topic(ctx context.Context, arn string) (Topic, error)
}

// Topic is a topic's settings.
type Topic struct {
	Policy string // JSON, empty for none
	Key    string // id, ARN or alias of the key that encrypts it; empty for none
}

// Published checks that alarms and digests can be published to the topic: its policy, and that
// it is encrypted as deployed. That of its key is checked by TopicKey.
func Published(e estate.Estate, file string, topics TopicSettings) []Check {
	arn, name := e.TopicARN(), e.Called(estate.AlarmTopic)
	deploy := deploysOf(e, file, e.Accounts.Backup, estate.BackupAccount, e.Regions.Primary).String()
	at := Place{Account: e.Accounts.Backup, Region: e.Regions.Primary, Resource: arn}
	return []Check{{Name: "topic " + name, Place: at, Right: "sns:GetTopicAttributes", Look: func(ctx context.Context) ([]Finding, error) {
		live, err := topics.Topic(ctx, arn)
		switch {
		case errors.Is(err, ErrNotFound) && len(e.Alarms.Emails) > 0:
			return nil, nil // reported by the check of its subscriptions
		case errors.Is(err, ErrNotFound):
			return broken("there is no topic "+name, "none: alarms and digests are not published", deploy), nil
		case err != nil:
			return nil, err
		}
		found, err := compared(policy.Topic(e), live.Policy, "the policy of the topic "+name, "none: alarms fall silent", deploy)
		if strings.HasSuffix(live.Key, "alias/aws/sns") {
			found = append(found, broken("the topic "+name+" is encrypted with the key alias/aws/sns, which does not admit CloudWatch", "none: alarms fall silent", deploy)...)
		}
		return found, err
	}}}
}

// Subscription is an e-mail address that is subscribed to a topic. One that is neither
// confirmed nor pending was deleted: SNS lists it for a while.
type Subscription struct {
	Email              string
	Confirmed, Pending bool
}

// Subscribed checks that every address of the estate hears the topic of alarms. An
// address that was unsubscribed is not subscribed again by a deployment, since
// CloudFormation does not notice it.
func Subscribed(e estate.Estate, file string, topics Topics) []Check {
	if len(e.Alarms.Emails) == 0 {
		return nil
	}
	arn, name := e.TopicARN(), e.Called(estate.AlarmTopic)
	at := Place{Account: e.Accounts.Backup, Region: e.Regions.Primary, Resource: arn}
	return []Check{{Name: "subscriptions of the topic " + name, Place: at, Right: "sns:ListSubscriptionsByTopic", Look: func(ctx context.Context) ([]Finding, error) {
		live, err := topics.Subscriptions(ctx, arn)
		if errors.Is(err, ErrNotFound) {
			return broken("there is no topic "+name, "none: alarms and digests reach nobody", deploysOf(e, file, e.Accounts.Backup, estate.BackupAccount, e.Regions.Primary).String()), nil
		}
		if err != nil {
			return nil, err
		}
		var found []Finding
		for _, email := range e.Alarms.Emails {
			found = append(found, heard(email, live, arn, e.Regions.Primary)...)
		}
		return found, nil
	}}}
}

// heard is what keeps an address from hearing a topic; nothing where one of its
// subscriptions is confirmed.
func heard(email string, live []Subscription, topic, region string) []Finding {
	own := slices.DeleteFunc(slices.Clone(live), func(one Subscription) bool { return !strings.EqualFold(one.Email, email) })
	problem := email + " is not subscribed to the topic"
	switch {
	case slices.ContainsFunc(own, func(one Subscription) bool { return one.Confirmed }):
		return nil
	case slices.ContainsFunc(own, func(one Subscription) bool { return one.Pending }):
		problem = "the subscription of " + email + " to the topic is not confirmed"
	case len(own) > 0:
		problem = "the subscription of " + email + " to the topic was deleted"
	}
	return broken(problem, "none: alarms and digests do not reach "+email, fmt.Sprintf(
		"aws sns subscribe --region %[1]s --topic-arn %[2]s --protocol email --notification-endpoint %[3]s sends a new mail; then, with the token from the mail's link: "+
			"aws sns confirm-subscription --region %[1]s --topic-arn %[2]s --authenticate-on-unsubscribe true --token TOKEN", region, topic, email))
}
