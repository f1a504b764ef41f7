package sqs

import (
	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/move"
	"github.com/twohop/twohop/test/awssim/wire"
)

type startMoveInput struct {
	SourceArn, DestinationArn    string
	MaxNumberOfMessagesPerSecond *int
}

type startMoveAnswer struct{ TaskHandle string }

func (s *Service) startMessageMoveTask(r *wire.Request, in startMoveInput) (startMoveAnswer, error) {
	handle, err := s.tasks.Start(r.Account, r.Region, in.SourceArn, in.DestinationArn, in.MaxNumberOfMessagesPerSecond)
	return startMoveAnswer{TaskHandle: handle}, err
}

type listTasksInput struct {
	SourceArn  string
	MaxResults *int
}

type listTasksAnswer struct{ Results []taskEntry }

type taskEntry struct {
	TaskHandle                        string `json:"TaskHandle,omitempty"` // of running tasks only
	Status                            string
	SourceArn                         string
	DestinationArn                    string `json:"DestinationArn,omitempty"`
	MaxNumberOfMessagesPerSecond      *int   `json:"MaxNumberOfMessagesPerSecond,omitempty"`
	ApproximateNumberOfMessagesMoved  int
	ApproximateNumberOfMessagesToMove int
	FailureReason                     string `json:"FailureReason,omitempty"`
	StartedTimestamp                  int64  // milliseconds since 1970
}

// maxTasks is how many of a queue's tasks can be listed; by default it is one,
// the latest.
const maxTasks = 10

func (s *Service) listMessageMoveTasks(r *wire.Request, in listTasksInput) (listTasksAnswer, error) {
	if err := fault.Range("MaxResults", in.MaxResults, 1, maxTasks); err != nil {
		return listTasksAnswer{}, err
	}
	tasks, err := s.tasks.List(r.Account, r.Region, in.SourceArn)
	if err != nil {
		return listTasksAnswer{}, err
	}
	limit := 1
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	answer := listTasksAnswer{Results: []taskEntry{}}
	for _, t := range tasks[:min(limit, len(tasks))] {
		shown := taskEntry{
			Status: t.Status, SourceArn: t.Source, DestinationArn: t.Destination,
			MaxNumberOfMessagesPerSecond:      t.Rate,
			ApproximateNumberOfMessagesMoved:  t.Moved,
			ApproximateNumberOfMessagesToMove: t.ToMove,
			FailureReason:                     t.Reason,
			StartedTimestamp:                  t.Started.UnixMilli(),
		}
		if t.Status == move.Running {
			shown.TaskHandle = t.Handle
		}
		answer.Results = append(answer.Results, shown)
	}
	return answer, nil
}

type cancelInput struct{ TaskHandle string }

type cancelAnswer struct{ ApproximateNumberOfMessagesMoved int }

func (s *Service) cancelMessageMoveTask(r *wire.Request, in cancelInput) (cancelAnswer, error) {
	moved, err := s.tasks.Cancel(r.Account, r.Region, in.TaskHandle)
	return cancelAnswer{ApproximateNumberOfMessagesMoved: moved}, err
}
