// Package relay holds the use cases of twohop. This part starts the second hop:
// a message of the queue `copies` comes in, and ends in exactly one of a started
// copy, a message sent again with a delay, a message in the dead-letter queue
// with its reason, or an acknowledgement because nothing is left to do.
//
// The way of a message is Starter.settle in start.go. What is asked of AWS is
// behind the interfaces below; what to do with the answers is decided by package
// hop.
package relay

import (
	"context"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Message is one message of the queue `copies`, as one receive delivered it.
type Message struct {
	ID        string
	Body      string
	Notice    hop.Notice // what Body says
	Malformed error      // why Body or its attributes cannot be read; nil when they can

	Sent     time.Time // when this message was sent; new at every re-send and redrive
	Received time.Time // when it was first received: the `now` of its decision
	Receives int       // how often it was received, this time included

	FirstSeen  time.Time // when the first message about the same copy was sent; zero: with this one
	RejectedAt time.Time // when it was last put into the dead-letter queue; zero: never
	Waits      hop.Waits // how often it was sent again since it came here
}

// Began is when the way of this copy began.
func (m Message) Began() time.Time {
	if m.FirstSeen.IsZero() {
		return m.Sent
	}
	return m.FirstSeen
}

// Result is what became of one message. With an error it was not settled: the
// queue must deliver it again.
type Result struct {
	ID  string
	Err error
}

// Outcome is one settled message, for logs and metrics.
type Outcome struct {
	MessageID   string
	Point       string    // recovery point that the message is about; empty where it says none
	Hop         int       // 1 where it is about a first hop that has not completed, else 2
	Destination hop.Vault // zero where the message was settled before it had one
	Route       string    // name; empty where none was found
	Decision    hop.Decision
	CopyJob     string        // started by a Start
	Delay       time.Duration // of a Wait
	Shortened   int64         // days that the point in the intermediate vault is now kept; 0: as before
	Trouble     error         // something on the side that did not keep the message from being settled
	Err         error         // the message was not settled
}

// Points describes recovery points.
type Points interface {
	// Point describes a recovery point in a vault. hop.ErrNotFound when the
	// vault does not have it; *hop.Failure when AWS refuses.
	Point(ctx context.Context, vault hop.Vault, arn string) (hop.RecoveryPoint, error)
}

// Jobs lists copy jobs of the backup account in the primary Region. Each method
// returns whole lists, all pages, with *hop.Failure when AWS refuses.
type Jobs interface {
	// InFlight lists the jobs that are CREATED or RUNNING.
	InFlight(ctx context.Context) ([]hop.CopyJob, error)
	// Of lists every job of a recovery point to a vault, whatever its state.
	Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error)
	// Since lists the jobs created after t, whatever their state.
	Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error)
}

// Copies starts copy jobs.
type Copies interface {
	// Start starts a copy. An answer may be an earlier job of the same token.
	// *hop.Failure when AWS refuses.
	Start(ctx context.Context, order hop.Order) (Started, error)
	// Job describes a copy job that Start answered with. hop.ErrNotFound when AWS Backup
	// does not know it, or no longer; *hop.Failure when AWS refuses.
	Job(ctx context.Context, id string) (hop.CopyJob, error)
}

// Started is AWS Backup's answer to a started copy.
type Started struct {
	JobID   string
	Created time.Time
}

// Resender is a queue, as its own consumer uses it to wait.
type Resender interface {
	// Resend sends the message again, to be seen after the delay (15 minutes at
	// most), with its FirstSeen, RejectedAt and Waits kept.
	Resend(ctx context.Context, m Message, delay time.Duration) error
}

// Requests is the queue `copies`, as others ask it for copies.
type Requests interface {
	// Split sends one message per request, each with m's FirstSeen and
	// RejectedAt.
	Split(ctx context.Context, m Message, requests []hop.Request) error
}

// Queue is the queue `copies`, as its own consumer uses it.
type Queue interface {
	Resender
	Requests
	// Waiting is about how many messages the queue holds, delayed ones included.
	Waiting(ctx context.Context) (int, error)
	// NotVisible is about how many messages are received and not deleted.
	NotVisible(ctx context.Context) (int, error)
}

// DeadLetters is a dead-letter queue.
type DeadLetters interface {
	// Reject puts a message there, whole, with what a person needs to know; in its
	// place the request that the rejection has, if any.
	Reject(ctx context.Context, r Rejection) error
}

// Rejection is a message on its way to the dead-letter queue.
type Rejection struct {
	Message Message
	// Request is what a replay shall ask for, where that is not the message; nil:
	// it is.
	Request  *hop.Request
	Decision hop.Decision
	Advice   string
	// At is the time of the rejection: not before the failure it is about, so
	// that a replay forgives that failure.
	At time.Time
}

// Observer is told of every outcome. It must be safe for concurrent use.
type Observer interface {
	Observe(Outcome)
}
