package scheduler

import (
	"errors"
	"time"
)

// Failure is an error of a target, with the code that the dead letter shows.
type Failure struct {
	Code    string // such as AccessDeniedException
	Message string
	// Final says that repeating cannot mend it. That Scheduler gives up on such errors at
	// once is UNCONFIRMED A100; its retry policy says nothing of them.
	Final bool
}

// Error is the code, then the message.
func (f *Failure) Error() string { return f.Code + ": " + f.Message }

// codeUnknown is the code of errors that are no *Failure; UNCONFIRMED A100.
const codeUnknown = "AWS.Scheduler.InternalServerError"

// The values of EXHAUSTED_RETRY_CONDITION.
const (
	exhaustedAttempts = "MaximumRetryAttempts"
	exhaustedAge      = "MaximumEventAgeInSeconds"
)

// flight is one invocation on its way, through all its attempts.
type flight struct {
	group      *group
	target     Target
	invocation Invocation // of the latest attempt
	began      time.Time  // the first attempt: its age counts from here
}

// attempt tries once and sees to what follows. It runs on the clock's driver, without
// s.mu: an invoker may ask the service.
func (s *Service) attempt(f flight) {
	f.invocation.Attempt++
	f.invocation.Input = filled(f.target.Input, f.invocation)
	s.count(f.group, "InvocationAttemptCount", &f.group.metrics.InvocationAttemptCount)
	err := s.config.Invoker.Invoke(f.invocation)
	if err == nil {
		return
	}
	s.count(f.group, "TargetErrorCount", &f.group.metrics.TargetErrorCount)
	var failure *Failure
	if !errors.As(err, &failure) {
		failure = &Failure{Code: codeUnknown, Message: err.Error()}
	}
	if failure.Final {
		s.giveUp(f, failure, "")
		return
	}
	s.retry(f, failure)
}

// retry sets the next attempt due, unless the target's patience has come to its end.
func (s *Service) retry(f flight, failure *Failure) {
	retries, age := f.target.patience()
	if f.invocation.Attempt > retries {
		s.giveUp(f, failure, exhaustedAttempts)
		return
	}
	next, deadline := s.config.Clock.Now().Add(s.pause(f.invocation.Attempt)), f.began.Add(age)
	if next.After(deadline) {
		s.config.Clock.At(deadline, func() { s.giveUp(f, failure, exhaustedAge) })
		return
	}
	s.config.Clock.At(next, func() { s.attempt(f) })
}

// longestPause: AWS tells of exponential backoff and publishes no schedule; with this
// one the 185 retries and the 24 hours of the defaults end at about the same time.
const longestPause = 10 * time.Minute

// pause after an attempt, counted from 1: doubled every time up to a limit, less up
// to half of it as jitter.
func (s *Service) pause(attempt int) time.Duration {
	pause := longestPause
	if doubled := time.Second << min(attempt-1, 10); doubled < longestPause {
		pause = doubled
	}
	return time.Duration(s.config.IDs.Between(int64(pause/2), int64(pause)))
}
