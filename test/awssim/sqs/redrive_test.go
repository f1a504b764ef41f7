package sqs_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pair makes a queue with a dead-letter queue that takes what was received once.
func (c *cloud) pair() (copies, dead string) {
	dead = c.queue("dlq", nil)
	return c.queue("copies", redriveTo("dlq", "1")), dead
}

// kill sends messages and receives them once too often.
func (c *cloud) kill(queueURL string, messages ...string) {
	for _, body := range messages {
		c.send(queueURL, body)
	}
	require.Len(c.t, c.receive(queueURL), len(messages))
	c.advance(30 * time.Second)
	require.Empty(c.t, c.receive(queueURL))
}

func TestMessagesReceivedTooOftenGoToTheDeadLetterQueue(t *testing.T) {
	c := newCloud(t)
	dead := c.queue("dlq", map[string]string{"MessageRetentionPeriod": "600"})
	url := c.queue("copies", redriveTo("dlq", "2"))
	sent, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("x"), MessageAttributes: map[string]types.MessageAttributeValue{"reason": text("none")}})
	require.NoError(t, err)
	c.receiveOne(url)
	c.advance(30 * time.Second)
	last := c.receiveOne(url)
	c.advance(30 * time.Second)
	assert.Equal(t, "0 0 0", c.counts(dead), "nobody has tried to receive it")
	assert.Empty(t, c.receive(url))
	assert.Equal(t, "1 0 0", c.counts(dead))

	got := c.receiveOne(dead)
	assert.Equal(t, *sent.MessageId, *got.MessageId)
	assert.Equal(t, "none", *got.MessageAttributes["reason"].StringValue)
	assert.Equal(t, arnOf("copies"), got.Attributes["DeadLetterQueueSourceArn"])
	assert.Equal(t, "1793502000000", got.Attributes["SentTimestamp"], "the time of sending stays")
	assert.Equal(t, "3", got.Attributes["ApproximateReceiveCount"], "the count goes on")
	_, err = c.DeleteMessage(t.Context(), &api.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: last.ReceiptHandle})
	require.NoError(t, err)
	assert.Equal(t, "0 1 0", c.counts(dead), "the source's handle does not reach it")

	c.advance(9 * time.Minute)
	assert.Equal(t, "0 0 0", c.counts(dead), "it expires by its time of sending")
}

func TestLongPollOnTheDeadLetterQueueHearsOfRedrive(t *testing.T) {
	c := newCloud(t)
	url, dead := c.pair()
	c.send(url, "x")
	c.receiveOne(url)
	var got []string
	polled := c.longPoll(dead, &got)
	stop := c.service.Watch(arnOf("copies"), func() {
		none, err := c.service.Receive(arnOf("copies"), 10)
		assert.NoError(t, err)
		assert.Empty(t, none)
	})
	defer stop()
	c.advance(20 * time.Second)
	<-polled
	assert.Empty(t, got)
	polled = c.longPoll(dead, &got)
	c.advance(20 * time.Second)
	<-polled
	assert.Equal(t, []string{"x"}, got)
}

func TestMessagesStayWhereTheDeadLetterQueueIsGone(t *testing.T) {
	c := newCloud(t)
	url, dead := c.pair()
	_, err := c.DeleteQueue(t.Context(), &api.DeleteQueueInput{QueueUrl: &dead})
	require.NoError(t, err)
	c.send(url, "x")
	c.receiveOne(url)
	c.advance(30 * time.Second)
	c.receiveOne(url)
}

func TestSourcesOfADeadLetterQueueAreListed(t *testing.T) {
	c := newCloud(t)
	dead := c.queue("dlq", nil)
	list := func(in api.ListDeadLetterSourceQueuesInput) []string {
		in.QueueUrl = &dead
		out, err := c.ListDeadLetterSourceQueues(t.Context(), &in)
		require.NoError(t, err)
		return out.QueueUrls
	}
	assert.Empty(t, list(api.ListDeadLetterSourceQueuesInput{}))
	a, b := c.queue("a", redriveTo("dlq", "5")), c.queue("b", redriveTo("dlq", "5"))
	assert.Equal(t, []string{a, b}, list(api.ListDeadLetterSourceQueuesInput{}))
	assert.Equal(t, []string{a}, list(api.ListDeadLetterSourceQueuesInput{MaxResults: aws.Int32(1)}))
}

func (c *cloud) startMove(in api.StartMessageMoveTaskInput) *string {
	in.SourceArn = aws.String(arnOf("dlq"))
	out, err := c.StartMessageMoveTask(c.t.Context(), &in)
	require.NoError(c.t, err)
	return out.TaskHandle
}

