package awssns_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awssns"
	"github.com/twohop/twohop/test/awssim"
	simulated "github.com/twohop/twohop/test/awssim/sns"
)

const account, region = "222222222222", "eu-central-1"

// topic is one on the wire, with the world that it is in.
func topic(t *testing.T, name string) (awssns.Topic, *awssim.World) {
	t.Helper()
	w, err := awssim.Start(awssim.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.SNS.Create(simulated.Topic{Account: account, Region: region, Name: "alarms"}))
	return awssns.Topic{ARN: "arn:aws:sns:" + region + ":" + account + ":" + name, Client: sns.NewFromConfig(aws.Config{
		Region: region, BaseEndpoint: aws.String(w.Endpoint()), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(account, "local", ""),
	})}, w
}

func TestATextIsTold(t *testing.T) {
	for sentence, test := range map[string]struct {
		subject, text       string
		wantSubject, inText string
	}{
		"as it is":                          {"2 findings", "first\nsecond", "2 findings", "first\nsecond"},
		"under a subject that SNS takes":    {"fünf\nfindings", "text", "f?nf?findings", "text"},
		"under a subject that is not long":  {strings.Repeat("s", 200), "text", strings.Repeat("s", 99), "text"},
		"with an end where it is very long": {"s", strings.Repeat("é", 200_000), "s", "the rest is in the function's log"},
	} {
		t.Run(sentence, func(t *testing.T) {
			topic, w := topic(t, "alarms")
			require.NoError(t, topic.Publish(t.Context(), test.subject, test.text))
			told := w.SNS.Messages(topic.ARN)
			require.Len(t, told, 1)
			assert.Equal(t, test.wantSubject, told[0].Subject)
			assert.Contains(t, told[0].Body, test.inText)
			assert.LessOrEqual(t, len(told[0].Body), 256<<10)
		})
	}
}

func TestATopicThatIsNotThereIsAnError(t *testing.T) {
	topic, _ := topic(t, "alarm")
	require.ErrorContains(t, topic.Publish(t.Context(), "s", "t"), "tell topic arn:aws:sns:eu-central-1:222222222222:alarm: ")
}

func TestATextThatSNSDoesNotConfirmIsNotTold(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<PublishResponse><PublishResult></PublishResult></PublishResponse>`)
	}))
	defer server.Close()
	client := sns.New(sns.Options{Region: region, BaseEndpoint: &server.URL, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	err := awssns.Topic{Client: client, ARN: "topic"}.Publish(t.Context(), "s", "t")
	require.ErrorContains(t, err, "tell topic topic: SNS answered without a message id")
}
