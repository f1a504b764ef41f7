// Package sqsevent is the JSON between an SQS event source mapping and its
// function: the event that goes in, and the batch item failures that come out.
package sqsevent

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Message is a message as it was received from a queue.
type Message struct {
	ID               string
	ReceiptHandle    string
	Body             string
	MD5OfBody        string // hexadecimal
	MD5OfAttributes  string // empty where there are no attributes
	Attributes       map[string]MessageAttribute
	Sender           string
	Sent             time.Time // simulated
	FirstReceived    time.Time // simulated
	ReceiveCount     int       // this time included
	DeadLetterSource string    // ARN of the queue whose dead letter it was; empty for none
	TraceHeader      string    // X-Ray header of its sender; empty for none
}

// MessageAttribute is a message attribute. Its DataType says which of the
// values counts: Binary and Binary.* have bytes, the others text.
type MessageAttribute struct {
	DataType    string
	StringValue string
	BinaryValue []byte
}

// record is a message as a function sees it [Lambda: with-sqs].
type record struct {
	MessageID         string                     `json:"messageId"`
	ReceiptHandle     string                     `json:"receiptHandle"`
	Body              string                     `json:"body"`
	Attributes        map[string]string          `json:"attributes"`
	MessageAttributes map[string]recordAttribute `json:"messageAttributes"`
	MD5OfAttributes   string                     `json:"md5OfMessageAttributes,omitempty"`
	MD5OfBody         string                     `json:"md5OfBody"`
	EventSource       string                     `json:"eventSource"`
	EventSourceARN    string                     `json:"eventSourceARN"`
	AWSRegion         string                     `json:"awsRegion"`
}

type recordAttribute struct {
	StringValue      *string  `json:"stringValue,omitempty"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"` // never used by SQS, always there
	BinaryListValues [][]byte `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func newRecord(queueARN string, m Message) record {
	r := record{
		MessageID: m.ID, ReceiptHandle: m.ReceiptHandle, Body: m.Body,
		Attributes: map[string]string{
			"ApproximateReceiveCount":          strconv.Itoa(m.ReceiveCount),
			"SentTimestamp":                    strconv.FormatInt(m.Sent.UnixMilli(), 10),
			"SenderId":                         m.Sender,
			"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.FirstReceived.UnixMilli(), 10),
		},
		MessageAttributes: map[string]recordAttribute{},
		MD5OfAttributes:   m.MD5OfAttributes, MD5OfBody: m.MD5OfBody,
		EventSource: "aws:sqs", EventSourceARN: queueARN, AWSRegion: strings.Split(queueARN, ":")[3],
	}
	if m.DeadLetterSource != "" {
		r.Attributes["DeadLetterQueueSourceArn"] = m.DeadLetterSource
	}
	if m.TraceHeader != "" {
		r.Attributes["AWSTraceHeader"] = m.TraceHeader
	}
	for name, attribute := range m.Attributes {
		out := recordAttribute{DataType: attribute.DataType, StringListValues: []string{}, BinaryListValues: [][]byte{}}
		if kind, _, _ := strings.Cut(attribute.DataType, "."); kind == "Binary" {
			out.BinaryValue = attribute.BinaryValue
		} else {
			out.StringValue = &attribute.StringValue
		}
		r.MessageAttributes[name] = out
	}
	return r
}

// Event is one invocation's worth of messages.
type Event struct {
	Payload  []byte
	Messages []Message
}

// Encode puts the messages into as few events as fit into payloads of limit
// bytes, in their order. A message that is too large alone has an event alone.
func Encode(queueARN string, messages []Message, limit int) ([]Event, error) {
	const before, after = `{"Records":[`, `]}`
	var events []Event
	for _, m := range messages {
		encoded, err := json.Marshal(newRecord(queueARN, m))
		if err != nil {
			return nil, fmt.Errorf("encode message %s: %w", m.ID, err)
		}
		last := len(events) - 1
		if last < 0 || len(events[last].Payload)+len(encoded)+len(",")+len(after) > limit {
			events = append(events, Event{Payload: append([]byte(before), encoded...), Messages: []Message{m}})
			continue
		}
		events[last].Payload = append(append(events[last].Payload, ','), encoded...)
		events[last].Messages = append(events[last].Messages, m)
	}
	for i := range events {
		events[i].Payload = append(events[i].Payload, after...)
	}
	return events, nil
}
