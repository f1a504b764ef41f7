package sqsevent_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda/sqsevent"
)

const queue = "arn:aws:sqs:eu-central-1:222222222222:copies"

func message(id string) sqsevent.Message {
	return sqsevent.Message{
		ID: id, ReceiptHandle: "handle-" + id, Body: "the body", MD5OfBody: "abc", Sender: "222222222222",
		Sent: time.UnixMilli(1793502000123), FirstReceived: time.UnixMilli(1793502000456), ReceiveCount: 3,
	}
}

func TestEventIsWhatSQSEventSourcesSend(t *testing.T) {
	full := message("m2")
	full.MD5OfAttributes = "def"
	full.DeadLetterSource = queue + "-source"
	full.TraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793"
	full.Attributes = map[string]sqsevent.MessageAttribute{
		"reason": {DataType: "String", StringValue: "attempts used up"},
		"count":  {DataType: "Number.int", StringValue: "3"},
		"raw":    {DataType: "Binary.gob", BinaryValue: []byte{0, 1, 2}},
	}
	encoded, err := sqsevent.Encode(queue, []sqsevent.Message{message("m1"), full}, 1<<20)
	require.NoError(t, err)
	require.Len(t, encoded, 1)
	assert.Len(t, encoded[0].Messages, 2)
	assert.JSONEq(t, `{"Records":[
		{"messageId":"m1","receiptHandle":"handle-m1","body":"the body","md5OfBody":"abc",
		 "attributes":{"ApproximateReceiveCount":"3","SentTimestamp":"1793502000123","SenderId":"222222222222","ApproximateFirstReceiveTimestamp":"1793502000456"},
		 "messageAttributes":{},
		 "eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:222222222222:copies","awsRegion":"eu-central-1"},
		{"messageId":"m2","receiptHandle":"handle-m2","body":"the body","md5OfBody":"abc","md5OfMessageAttributes":"def",
		 "attributes":{"ApproximateReceiveCount":"3","SentTimestamp":"1793502000123","SenderId":"222222222222","ApproximateFirstReceiveTimestamp":"1793502000456",
			"DeadLetterQueueSourceArn":"arn:aws:sqs:eu-central-1:222222222222:copies-source","AWSTraceHeader":"Root=1-5759e988-bd862e3fe1be46a994272793"},
		 "messageAttributes":{
			"reason":{"stringValue":"attempts used up","stringListValues":[],"binaryListValues":[],"dataType":"String"},
			"count":{"stringValue":"3","stringListValues":[],"binaryListValues":[],"dataType":"Number.int"},
			"raw":{"binaryValue":"AAEC","stringListValues":[],"binaryListValues":[],"dataType":"Binary.gob"}},
		 "eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-central-1:222222222222:copies","awsRegion":"eu-central-1"}]}`,
		string(encoded[0].Payload))
}

func TestEventsStayBelowTheLimit(t *testing.T) {
	var messages []sqsevent.Message
	for i := range 5 {
		m := message(fmt.Sprint("m", i))
		m.Body = strings.Repeat("x", 1000)
		messages = append(messages, m)
	}
	const limit = 3200
	encoded, err := sqsevent.Encode(queue, messages, limit)
	require.NoError(t, err)
	var ids []string
	for _, e := range encoded {
		assert.LessOrEqual(t, len(e.Payload), limit)
		assert.True(t, json.Valid(e.Payload))
		for _, m := range e.Messages {
			ids = append(ids, m.ID)
		}
	}
	assert.Equal(t, []string{"m0", "m1", "m2", "m3", "m4"}, ids)
	assert.Len(t, encoded, 3)
}

func TestSucceeded(t *testing.T) {
	all, none := []string{"m1", "m2", "m3"}, []string{}
	for name, c := range map[string]struct {
		answer string
		want   []string
	}{
		"an empty list":                      {`{"batchItemFailures":[]}`, all},
		"a null list":                        {`{"batchItemFailures":null}`, all},
		"an empty answer object":             {`{}`, all},
		"an answer that is null":             {`null`, all},
		"an answer without a byte":           {``, all},
		"other keys only":                    {`{"failures":[{"itemIdentifier":"m1"}]}`, all},
		"one failed":                         {`{"batchItemFailures":[{"itemIdentifier":"m2"}]}`, []string{"m1", "m3"}},
		"one failed, other keys beside":      {`{"n":1,"batchItemFailures":[{"itemIdentifier":"m2","n":1}]}`, []string{"m1", "m3"}},
		"one failed twice":                   {`{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m2"}]}`, []string{"m1", "m3"}},
		"all failed":                         {`{"batchItemFailures":[{"itemIdentifier":"m1"},{"itemIdentifier":"m2"},{"itemIdentifier":"m3"}]}`, none},
		"an unknown id beside a known one":   {`{"batchItemFailures":[{"itemIdentifier":"m2"},{"itemIdentifier":"m9"}]}`, none},
		"an empty id":                        {`{"batchItemFailures":[{"itemIdentifier":""}]}`, none},
		"an id that is null":                 {`{"batchItemFailures":[{"itemIdentifier":null}]}`, none},
		"an id that is a number":             {`{"batchItemFailures":[{"itemIdentifier":1}]}`, none},
		"a bad key name":                     {`{"batchItemFailures":[{"messageId":"m2"}]}`, none},
		"a key that differs in its capitals": {`{"batchItemFailures":[{"ItemIdentifier":"m2"}]}`, none},
		"an item that is null":               {`{"batchItemFailures":[null]}`, none},
		"ids instead of items":               {`{"batchItemFailures":["m2"]}`, none},
		"an object instead of a list":        {`{"batchItemFailures":{"itemIdentifier":"m2"}}`, none},
		"JSON that breaks off":               {`{"batchItemFailures":[`, none},
		"JSON that is not an object":         {`"ok"`, none},
		"an answer that is no JSON":          {`ok`, none},
	} {
		t.Run(name, func(t *testing.T) {
			ids := []string{}
			for _, m := range sqsevent.Succeeded([]sqsevent.Message{message("m1"), message("m2"), message("m3")}, []byte(c.answer)) {
				ids = append(ids, m.ID)
			}
			assert.Equal(t, c.want, ids)
		})
	}
}
