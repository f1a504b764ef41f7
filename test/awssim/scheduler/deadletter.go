package scheduler

import (
	"slices"
	"strconv"
	"time"
)

// Loss is an invocation that is lost for good.
type Loss struct {
	ScheduleARN string
	ExecutionID string
	Scheduled   time.Time
	Code        string // of the last error
	Message     string
	// QueueError is why the dead-letter queue did not take it; nil where there is none.
	QueueError error
	At         time.Time // simulated
}

// Lost lists the invocations lost so far, the oldest first.
func (s *Service) Lost() []Loss {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lost)
}

// giveUp sends the invocation to the dead-letter queue, or loses it. exhausted is the
// limit that ended the retries; empty if none did. The attributes are those that
// Scheduler sets [EventBridge Scheduler user guide: configuring a dead-letter queue];
// that the body is the input is UNCONFIRMED A100 for functions.
func (s *Service) giveUp(f flight, failure *Failure, exhausted string) {
	s.count(f.group, "InvocationDroppedCount", &f.group.metrics.InvocationDroppedCount)
	i := f.invocation
	loss := Loss{ScheduleARN: i.ScheduleARN, ExecutionID: i.ExecutionID, Scheduled: i.Scheduled, Code: failure.Code, Message: failure.Message}
	if f.target.DeadLetterARN == "" {
		s.lose(loss)
		return
	}
	letter := Letter{
		QueueARN: f.target.DeadLetterARN, RoleARN: i.RoleARN, ScheduleARN: i.ScheduleARN, GroupARN: i.GroupARN, Body: i.Input,
		Attributes: map[string]string{
			"ERROR_CODE":           failure.Code,
			"ERROR_MESSAGE":        failure.Message,
			"EXECUTION_ID":         i.ExecutionID,
			"IS_PAYLOAD_TRUNCATED": "false",
			"RETRY_ATTEMPTS":       strconv.Itoa(i.Attempt - 1),
			"SCHEDULED_TIME":       stamp(i.Scheduled),
			"SCHEDULE_ARN":         i.ScheduleARN,
			"TARGET_ARN":           i.TargetARN,
		},
	}
	if exhausted != "" {
		letter.Attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
	}
	if loss.QueueError = s.config.Queues.Deliver(letter); loss.QueueError != nil {
		s.count(f.group, "InvocationsFailedToBeSentToDeadLetterCount", &f.group.metrics.InvocationsFailedToBeSentToDeadLetterCount)
		s.lose(loss)
		return
	}
	s.count(f.group, "InvocationsSentToDeadLetterCount", &f.group.metrics.InvocationsSentToDeadLetterCount)
}

func (s *Service) lose(l Loss) {
	l.At = s.config.Clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = append(s.lost, l)
}
