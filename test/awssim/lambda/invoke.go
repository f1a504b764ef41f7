package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/twohop/twohop/test/awssim/lambda/lineage"
	"github.com/twohop/twohop/test/awssim/lambda/sandbox"
	"github.com/twohop/twohop/test/awssim/wire"
)

// FunctionError says why an invocation failed, as Lambda shows it: what the
// function or its runtime posted, or one of Lambda's own (Sandbox.Timedout,
// Runtime.ExitError, Runtime.InvalidEntrypoint, Function.ResponseSizeTooLarge).
type FunctionError = sandbox.Error

// Invocation is one run of a function, and how it ended.
type Invocation struct {
	Function  string // ARN
	RequestID string
	At        time.Time // simulated time of the dispatch
	// TraceHeader is X-Ray's, with the lineage of the chain of requests. Its trace is a new
	// one, also of messages that have one: UNCONFIRMED A24.
	TraceHeader string

	Cold     bool          // a process was started for it
	Init     time.Duration // real time from the process's start to its first call for work; 0 unless Cold
	Duration time.Duration // real time that the function itself took, Init not included

	Response    []byte         // what Invoke's caller gets: the function's answer, or the error as JSON
	Err         *FunctionError // nil for a success
	MaxRSSBytes int64          // the process's largest resident set so far; 0 where unknown: it exited, or this is not Linux
}

// Invoke runs the function once, in an idle environment or in a new one, and
// returns when that has ended. That a function fails is no error of Invoke: see
// Invocation.Err. When ctx ends first the process is killed, and the error is
// ctx's. Other errors: those of the Invoke API (ResourceNotFoundException,
// InvalidRequestContentException, RequestTooLargeException), ErrClosed, and
// what the host denies. An empty payload is {}. A chain of requests begins with it.
func (s *Service) Invoke(ctx context.Context, functionARN string, payload []byte) (Invocation, error) {
	return s.invoke(ctx, functionARN, payload, lineage.Chain{}.After(functionARN))
}

// invoke is Invoke as a part of a chain of requests, which counts it.
func (s *Service) invoke(ctx context.Context, functionARN string, payload []byte, chain lineage.Chain) (Invocation, error) {
	hold := s.config.Clock.Hold()
	defer hold.Release()
	if !s.join() {
		return Invocation{}, ErrClosed
	}
	defer s.work.Done()

	f, err := s.function(functionARN)
	if err != nil {
		return Invocation{}, err
	}
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	if err := checkPayload(payload); err != nil {
		return Invocation{}, err
	}
	invocation := Invocation{Function: functionARN, RequestID: s.config.IDs.UUID(), At: s.config.Clock.Now()}
	invocation.TraceHeader = fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0;%s",
		invocation.At.Unix(), s.config.IDs.Hex(12), s.config.IDs.Hex(8), chain)
	if err := s.serve(ctx, f, payload, &invocation); err != nil {
		return invocation, err
	}
	if s.config.OnInvocation != nil {
		s.config.OnInvocation(invocation)
	}
	if invocation.Err != nil && ctx.Err() != nil {
		return invocation, fmt.Errorf("invoke %s: %w", f.Name, ctx.Err())
	}
	return invocation, nil
}

// Function is a function as it was declared; ResourceNotFoundException where there
// is none.
func (s *Service) Function(arn string) (Function, error) {
	f, err := s.function(arn)
	if err != nil {
		return Function{}, err
	}
	return *f, nil
}

func (s *Service) function(arn string) (*Function, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.functions[arn]
	if !ok {
		return nil, &wire.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException",
			Message: "Function not found: " + arn}
	}
	return f, nil
}

func checkPayload(payload []byte) error {
	if len(payload) > sandbox.MaxPayload {
		return &wire.Error{Status: http.StatusRequestEntityTooLarge, Code: "RequestTooLargeException",
			Message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", sandbox.MaxPayload)}
	}
	if !json.Valid(payload) {
		return &wire.Error{Code: "InvalidRequestContentException",
			Message: "Could not parse request body into json: the payload is not valid JSON"}
	}
	return nil
}

// serve finds an environment, starting one if need be, and lets it do the work.
func (s *Service) serve(ctx context.Context, f *Function, payload []byte, invocation *Invocation) error {
	e := s.takeIdle(f)
	if e == nil {
		invocation.Cold = true
		var err error
		if e, err = s.startEnvironment(f); err != nil {
			return err
		}
	}
	stop := context.AfterFunc(ctx, e.Kill)
	reusable := s.run(e, f, payload, invocation)
	if stop() && reusable {
		s.park(f, e)
	} else {
		s.discard(e)
	}
	return nil
}

// run tells whether the environment can serve again after this.
func (s *Service) run(e *sandbox.Sandbox, f *Function, payload []byte, invocation *Invocation) bool {
	if invocation.Cold {
		took, failure := e.AwaitInit(s.config.InitTimeout, invocation.RequestID)
		if failure != nil {
			invocation.Response, invocation.Err = failure.Response, failure.Err
			return false
		}
		invocation.Init = took
	}
	s.serves(invocation.RequestID, e)
	defer s.serves(invocation.RequestID, nil)
	if s.config.OnStart != nil {
		s.config.OnStart(*invocation)
	}
	result := e.Perform(sandbox.Task{
		RequestID:   invocation.RequestID,
		FunctionARN: invocation.Function,
		TraceID:     invocation.TraceHeader,
		Payload:     payload,
		Timeout:     f.Timeout,
	})
	invocation.Response, invocation.Err = result.Response, result.Err
	invocation.Duration, invocation.MaxRSSBytes = result.Duration, result.MaxRSSBytes
	return result.Alive
}
