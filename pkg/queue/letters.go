package queue

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

var _ relay.Letters = DeadLetters{}

const (
	// glance is for how long, in seconds, a message that was looked at is hidden: long
	// enough to read the whole queue, and over before anybody misses it.
	glance = 30
	// mostLetters are read at one look.
	mostLetters = 5000
)

// Read reads the messages of the dead-letter queue. SQS cannot list a queue: they are
// received, left there, and shown to others again once all are read, or by themselves
// after half a minute. Whole is false where there are more than 5,000, or where SQS gave
// fewer than it has, since another reader has some. A message that asks for no copy has
// no request.
func (q DeadLetters) Read(ctx context.Context) (relay.Rejected, error) {
	var found relay.Rejected
	var receipts []string
	var err error
	found.Whole, err = q.each(ctx, func(int) int32 { return glance }, func(m types.Message) {
		receipts = append(receipts, aws.ToString(m.ReceiptHandle))
		if sent := sentAt(m); found.Oldest.IsZero() || sent.Before(found.Oldest) {
			found.Oldest = sent
		}
		if request, ok := asked(aws.ToString(m.Body)); ok {
			found.Requests = append(found.Requests, request)
		}
	})
	q.release(context.WithoutCancel(ctx), receipts)
	if err != nil {
		return relay.Rejected{}, err
	}
	return found, nil
}

// each receives every message once, and tells whether that was all of the queue. hidden
// is for how many seconds the messages of a queue that holds about so many are hidden.
func (q DeadLetters) each(ctx context.Context, hidden func(total int) int32, visit func(types.Message)) (whole bool, err error) {
	total, err := q.Waiting(ctx)
	if err != nil {
		return false, err
	}
	seen := map[string]bool{}
	for idle := 0; idle < 3 && len(seen) < min(total, mostLetters); {
		before := len(seen)
		out, err := q.Client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &q.URL, MaxNumberOfMessages: maxBatch, VisibilityTimeout: hidden(total),
			MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			return false, fmt.Errorf("read dead letters: %w", err)
		}
		for _, m := range out.Messages {
			if id := aws.ToString(m.MessageId); !seen[id] {
				seen[id] = true
				visit(m)
			}
		}
		if len(seen) == before {
			idle++ // a queue of many servers may answer so once; one read too slowly shows the same again
		}
	}
	return len(seen) >= total, nil
}

// release shows received messages to others again. What SQS does not release by this
// shows itself in time.
func (q DeadLetters) release(ctx context.Context, receipts []string) { q.hide(ctx, receipts, 0) }

// hide hides received messages for so many seconds from now on, as far as SQS lets it.
func (q DeadLetters) hide(ctx context.Context, receipts []string, seconds int32) {
	for batch := range slices.Chunk(receipts, maxBatch) {
		entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(batch))
		for i, receipt := range batch {
			entries[i] = types.ChangeMessageVisibilityBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: &receipt, VisibilityTimeout: seconds}
		}
		if _, err := q.Client.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &q.URL, Entries: entries}); err != nil {
			return
		}
	}
}

// Waiting is about how many messages the queue holds, also those that somebody looks at
// (GetQueueAttributes; SQS counts approximately).
func (q DeadLetters) Waiting(ctx context.Context) (int, error) {
	return Copies(q).count(ctx, append(waiting(), types.QueueAttributeNameApproximateNumberOfMessagesNotVisible))
}

// sentAt is when a message was sent: SQS gives milliseconds since 1970.
func sentAt(m types.Message) time.Time {
	n, _ := strconv.ParseInt(m.Attributes[string(types.MessageSystemAttributeNameSentTimestamp)], 10, 64) // SQS's own
	return time.UnixMilli(n).UTC()
}

// asked is the copy that a message's body asks for. An event of a completed first hop
// asks for all of its point's copies: its request has no destination.
func asked(body string) (hop.Request, bool) {
	notice, err := awsevent.Decode([]byte(body))
	switch {
	case err != nil:
		return hop.Request{}, false
	case notice.Request != nil:
		return *notice.Request, true
	case notice.CopyJob != nil && notice.CopyJob.Copy != "":
		return hop.Request{Point: notice.CopyJob.Copy, Source: notice.CopyJob.Destination}, true
	default:
		return hop.Request{}, false
	}
}
