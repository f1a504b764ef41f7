// Package move runs the message move tasks of the local Amazon SQS: they bring
// messages from dead-letter queues back to where they came from, or to another
// queue.
package move

import (
	"time"

	"github.com/twohop/twohop/test/awssim/sqs/fault"
)

// States of a task, per the API reference of ListMessageMoveTasks.
const (
	Running    = "RUNNING"
	Completed  = "COMPLETED"
	Cancelling = "CANCELLING"
	Cancelled  = "CANCELLED"
	Failed     = "FAILED"
)

// TopRate is how many messages a second a task moves at most, and moves if it
// is given no rate. (AWS then chooses a rate by the backlog.)
const TopRate = 500

// noSource is the reason of a failure that AWS gives for a message that was sent
// to the dead-letter queue directly.
const noSource = "CouldNotDetermineMessageSource"

// Task moves the messages that could be received from a dead-letter queue when
// it was started, oldest arrival first. What comes later, or is in flight,
// stays: so a message that fails again at once is not moved in circles.
type Task struct {
	Handle      string
	Source      string // ARN
	Destination string // ARN; empty for the queues that the messages came from
	Rate        *int   // messages a second; nil if none was asked for
	Started     time.Time
	Status      string
	Reason      string // of a failure
	ToMove      int    // messages, at the start
	Moved       int    // messages, so far
}

func (t *Task) active() bool { return t.Status == Running || t.Status == Cancelling }

// quota is how many messages the task moves in a second.
func (t *Task) quota() int {
	if t.Rate == nil {
		return TopRate
	}
	return *t.Rate
}

// run is one second of a task that has the messages left to move.
func (s *Tasks) run(task *Task, left []string) {
	if s.endCancelled(task) {
		return
	}
	for quota := task.quota(); quota > 0 && len(left) > 0; left = left[1:] {
		moved, sourceless, err := s.queues.Move(task.Source, left[0], task.Destination)
		switch {
		case err != nil:
			s.end(task, Failed, fault.NonExistentQueue)
			return
		case sourceless:
			s.end(task, Failed, noSource)
			return
		case moved:
			s.count(task)
			quota--
		}
	}
	if len(left) == 0 {
		s.end(task, Completed, "")
		return
	}
	s.clock.After(time.Second, func() { s.run(task, left) })
}

func (s *Tasks) endCancelled(task *Task) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if task.Status != Cancelling {
		return false
	}
	task.Status = Cancelled
	return true
}

func (s *Tasks) end(task *Task, status, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	task.Status, task.Reason = status, reason
}

func (s *Tasks) count(task *Task) {
	s.mu.Lock()
	defer s.mu.Unlock()
	task.Moved++
}