func (c *cloud) tasks(max int32) []types.ListMessageMoveTasksResultEntry {
	out, err := c.ListMessageMoveTasks(c.t.Context(), &api.ListMessageMoveTasksInput{SourceArn: aws.String(arnOf("dlq")), MaxResults: &max})
	require.NoError(c.t, err)
	return out.Results
}

func TestMoveTaskBringsMessagesBackAsNewOnes(t *testing.T) {
	c := newCloud(t)
	url, dead := c.pair()
	c.queue("others", redriveTo("dlq", "1"))
	c.kill(c.url+"/"+backup+"/others", "theirs")
	_, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("ours"), MessageAttributes: map[string]types.MessageAttributeValue{"rejected_at": text("3")}})
	require.NoError(t, err)
	before := c.receiveOne(url)
	c.advance(30 * time.Second)
	require.Empty(t, c.receive(url))

	handle := c.startMove(api.StartMessageMoveTaskInput{})
	running := c.tasks(1)
	require.Len(t, running, 1)
	assert.Equal(t, *handle, *running[0].TaskHandle)
	assert.Equal(t, "RUNNING", *running[0].Status)
	assert.EqualValues(t, 2, *running[0].ApproximateNumberOfMessagesToMove)
	assert.Equal(t, c.clock.Now().UnixMilli(), running[0].StartedTimestamp)
	_, err = c.StartMessageMoveTask(t.Context(), &api.StartMessageMoveTaskInput{SourceArn: aws.String(arnOf("dlq"))})
	assertCode(t, "InvalidParameterValue", err)

	c.idle()
	done := c.tasks(1)
	assert.Equal(t, "COMPLETED", *done[0].Status)
	assert.EqualValues(t, 2, done[0].ApproximateNumberOfMessagesMoved)
	assert.Nil(t, done[0].TaskHandle)
	assert.Nil(t, done[0].DestinationArn)
	assert.Equal(t, "0 0 0", c.counts(dead))
	assert.Equal(t, []string{"theirs"}, bodies(c.receive(c.url+"/"+backup+"/others")))
	got := c.receiveOne(url)
	assert.NotEqual(t, *before.MessageId, *got.MessageId)
	assert.Equal(t, "1793502061000", got.Attributes["SentTimestamp"])
	assert.Equal(t, "1", got.Attributes["ApproximateReceiveCount"])
	assert.NotContains(t, got.Attributes, "DeadLetterQueueSourceArn")
	assert.Equal(t, "3", *got.MessageAttributes["rejected_at"].StringValue)
}

func TestMoveTaskKeepsToItsRateAndItsMessages(t *testing.T) {
	c := newCloud(t)
	url, dead := c.pair()
	target := c.queue("target", nil)
	c.send(dead, "in flight")
	c.receiveOne(dead)
	c.kill(url, "1", "2", "3", "4", "5") // the thirty seconds make "in flight" visible
	require.Equal(t, "6 0 0", c.counts(dead))
	held, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &dead, VisibilityTimeout: 600})
	require.NoError(t, err)
	require.Len(t, held.Messages, 1)

	handle := c.startMove(api.StartMessageMoveTaskInput{DestinationArn: aws.String(arnOf("target")), MaxNumberOfMessagesPerSecond: aws.Int32(2)})
	c.send(dead, "later")
	c.advance(time.Second)
	assert.Equal(t, "2 0 0", c.counts(target))
	c.advance(time.Second)
	assert.Equal(t, "4 0 0", c.counts(target))
	c.idle()
	assert.Equal(t, "5 0 0", c.counts(target))
	assert.Equal(t, "1 1 0", c.counts(dead), "what came later and what is in flight stay")

	entry := c.tasks(1)[0]
	assert.Equal(t, "COMPLETED", *entry.Status)
	assert.Equal(t, arnOf("target"), *entry.DestinationArn)
	assert.EqualValues(t, 2, *entry.MaxNumberOfMessagesPerSecond)
	_, err = c.CancelMessageMoveTask(t.Context(), &api.CancelMessageMoveTaskInput{TaskHandle: handle})
	assertCode(t, "AWS.SimpleQueueService.UnsupportedOperation", err)
}

