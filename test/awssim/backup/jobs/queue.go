package jobs

import (
	"slices"

	"github.com/twohop/twohop/test/awssim/backup/turns"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Messages that AWS documents [eventbridge; monitoring: reasons for problematic
// jobs].
const (
	keptWaiting = "Backup job failed because there was a running job for the same resource."
	tookTooLong = "Backup job expired before completion."
)

func (j *job) resource() turns.Resource {
	return turns.Resource{Account: j.home.Account, ARN: j.ResourceArn}
}

func (s *Jobs) becomeReady(j *job) {
	s.mu.Lock()
	defer s.unlock()
	if j.State == Created {
		j.ready = true
		s.startWaiting()
	}
}

// wake lets the jobs try again that a copy kept waiting.
func (s *Jobs) wake() {
	s.mu.Lock()
	defer s.unlock()
	s.startWaiting()
}

// startWaiting lets every job begin that now may, oldest first. s.mu is held.
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
	if !s.party.Take(j.resource()) {
		return false
	}
	j.expiry.Stop()
	j.State, j.started = Running, s.now()
	s.announce(j)
	end := j.started.Add(j.course.Run)
	// The window to complete counts from the schedule [API: StartBackupJob].
	if deadline := j.CreationDate.Add(j.request.CompleteWindow); deadline.Before(end) {
		s.Clock.At(deadline, func() { s.endRun(j, Expired, tookTooLong) })
	} else {
		s.Clock.At(end, func() { s.endRun(j, j.course.End, j.course.Message) })
	}
	return true
}

// giveUp ends a job that found no beginning within its start window.
func (s *Jobs) giveUp(j *job) {
	s.mu.Lock()
	defer s.unlock()
	if j.State != Created {
		return
	}
	s.waiting = slices.DeleteFunc(s.waiting, func(other *job) bool { return other == j })
	message := keptWaiting
	if !j.ready {
		message = tookTooLong // its course begins later than it may
	}
	s.finish(j, Expired, message)
}

// endRun ends a run, and starts the copies that the plan asks for.
func (s *Jobs) endRun(j *job, end, message string) {
	s.mu.Lock()
	var made vaults.RecoveryPoint
	if end == Completed {
		made, message = s.store(j)
		if message != "" {
			end = Failed
		}
	}
	s.finish(j, end, message)
	s.party.Give(j.resource())
	s.startWaiting()
	s.unlock()
	if end == Completed {
		s.copy(j, made)
	}
}

// finish puts a job into a terminal state. s.mu is held.
func (s *Jobs) finish(j *job, state, message string) {
	j.expiry.Stop()
	j.State, j.StatusMessage = state, message
	j.CompletionDate = wire.Epoch{Time: s.now()}
	j.MessageCategory = messageCategory(j)
	s.announce(j)
}
