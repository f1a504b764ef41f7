package copies

import (
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/turns"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// resource is what one job at a time may work on, per account that starts jobs.
func (j *job) resource() turns.Resource {
	return turns.Resource{Account: j.home.Account, ARN: j.ResourceArn}
}

// enqueue begins the job's life in CREATED.
func (s *Jobs) enqueue(j *job) {
	s.waiting = append(s.waiting, j)
	s.announce(j)
	s.clock.At(j.CreationDate.Add(j.course.Wait), func() { s.becomeReady(j) })
}

func (s *Jobs) becomeReady(j *job) {
	s.mu.Lock()
	defer s.unlock()
	j.ready = true
	if s.tryStart(j) {
		s.waiting = slices.DeleteFunc(s.waiting, func(other *job) bool { return other == j })
	}
}

// startWaiting lets every job begin that now may, oldest first. A job that must
// go on waiting does not hold up those behind it.
func (s *Jobs) startWaiting() {
	s.waiting = slices.DeleteFunc(s.waiting, func(j *job) bool { return j.ready && s.tryStart(j) })
}

// tryStart takes a job out of CREATED if it can: to RUNNING, or to FAILED. It
// reports whether it did.
func (s *Jobs) tryStart(j *job) bool {
	if reason := s.refusal(j); reason != "" {
		s.finish(j, Failed, reason)
		return true
	}
	if s.busy[j.resource()] != nil {
		return false
	}
	if j.pool != nil && s.drawn[*j.pool] >= s.limit(j) {
		message, fails := overLimit[s.config.OverLimit]
		if !fails {
			return false
		}
		s.finish(j, Failed, fmt.Sprintf(message, s.limit(j)))
		return true
	}
	if !s.turns.Take(j.resource()) {
		return false
	}
	s.run(j)
	return true
}

func (s *Jobs) run(j *job) {
	s.busy[j.resource()] = j
	if j.pool != nil {
		s.drawn[*j.pool]++
	}
	j.State, j.Started = Running, s.now()
	s.announce(j)
	s.scheduleEnd(j)
}

// scheduleEnd sets the end of a run: as planned, or when the source expires if
// that is sooner.
func (s *Jobs) scheduleEnd(j *job) {
	at := j.Started.Add(j.course.Run)
	if source, err := s.source(j); err == nil {
		if expiry := source.CalculatedLifecycle.DeleteAt; !expiry.IsZero() && expiry.Before(at) {
			at = expiry.Time
		}
	}
	if j.end != nil {
		j.end.Stop()
	}
	j.end = s.clock.At(at, func() { s.endRun(j, at) })
}

// endRun ends a run that was to end at a time. It does nothing when the end has
// been moved since, or the job has ended otherwise.
func (s *Jobs) endRun(j *job, at time.Time) {
	s.mu.Lock()
	defer s.unlock()
	if j.State != Running {
		return
	}
	_, err := s.source(j)
	switch {
	case err != nil:
		s.finish(j, Failed, sourceGone(j))
	case at.Before(j.Started.Add(j.course.Run)):
		return // the source was about to expire and has been given longer
	case j.course.End == Completed:
		s.arrive(j)
	default:
		s.finish(j, j.course.End, j.course.Message)
	}
	s.startWaiting()
}

// SourceChanged tells that a recovery point was deleted or given another
// lifecycle. A job that is copying it fails, or fails when it expires.
func (s *Jobs) SourceChanged(p arn.Place, point vaults.RecoveryPoint) {
	s.mu.Lock()
	defer s.unlock()
	j := s.busy[turns.Resource{Account: p.Account, ARN: point.ResourceArn}]
	if j == nil || j.home != p || j.SourceRecoveryPointArn != point.RecoveryPointArn {
		return
	}
	if _, err := s.source(j); err == nil {
		s.scheduleEnd(j)
		return
	}
	s.finish(j, Failed, sourceGone(j))
	s.startWaiting()
}

// finish puts a job into a terminal state and gives back what it held. Whoever
// calls it for a running job lets the waiting ones try afterwards.
func (s *Jobs) finish(j *job, state, message string) {
	if j.State == Running {
		j.end.Stop()
		delete(s.busy, j.resource())
		s.turns.Give(j.resource())
		if j.pool != nil {
			s.drawn[*j.pool]--
		}
	}
	j.State, j.StatusMessage = state, message
	j.CompletionDate = wire.Epoch{Time: s.now()}
	j.MessageCategory = messageCategory(j)
	s.announce(j)
}
