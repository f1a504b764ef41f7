package clients_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// awsCLI runs the AWS CLI. Where Python finds its package, processes that stay serve
// one call after the other; where not, each call is a process of the installed program.
type awsCLI struct {
	program string // path of aws
	python  string // path of a Python that has the package; empty: none

	mu   sync.Mutex
	idle []*awsServer
}

// findAWSCLI finds the installed program, or skips the test.
func findAWSCLI(t *testing.T) *awsCLI {
	t.Helper()
	c := &awsCLI{program: tool(t, "aws", "the local AWS as the AWS CLI sees it", "--version")}
	if python, err := exec.LookPath("python3"); err == nil {
		command := exec.CommandContext(t.Context(), python, "-c", "import awscli.clidriver")
		command.Env = environment()
		if command.Run() == nil {
			c.python = python
		}
	}
	if c.python == "" {
		t.Log("Python does not find the package of the AWS CLI: each call is a process of its own")
	}
	t.Cleanup(c.close)
	return c
}

// printed is what a call has printed and its exit code.
type printed struct {
	Stdout, Stderr string
	Exit           int
}

// call runs aws with these words.
func (c *awsCLI) call(ctx context.Context, words, environment []string) (printed, error) {
	if c.python == "" {
		return c.start(ctx, words, environment)
	}
	server, err := c.take()
	if err != nil {
		return printed{}, err
	}
	stop := context.AfterFunc(ctx, server.kill)
	answer, err := server.call(words, environment)
	if !stop() || err != nil {
		server.kill()
		return answer, errors.Join(err, ctx.Err())
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = append(c.idle, server)
	return answer, nil
}

// start runs the installed program.
func (c *awsCLI) start(ctx context.Context, words, environment []string) (printed, error) {
	process := exec.CommandContext(ctx, c.program, words...)
	process.Env, process.WaitDelay = environment, time.Second
	var out, problems strings.Builder
	process.Stdout, process.Stderr = &out, &problems
	err := process.Run()
	var exited *exec.ExitError
	if err != nil && !errors.As(err, &exited) {
		return printed{}, err
	}
	return printed{out.String(), problems.String(), process.ProcessState.ExitCode()}, nil
}

// take is a server that has nothing to do, or a new one.
func (c *awsCLI) take() (*awsServer, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if n := len(c.idle); n > 0 {
		server := c.idle[n-1]
		c.idle = c.idle[:n-1]
		return server, nil
	}
	return startAWSServer(c.python)
}

func (c *awsCLI) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, server := range c.idle {
		server.kill()
	}
}

// awsServer is a process that serves calls, one at a time.
type awsServer struct {
	process *exec.Cmd
	calls   io.WriteCloser
	answers *bufio.Reader
	end     sync.Once
}

func startAWSServer(python string) (*awsServer, error) {
	s := &awsServer{process: exec.Command(python, filepath.Join("testdata", "aws", "serve.py"))}
	s.process.Env = environment()
	var err error
	if s.calls, err = s.process.StdinPipe(); err != nil {
		return nil, err
	}
	said, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.answers = bufio.NewReader(said)
	return s, s.process.Start()
}

func (s *awsServer) call(words, environment []string) (printed, error) {
	variables := map[string]string{}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		variables[name] = value
	}
	line, err := json.Marshal(map[string]any{"words": words, "environment": variables})
	if err != nil {
		return printed{}, err
	}
	if _, err := s.calls.Write(append(line, '\n')); err != nil {
		return printed{}, err
	}
	answer, err := s.answers.ReadBytes('\n')
	if err != nil {
		return printed{}, err
	}
	var out printed
	return out, json.Unmarshal(answer, &out)
}

func (s *awsServer) kill() {
	s.end.Do(func() {
		s.process.Process.Kill() //nolint:errcheck // it may have ended
		s.process.Wait()         //nolint:errcheck // it was killed
	})
}

// programByCLI runs the installed program itself.
func programByCLI(s shell) {
	s.cli = &awsCLI{program: s.cli.program}
	s.prints(`{"UserId": "111111111111", "Account": "111111111111", "Arn": "arn:aws:iam::111111111111:root"}`, "sts get-caller-identity")
	s.refused("NoSuchEntity", "GetRole", "iam get-role --role-name none")
}
