package relay

import (
	"context"
	"errors"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Letter is a message of a dead-letter queue, of whatever shape. Its Message has a body
// that is kept whole, and Malformed where that is no event that twohop reads.
type Letter struct {
	Message
	Queue   string // as who reads it calls it
	Receipt string // for the mailbox: of the last receive

	// Why twohop rejected it; empty where it did not.
	Reason, Advice string
	Class          hop.Class
	// ErrorCode and ErrorMessage are of the AWS service that could not deliver it or
	// run it; empty where none said so.
	ErrorCode, ErrorMessage string
	// Run says that it is a run of the reconciler, or what was left of one.
	Run bool
	// Attributes are all attributes of the message, as they came.
	Attributes map[string]string
}

// Since is when the letter came to be: when it was rejected, or else when it was sent.
func (l Letter) Since() time.Time {
	if l.RejectedAt.IsZero() {
		return l.Sent
	}
	return l.RejectedAt
}

// Mailbox is a dead-letter queue as its letters are replayed from it.
type Mailbox interface {
	// Hold keeps a letter from other readers for a while, by the receipt that it was
	// read with. ErrTaken where another reader has received it since, or has deleted it;
	// *hop.Failure when SQS refuses.
	Hold(ctx context.Context, letter Letter) error
	// Delete deletes a letter, by the receipt that it was read with.
	Delete(ctx context.Context, letter Letter) error
}

// ErrTaken says that somebody else sees to a letter, or has.
var ErrTaken = errors.New("another reader has taken it; run it again in half a minute")
