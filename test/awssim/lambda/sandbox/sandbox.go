// Package sandbox is one Lambda execution environment: a bootstrap process with
// a Runtime API of its own on the loopback interface. It serves one invocation
// at a time, and everything in it is real time.
package sandbox

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Config is what an environment is made from.
type Config struct {
	Bootstrap string // absolute path; the process works in its folder
	// Variables returns the whole environment of the process, given the host:port
	// of its Runtime API and the path of a folder of its own, which is removed
	// when it has exited.
	Variables func(runtimeAPI, scratch string) []string
	// OnOutput gets each line that the process writes, with the invocation it
	// was written in; none between invocations and during init.
	OnOutput func(requestID, text string)
}

// Sandbox is a running environment.
type Sandbox struct {
	api      *runtimeAPI
	process  *process
	began    time.Time
	startErr error // why the bootstrap could not be executed
}

// Outcome is what became of an invocation.
type Outcome struct {
	Response []byte // the function's answer, or the error as JSON
	Err      *Error // nil for a success
}

// Error says why an invocation failed, as Lambda shows it: what the function or
// its runtime posted, or one of Lambda's own (Sandbox.Timedout,
// Runtime.ExitError, Runtime.InvalidEntrypoint, Function.ResponseSizeTooLarge).
type Error struct {
	Type    string `json:"errorType"`
	Message string `json:"errorMessage"`
}

// Error names the type, then the message.
func (e *Error) Error() string { return e.Type + ": " + e.Message }

// Start starts a process. An error is the host's; that the bootstrap cannot be
// executed is a matter of AwaitInit.
func Start(config Config) (*Sandbox, error) {
	scratch, err := os.MkdirTemp("", "lambda-")
	if err != nil {
		return nil, fmt.Errorf("make folder for a function: %w", err)
	}
	out, err := newOutput(rand.Text(), config.OnOutput)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	api, err := newRuntimeAPI(out)
	if err != nil {
		out.finish()
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	cmd := exec.Command(config.Bootstrap)
	cmd.Dir = filepath.Dir(config.Bootstrap)
	cmd.Env = config.Variables(api.address, scratch)
	cleanUp := func() {
		api.close()
		os.RemoveAll(scratch) // a leftover where leftovers are expected
	}
	s := &Sandbox{api: api, began: time.Now()}
	s.process, s.startErr = startProcess(cmd, out, cleanUp)
	if s.startErr != nil {
		out.finish()
		cleanUp()
		close(s.process.exited)
	}
	return s, nil
}

// Kill ends the process and its descendants at once, without waiting for it.
func (s *Sandbox) Kill() { s.process.kill() }

// End kills, and returns when the process has gone and its output has been read.
func (s *Sandbox) End() {
	s.process.kill()
	<-s.process.exited
}

// Exited tells whether the process has gone.
func (s *Sandbox) Exited() bool {
	select {
	case <-s.process.exited:
		return true
	default:
		return false
	}
}

// AwaitInit returns the real time from the process's start until it first asked
// for work, or why it never will; then it has been ended. requestID is the
// invocation that waits for it.
func (s *Sandbox) AwaitInit(limit time.Duration, requestID string) (time.Duration, *Outcome) {
	if s.startErr != nil {
		return 0, requestFailed("Runtime.InvalidEntrypoint", requestID, s.startErr.Error())
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-s.api.ready:
		return time.Since(s.began), nil
	case <-timer.C:
		s.End()
		return 0, timedOut(requestID, limit)
	case posted := <-s.api.initFailed:
		s.End()
		return 0, posted
	case <-s.process.exited:
	}
	select {
	case posted := <-s.api.initFailed: // it said why before it exited
		return 0, posted
	default:
		return 0, s.exited(requestID)
	}
}

// Task is one invocation, as its process sees it.
type Task struct {
	RequestID   string
	FunctionARN string
	TraceID     string // X-Ray header
	Payload     []byte
	Timeout     time.Duration
}

// Result is how a task ended.
type Result struct {
	Outcome
	Duration    time.Duration
	MaxRSSBytes int64 // the process's largest resident set so far; 0 where unknown: it exited, or this is not Linux
	Alive       bool  // the process asks for more
}

// Perform hands the task to the process and returns when that asks for more,
// exits, or has been ended at the timeout. What it had answered by then counts
// in each case.
func (s *Sandbox) Perform(t Task) Result {
	began := time.Now()
	work := &work{Task: t, deadline: began.Add(t.Timeout), done: make(chan struct{})}
	limit := time.NewTimer(t.Timeout)
	defer limit.Stop()

	var result Result
	var failure *Outcome
	for offer := s.api.offers; failure == nil && !result.Alive; {
		select {
		case offer <- work:
			offer = nil
		case <-work.done:
			result.Alive = true
			result.MaxRSSBytes = s.process.peakMemory()
		case <-limit.C:
			result.MaxRSSBytes = s.process.peakMemory()
			s.End()
			failure = timedOut(t.RequestID, t.Timeout)
		case <-s.process.exited:
			failure = s.exited(t.RequestID)
		}
	}
	if answered := s.api.settle(work); answered != nil {
		failure = answered
	}
	result.Outcome = *failure
	result.Duration = time.Since(began)
	return result
}

// exited words the end of the process as Lambda does.
func (s *Sandbox) exited(requestID string) *Outcome {
	reason := "Runtime exited without providing a reason"
	if state := s.process.cmd.ProcessState; !state.Success() {
		reason = "Runtime exited with error: " + state.String()
	}
	return requestFailed("Runtime.ExitError", requestID, reason)
}

func timedOut(requestID string, limit time.Duration) *Outcome {
	return requestFailed("Sandbox.Timedout", requestID, fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds()))
}

func requestFailed(kind, requestID, message string) *Outcome {
	return failed(kind, "RequestId: "+requestID+" Error: "+message)
}

func failed(kind, message string) *Outcome {
	e := &Error{Type: kind, Message: message}
	response, err := json.Marshal(e)
	if err != nil {
		panic(err) // two strings always encode
	}
	return &Outcome{Response: response, Err: e}
}
