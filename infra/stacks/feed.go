package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"

	"github.com/twohop/twohop/pkg/estate"
)

// feed is a queue that feeds a function, with what its alarms say.
type feed struct {
	estate.Feed
	holds        string // what is in the dead-letter queue
	advice       string // what to do about that
	usuallyEmpty string // why a message that works has gone by the time of the alarm
}

// addFeeds adds the queues of the functions copystarter, outcometracker and
// reconciler.
func (s *stack) addFeeds() {
	e, feeds := s.Estate, map[string]estate.Feed{}
	for _, f := range e.Feeds() {
		feeds[f.Queue] = f
	}
	s.addFeed(feed{
		Feed:  feeds[estate.CopiesQueue],
		holds: "copies that twohop gave up, first hops that failed, or messages that it could not handle",
		advice: "Run twohop dlq explain, fix the cause, then twohop dlq replay. Without it: read the attributes reason and advice of its messages, mend the cause, redrive them to " + e.Called(estate.CopiesQueue) +
			"; a first hop that failed (reason hop_1) is not made again by that, but only by a copy of the point in the member account",
		usuallyEmpty: "a copy that waits is sent again every few minutes",
	})
	s.addFeed(feed{
		Feed:         feeds[estate.OutcomesQueue],
		holds:        "outcomes of copies that twohop could not handle",
		advice:       "Run twohop dlq explain, read the log group " + e.LogGroup(estate.OutcomeTracker) + ", fix the cause, then run twohop dlq replay, or redrive the messages to " + e.Called(estate.OutcomesQueue),
		usuallyEmpty: "an outcome that waits is sent again every few minutes",
	})
	s.addFeed(feed{
		Feed:         feeds[estate.SweepsQueue],
		holds:        "runs of the function " + e.Called(estate.VaultReconciler) + " that failed three times",
		advice:       "Read the log group " + e.LogGroup(estate.VaultReconciler) + " and fix what it names; the next runs look at everything again, and the messages can be deleted",
		usuallyEmpty: "a part of a full run takes a quarter of an hour at the most",
	})
}

// addFeed adds a queue, its dead-letter queue, and the alarms that it is not worked
// on: a message has been in it for an hour, or for as long as all its receives take,
// should that be longer; or Lambda does not invoke the function with it.
func (s *stack) addFeed(f feed) {
	e := s.Estate
	dead := s.addDeadLetters(f.DeadLetters, f.holds, f.advice, e.QueueARN(s.account, f.Queue))
	hidden := seconds(f.Visibility())
	s.addQueue(f.Queue, awssqs.CfnQueueProps{
		VisibilityTimeout: number(hidden),
		RedrivePolicy:     map[string]any{"deadLetterTargetArn": dead.AttrArn(), "maxReceiveCount": f.Receives},
	})
	patience := max(hour, hidden*f.Receives)
	s.addAlarm(alarm{
		name: f.Queue + "-stalled", says: "A message is in the queue " + e.Called(f.Queue) + " for longer than " + hours(patience) + " and was not dealt with",
		advice:    "Check that the event source mapping of " + e.Called(f.Function) + " is enabled; " + f.usuallyEmpty + ", so a healthy queue has no old messages",
		shows:     "doctor",
		namespace: "AWS/SQS", metric: "ApproximateAgeOfOldestMessage", dimensions: map[string]string{"QueueName": e.Called(f.Queue)},
		statistic: "Maximum", period: 5 * minute, threshold: float64(patience),
	})
	s.alarmLoops(f)
}
