package sqs

import (
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/message"
	"github.com/twohop/twohop/test/awssim/sqs/queue"
	"github.com/twohop/twohop/test/awssim/sqs/settings"
	"github.com/twohop/twohop/test/awssim/wire"
)

type receiveInput struct {
	queueInput
	AttributeNames              []string // the older name of the next
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
	ReceiveRequestAttemptID     string `json:"ReceiveRequestAttemptId"`
}

type receiveAnswer struct {
	Messages []receivedMessage `json:"Messages,omitempty"`
}

type receivedMessage struct {
	MessageID              string `json:"MessageId"`
	ReceiptHandle          string
	MD5OfBody              string
	Body                   string
	Attributes             map[string]string    `json:"Attributes,omitempty"`
	MD5OfMessageAttributes string               `json:"MD5OfMessageAttributes,omitempty"`
	MessageAttributes      map[string]Attribute `json:"MessageAttributes,omitempty"`
}

func (s *Service) receiveMessage(r *wire.Request, queueARN string, in receiveInput) (receiveAnswer, error) {
	if err := in.check(); err != nil {
		return receiveAnswer{}, err
	}
	ask := queue.Ask{Max: 1, Visibility: in.VisibilityTimeout, Wait: in.WaitTimeSeconds}
	if in.MaxNumberOfMessages != nil {
		ask.Max = *in.MaxNumberOfMessages
	}
	messages, err := s.Poll(r.Context(), r.Hold, queueARN, ask)
	if err != nil {
		return receiveAnswer{}, err
	}
	var answer receiveAnswer
	for _, m := range messages {
		answer.Messages = append(answer.Messages, in.show(m))
	}
	return answer, nil
}

// systemNames are what can be asked for. Those of FIFO queues are known, but no
// message of a standard queue has them.
var systemNames = []string{"All", "SenderId", "SentTimestamp", "ApproximateReceiveCount", "ApproximateFirstReceiveTimestamp",
	"SequenceNumber", "MessageDeduplicationId", "MessageGroupId", message.TraceHeader, "DeadLetterQueueSourceArn"}

func (in receiveInput) check() error {
	if err := fault.Range("MaxNumberOfMessages", in.MaxNumberOfMessages, 1, 10); err != nil {
		return err
	}
	if err := fault.Range("VisibilityTimeout", in.VisibilityTimeout, 0, settings.MaxVisibility); err != nil {
		return err
	}
	if err := fault.Range("WaitTimeSeconds", in.WaitTimeSeconds, 0, 20); err != nil {
		return err
	}
	if in.ReceiveRequestAttemptID != "" {
		return fault.Invalid("Value %s for parameter ReceiveRequestAttemptId is invalid. Reason: The request include parameter that is not valid for this queue type.", in.ReceiveRequestAttemptID)
	}
	for _, name := range in.systemAttributes() {
		if !slices.Contains(systemNames, name) {
			return fault.UnknownAttribute(name)
		}
	}
	return nil
}

func (in receiveInput) systemAttributes() []string {
	return slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
}

// show is a message with the attributes that the request asks for.
func (in receiveInput) show(m Message) receivedMessage {
	shown := receivedMessage{
		MessageID: m.ID, ReceiptHandle: m.ReceiptHandle, MD5OfBody: m.MD5OfBody, Body: m.Body,
		Attributes: m.SystemAttributes(), MessageAttributes: map[string]Attribute{},
	}
	asked := in.systemAttributes()
	maps.DeleteFunc(shown.Attributes, func(name, _ string) bool {
		return !slices.Contains(asked, "All") && !slices.Contains(asked, name)
	})
	for name, a := range m.Attributes {
		if slices.ContainsFunc(in.MessageAttributeNames, func(pattern string) bool { return selects(pattern, name) }) {
			shown.MessageAttributes[name] = a
		}
	}
	// The checksum covers what is shown, as recorded of AWS.
	shown.MD5OfMessageAttributes = message.MD5OfAttributes(shown.MessageAttributes)
	return shown
}

// selects tells whether an entry of MessageAttributeNames means the attribute:
// All, .*, a prefix followed by .*, or the name itself.
func selects(pattern, name string) bool {
	if prefix, ok := strings.CutSuffix(pattern, ".*"); ok {
		return strings.HasPrefix(name, prefix)
	}
	return pattern == "All" || pattern == name
}
