package sqs_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/sqs/queue"
)

// load is that of one of the queues of the account and Region.
func (c *cloud) load(name string) queue.Load {
	for _, load := range c.service.Loads() {
		if load.Name == name {
			assert.Equal(c.t, backup, load.Account)
			assert.Equal(c.t, region, load.Region)
			load.Account, load.Region = "", ""
			return load
		}
	}
	require.Fail(c.t, "no queue "+name)
	return queue.Load{}
}

func TestWhatAQueueHoldsIsCounted(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	c.queue("another", nil)
	assert.Len(t, c.service.Loads(), 2)
	assert.Equal(t, queue.Load{Name: "copies"}, c.load("copies"))
	_, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("later"), DelaySeconds: 600})
	require.NoError(t, err)
	c.advance(time.Minute)
	c.send(url, "taken")
	c.receiveOne(url)
	c.send(url, "there")
	assert.Equal(t, queue.Load{Name: "copies", Visible: 1, Delayed: 1, NotVisible: 1, OldestAge: time.Minute}, c.load("copies"), "a delayed message ages too")
	c.advance(30 * time.Second)
	assert.Equal(t, queue.Load{Name: "copies", Visible: 2, Delayed: 1, OldestAge: 90 * time.Second}, c.load("copies"))
	c.advance(5 * 24 * time.Hour)
	assert.Equal(t, queue.Load{Name: "copies"}, c.load("copies"), "all have expired")
}

func TestInADeadLetterQueueTheAgeCountsFromTheRedrive(t *testing.T) {
	c := newCloud(t)
	dead := c.queue("dlq", nil)
	url := c.queue("copies", redriveTo("dlq", "3"))
	c.send(url, "x")
	for range 3 {
		c.receiveOne(url)
		c.advance(30 * time.Second)
	}
	assert.Empty(t, c.receive(url))
	assert.Equal(t, queue.Load{Name: "dlq", Visible: 1}, c.load("dlq"), "sent a minute and a half ago")
	c.advance(time.Hour)
	assert.Equal(t, time.Hour, c.load("dlq").OldestAge)
	assert.Zero(t, c.load("copies").OldestAge)
	require.Len(t, c.receive(dead), 1)
	assert.Equal(t, queue.Load{Name: "dlq", NotVisible: 1, OldestAge: time.Hour}, c.load("dlq"), "a message in flight is not deleted yet")
}

func TestAMessageThatPoisonsIsNotTheOldest(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	c.send(url, "poison")
	for range 2 {
		c.receiveOne(url)
		c.advance(time.Minute)
	}
	assert.Equal(t, queue.Load{Name: "copies", Visible: 1, OldestAge: 2 * time.Minute}, c.load("copies"), "received twice")
	c.receiveOne(url)
	c.advance(time.Minute)
	assert.Equal(t, queue.Load{Name: "copies", Visible: 1}, c.load("copies"), "received three times")
	c.send(url, "fresh")
	c.advance(time.Minute)
	assert.Equal(t, time.Minute, c.load("copies").OldestAge)
}
