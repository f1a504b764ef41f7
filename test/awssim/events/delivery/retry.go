package delivery

import (
	"strconv"
	"time"
)

// failure is why an attempt failed.
type failure struct {
	code, message string
	exhausted     string // the limit that ended the retries; empty if none did
}

// The values of EXHAUSTED_RETRY_CONDITION.
const (
	exhaustedAttempts = "MaximumRetryAttempts"
	exhaustedAge      = "MaximumEventAgeInSeconds"
)

const (
	firstPause = time.Second
	// longestPause makes 185 retries last a little less than the 24 hours that
	// bound them, as AWS's defaults suggest. AWS publishes no schedule.
	longestPause = 10 * time.Minute
)

// retry sets the next attempt due, unless the target's patience has come to its
// end.
func (c *Courier) retry(d Delivery, f failure) {
	retries, age := d.Target.patience()
	if d.retries >= retries {
		f.exhausted = exhaustedAttempts
		c.giveUp(d, f)
		return
	}
	next, deadline := c.Clock.Now().Add(c.pause(d.retries)), d.Accepted.Add(age)
	if next.After(deadline) {
		f.exhausted = exhaustedAge
		c.Clock.At(deadline, func() { c.giveUp(d, f) })
		return
	}
	d.retries++
	c.Clock.At(next, func() { c.attempt(d) })
}

// pause doubles with every retry, up to a limit, less up to half as jitter.
func (c *Courier) pause(retries int) time.Duration {
	pause := longestPause
	if retries < 10 { // from the tenth on, the doubled pause is the longer one
		pause = firstPause << retries
	}
	return time.Duration(c.IDs.Between(int64(pause/2), int64(pause)))
}

// giveUp sends the event to the target's dead-letter queue, or loses it.
func (c *Courier) giveUp(d Delivery, f failure) {
	c.count(d, Invocations)
	c.count(d, FailedInvocations)
	queue := d.Target.deadLetterQueue()
	if queue == "" {
		c.Drop(d.Lost(f.code, f.message))
		return
	}
	attributes := map[string]string{
		"RULE_ARN":       d.RuleARN,
		"TARGET_ARN":     d.Target.Arn,
		"ERROR_CODE":     f.code,
		"ERROR_MESSAGE":  f.message,
		"RETRY_ATTEMPTS": strconv.Itoa(d.retries),
	}
	if f.exhausted != "" {
		attributes["EXHAUSTED_RETRY_CONDITION"] = f.exhausted
	}
	if err := c.Queues.Deliver(queue, d.Body, attributes, d.RuleARN); err != nil {
		c.count(d, InvocationsFailedToBeSentToDlq)
		c.Drop(d.Lost(f.code, f.message+"; dead-letter queue "+queue+": "+err.Error()))
		return
	}
	c.count(d, InvocationsSentToDlq)
}
