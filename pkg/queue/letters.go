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

var _ relay.Letters = DeadLetters{}

const (
	// glance is for how long, in seconds, a message that was looked at is hidden: long
	// enough to read the whole queue, and over before anybody misses it.
	glance = 30
	// mostLetters are read at one look.
	mostLetters = 5000
)

// Read reads the messages of the dead-letter queue. SQS cannot list a queue: they are
// received, left there, and seen again after half a minute. Whole is false where there
// are more than 5,000, or where SQS gave fewer than it has, since another reader has
// some. A message that asks for no copy has no request.
func (q DeadLetters) Read(ctx context.Context) (relay.Rejected, error) {
	var found relay.Rejected
	total, err := q.Waiting(ctx)
	if err != nil || total == 0 {
		found.Whole = err == nil
		return found, err
	}
	n, err := q.scan(ctx, total, glance, func(m types.Message) {
		if sent := sentAt(m); found.Oldest.IsZero() || sent.Before(found.Oldest) {
			found.Oldest = sent
		}
		if request, ok := asked(aws.ToString(m.Body)); ok {
			found.Requests = append(found.Requests, request)
		}
	})
	if err != nil {
		return relay.Rejected{}, err
	}
	found.Whole = n >= total
	return found, nil
}

// scan receives up to total messages, hides each for so many seconds, visits each once, and
// returns how many they were.
func (q DeadLetters) scan(ctx context.Context, total int, hidden int32, visit func(types.Message)) (int, error) {
	seen := map[string]bool{}
	for empty := 0; empty < 3 && len(seen) < min(total, mostLetters); {
		out, err := q.Client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &q.URL, MaxNumberOfMessages: maxBatch, VisibilityTimeout: hidden,
			MessageAttributeNames: []string{"All"}, MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
		})
		if err != nil {
			return len(seen), fmt.Errorf("read dead letters: %w", err)
		}
		if len(out.Messages) == 0 {
			empty++ // a queue of many servers may answer so once
			continue
		}
		for _, m := range out.Messages {
			if id := aws.ToString(m.MessageId); !seen[id] {
				seen[id] = true
				visit(m)
			}
		}
	}
	return len(seen), nil
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
