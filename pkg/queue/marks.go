package queue

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Names of the message attributes; all are strings, times in RFC 3339, waits as hop.Waits
// writes them.
const (
	attributeFirstSeen  = "first_seen"
	attributeRejectedAt = "rejected_at"
	attributeWaits      = "waits"
	attributeReason     = "reason"
	attributeClass      = "class"
	attributeAdvice     = "advice"
)

// unencrypted was the class of copies without a key. Messages with it stay in a dead-letter
// queue for up to 14 days after an update.
const unencrypted = "Unencrypted"

// judgment is the class of a rejection and its advice. Of the class unencrypted neither is
// right any more: the copy may be under a key that AWS owns.
func judgment(class, advice string) (hop.Class, string) {
	if class == unencrypted {
		return hop.ClassUnderprotected, ""
	}
	return hop.Class(class), advice
}

// marks are the attributes that a message hands on.
func marks(m relay.Message) map[string]types.MessageAttributeValue {
	attributes := map[string]types.MessageAttributeValue{
		attributeFirstSeen: text(m.Began().UTC().Format(time.RFC3339Nano)),
	}
	if !m.RejectedAt.IsZero() {
		attributes[attributeRejectedAt] = text(m.RejectedAt.UTC().Format(time.RFC3339Nano))
	}
	if len(m.Waits) > 0 {
		waits, _ := m.Waits.MarshalText() // never an error
		attributes[attributeWaits] = text(string(waits))
	}
	return attributes
}

// Marks are what a message carries from one send to the next.
type Marks struct {
	FirstSeen  time.Time // zero: it is the first about its copy
	RejectedAt time.Time // zero: it was never rejected
	Waits      hop.Waits // nil: it has never waited
}

// ahead is how far a time of a message may be after its sending: clocks differ.
const ahead = 15 * time.Minute

// ReadMarks reads the marks of a message that was sent at a time; what it does not carry is
// zero. A time of the future is an error, since it would have the message wait, or every
// failure forgiven, until then. Attributes of other names are not ours to judge.
func ReadMarks(attributes map[string]string, sent time.Time) (Marks, error) {
	var m Marks
	var faults [3]error
	m.FirstSeen, faults[0] = readTime(attributes, attributeFirstSeen, sent)
	m.RejectedAt, faults[1] = readTime(attributes, attributeRejectedAt, sent)
	if value, ok := attributes[attributeWaits]; ok {
		if err := m.Waits.UnmarshalText([]byte(value)); err != nil {
			faults[2] = fmt.Errorf("message attribute %s: %w", attributeWaits, err)
		}
	}
	return m, errors.Join(faults[:]...)
}

func readTime(attributes map[string]string, name string, sent time.Time) (time.Time, error) {
	value, ok := attributes[name]
	if !ok {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		return time.Time{}, fmt.Errorf("message attribute %s is %q; a time like 2026-11-01T03:00:00Z was expected", name, value)
	}
	if at.After(sent.Add(ahead)) {
		return time.Time{}, fmt.Errorf("message attribute %s is %s, after the message was sent (%s); a time before that was expected",
			name, value, sent.Format(time.RFC3339))
	}
	return at, nil
}

// maxText is the most of a text that an attribute carries. A status message of
// AWS is far shorter; what a malformed body makes of a reason may not be, and the
// body is in the message anyway.
const maxText = 8 << 10

// text is a string attribute. SQS refuses empty values and the characters that
// XML 1.0 does not have.
func text(s string) types.MessageAttributeValue {
	if len(s) > maxText {
		s = s[:maxText] + "..."
	}
	s = strings.Map(allowed, s)
	if s == "" {
		s = "-"
	}
	return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &s}
}

// allowed replaces what SQS does not take [SendMessage, MessageBody]; bytes that
// are no UTF-8 arrive here as U+FFFD already.
func allowed(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r',
		r >= 0x20 && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
		return r
	default:
		return 0xFFFD
	}
}
