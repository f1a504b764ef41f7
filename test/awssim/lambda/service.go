// Package lambda is the local AWS Lambda: it runs real bootstrap binaries as
// processes behind the Runtime API, and feeds them from SQS queues through
// event source mappings. Functions and mappings are declared in Go; package api shows
// the mappings on the wire.
//
// A function's timeout is real time, as the clock of its process is; batching
// windows and everything else of queues is simulated time. Every invocation
// holds the simulated clock from its dispatch to its end. So a function that
// waits for simulated time to pass (an SQS long poll) waits in vain until its
// timeout.
//
// Every invocation has a trace header with the lineage of its chain of requests, which
// SDKs send on. A chain through queues ends after 16 invocations of a function, unless
// the function allows it; nothing else turns that off.
//
// Not simulated: memory limits, the freezing and recycling of idle
// environments, the second attempt at a failed init, reserved concurrency,
// asynchronous invocation, extensions, response streaming to the caller.
package lambda

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/lambda/sandbox"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

// ErrClosed is returned by everything that would start work after Close.
var ErrClosed = errors.New("lambda: the service is closed")

// Sessions hands out credentials for a function's role; *sts.Service does.
type Sessions interface {
	Session(role, name string, lifetime time.Duration) (sts.Credentials, error)
}

// Config is what a Service works with.
type Config struct {
	Clock    *clock.Clock
	IDs      *ids.Source
	Sessions Sessions
	Queues   Queues // needed where mappings are made
	Endpoint string // URL of the local AWS, the functions' AWS_ENDPOINT_URL

	// InitTimeout is how long a process may take, in real time, to ask for its
	// first invocation. 0 means 10 s [Lambda: lambda-runtime-environment].
	InitTimeout time.Duration

	// Lineages is how the messages of a batch count in loop detection.
	Lineages lineage.Reading

	// The callbacks may be nil. They are called from several goroutines at once
	// and must not call Close.

	// OnLog gets each line that a process writes.
	OnLog func(LogLine)
	// OnStart sees each invocation before its process does, RequestID, Function,
	// At, Cold and Init filled in: the place to Kill it from.
	OnStart func(Invocation)
	// OnInvocation sees each invocation at its end, while it holds the clock.
	OnInvocation func(Invocation)
	// OnLoopStopped is told, for each batch, that a function (by its ARN) was not invoked
	// because a chain of requests has invoked it too often.
	OnLoopStopped func(functionARN string)
}

// LogLine is one line of a process's standard output or standard error.
type LogLine struct {
	Function  string // ARN
	RequestID string // empty for what is written between invocations and during init
	Text      string // without its line feed
}

// Service is the Lambda of all accounts and Regions, safe for concurrent use.
type Service struct {
	config Config

	mu           sync.Mutex
	closed       bool
	functions    map[string]*Function // by ARN
	mappings     map[string]*mapping  // by UUID
	environments map[*sandbox.Sandbox]struct{}
	idle         map[string][]*sandbox.Sandbox // by function ARN; the last used is last
	serving      map[string]*sandbox.Sandbox   // by request ID

	work sync.WaitGroup // batches and invocations under way; Close waits for them
}

// New returns a Lambda without functions.
func New(config Config) *Service {
	if config.InitTimeout == 0 {
		config.InitTimeout = 10 * time.Second
	}
	return &Service{
		config:       config,
		functions:    map[string]*Function{},
		mappings:     map[string]*mapping{},
		environments: map[*sandbox.Sandbox]struct{}{},
		idle:         map[string][]*sandbox.Sandbox{},
		serving:      map[string]*sandbox.Sandbox{},
	}
}

// Kill ends the process that serves the invocation, as running out of memory
// would. It reports whether there was one.
func (s *Service) Kill(requestID string) bool {
	s.mu.Lock()
	e, ok := s.serving[requestID]
	s.mu.Unlock()
	if ok {
		e.Kill()
	}
	return ok
}

// Close stops the mappings, kills all processes and returns when they are gone
// and every invocation has ended.
func (s *Service) Close() {
	s.mu.Lock()
	s.closed = true
	mappings := slices.Collect(maps.Values(s.mappings))
	environments := slices.Collect(maps.Keys(s.environments))
	s.mu.Unlock()
	for _, m := range mappings {
		m.close()
	}
	for _, e := range environments {
		e.End()
	}
	s.work.Wait()
}

// join makes Close wait for one more s.work.Done; false once closed.
func (s *Service) join() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.work.Add(1)
	}
	return !s.closed
}

func invalid(message string) error {
	return &wire.Error{Code: "InvalidParameterValueException", Message: message}
}
