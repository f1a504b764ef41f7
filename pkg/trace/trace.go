// Package trace follows recovery points through their whole life: the backup, the first
// hop, its event, the decision, the second hops, their verification, and the end of each
// copy's retention. Where the chain of these steps is broken it says why.
//
// Reading (read.go) is apart from telling (lives.go, steps.go), which is a pure function of
// what was read. Decisions are not remembered by anybody: they are worked out again with
// hop.Decide and hop.Track, from the facts as they are now.
package trace

import (
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Facts are everything that is known about a resource's recovery points.
type Facts struct {
	Now      time.Time
	Resource string // ARN
	Type     string
	Member   string // account

	Local, Intermediate, Final []Held // as far as they could be looked into
	Backups                    []hop.BackupJob
	First                      []hop.CopyJob // of the member account
	Second                     []hop.CopyJob // of the backup account
	Keys                       map[string]string
	InFlight                   []hop.CopyJob // of the backup account, whatever their resource
	Today                      int           // copies of the member's points that began in 24 hours
	Waiting                    int           // messages in the queue `copies`
	Undelivered                int           // events in the member's dead-letter queue
	Letters                    []Letter      // about the resource's points
	LettersWhole               bool          // the dead-letter queue was read whole
	Off                        []string      // switches that are off: second hops are paused
	Unseen                     []Unseen
}

// Held are the resource's points in a vault.
type Held struct {
	Vault  hop.Vault
	Points []hop.RecoveryPoint
}

// Unseen is what could not be looked at, and why.
type Unseen struct {
	What string
	Err  error
}

// Letter is a message in the dead-letter queue of copies.
type Letter struct {
	ID                    string
	Point                 string // recovery point ARN
	Hop                   int
	Destination           hop.Vault // zero: all of the route, or a first hop
	Sent, RejectedAt      time.Time // RejectedAt: zero where it was not rejected but given up
	Reason, Class, Advice string
}

// Rules are what the estate decides by.
type Rules struct {
	Routes  hop.Routes
	First   hop.Routes // of the member's own copies
	Retry   hop.Retry
	Pools   []hop.Pool
	Ceiling int           // copies of an account in 24 hours; 0: none
	Every   time.Duration // the reconciler looks so often
	Advice  func(hop.FailedJob) string
}

// Life is one recovery point and its copies.
type Life struct {
	Created time.Time
	Steps   []Step
	points  map[string]bool // ARNs: of the point and its copies
}

// Has tells whether a recovery point is the life's own or one of its copies.
func (l Life) Has(point string) bool { return l.points[point] }

// Step is one step of a life.
type Step struct {
	Name   string // backup, hop 1 (direct copy where the plan copies straight to a final vault), event, decision, hop 2, verification, retention, dead letter
	Mark   Mark
	At     time.Time // zero: at no time of its own
	Text   string    // AWS's words are whole
	Point  string    // recovery point that the step made or is about; may be empty
	Vault  string    // ARN; may be empty
	Source string    // ARN of the point that a vanished copy was made of; else empty
	Class  hop.Class
	Advice string
	Next   Next // of a Broken step
}

// Mark is how a step stands.
type Mark string

// Every mark there is.
const (
	Done    Mark = "done"
	Going   Mark = "going"   // under way, or about to be
	Broken  Mark = "broken"  // the chain stops here
	Unknown Mark = "unknown" // it cannot be told
	Noted   Mark = "noted"   // it is so, and no link of the chain
)

// Next is what to do about a broken step.
type Next string

// What there is to do.
const (
	Replay  Next = "replay"  // mend the cause, then replay the message
	Backup  Next = "backup"  // look at the member's backups
	Look    Next = "look"    // look again: twohop sees to it by itself
	Restart Next = "restart" // start the first hop again in the member account
	Protect Next = "protect" // move the resource to another key: the copy stays as it is
	Recopy  Next = "recopy"  // wait: the reconciler requests a deleted copy again
	Nothing Next = "nothing" // the copy is gone for good, with its source
)

// Stop is the first broken step; false where the chain is whole or still going.
func (l Life) Stop() (Step, bool) {
	for _, step := range l.Steps {
		if step.Mark == Broken {
			return step, true
		}
	}
	return Step{}, false
}
