package move

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sqs/fault"
	"github.com/twohop/twohop/test/awssim/sqs/queue"
)

// Tasks are the move tasks of all accounts and Regions, safe for concurrent
// use. All errors are *wire.Error.
type Tasks struct {
	clock  *clock.Clock
	ids    *ids.Source
	queues *queue.Store

	mu       sync.Mutex         // not held while queues is called
	bySource map[string][]*Task // by source ARN, oldest first
}

// NewTasks returns no tasks yet.
func NewTasks(c *clock.Clock, source *ids.Source, queues *queue.Store) *Tasks {
	return &Tasks{clock: c, ids: source, queues: queues, bySource: map[string][]*Task{}}
}

// Start starts a task on queues of the account and Region; it moves its first
// messages a second later. destination is empty for the queues that the
// messages came from. rate is in messages a second, nil for the top rate.
func (s *Tasks) Start(account, region, source, destination string, rate *int) (handle string, err error) {
	if err := fault.Range("MaxNumberOfMessagesPerSecond", rate, 1, TopRate); err != nil {
		return "", err
	}
	if err := s.checkQueue(account, region, "SourceArn", source); err != nil {
		return "", err
	}
	if len(s.queues.SourcesOf(source)) == 0 {
		return "", fault.Invalid("Source queue must be configured as a Dead Letter Queue.")
	}
	if destination == source {
		return "", fault.Invalid("Source queue arn and destination queue arn cannot be the same.")
	}
	if destination != "" {
		if err := s.checkQueue(account, region, "DestinationArn", destination); err != nil {
			return "", err
		}
	}
	left, err := s.queues.Ready(source)
	if err != nil {
		return "", err
	}
	task := &Task{
		Handle: taskHandle{TaskID: s.ids.UUID(), SourceArn: source}.String(),
		Source: source, Destination: destination, Rate: rate,
		Started: s.clock.Now(), Status: Running, ToMove: len(left),
	}
	if err := s.add(task); err != nil {
		return "", err
	}
	s.clock.After(time.Second, func() { s.run(task, left) })
	return task.Handle, nil
}

func (s *Tasks) add(task *Task) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slices.ContainsFunc(s.bySource[task.Source], (*Task).active) {
		return fault.Invalid("There is already a task running. Only one active task is allowed for a source queue arn at a given time.")
	}
	s.bySource[task.Source] = append(s.bySource[task.Source], task)
	return nil
}

// checkQueue refuses what is not the ARN of an existing queue of the account in
// the Region.
func (s *Tasks) checkQueue(account, region, parameter, queueARN string) error {
	itsRegion, itsAccount, _, ok := queue.SplitARN(queueARN)
	if !ok {
		return fault.Invalid("You must use this format to specify the %s: arn:<partition>:<service>:<region>:<account-id>:<resource-id>", parameter)
	}
	if itsAccount != account || itsRegion != region || s.queues.Exists(queueARN) != nil {
		return fault.NotFound("The resource that you specified for the %s parameter doesn't exist.", parameter)
	}
	return nil
}

// List returns the tasks that have the queue as their source, latest first.
func (s *Tasks) List(account, region, source string) ([]Task, error) {
	if err := s.checkQueue(account, region, "SourceArn", source); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	tasks := make([]Task, 0, len(s.bySource[source]))
	for _, task := range slices.Backward(s.bySource[source]) {
		tasks = append(tasks, *task)
	}
	return tasks, nil
}

// Cancel stops a running task within a second and returns how many messages it
// has moved; they stay moved.
func (s *Tasks) Cancel(account, region, handle string) (moved int, err error) {
	parsed, ok := parseTaskHandle(handle)
	if !ok {
		return 0, fault.Invalid("Value for parameter TaskHandle is invalid.")
	}
	if err := s.checkQueue(account, region, "SourceArn", parsed.SourceArn); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	tasks := s.bySource[parsed.SourceArn]
	i := slices.IndexFunc(tasks, func(task *Task) bool { return task.Handle == handle })
	if i < 0 {
		return 0, fault.NotFound("Task does not exist.")
	}
	if status := tasks[i].Status; status != Running {
		return 0, fault.Legacy("UnsupportedOperation", "A message movement task can be cancelled while it is %s only; this one is %s.", Running, status)
	}
	tasks[i].Status = Cancelling
	return tasks[i].Moved, nil
}

// taskHandle is what a task's handle says; the form is AWS's.
type taskHandle struct {
	TaskID    string `json:"taskId"`
	SourceArn string `json:"sourceArn"`
}

func (h taskHandle) String() string {
	return base64.StdEncoding.EncodeToString([]byte(`{"taskId":"` + h.TaskID + `","sourceArn":"` + h.SourceArn + `"}`))
}

// SourceOf is the source that a task's handle tells; false where it tells none.
func SourceOf(handle string) (queueARN string, ok bool) {
	parsed, ok := parseTaskHandle(handle)
	return parsed.SourceArn, ok
}

func parseTaskHandle(text string) (handle taskHandle, ok bool) {
	decoded, err := base64.StdEncoding.DecodeString(text)
	ok = err == nil && json.Unmarshal(decoded, &handle) == nil
	return handle, ok
}
