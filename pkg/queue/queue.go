// Package queue is the queue `copies` and its dead-letter queue on Amazon SQS.
//
// What one message must tell the next travels in message attributes, so that the
// body stays as it came: first_seen and rejected_at on every message, and reason,
// class and advice on rejected ones. They survive a redrive from the console.
package queue

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Copies is the queue `copies`.
type Copies struct {
	Client *sqs.Client
	URL    string
}

var _ relay.Queue = Copies{}

// Resend sends the message again with a delay of whole seconds (rounded up; SQS
// takes 900 at most), its marks kept.
func (q Copies) Resend(ctx context.Context, m relay.Message, delay time.Duration) error {
	seconds := int32((delay + time.Second - 1) / time.Second)
	err := sendOne(ctx, q.Client, &sqs.SendMessageInput{
		QueueUrl:          &q.URL,
		MessageBody:       &m.Body,
		DelaySeconds:      seconds,
		MessageAttributes: marks(m),
	})
	if err != nil {
		return fmt.Errorf("send message %s again: %w", m.ID, err)
	}
	return nil
}

// Split sends one message per request. When it fails some may have been sent;
// sending them again does no harm.
func (q Copies) Split(ctx context.Context, m relay.Message, requests []hop.Request) error {
	for start := 0; start < len(requests); start += maxBatch {
		if err := q.send(ctx, m, requests[start:min(start+maxBatch, len(requests))]); err != nil {
			return fmt.Errorf("split message %s: %w", m.ID, err)
		}
	}
	return nil
}

// maxBatch is the most messages that SendMessageBatch takes.
const maxBatch = 10

func (q Copies) send(ctx context.Context, m relay.Message, requests []hop.Request) error {
	entries := make([]types.SendMessageBatchRequestEntry, 0, len(requests))
	for i, request := range requests {
		body, err := awsevent.EncodeRequest(request)
		if err != nil {
			return err
		}
		entries = append(entries, types.SendMessageBatchRequestEntry{
			Id:                aws.String(strconv.Itoa(i)),
			MessageBody:       &body,
			MessageAttributes: marks(m),
		})
	}
	return sendBatch(ctx, q.Client, q.URL, entries)
}

// Waiting is about how many messages the queue holds that nobody has received,
// delayed ones included (GetQueueAttributes; SQS counts approximately).
func (q Copies) Waiting(ctx context.Context) (int, error) { return q.count(ctx, waiting()) }

// NotVisible is about how many messages are received and neither deleted nor visible again
// (GetQueueAttributes; SQS counts approximately).
func (q Copies) NotVisible(ctx context.Context) (int, error) {
	return q.count(ctx, []types.QueueAttributeName{types.QueueAttributeNameApproximateNumberOfMessagesNotVisible})
}

func waiting() []types.QueueAttributeName {
	return []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	}
}

// count adds up numbers of messages.
func (q Copies) count(ctx context.Context, names []types.QueueAttributeName) (int, error) {
	out, err := q.Client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.URL, AttributeNames: names})
	if err != nil {
		return 0, fmt.Errorf("count waiting messages: %w", classify(err))
	}
	total := 0
	for _, name := range names {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			return 0, fmt.Errorf("count waiting messages: %s is %q", name, out.Attributes[string(name)])
		}
		total += n
	}
	return total, nil
}
