package estate

import "time"

// Timeouts of the functions. Calls of the starter and the tracker end after ten seconds each;
// duties in all members of an organization, and comparing whole vaults, take as long as
// Lambda allows.
const (
	StarterTimeout    = time.Minute
	TrackerTimeout    = time.Minute
	ReconcilerTimeout = 15 * time.Minute
	DutyTimeout       = 15 * time.Minute
)

// QueueRetention is for how long the estate's queues keep a message: the longest that SQS
// takes.
const QueueRetention = 14 * 24 * time.Hour

// VisibilityFactor is for how many times the function's timeout a queue that triggers one
// hides a message, as AWS recommends [Lambda: SQS].
const VisibilityFactor = 6

// RunTries is how often a run of the reconciler is tried, which for scheduled ones is Lambda's
// own number [Lambda: asynchronous invocation].
const RunTries = 3

// MappingConcurrency is the maximum concurrency of the mappings from queues to functions: two
// starters at once overshoot a pool by no more than its headroom; two is also the least that
// Lambda takes, and enough for the others.
const MappingConcurrency = 2

// Feed is a queue that triggers a function, as it is deployed. Its fields are parts of the
// estate's names.
type Feed struct {
	Queue, DeadLetters, Function string
	Timeout                      time.Duration // of the function
	Receives                     int           // maxReceiveCount of the queue
	BatchSize                    int
	PerMessage                   bool // the function reports the result of each message of a batch
}

// Feeds are the queues that trigger functions in the backup account's primary Region.
func (e Estate) Feeds() []Feed {
	return []Feed{
		{Queue: CopiesQueue, DeadLetters: CopiesDLQ, Function: CopyStarter, Timeout: StarterTimeout, Receives: e.Starter().MaxReceives, BatchSize: 10, PerMessage: true},
		{Queue: OutcomesQueue, DeadLetters: OutcomesDLQ, Function: OutcomeTracker, Timeout: TrackerTimeout, Receives: e.Tracker().MaxReceives, BatchSize: 10, PerMessage: true},
		// A message is a part of a full run, and each invocation takes one.
		{Queue: SweepsQueue, DeadLetters: ReconcilerDLQ, Function: VaultReconciler, Timeout: ReconcilerTimeout, Receives: RunTries, BatchSize: 1},
	}
}

// Visibility is for how long the queue hides a message that the function has received.
func (f Feed) Visibility() time.Duration { return VisibilityFactor * f.Timeout }
