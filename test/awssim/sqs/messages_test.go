package sqs_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/sqs"
)

func text(value string) types.MessageAttributeValue {
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
}

// The checksums in these two tests were recorded of AWS.
func TestChecksumsAreThoseOfAWS(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "0"})
	sent, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("msg"), MessageAttributes: map[string]types.MessageAttributeValue{
		"General": text("Kenobi"), "Hello": text("There"), "Help.Me": text("Me")}})
	require.NoError(t, err)
	assert.Equal(t, "6e2baaf3b97dbeef01c0043275f9a0e7", *sent.MD5OfMessageBody)
	assert.Equal(t, "4c360f3fdafd970e05fae2f149d997f5", *sent.MD5OfMessageAttributes)

	cases := []struct {
		sentence string
		asked    []string
		names    []string
		checksum string
	}{
		{"none are shown unless asked for", nil, nil, ""},
		{"All shows all", []string{"All"}, []string{"General", "Hello", "Help.Me"}, "4c360f3fdafd970e05fae2f149d997f5"},
		{"so does .*", []string{".*"}, []string{"General", "Hello", "Help.Me"}, "4c360f3fdafd970e05fae2f149d997f5"},
		{"a name shows one", []string{"Hello", "Foo"}, []string{"Hello"}, "a311262e065454b75da111d535b8dacd"},
		{"two names show two", []string{"Hello", "General"}, []string{"General", "Hello"}, "fca026605781cb4126a1e9044df24232"},
		{"a prefix shows those that begin with it", []string{"Hel.*"}, []string{"Hello", "Help.Me"}, "83fee93c1bcd8b9a5a923ffacdc636c7"},
		{"a name that no message has shows none", []string{"Foo"}, nil, ""},
	}
	for _, tc := range cases {
		t.Run(tc.sentence, func(t *testing.T) {
			out, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url, MessageAttributeNames: tc.asked})
			require.NoError(t, err)
			require.Len(t, out.Messages, 1)
			var names []string
			for name := range out.Messages[0].MessageAttributes {
				names = append(names, name)
			}
			assert.ElementsMatch(t, tc.names, names)
			assert.Equal(t, tc.checksum, aws.ToString(out.Messages[0].MD5OfMessageAttributes))
			assert.Equal(t, "6e2baaf3b97dbeef01c0043275f9a0e7", *out.Messages[0].MD5OfBody)
		})
	}
}

func TestBinaryAttributesKeepTheirBytes(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	value := []byte("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01")
	_, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("test"), MessageAttributes: map[string]types.MessageAttributeValue{
		"attr1": {DataType: aws.String("Binary"), BinaryValue: value}}})
	require.NoError(t, err)
	got := c.receiveOne(url)
	assert.Equal(t, value, got.MessageAttributes["attr1"].BinaryValue)
	assert.Equal(t, "8cbe4db156db8a94db8b801b7addb984", *got.MD5OfMessageAttributes)
}

func TestMessagesTellTheirHistory(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	sent, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("x"),
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1")}}})
	require.NoError(t, err)
	assert.NotEmpty(t, sent.MD5OfMessageSystemAttributes)
	c.advance(time.Second)
	c.receive(url)
	c.advance(30 * time.Second)
	got := c.receiveOne(url)
	assert.Equal(t, *sent.MessageId, *got.MessageId)
	assert.Equal(t, map[string]string{
		"SenderId": backup, "SentTimestamp": "1793502000000", "ApproximateReceiveCount": "2",
		"ApproximateFirstReceiveTimestamp": "1793502001000", "AWSTraceHeader": "Root=1",
	}, got.Attributes)

	c.advance(30 * time.Second)
	out, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{"SentTimestamp"}}) //nolint:staticcheck // the older name
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"SentTimestamp": "1793502000000"}, out.Messages[0].Attributes)
	_, err = c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: &url, MessageSystemAttributeNames: []types.MessageSystemAttributeName{"Colour"}})
	assertCode(t, "InvalidAttributeName", err)
}

