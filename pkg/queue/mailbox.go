package queue

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/relay"
)

// Mailbox is a dead-letter queue of whatever function, rule or schedule.
type Mailbox struct {
	DeadLetters
	Name string // that its letters bear
}

// NewMailbox is the queue at a URL, with the credentials of config.
func NewMailbox(config aws.Config, url, name string) Mailbox {
	return Mailbox{OpenLetters(config, url), name}
}

var _ relay.Mailbox = Mailbox{}

// NewSweeps is the queue `sweeps` at a URL, with the credentials of config.
func NewSweeps(config aws.Config, url string) Sweeps {
	return Sweeps{Client: sqs.NewFromConfig(config), URL: url}
}

// longestHold is for how long letters are hidden at the most before they are held anew, so
// that they are seen again soon where their reader was killed.
const longestHold = 15 * time.Minute

// Letters are all messages of the queue, the oldest first, hidden from other readers until
// they are released, but no longer than hold for each of them and a quarter of an hour for
// all; a hold of zero is half a minute for all. Whole is false where some may be left: another reader has them, or there
// are more than 5,000. Errors: hop.ErrNotFound, *hop.Failure.
func (q Mailbox) Letters(ctx context.Context, hold time.Duration) ([]relay.Letter, bool, error) {
	hidden := func(total int) int32 {
		return int32(min(glance*time.Second+time.Duration(total)*hold, longestHold) / time.Second)
	}
	var letters []relay.Letter
	whole, err := q.each(ctx, hidden, func(m types.Message) { letters = append(letters, q.letter(m)) })
	if err != nil {
		q.Release(context.WithoutCancel(ctx), letters)
		return nil, false, fmt.Errorf("read queue %s: %w", q.Name, classify(err))
	}
	slices.SortStableFunc(letters, func(a, b relay.Letter) int { return a.Since().Compare(b.Since()) })
	return letters, whole, nil
}

// Count is about how many letters the queue holds, hidden ones included.
func (q Mailbox) Count(ctx context.Context) (int, error) {
	n, err := q.Waiting(ctx)
	if err != nil {
		return 0, fmt.Errorf("queue %s: %w", q.Name, classify(err))
	}
	return n, nil
}

// Release shows letters to other readers again. What it cannot release shows itself in
// time.
func (q Mailbox) Release(ctx context.Context, letters []relay.Letter) {
	q.release(ctx, receipts(letters))
}

// Keep hides letters from other readers for a further quarter of an hour; what it cannot
// keep is refused by Hold.
func (q Mailbox) Keep(ctx context.Context, letters []relay.Letter) {
	q.hide(ctx, receipts(letters), int32(longestHold/time.Second))
}

func receipts(letters []relay.Letter) []string {
	all := make([]string, len(letters))
	for i, letter := range letters {
		all[i] = letter.Receipt
	}
	return all
}

// held is for how many seconds a letter is kept while it is replayed.
const held = 120

// Hold implements relay.Mailbox. SQS refuses a receipt that is not the message's last.
func (q Mailbox) Hold(ctx context.Context, letter relay.Letter) error {
	_, err := q.Client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{
		QueueUrl: &q.URL, ReceiptHandle: &letter.Receipt, VisibilityTimeout: held,
	})
	if err == nil {
		return nil
	}
	var api smithy.APIError
	if errors.As(err, &api) && slices.Contains(stale, api.ErrorCode()) {
		return fmt.Errorf("hold message %s of queue %s: %w", letter.ID, q.Name, relay.ErrTaken)
	}
	return fmt.Errorf("hold message %s of queue %s: %w", letter.ID, q.Name, classify(err))
}

// Reread holds a letter whose receipt may be out of date, since it was waited for: where Hold
// says ErrTaken the queue is read again for it. ErrTaken where it is not found: another reader
// has it, or deleted it.
func (q Mailbox) Reread(ctx context.Context, letter relay.Letter) (relay.Letter, error) {
	err := q.Hold(ctx, letter)
	if !errors.Is(err, relay.ErrTaken) {
		return letter, err
	}
	letters, _, unread := q.Letters(ctx, 0)
	if unread != nil {
		return letter, unread
	}
	at := slices.IndexFunc(letters, func(l relay.Letter) bool { return l.ID == letter.ID })
	if at < 0 {
		q.Release(ctx, letters)
		return letter, err
	}
	found := letters[at]
	q.Release(ctx, slices.Delete(letters, at, at+1))
	return found, nil
}

// stale are the codes for a message that is no longer received by a receipt [SQS API:
// ChangeMessageVisibility].
var stale = []string{"MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", "InvalidParameterValue", "InvalidParameterValueException"}

// Delete implements relay.Mailbox.
func (q Mailbox) Delete(ctx context.Context, letter relay.Letter) error {
	if _, err := q.Client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.URL, ReceiptHandle: &letter.Receipt}); err != nil {
		return fmt.Errorf("delete message %s of queue %s: %w", letter.ID, q.Name, classify(err))
	}
	return nil
}

// Attributes that AWS services give what they leave in a dead-letter queue: rules and
// schedules [EventBridge: eb-rule-dlq], and asynchronous runs [Lambda: invocation-async].
var (
	errorCodes    = []string{"ERROR_CODE", "ErrorCode"}
	errorMessages = []string{"ERROR_MESSAGE", "ErrorMessage"}
)

// letter reads a message; what cannot be read of it is in its body and attributes.
func (q Mailbox) letter(m types.Message) relay.Letter {
	letter := relay.Letter{Queue: q.Name, Receipt: aws.ToString(m.ReceiptHandle), Attributes: map[string]string{}}
	for name, attribute := range m.MessageAttributes {
		letter.Attributes[name] = aws.ToString(attribute.StringValue)
	}
	letter.ID, letter.Body, letter.Sent = aws.ToString(m.MessageId), aws.ToString(m.Body), sentAt(m)
	marks, unread := ReadMarks(letter.Attributes, letter.Sent)
	letter.FirstSeen, letter.RejectedAt, letter.Waits = marks.FirstSeen, marks.RejectedAt, marks.Waits
	var body error
	letter.Notice, body = awsevent.Decode([]byte(letter.Body))
	letter.Malformed = errors.Join(unread, body)
	letter.Reason = letter.Attributes[attributeReason]
	letter.Class, letter.Advice = judgment(letter.Attributes[attributeClass], letter.Attributes[attributeAdvice])
	letter.ErrorCode, letter.ErrorMessage = first(letter.Attributes, errorCodes), first(letter.Attributes, errorMessages)
	letter.Run = isRun(letter.Body)
	return letter
}

func first(attributes map[string]string, names []string) string {
	for _, name := range names {
		if value := attributes[name]; value != "" {
			return value
		}
	}
	return ""
}

// isRun tells whether a body is what a schedule sends to the reconciler, or what is left
// of a full run.
func isRun(body string) bool {
	var sweep relay.Sweep
	if strictly(body, &sweep) == nil && !sweep.Now.IsZero() {
		return true
	}
	var input struct {
		Run       string    `json:"run"`
		Scheduled time.Time `json:"scheduled"`
	}
	return strictly(body, &input) == nil && (input.Run == relay.RecentRun || input.Run == relay.FullRun)
}

func strictly(body string, into any) error {
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
