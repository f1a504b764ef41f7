package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"github.com/twohop/twohop/pkg/estate"
)

// feed is a queue that feeds a function, and its dead-letter queue.
type feed struct {
	part, dead   string // the queues
	holds        string // what is in the dead-letter queue
	advice       string // what to do about that
	function     string // part
	timeout      int    // of the function, seconds
	receives     int    // after which a message is given up
	usuallyEmpty string // why a message that works has gone by the time of the alarm
}

// addFeeds adds the queues of the functions copystarter, outcometracker and
// reconciler.
func (s *stack) addFeeds() {
	e := s.Estate
	s.addFeed(feed{
		part: estate.CopiesQueue, dead: estate.CopiesDLQ,
		holds: "copies that twohop gave up, first hops that failed, or messages that it could not handle",
		advice: "Run twohop dlq explain, mend the cause, then twohop dlq replay. Without it: read the attributes reason and advice of its messages, mend the cause, redrive them to " + e.Called(estate.CopiesQueue) +
			"; a first hop that failed (reason hop_1) is not made again by that, but only by a copy of the point in the member account",
		function: estate.CopyStarter, timeout: starterTimeout, receives: e.Starter().MaxReceives,
		usuallyEmpty: "a copy that waits is sent again every few minutes",
	})
	s.addFeed(feed{
		part: estate.OutcomesQueue, dead: estate.OutcomesDLQ,
		holds:    "outcomes of copies that twohop could not handle",
		advice:   "Run twohop dlq explain, read the log group " + e.LogGroup(estate.OutcomeTracker) + ", mend the cause, then run twohop dlq replay, or redrive the messages to " + e.Called(estate.OutcomesQueue),
		function: estate.OutcomeTracker, timeout: trackerTimeout, receives: e.Tracker().MaxReceives,
		usuallyEmpty: "an outcome that waits is sent again every few minutes",
	})
	s.addFeed(feed{
		part: estate.SweepsQueue, dead: estate.ReconcilerDLQ,
		holds:    "runs of the function " + e.Called(estate.VaultReconciler) + " that failed three times",
		advice:   "Read the log group " + e.LogGroup(estate.VaultReconciler) + " and mend what it names; the next runs look at everything again, and the messages can be deleted",
		function: estate.VaultReconciler, timeout: reconcilerTimeout, receives: runTries,
		usuallyEmpty: "a part of a full run takes a quarter of an hour at the most",
	})
}

// runTries is how often a run of the reconciler is tried, which for scheduled ones is
// Lambda's own number [Lambda: asynchronous invocation].
const runTries = 3

// visibility is for how many times the function's timeout a queue that feeds one hides
// a message, as AWS recommends [Lambda: SQS].
const visibility = 6

// addFeed adds a queue, its dead-letter queue, and the alarms that it is not worked
// on: a message has been in it for an hour, or for as long as all its receives take,
// should that be longer; or Lambda does not invoke the function with it.
func (s *stack) addFeed(f feed) {
	e := s.Estate
	dead := s.addDeadLetters(f.dead, f.holds, f.advice, e.QueueARN(s.account, f.part))
	hidden := visibility * f.timeout
	s.addQueue(f.part, awssqs.CfnQueueProps{
		VisibilityTimeout: number(hidden),
		RedrivePolicy:     map[string]any{"deadLetterTargetArn": dead.AttrArn(), "maxReceiveCount": f.receives},
	})
	patience := max(hour, hidden*f.receives)
	s.addAlarm(alarm{
		name: f.part + "-stalled", says: "A message is in the queue " + e.Called(f.part) + " for longer than " + hours(patience) + " and was not dealt with",
		advice:    "Check that the event source mapping of " + e.Called(f.function) + " is enabled; " + f.usuallyEmpty + ", so a healthy queue has no old messages",
		shows:     "doctor",
		namespace: "AWS/SQS", metric: "ApproximateAgeOfOldestMessage", dimensions: map[string]string{"QueueName": e.Called(f.part)},
		statistic: "Maximum", period: 5 * minute, threshold: float64(patience),
	})
	s.alarmLoops(f)
}