func TestMessagesThatNoQueueTakes(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	small := c.queue("small", map[string]string{"MaximumMessageSize": "1024"})
	eleven := map[string]types.MessageAttributeValue{}
	for i := range 11 {
		eleven[fmt.Sprint("a", i)] = text("v")
	}
	one := func(name, dataType, value string, bytes []byte) map[string]types.MessageAttributeValue {
		a := types.MessageAttributeValue{DataType: &dataType, BinaryValue: bytes}
		if value != "" {
			a.StringValue = &value
		}
		return map[string]types.MessageAttributeValue{name: a}
	}
	cases := []struct {
		sentence string
		in       api.SendMessageInput
		code     string
	}{
		{"an empty body", api.SendMessageInput{MessageBody: aws.String("")}, "MissingParameter"},
		{"a character that XML does not have", api.SendMessageInput{MessageBody: aws.String("a\x00b")}, "InvalidMessageContents"},
		{"the last character of the plane", api.SendMessageInput{MessageBody: aws.String("\uFFFF")}, "InvalidMessageContents"},
		{"more than 1 MiB", api.SendMessageInput{MessageBody: aws.String(strings.Repeat("a", 1<<20+1))}, "InvalidParameterValue"},
		{"more than the queue's maximum, attributes counted", api.SendMessageInput{QueueUrl: &small, MessageBody: aws.String(strings.Repeat("a", 1015)), MessageAttributes: one("abc", "String", "v", nil)}, "InvalidParameterValue"},
		{"a delay of over 15 minutes", api.SendMessageInput{MessageBody: aws.String("x"), DelaySeconds: 901}, "InvalidParameterValue"},
		{"a group", api.SendMessageInput{MessageBody: aws.String("x"), MessageGroupId: aws.String("g")}, "InvalidParameterValue"},
		{"a deduplication id", api.SendMessageInput{MessageBody: aws.String("x"), MessageDeduplicationId: aws.String("d")}, "InvalidParameterValue"},
		{"eleven attributes", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: eleven}, "InvalidParameterValue"},
		{"an attribute without value", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a", "String", "", nil)}, "InvalidParameterValue"},
		{"a text as bytes", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a", "String", "", []byte("v"))}, "InvalidParameterValue"},
		{"a text with bytes", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a", "String", "v", []byte("v"))}, "InvalidParameterValue"},
		{"bytes as text", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a", "Binary", "v", nil)}, "InvalidParameterValue"},
		{"a number that is none", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a", "Number", "many", nil)}, "InvalidParameterValue"},
		{"a type that is none", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a", "Date", "v", nil)}, "InvalidParameterValue"},
		{"a name that AWS keeps to itself", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("AWS.a", "String", "v", nil)}, "InvalidParameterValue"},
		{"a name with two periods in a row", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a..b", "String", "v", nil)}, "InvalidParameterValue"},
		{"a forbidden character in an attribute", api.SendMessageInput{MessageBody: aws.String("x"), MessageAttributes: one("a", "String", "\x01", nil)}, "InvalidMessageContents"},
		{"a system attribute that is no trace", api.SendMessageInput{MessageBody: aws.String("x"), MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"SenderId": {DataType: aws.String("String"), StringValue: aws.String("me")}}}, "InvalidParameterValue"},
	}
	for _, tc := range cases {
		t.Run(tc.sentence, func(t *testing.T) {
			if tc.in.QueueUrl == nil {
				tc.in.QueueUrl = &url
			}
			_, err := c.SendMessage(t.Context(), &tc.in)
			assertCode(t, tc.code, err)
		})
	}
	assert.Equal(t, "0 0 0", c.counts(url))

	_, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &small, MessageBody: aws.String(strings.Repeat("a", 1014)), MessageAttributes: one("abc", "String", "v", nil)})
	require.NoError(t, err, "exactly the maximum")
	_, err = c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("tab\tnewline\n\U0001F600"), MessageAttributes: one("a", "Number.price", "-1.5e3", nil)})
	require.NoError(t, err)
}

func TestReceivesThatCannotBe(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	cases := []struct {
		sentence string
		in       api.ReceiveMessageInput
	}{
		{"eleven messages", api.ReceiveMessageInput{MaxNumberOfMessages: 11}},
		{"a negative number of messages", api.ReceiveMessageInput{MaxNumberOfMessages: -1}},
		{"invisible for over 12 hours", api.ReceiveMessageInput{VisibilityTimeout: 43201}},
		{"a wait of over 20 seconds", api.ReceiveMessageInput{WaitTimeSeconds: 21}},
		{"an attempt id, which is for FIFO queues", api.ReceiveMessageInput{ReceiveRequestAttemptId: aws.String("a")}},
	}
	for _, tc := range cases {
		t.Run(tc.sentence, func(t *testing.T) {
			tc.in.QueueUrl = &url
			_, err := c.ReceiveMessage(t.Context(), &tc.in)
			assertCode(t, "InvalidParameterValue", err)
		})
	}
}

