package queue

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/trace"
)

// blink is for how long, in seconds, a message is hidden that somebody looks for: hundreds
// are read in that time, and a second engineer does not miss them.
const blink = 5

var _ trace.Letters = DeadLetters{}

// About reads the dead-letter queue and returns the messages about one of some recovery
// points, by ARN; whole is false where not all messages could be seen, since there are
// more than 5,000 or another reader has some.
func (q DeadLetters) About(ctx context.Context, points map[string]bool) (letters []trace.Letter, whole bool, err error) {
	var receipts []string
	whole, err = q.each(ctx, func(int) int32 { return blink }, func(m types.Message) {
		receipts = append(receipts, aws.ToString(m.ReceiptHandle))
		notice, err := awsevent.Decode([]byte(aws.ToString(m.Body)))
		if err != nil {
			return // it names no recovery point that could be believed
		}
		about, number := notice.About()
		if !points[about] && (notice.CopyJob == nil || !points[notice.CopyJob.Source]) {
			return
		}
		letter := trace.Letter{ID: aws.ToString(m.MessageId), Point: about, Hop: number, Sent: sentAt(m),
			Reason: attribute(m, attributeReason)}
		class, advice := judgment(attribute(m, attributeClass), attribute(m, attributeAdvice))
		letter.Class, letter.Advice = string(class), advice
		letter.RejectedAt, _ = time.Parse(time.RFC3339Nano, attribute(m, attributeRejectedAt)) // zero where it is none
		if notice.Request != nil {
			letter.Destination = notice.Request.Destination
		}
		letters = append(letters, letter)
	})
	q.release(context.WithoutCancel(ctx), receipts)
	return letters, whole, err
}

// attribute is a text attribute of a message; empty where it has none.
func attribute(m types.Message, name string) string {
	return aws.ToString(m.MessageAttributes[name].StringValue)
}
