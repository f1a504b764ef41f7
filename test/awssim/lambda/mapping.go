package lambda

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/lambda/sqsevent"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Queues is the SQS that mappings read. Its methods are called without locks,
// by one who holds the clock or on the clock driver's goroutine.
type Queues interface {
	// Receive takes up to max (1 to 10) visible messages, which become invisible
	// for the queue's visibility timeout. No message is no error.
	Receive(queueARN string, max int) ([]Message, error)
	// Delete removes a received message.
	Delete(queueARN, receiptHandle string) error
	// Watch calls available whenever messages become visible, sent or come back,
	// until stop. It must be called while the clock is held or by its driver, and
	// may be called once too often.
	Watch(queueARN string, available func()) (stop func())
}

// Message is a message as it was received from a queue.
type Message = sqsevent.Message

// Mapping is an event source mapping from a standard queue to a function.
type Mapping struct {
	QueueARN  string
	Function  string // ARN, in the queue's Region
	BatchSize int    // 1 to 10; 0 means 10

	// MaximumBatchingWindow is how long an unfilled batch waits for more, in
	// simulated time from its first message: 0 to 300 s, whole seconds.
	MaximumBatchingWindow time.Duration
	// MaximumConcurrency is 2 to 1000 invocations at a time; 0 leaves it to
	// Lambda, which starts with five. More would not make anything earlier: no
	// simulated time passes in an invocation.
	MaximumConcurrency int
	// ReportBatchItemFailures makes the function's answer decide which messages
	// are deleted.
	ReportBatchItemFailures bool
	Enabled                 bool
}

// MappingState is a mapping and how it goes.
type MappingState struct {
	Mapping
	UUID string
	// LastProcessingResult is "No records processed", "OK", or begins with
	// "PROBLEM: ": a function that failed, a queue that could not be read.
	LastProcessingResult string
	// LastModified is when it was made, enabled or disabled, in simulated time.
	LastModified time.Time
}

const defaultConcurrency = 5 // [Lambda: services-sqs-scaling]

var standardQueue = regexp.MustCompile(`^arn:aws:sqs:([a-z0-9-]+):\d{12}:[a-zA-Z0-9_-]{1,80}$`)

// CreateMapping declares a mapping and returns its UUID. Errors are those of the
// CreateEventSourceMapping API: InvalidParameterValueException,
// ResourceNotFoundException, ResourceConflictException. That the queue exists,
// and that its visibility timeout is not below the function's timeout, is not
// checked.
func (s *Service) CreateMapping(spec Mapping) (string, error) {
	if s.config.Queues == nil {
		return "", errors.New("lambda: a mapping needs Config.Queues")
	}
	if spec.BatchSize == 0 {
		spec.BatchSize = 10
	}
	f, err := s.function(spec.Function)
	if err != nil {
		return "", err
	}
	if err := spec.check(f.Region); err != nil {
		return "", err
	}
	m := &mapping{service: s, spec: spec, uuid: s.config.IDs.UUID(), last: "No records processed", modified: s.config.Clock.Now()}
	m.spec.Enabled = false // until it is known here
	m.stop = s.config.Queues.Watch(spec.QueueARN, m.available)
	if err := s.addMapping(m); err != nil {
		m.stop()
		return "", err
	}
	if spec.Enabled {
		m.enable()
	}
	return m.uuid, nil
}

func (s *Service) addMapping(m *mapping) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	for _, other := range s.mappings {
		if other.spec.QueueARN == m.spec.QueueARN && other.spec.Function == m.spec.Function {
			return &wire.Error{Status: http.StatusConflict, Code: "ResourceConflictException", Message: fmt.Sprintf(
				"An event source mapping with SQS arn (%q) and function (%q) already exists. Please update or delete the existing mapping with UUID %s",
				m.spec.QueueARN, m.spec.Function, other.uuid)}
		}
	}
	s.mappings[m.uuid] = m
	return nil
}

func (spec Mapping) check(region string) error {
	queue := standardQueue.FindStringSubmatch(spec.QueueARN)
	window := spec.MaximumBatchingWindow
	switch {
	case queue == nil:
		return invalid(fmt.Sprintf("Unrecognized event source: %q is not the ARN of a standard queue", spec.QueueARN))
	case queue[1] != region:
		return invalid(fmt.Sprintf("the queue %s is not in the function's Region %s", spec.QueueARN, region))
	case spec.BatchSize < 1 || spec.BatchSize > 10:
		return invalid(fmt.Sprintf("awssim: the batch size %d is not between 1 and 10", spec.BatchSize))
	case window < 0 || window > 300*time.Second || window%time.Second != 0:
		return invalid(fmt.Sprintf("the batching window %s is not between 0 and 300 whole seconds", window))
	case spec.MaximumConcurrency != 0 && (spec.MaximumConcurrency < 2 || spec.MaximumConcurrency > 1000):
		return invalid(fmt.Sprintf("the maximum concurrency %d is not between 2 and 1000", spec.MaximumConcurrency))
	}
	return nil
}

// EnableMapping lets the mapping read its queue; ResourceNotFoundException.
func (s *Service) EnableMapping(uuid string) error {
	m, err := s.mapping(uuid)
	if err == nil {
		m.enable()
	}
	return err
}

// DisableMapping stops the mapping from reading its queue. What it has read is
// still processed, an open batching window's messages at once;
// ResourceNotFoundException.
func (s *Service) DisableMapping(uuid string) error {
	m, err := s.mapping(uuid)
	if err == nil {
		m.disable()
	}
	return err
}

// ChangeMapping changes a mapping's settings, which must be such as CreateMapping takes;
// ResourceNotFoundException.
func (s *Service) ChangeMapping(uuid string, change func(*Mapping)) error {
	m, err := s.mapping(uuid)
	if err == nil {
		m.mu.Lock()
		change(&m.spec)
		m.mu.Unlock()
	}
	return err
}

// Mapping returns how a mapping goes; ResourceNotFoundException.
func (s *Service) Mapping(uuid string) (MappingState, error) {
	m, err := s.mapping(uuid)
	if err != nil {
		return MappingState{}, err
	}
	return m.state(), nil
}

// Mappings returns how all mappings go, by UUID.
func (s *Service) Mappings() []MappingState {
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.mappings))
	s.mu.Unlock()
	states := make([]MappingState, len(all))
	for i, m := range all {
		states[i] = m.state()
	}
	slices.SortFunc(states, func(a, b MappingState) int { return strings.Compare(a.UUID, b.UUID) })
	return states
}

func (s *Service) mapping(uuid string) (*mapping, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.mappings[uuid]
	if !ok {
		return nil, &wire.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException",
			Message: "The resource you requested does not exist."}
	}
	return m, nil
}
