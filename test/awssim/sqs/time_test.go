package sqs_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (c *cloud) sendDelayed(queueURL, body string, seconds int32) {
	_, err := c.SendMessage(c.t.Context(), &api.SendMessageInput{QueueUrl: &queueURL, MessageBody: &body, DelaySeconds: seconds})
	require.NoError(c.t, err)
}

// longPoll receives in the background, waiting up to 20 seconds.
func (c *cloud) longPoll(queueURL string, into *[]string) <-chan struct{} {
	return c.background(func() {
		out, err := c.ReceiveMessage(c.t.Context(), &api.ReceiveMessageInput{QueueUrl: &queueURL, WaitTimeSeconds: 20, MaxNumberOfMessages: 10})
		assert.NoError(c.t, err)
		*into = bodies(out.Messages)
	})
}

func TestDelayedMessagesComeInOrderOfAvailability(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"DelaySeconds": "60"})
	c.sendDelayed(url, "last", 900)
	c.send(url, "second") // the queue's own delay
	c.sendDelayed(url, "first", 1)
	assert.Equal(t, "0 0 3", c.counts(url))
	assert.Empty(t, c.receive(url))
	c.advance(time.Second)
	assert.Equal(t, []string{"first"}, bodies(c.receive(url)))
	c.advance(15 * time.Minute)
	assert.Equal(t, []string{"first", "second", "last"}, bodies(c.receive(url)), "the first one was received, but not deleted")
}

func TestReceivedMessagesAreInvisibleUntilTheTimeout(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "60"})
	c.send(url, "x")
	first := c.receiveOne(url)
	assert.Equal(t, "0 1 0", c.counts(url))
	c.advance(59 * time.Second)
	assert.Empty(t, c.receive(url))
	c.advance(time.Second)
	second := c.receiveOne(url)
	assert.NotEqual(t, *first.ReceiptHandle, *second.ReceiptHandle)

	_, err := c.DeleteMessage(t.Context(), &api.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: first.ReceiptHandle})
	require.NoError(t, err, "a stale handle is no error")
	assert.Equal(t, "0 1 0", c.counts(url), "and deletes nothing")
	c.advance(time.Hour)
	_, err = c.DeleteMessage(t.Context(), &api.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: second.ReceiptHandle})
	require.NoError(t, err)
	assert.Equal(t, "0 0 0", c.counts(url), "the latest handle deletes, visible or not")
	_, err = c.DeleteMessage(t.Context(), &api.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: second.ReceiptHandle})
	require.NoError(t, err, "gone already")
}

func TestVisibilityCanBeChanged(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	other := c.queue("other", nil)
	c.send(url, "x")
	change := func(queueURL string, handle *string, seconds int32) error {
		_, err := c.ChangeMessageVisibility(t.Context(), &api.ChangeMessageVisibilityInput{QueueUrl: &queueURL, ReceiptHandle: handle, VisibilityTimeout: seconds})
		return err
	}
	first := c.receiveOne(url)
	require.NoError(t, change(url, first.ReceiptHandle, 600))
	c.advance(10*time.Minute - time.Second)
	assert.Empty(t, c.receive(url))
	require.NoError(t, change(url, first.ReceiptHandle, 0))
	second := c.receiveOne(url)
	assertCode(t, "InvalidParameterValue", change(url, first.ReceiptHandle, 10))

	c.advance(time.Hour)
	require.NoError(t, change(url, second.ReceiptHandle, 60), "visible again, but not received since")
	assert.Empty(t, c.receive(url))
	assertCode(t, "InvalidParameterValue", change(url, second.ReceiptHandle, 11*3600+1))
	require.NoError(t, change(url, second.ReceiptHandle, 11*3600), "12 hours in all")
	assertCode(t, "ReceiptHandleIsInvalid", change(url, aws.String("garbage"), 1))
	assertCode(t, "ReceiptHandleIsInvalid", change(other, second.ReceiptHandle, 1))
}

func TestMessagesExpireByTheTimeTheyWereSent(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"MessageRetentionPeriod": "120"})
	c.send(url, "old")
	first := c.receiveOne(url)
	c.advance(time.Minute)
	c.sendDelayed(url, "new", 30)
	c.advance(59 * time.Second)
	assert.Equal(t, "2 0 0", c.counts(url))
	c.advance(time.Second)
	assert.Equal(t, []string{"new"}, bodies(c.receive(url)))
	_, err := c.DeleteMessage(t.Context(), &api.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: first.ReceiptHandle})
	require.NoError(t, err)

	c.send(url, "newest")
	c.advance(time.Minute)
	_, err = c.SetQueueAttributes(t.Context(), &api.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{"MessageRetentionPeriod": "60"}})
	require.NoError(t, err)
	assert.Empty(t, c.service.Peek(arnOf("copies")), "a shorter retention counts for what is there")
}