func TestBatchesFailEntryByEntry(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	entry := func(id, body string) types.SendMessageBatchRequestEntry {
		return types.SendMessageBatchRequestEntry{Id: &id, MessageBody: &body}
	}
	sent, err := c.SendMessageBatch(t.Context(), &api.SendMessageBatchInput{QueueUrl: &url, Entries: []types.SendMessageBatchRequestEntry{
		entry("a", "one"), entry("b", "poison\x02"), entry("c", "two")}})
	require.NoError(t, err)
	require.Len(t, sent.Successful, 2)
	require.Len(t, sent.Failed, 1)
	assert.Equal(t, "b", *sent.Failed[0].Id)
	assert.Equal(t, "InvalidMessageContents", *sent.Failed[0].Code)
	assert.True(t, sent.Failed[0].SenderFault)

	got := c.receive(url)
	assert.Equal(t, []string{"one", "two"}, bodies(got))
	changed, err := c.ChangeMessageVisibilityBatch(t.Context(), &api.ChangeMessageVisibilityBatchInput{QueueUrl: &url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{
		{Id: aws.String("a"), ReceiptHandle: got[0].ReceiptHandle, VisibilityTimeout: 600},
		{Id: aws.String("b"), ReceiptHandle: got[1].ReceiptHandle, VisibilityTimeout: 43201}}})
	require.NoError(t, err)
	require.Len(t, changed.Successful, 1)
	require.Len(t, changed.Failed, 1)
	assert.Equal(t, "InvalidParameterValue", *changed.Failed[0].Code)

	deleted, err := c.DeleteMessageBatch(t.Context(), &api.DeleteMessageBatchInput{QueueUrl: &url, Entries: []types.DeleteMessageBatchRequestEntry{
		{Id: aws.String("a"), ReceiptHandle: got[0].ReceiptHandle}, {Id: aws.String("b"), ReceiptHandle: aws.String("garbage")}}})
	require.NoError(t, err)
	require.Len(t, deleted.Successful, 1)
	require.Len(t, deleted.Failed, 1)
	assert.Equal(t, "ReceiptHandleIsInvalid", *deleted.Failed[0].Code)
	assert.Equal(t, "0 1 0", c.counts(url))
}

func TestBatchesFailAsAWhole(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	entries := func(body string, ids ...string) []types.SendMessageBatchRequestEntry {
		var all []types.SendMessageBatchRequestEntry
		for _, id := range ids {
			all = append(all, types.SendMessageBatchRequestEntry{Id: aws.String(id), MessageBody: &body})
		}
		return all
	}
	cases := []struct {
		sentence string
		entries  []types.SendMessageBatchRequestEntry
		code     string
	}{
		{"no entry", []types.SendMessageBatchRequestEntry{}, "EmptyBatchRequest"},
		{"eleven entries", entries("x", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"), "TooManyEntriesInBatchRequest"},
		{"two entries of one id", entries("x", "1", "1"), "BatchEntryIdsNotDistinct"},
		{"an id with a colon", entries("x", "a:b"), "InvalidBatchEntryId"},
		{"an id of 81 letters", entries("x", strings.Repeat("a", 81)), "InvalidBatchEntryId"},
		{"more than 1 MiB together", entries(strings.Repeat("a", 1<<19+1), "1", "2"), "BatchRequestTooLong"},
	}
	for _, tc := range cases {
		t.Run(tc.sentence, func(t *testing.T) {
			_, err := c.SendMessageBatch(t.Context(), &api.SendMessageBatchInput{QueueUrl: &url, Entries: tc.entries})
			assertCode(t, "AWS.SimpleQueueService."+tc.code, err)
		})
	}
	assert.Equal(t, "0 0 0", c.counts(url))
}

func TestServicesDeliverInProcess(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "60"})
	attributes := map[string]sqs.Attribute{"reason": {DataType: "String", StringValue: "test"}}
	require.NoError(t, c.service.Deliver(arnOf("copies"), `{"a":1}`, attributes, "events.amazonaws.com"))
	assertCodeOf(t, "com.amazonaws.sqs#QueueDoesNotExist", c.service.Deliver(arnOf("nowhere"), "x", nil, "events.amazonaws.com"))
	assertCodeOf(t, "com.amazon.coral.service#MissingRequiredParameterException", c.service.Deliver(arnOf("copies"), "", nil, "events.amazonaws.com"))

	timeout, err := c.service.VisibilityTimeout(arnOf("copies"))
	require.NoError(t, err)
	assert.Equal(t, time.Minute, timeout)

	peeked := c.service.Peek(arnOf("copies"))
	require.Len(t, peeked, 1)
	assert.Zero(t, peeked[0].ReceiveCount, "peeking is not receiving")
	got, err := c.service.Receive(arnOf("copies"), 10)
	require.NoError(t, err)
	require.Len(t, got, 1)
	assert.Equal(t, attributes, got[0].Attributes)
	assert.Equal(t, "events.amazonaws.com", got[0].SystemAttributes()["SenderId"])
	assert.Equal(t, start.Add(time.Minute), got[0].Available)

	require.NoError(t, c.service.Delete(arnOf("copies"), got[0].ReceiptHandle))
	assert.Equal(t, "0 0 0", c.counts(url))
	assert.Empty(t, c.service.Peek(arnOf("copies")))
}
