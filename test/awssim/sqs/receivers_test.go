package sqs_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConcurrentReceiversGetEachMessageOncePerVisibilityTimeout(t *testing.T) {
	const messages, receivers = 200, 8
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "600"})
	var mu sync.Mutex
	windows := map[string][]int{} // message to the windows in which it was received

	for window := range 2 {
		var all sync.WaitGroup
		for receiver := range receivers {
			all.Add(1)
			call := func() {
				defer all.Done()
				for received := -1; received != 0; {
					in := &api.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 7}
					out, err := c.ReceiveMessage(t.Context(), in)
					if !assert.NoError(t, err) {
						return
					}
					mu.Lock()
					for _, m := range out.Messages {
						windows[*m.Body] = append(windows[*m.Body], window)
					}
					mu.Unlock()
					received = len(out.Messages)
				}
			}
			if window == 0 { // receive while messages are being sent
				for i := range messages / receivers {
					require.NoError(t, c.service.Deliver(arnOf("copies"), fmt.Sprint(receiver, "-", i), nil, "test"))
				}
			}
			go call()
		}
		all.Wait()
		assert.Len(t, c.service.Peek(arnOf("copies")), messages)
		c.advance(10 * time.Minute)
	}
	assert.Len(t, windows, messages)
	for body, received := range windows {
		assert.Equal(t, []int{0, 1}, received, body)
	}
}

func TestConcurrentLongPollsShareWhatComes(t *testing.T) {
	const pollers = 5
	c := newCloud(t)
	url := c.queue("copies", nil)
	results := make([][]string, pollers)
	var done []<-chan struct{}
	for i := range pollers {
		done = append(done, c.background(func() {
			out, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 20})
			if assert.NoError(t, err) {
				results[i] = bodies(out.Messages)
			}
		}))
	}
	for i := range pollers - 1 {
		c.clock.After(time.Duration(i+1)*time.Second, func() {
			assert.NoError(t, c.service.Deliver(arnOf("copies"), fmt.Sprint(i), nil, "test"))
		})
	}
	c.idle()
	var got []string
	for i := range pollers {
		<-done[i]
		got = append(got, results[i]...)
	}
	assert.ElementsMatch(t, []string{"0", "1", "2", "3"}, got, "one poll comes away empty")
	assert.Equal(t, start.Add(20*time.Second), c.clock.Now())
}

func TestNoMoreThan120000MessagesAreInFlight(t *testing.T) {
	const quota = 120_000
	c := newCloud(t)
	url := c.queue("copies", nil)
	for range quota + 1 {
		require.NoError(t, c.service.Deliver(arnOf("copies"), "x", nil, "test"))
	}
	got, err := c.service.Receive(arnOf("copies"), quota)
	require.NoError(t, err)
	require.Len(t, got, quota)
	_, err = c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url})
	assertCode(t, "OverLimit", err)
	_, err = c.DeleteMessage(t.Context(), &api.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: aws.String(got[0].ReceiptHandle)})
	require.NoError(t, err)
	c.receiveOne(url)
}
