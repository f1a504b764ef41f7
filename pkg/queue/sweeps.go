package queue

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/twohop/twohop/pkg/relay"
)

// Sweeps is the queue of the full runs that are yet to be finished.
type Sweeps struct {
	Client *sqs.Client
	URL    string
}

var _ relay.Later = Sweeps{}

// Continue sends what is left of a full run, as JSON.
func (q Sweeps) Continue(ctx context.Context, s relay.Sweep) error {
	body, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("continue the full run: %w", err)
	}
	text := string(body)
	if err := sendOne(ctx, q.Client, &sqs.SendMessageInput{QueueUrl: &q.URL, MessageBody: &text}); err != nil {
		return fmt.Errorf("continue the full run: %w", classify(err))
	}
	return nil
}