func TestMoveTaskFailsWhereAMessageHasNowhereToGo(t *testing.T) {
	c := newCloud(t)
	url, dead := c.pair()
	c.kill(url, "redriven")
	c.send(dead, "rejected by code")
	c.startMove(api.StartMessageMoveTaskInput{})
	c.idle()
	failed := c.tasks(1)[0]
	assert.Equal(t, "FAILED", *failed.Status)
	assert.Equal(t, "CouldNotDetermineMessageSource", *failed.FailureReason)
	assert.EqualValues(t, 1, failed.ApproximateNumberOfMessagesMoved)
	assert.Equal(t, []string{"rejected by code"}, bodies(c.receive(dead)))
	c.advance(30 * time.Second)

	c.queue("target", nil)
	c.startMove(api.StartMessageMoveTaskInput{DestinationArn: aws.String(arnOf("target"))})
	require.NoError(t, c.service.Remove(arnOf("target")))
	c.idle()
	all := c.tasks(10)
	require.Len(t, all, 2)
	assert.Equal(t, "AWS.SimpleQueueService.NonExistentQueue", *all[0].FailureReason, "the latest first")
	assert.Equal(t, "CouldNotDetermineMessageSource", *all[1].FailureReason)
	assert.Equal(t, "1 0 0", c.counts(dead))

	c.startMove(api.StartMessageMoveTaskInput{DestinationArn: aws.String(arnOf("copies"))})
	c.idle()
	assert.Equal(t, "COMPLETED", *c.tasks(1)[0].Status)
	assert.Equal(t, "0 0 0", c.counts(dead))
}

func TestMoveTaskCanBeCancelled(t *testing.T) {
	c := newCloud(t)
	url, dead := c.pair()
	c.kill(url, "1", "2", "3")
	handle := c.startMove(api.StartMessageMoveTaskInput{MaxNumberOfMessagesPerSecond: aws.Int32(1)})
	c.advance(time.Second)
	out, err := c.CancelMessageMoveTask(t.Context(), &api.CancelMessageMoveTaskInput{TaskHandle: handle})
	require.NoError(t, err)
	assert.EqualValues(t, 1, out.ApproximateNumberOfMessagesMoved)
	assert.Equal(t, "CANCELLING", *c.tasks(1)[0].Status)
	c.idle()
	assert.Equal(t, "CANCELLED", *c.tasks(1)[0].Status)
	assert.Equal(t, "2 0 0", c.counts(dead))
	c.startMove(api.StartMessageMoveTaskInput{})
	c.idle()
	assert.Equal(t, "0 0 0", c.counts(dead))
}

func TestMoveTasksThatCannotBe(t *testing.T) {
	c := newCloud(t)
	c.pair()
	cases := []struct {
		sentence, source, destination string
		rate                          int32
		code                          string
	}{
		{"from what is no queue", "dlq", "", 1, "InvalidParameterValue"},
		{"from a queue that does not exist", arnOf("nowhere"), "", 1, "ResourceNotFoundException"},
		{"from another account", "arn:aws:sqs:eu-central-1:111111111111:dlq", "", 1, "ResourceNotFoundException"},
		{"from a queue that is no dead-letter queue", arnOf("copies"), "", 1, "InvalidParameterValue"},
		{"to a queue that does not exist", arnOf("dlq"), arnOf("nowhere"), 1, "ResourceNotFoundException"},
		{"to where it comes from", arnOf("dlq"), arnOf("dlq"), 1, "InvalidParameterValue"},
		{"too fast", arnOf("dlq"), "", 501, "InvalidParameterValue"},
	}
	for _, tc := range cases {
		t.Run(tc.sentence, func(t *testing.T) {
			in := api.StartMessageMoveTaskInput{SourceArn: &tc.source, MaxNumberOfMessagesPerSecond: &tc.rate}
			if tc.destination != "" {
				in.DestinationArn = &tc.destination
			}
			_, err := c.StartMessageMoveTask(t.Context(), &in)
			assertCode(t, tc.code, err)
		})
	}
	_, err := c.CancelMessageMoveTask(t.Context(), &api.CancelMessageMoveTaskInput{TaskHandle: aws.String("garbage")})
	assertCode(t, "InvalidParameterValue", err)
	forged := aws.String("eyJ0YXNrSWQiOiJ4Iiwic291cmNlQXJuIjoiYXJuOmF3czpzcXM6ZXUtY2VudHJhbC0xOjIyMjIyMjIyMjIyMjpkbHEifQ==")
	_, err = c.CancelMessageMoveTask(t.Context(), &api.CancelMessageMoveTaskInput{TaskHandle: forged})
	assertCode(t, "ResourceNotFoundException", err)
	_, err = c.ListMessageMoveTasks(t.Context(), &api.ListMessageMoveTasksInput{SourceArn: aws.String(arnOf("nowhere"))})
	assertCode(t, "ResourceNotFoundException", err)
	_, err = c.ListMessageMoveTasks(t.Context(), &api.ListMessageMoveTasksInput{SourceArn: aws.String(arnOf("dlq")), MaxResults: aws.Int32(11)})
	assertCode(t, "InvalidParameterValue", err)
	assert.Empty(t, c.tasks(10))
}
