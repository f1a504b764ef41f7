package lambda

import (
	"fmt"
	"time"

	"github.com/twohop/twohop/test/awssim/lambda/sandbox"
	"github.com/twohop/twohop/test/awssim/lambda/variables"
)

// sessionLifetime is as long as a role session may last. A process that lives
// longer is not replaced.
const sessionLifetime = 12 * time.Hour

// startEnvironment starts a process. An error is the host's, the role's or
// ErrClosed; the process may still turn out not to work.
func (s *Service) startEnvironment(f *Function) (*sandbox.Sandbox, error) {
	credentials, err := s.config.Sessions.Session(f.RoleARN, f.Name, sessionLifetime)
	if err != nil {
		return nil, fmt.Errorf("assume role of function %s: %w", f.Name, err)
	}
	stream := s.config.Clock.Now().Format("2006/01/02") + "/[$LATEST]" + s.config.IDs.Hex(16)
	e, err := sandbox.Start(sandbox.Config{
		Bootstrap: f.Bootstrap,
		Variables: func(runtimeAPI, scratch string) []string {
			return variables.Process{
				Function: f.Name, Region: f.Region, Bootstrap: f.Bootstrap, MemoryMB: f.MemoryMB, Environment: f.Environment,
				Credentials: credentials, Endpoint: s.config.Endpoint, RuntimeAPI: runtimeAPI, LogStream: stream, Scratch: scratch,
			}.List()
		},
		OnOutput: func(requestID, text string) {
			if s.config.OnLog != nil {
				s.config.OnLog(LogLine{Function: f.ARN(), RequestID: requestID, Text: text})
			}
		},
	})
	if err != nil {
		return nil, fmt.Errorf("start function %s: %w", f.Name, err)
	}
	s.mu.Lock()
	s.environments[e] = struct{}{}
	late := s.closed
	s.mu.Unlock()
	if late { // Close has not seen it, but waits for the invocation that started it
		s.discard(e)
		return nil, ErrClosed
	}
	return e, nil
}

// takeIdle returns the environment used last, nil if none is idle.
func (s *Service) takeIdle(f *Function) *sandbox.Sandbox {
	s.mu.Lock()
	defer s.mu.Unlock()
	arn := f.ARN()
	for last := len(s.idle[arn]) - 1; last >= 0; last-- {
		e := s.idle[arn][last]
		s.idle[arn] = s.idle[arn][:last]
		if !e.Exited() {
			return e
		}
		delete(s.environments, e)
	}
	return nil
}

// park keeps e for the next invocation.
func (s *Service) park(f *Function, e *sandbox.Sandbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.idle[f.ARN()] = append(s.idle[f.ARN()], e)
}

func (s *Service) discard(e *sandbox.Sandbox) {
	e.End()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.environments, e)
}

// serves makes e, which may be nil, the one that Kill ends.
func (s *Service) serves(requestID string, e *sandbox.Sandbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e == nil {
		delete(s.serving, requestID)
		return
	}
	s.serving[requestID] = e
}