func TestLongPollEndsWhenAMessageIsSent(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	var got []string
	done := c.longPoll(url, &got)
	c.clock.After(5*time.Second, func() { assert.NoError(t, c.service.Deliver(arnOf("copies"), "x", nil, "test")) })
	c.idle()
	<-done
	assert.Equal(t, []string{"x"}, got)
	assert.Equal(t, start.Add(5*time.Second), c.clock.Now(), "nothing is left to wait for")
}

func TestLongPollEndsWhenADelayOrTimeoutIsOver(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "15"})
	c.send(url, "seen")
	c.receiveOne(url)
	c.sendDelayed(url, "delayed", 10)
	c.idle()
	assert.Equal(t, start, c.clock.Now(), "without a waiter time does not stop for messages")

	for _, expected := range []struct {
		body string
		at   time.Duration
	}{{"delayed", 10 * time.Second}, {"seen", 15 * time.Second}} {
		var got []string
		done := c.longPoll(url, &got)
		c.idle()
		<-done
		assert.Equal(t, []string{expected.body}, got)
		assert.Equal(t, start.Add(expected.at), c.clock.Now())
	}
}

func TestLongPollEndsEmptyWhenItsTimeIsOver(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"ReceiveMessageWaitTimeSeconds": "7"})
	c.sendDelayed(url, "late", 30)
	var got []string
	done := c.longPoll(url, &got)
	c.idle()
	<-done
	assert.Empty(t, got)
	assert.Equal(t, start.Add(20*time.Second), c.clock.Now())

	done = c.background(func() { assert.Empty(t, c.receive(url), "the queue's own wait is too short") })
	c.idle()
	<-done
	assert.Equal(t, start.Add(27*time.Second), c.clock.Now())
}

func TestLongPollEndsWhenTheQueueIsDeletedOrTheClientGoes(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	ctx, leave := context.WithCancel(t.Context())
	left := c.background(func() {
		_, err := c.ReceiveMessage(ctx, &api.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
		assert.ErrorIs(t, err, context.Canceled)
	})
	require.NoError(t, c.clock.RunUntil(t.Context(), func() bool { return true }), "the long poll lets the clock go")
	leave()
	<-left

	deleted := c.background(func() {
		_, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
		assertCode(t, "AWS.SimpleQueueService.NonExistentQueue", err)
	})
	c.clock.After(time.Second, func() { assert.NoError(t, c.service.Remove(arnOf("copies"))) })
	c.idle()
	<-deleted
}

func TestWatchersHearOfEachMessage(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "60"})
	c.send(url, "before")
	var heard []time.Duration
	stop := c.service.Watch(arnOf("copies"), func() {
		heard = append(heard, c.clock.Now().Sub(start))
		_, err := c.service.Receive(arnOf("copies"), 10) // no lock may be held
		assert.NoError(t, err)
	})
	assert.Empty(t, heard, "not what is there already")
	c.sendDelayed(url, "delayed", 30)
	require.NoError(t, c.service.Deliver(arnOf("copies"), "now", nil, "test"))
	assert.Equal(t, []time.Duration{0}, heard)
	c.advance(70 * time.Second)
	assert.Equal(t, []time.Duration{0, 30 * time.Second, 60 * time.Second}, heard, "the delay is over, then the two timeouts")

	stop()
	c.idle()
	assert.Equal(t, start.Add(70*time.Second), c.clock.Now(), "nobody waits any more")
	c.send(url, "after")
	assert.Len(t, heard, 3)
}

func TestQueuesFollowTheWallClockToo(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	c.clock.After(5*time.Millisecond, func() { assert.NoError(t, c.service.Deliver(arnOf("copies"), "x", nil, "test")) })
	ctx, stop := context.WithCancel(t.Context())
	following := make(chan error, 1)
	go func() { following <- c.clock.Follow(ctx) }()
	out, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
	require.NoError(t, err)
	assert.Equal(t, []string{"x"}, bodies(out.Messages))
	stop()
	require.ErrorIs(t, <-following, context.Canceled)
}
