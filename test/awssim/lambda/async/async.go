// Package async runs functions that nobody waits for: Lambda takes the event, runs the
// function, repeats it when it fails, and puts what it gives up into the function's
// dead-letter queue [Lambda: asynchronous invocation error handling].
package async

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
)

// pauses before the second and the third attempt, the default.
var pauses = []time.Duration{time.Minute, 2 * time.Minute}

// Run is how one attempt has ended.
type Run struct {
	RequestID string
	Failure   string // of the function; empty: it succeeded
}

// Letter is an event that Lambda gives up.
type Letter struct {
	Function  string // ARN
	Event     string
	RequestID string
	Failure   string
}

// Lost is a letter that could not be delivered either. On AWS nobody is told of it
// but a metric.
type Lost struct {
	Letter
	Reason string
}

// Config says who does the work. Neither function may call the runner.
type Config struct {
	Clock *clock.Clock
	// Invoke runs the function once. Its error is one of Lambda's own, which is not
	// repeated.
	Invoke func(ctx context.Context, function string, event []byte) (Run, error)
	// Send puts a letter into the function's dead-letter queue.
	Send func(Letter) error
}

// Runner is safe for concurrent use.
type Runner struct {
	config Config

	mu   sync.Mutex
	lost []Lost
}

// New returns a runner that has nothing to run.
func New(config Config) *Runner { return &Runner{config: config} }

// Start runs a function with an event, now and, when it fails, again later. No
// simulated time passes before an attempt that is due has ended.
func (r *Runner) Start(function, event string) { r.attempt(function, event, 0) }

// Lost lists what could neither be run nor kept, the oldest first.
func (r *Runner) Lost() []Lost {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.lost)
}

func (r *Runner) attempt(function, event string, n int) {
	hold := r.config.Clock.Hold()
	go func() {
		defer hold.Release()
		run, err := r.config.Invoke(context.Background(), function, []byte(event))
		letter := Letter{Function: function, Event: event, RequestID: run.RequestID, Failure: run.Failure}
		switch {
		case err != nil:
			r.lose(letter, err.Error())
		case run.Failure == "":
		case n < len(pauses):
			r.config.Clock.At(r.config.Clock.Now().Add(pauses[n]), func() { r.attempt(function, event, n+1) })
		default:
			if err := r.config.Send(letter); err != nil {
				r.lose(letter, err.Error())
			}
		}
	}()
}

func (r *Runner) lose(l Letter, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lost = append(r.lost, Lost{l, reason})
}
