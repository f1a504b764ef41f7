package sqs_test

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sqs"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	member = "111111111111"
	backup = "222222222222"
	region = "eu-central-1"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// cloud is an SQS behind HTTP, with a clock that only the test drives.
type cloud struct {
	t       *testing.T
	clock   *clock.Clock
	service *sqs.Service
	url     string
	*api.Client

	mu      sync.Mutex
	pending []*clock.Hold // of calls that have not reached the server
}

func newCloud(t *testing.T) *cloud {
	c := &cloud{t: t, clock: clock.New(start)}
	source := ids.New(7)
	c.service = sqs.New(c.clock, source, func() string { return c.url })
	server := httptest.NewServer(&wire.Server{
		Clock:     c.clock,
		Identify:  sts.New(source).Identify,
		Services:  map[string]wire.Handler{"sqs": c.service.Handler()},
		Intercept: c.arrived,
	})
	t.Cleanup(server.Close)
	c.url = server.URL
	c.Client = c.as(backup, region)
	return c
}

func (c *cloud) as(account, region string) *api.Client {
	return api.New(api.Options{
		BaseEndpoint: aws.String(c.url), Region: region, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(account, "any", ""),
	})
}

func (c *cloud) arrived(wire.Call) wire.Fault {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pending) > 0 {
		c.pending[0].Release()
		c.pending = c.pending[1:]
	}
	return wire.Fault{}
}

// background makes one call while the test goes on. The clock stands still
// until the call has reached the server, which then holds it.
func (c *cloud) background(call func()) (done <-chan struct{}) {
	c.mu.Lock()
	c.pending = append(c.pending, c.clock.Hold())
	c.mu.Unlock()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		call()
	}()
	return finished
}

// idle lets everything happen that is due, ever.
func (c *cloud) idle() {
	require.ErrorIs(c.t, c.clock.RunUntil(c.t.Context(), func() bool { return false }), clock.ErrIdle)
}

func (c *cloud) advance(d time.Duration) { require.NoError(c.t, c.clock.Advance(c.t.Context(), d)) }

// queue makes a queue and returns its URL.
func (c *cloud) queue(name string, attributes map[string]string) string {
	out, err := c.CreateQueue(c.t.Context(), &api.CreateQueueInput{QueueName: &name, Attributes: attributes})
	require.NoError(c.t, err)
	return *out.QueueUrl
}

func arnOf(name string) string { return "arn:aws:sqs:" + region + ":" + backup + ":" + name }

func redriveTo(name string, receives string) map[string]string {
	return map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + arnOf(name) + `","maxReceiveCount":` + receives + `}`}
}

func (c *cloud) send(queueURL, body string) *api.SendMessageOutput {
	out, err := c.SendMessage(c.t.Context(), &api.SendMessageInput{QueueUrl: &queueURL, MessageBody: &body})
	require.NoError(c.t, err)
	return out
}

// receive takes up to ten messages, with all there is to know of them.
func (c *cloud) receive(queueURL string) []types.Message {
	out, err := c.ReceiveMessage(c.t.Context(), &api.ReceiveMessageInput{QueueUrl: &queueURL, MaxNumberOfMessages: 10,
		MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"All"}})
	require.NoError(c.t, err)
	return out.Messages
}

func (c *cloud) receiveOne(queueURL string) types.Message {
	got := c.receive(queueURL)
	require.Len(c.t, got, 1)
	return got[0]
}

// counts are the numbers of messages visible, in flight and delayed.
func (c *cloud) counts(queueURL string) string {
	out, err := c.GetQueueAttributes(c.t.Context(), &api.GetQueueAttributesInput{QueueUrl: &queueURL, AttributeNames: []types.QueueAttributeName{"All"}})
	require.NoError(c.t, err)
	a := out.Attributes
	return strings.Join([]string{a["ApproximateNumberOfMessages"], a["ApproximateNumberOfMessagesNotVisible"], a["ApproximateNumberOfMessagesDelayed"]}, " ")
}

func bodies(messages []types.Message) []string {
	texts := []string{}
	for _, m := range messages {
		texts = append(texts, *m.Body)
	}
	return texts
}

// assertCode checks the code that the SDK reports: the query protocol's one.
func assertCode(t *testing.T, code string, err error) {
	t.Helper()
	var known smithy.APIError
	require.ErrorAs(t, err, &known, "want %s", code)
	assert.Equal(t, code, known.ErrorCode(), known.ErrorMessage())
}

// assertCodeOf checks the code of an error that did not go over the wire.
func assertCodeOf(t *testing.T, code string, err error) {
	t.Helper()
	var known *wire.Error
	require.ErrorAs(t, err, &known)
	assert.Equal(t, code, known.Code, known.Message)
}
