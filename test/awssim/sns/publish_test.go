package sns_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/sns"
	"github.com/twohop/twohop/test/awssim/wire"
)

// wired is a service with one topic, and a client of its account.
func wired(t *testing.T) (*sns.Service, *api.Client) {
	t.Helper()
	service := sns.New()
	require.NoError(t, service.Create(sns.Topic{Account: "222222222222", Region: "eu-central-1", Name: "twohop-alarms", KeyID: "key"}))
	server := httptest.NewServer(&wire.Server{
		Clock:    clock.New(time.Unix(0, 0)),
		Identify: func(key string) (wire.Identity, bool) { return wire.Identity{Account: key}, true },
		Services: map[string]wire.Handler{"sns": service.Handler()},
	})
	t.Cleanup(server.Close)
	return service, api.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("222222222222", "local", "")})
}

func TestMessagesArePublishedOnTheWire(t *testing.T) {
	service, client := wired(t)
	first, err := client.Publish(t.Context(), &api.PublishInput{TopicArn: aws.String(arn), Subject: aws.String("Report of 1 November"), Message: aws.String("6 of 6 & more\n")})
	require.NoError(t, err)
	second, err := client.Publish(t.Context(), &api.PublishInput{TargetArn: aws.String(arn), Message: aws.String("no subject")})
	require.NoError(t, err)
	assert.Len(t, *first.MessageId, 36)
	assert.NotEqual(t, first.MessageId, second.MessageId)
	assert.Equal(t, []sns.Message{
		{Topic: arn, Subject: "Report of 1 November", Body: "6 of 6 & more\n"}, {Topic: arn, Body: "no subject"},
	}, service.Messages(arn))
}

func TestMessagesThatAreRefused(t *testing.T) {
	for sentence, test := range map[string]struct {
		change     func(*api.PublishInput)
		code, want string
	}{
		"a topic that is not there":   {func(in *api.PublishInput) { in.TopicArn = aws.String(arn + "x") }, "NotFound", "does not exist"},
		"a topic of another Region":   {func(in *api.PublishInput) { in.TopicArn = aws.String(strings.Replace(arn, "central", "north", 1)) }, "InvalidParameter", "of the Region eu-central-1"},
		"no topic":                    {func(in *api.PublishInput) { in.TopicArn = nil }, "InvalidParameter", "TopicArn"},
		"two topics":                  {func(in *api.PublishInput) { in.TargetArn = in.TopicArn }, "InvalidParameter", "both"},
		"an empty message":            {func(in *api.PublishInput) { in.Message = aws.String("") }, "InvalidParameter", "Empty message"},
		"a message that is too long":  {func(in *api.PublishInput) { in.Message = aws.String(strings.Repeat("x", 256<<10+1)) }, "InvalidParameter", "too long"},
		"a subject that is too long":  {func(in *api.PublishInput) { in.Subject = aws.String(strings.Repeat("ü", 100)) }, "InvalidParameter", "Subject"},
		"a subject with a line break": {func(in *api.PublishInput) { in.Subject = aws.String("a\nb") }, "InvalidParameter", "Subject"},
		"a telephone":                 {func(in *api.PublishInput) { in.PhoneNumber = aws.String("+491") }, "SerializationException", `"PhoneNumber"`},
		"a message for each protocol": {func(in *api.PublishInput) { in.MessageStructure = aws.String("json") }, "SerializationException", `"MessageStructure"`},
		"attributes": {func(in *api.PublishInput) {
			in.MessageAttributes = map[string]types.MessageAttributeValue{"a": {DataType: aws.String("String"), StringValue: aws.String("b")}}
		}, "SerializationException", "MessageAttributes"},
		"a key that may not be used": {func(in *api.PublishInput) { in.Subject = aws.String("locked") }, "KMSAccessDenied", "may not"},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, client := wired(t)
			in := &api.PublishInput{TopicArn: aws.String(arn), Message: aws.String("m")}
			test.change(in)
			service.MayPublish = func(of sns.Topic, caller wire.Caller) error {
				assert.Equal(t, "key", of.KeyID)
				assert.Equal(t, "222222222222", caller.Account)
				return &wire.Error{Code: "KMSAccessDenied", Message: "may not"}
			}
			_, err := client.Publish(t.Context(), in)
			var fault smithy.APIError
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, test.code, fault.ErrorCode())
			assert.Contains(t, fault.ErrorMessage(), test.want)
			assert.Empty(t, service.Messages(arn))
		})
	}
}

func TestASubjectMayHave99Characters(t *testing.T) {
	_, client := wired(t)
	_, err := client.Publish(t.Context(), &api.PublishInput{TopicArn: aws.String(arn), Message: aws.String(strings.Repeat("x", 256<<10)), Subject: aws.String(strings.Repeat("ü", 99))})
	require.NoError(t, err)
}

func TestSubscriptionsAreListedOnTheWireInPages(t *testing.T) {
	service, client := wired(t)
	all := []sns.Subscription{{Protocol: "email", Endpoint: "a@example.com", State: sns.Confirmed}, {Protocol: "email", Endpoint: "b@example.com", State: sns.Pending}}
	for range 100 {
		all = append(all, sns.Subscription{Protocol: "email", Endpoint: "c@example.com", State: sns.Deleted})
	}
	require.NoError(t, service.SetSubscriptions(arn, all))
	var listed []types.Subscription
	pages := api.NewListSubscriptionsByTopicPaginator(client, &api.ListSubscriptionsByTopicInput{TopicArn: aws.String(arn)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		assert.LessOrEqual(t, len(page.Subscriptions), 100)
		listed = append(listed, page.Subscriptions...)
	}
	require.Len(t, listed, len(all))
	assert.Equal(t, types.Subscription{
		TopicArn: aws.String(arn), Protocol: aws.String("email"), Owner: aws.String("222222222222"), Endpoint: aws.String("a@example.com"),
		SubscriptionArn: aws.String(arn + ":00000000-0000-4000-8000-000000000000"),
	}, listed[0])
	assert.Equal(t, "PendingConfirmation", *listed[1].SubscriptionArn)
	assert.Equal(t, "Deleted", *listed[101].SubscriptionArn)
	for token, topic := range map[string]string{"": arn + "x", "x": arn, "103": arn} {
		_, err := client.ListSubscriptionsByTopic(t.Context(), &api.ListSubscriptionsByTopicInput{TopicArn: &topic, NextToken: &token})
		require.Error(t, err, token)
	}
}
