package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// errUnconfirmed says that SQS answered without an error and without the id of the message:
// it may not have been sent. Who sends it again makes a double, which does no harm.
var errUnconfirmed = errors.New("SQS answered without a message id")

// sendOne sends one message, and fails unless SQS confirms it.
func sendOne(ctx context.Context, client *sqs.Client, in *sqs.SendMessageInput) error {
	out, err := client.SendMessage(ctx, in)
	switch {
	case err != nil:
		return err
	case aws.ToString(out.MessageId) == "":
		return errUnconfirmed
	}
	return nil
}

// sendBatch sends up to maxBatch messages, and fails unless SQS confirms each of them.
func sendBatch(ctx context.Context, client *sqs.Client, url string, entries []types.SendMessageBatchRequestEntry) (err error) {
	defer func() {
		// The SDK (service/sqs v1.52.10) dereferences the Id of each entry of the answer.
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: panic: %v", errUnconfirmed, cause)
		}
	}()
	out, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: entries})
	if err != nil {
		return classify(err)
	}
	if len(out.Failed) > 0 {
		first := out.Failed[0]
		return fmt.Errorf("%d of %d not sent, the first: %s: %s", len(out.Failed), len(entries),
			aws.ToString(first.Code), aws.ToString(first.Message))
	}
	confirmed := map[string]bool{}
	for _, entry := range out.Successful {
		confirmed[aws.ToString(entry.Id)] = aws.ToString(entry.MessageId) != ""
	}
	var silent []string
	for _, entry := range entries {
		if !confirmed[*entry.Id] {
			silent = append(silent, *entry.Id)
		}
	}
	if len(silent) > 0 {
		return fmt.Errorf("%w: entries %s of %d", errUnconfirmed, strings.Join(silent, ", "), len(entries))
	}
	return nil
}
