package queue

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/relay"
)

// DeadLetters is the dead-letter queue of `copies` or of `outcomes`.
type DeadLetters struct {
	Client *sqs.Client
	URL    string
}

var _ relay.DeadLetters = DeadLetters{}

// Reject sends the message to the dead-letter queue: the body as it came,
// or what a replay shall ask for in its place, and as
// attributes the reason, the class, the advice, when the copy's way began and
// when it was rejected. A body so near to the queue's limit that the attributes
// do not fit is refused by SQS; it then gets here by the redrive policy.
func (q DeadLetters) Reject(ctx context.Context, r relay.Rejection) error {
	m := r.Message
	if r.Request != nil {
		var err error
		if m.Body, err = awsevent.EncodeRequest(*r.Request); err != nil {
			return fmt.Errorf("reject message %s: %w", m.ID, err)
		}
	}
	m.FirstSeen, m.RejectedAt, m.Waits = m.Began(), r.At, nil // a replay may wait as long again
	attributes := marks(m)
	attributes[attributeReason] = text(fmt.Sprintf("%s: %s", r.Decision.Reason, r.Decision.Detail))
	attributes[attributeClass] = text(string(r.Decision.Class))
	attributes[attributeAdvice] = text(r.Advice)
	err := sendOne(ctx, q.Client, &sqs.SendMessageInput{
		QueueUrl:          &q.URL,
		MessageBody:       &m.Body,
		MessageAttributes: attributes,
	})
	if err != nil {
		return fmt.Errorf("reject message %s: %w", m.ID, err)
	}
	return nil
}
