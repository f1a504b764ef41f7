package lambda_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/lambda"
	"github.com/twohop/twohop/test/awssim/sts"
)

const (
	account = "222222222222"
	region  = "eu-central-1"
	role    = "arn:aws:iam::222222222222:role/twohop-test"
)

var start = time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)

// bin is the folder of the bootstraps, built once for all tests.
var bin string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		if len(os.Args) > 1 && os.Args[1] == "hold-function" {
			return holdFunction(os.Args[2], os.Args[3])
		}
		var err error
		if bin, err = os.MkdirTemp("", "lambda-test-"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(bin)
		for _, name := range []string{"function", "rawruntime"} {
			build := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", filepath.Join(bin, name, "bootstrap"), "./testdata/"+name)
			if out, err := build.CombinedOutput(); err != nil {
				fmt.Fprintf(os.Stderr, "build %s: %v\n%s", name, err, out)
				return 1
			}
		}
		return m.Run()
	}())
}

// holdFunction is the other process of TestFunctionDiesWithAKilledTest: the one
// that is killed.
func holdFunction(bootstrap, pipe string) int {
	source := ids.New(1)
	service := lambda.New(lambda.Config{
		Clock: clock.New(start), IDs: source, Sessions: sts.New(source),
		OnLog: func(line lambda.LogLine) {
			if line.RequestID != "" {
				fmt.Println(line.Text)
			}
		},
	})
	arn, err := service.CreateFunction(lambda.Function{Name: "f", Account: account, Region: region, RoleARN: role,
		Bootstrap: bootstrap, Timeout: long})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	_, err = service.Invoke(context.Background(), arn, fmt.Appendf(nil, `{"Do":"hang with pipe","Text":%q}`, pipe))
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// world is a Lambda and what it told.
type world struct {
	*lambda.Service
	clock    *clock.Clock
	sessions *sts.Service
	queues   *memoryQueues

	mu          sync.Mutex
	lines       []lambda.LogLine
	invocations []lambda.Invocation
}

func newWorld(t *testing.T, adjust ...func(*lambda.Config)) *world {
	t.Helper()
	w := &world{clock: clock.New(start)}
	source := ids.New(1)
	w.sessions = sts.New(source)
	w.queues = newMemoryQueues(w.clock)
	config := lambda.Config{
		Clock: w.clock, IDs: source, Sessions: w.sessions, Queues: w.queues, Endpoint: "http://127.0.0.1:4566",
		InitTimeout: long, // the machine may be busy
		OnLog: func(line lambda.LogLine) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.lines = append(w.lines, line)
		},
		OnInvocation: func(i lambda.Invocation) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.invocations = append(w.invocations, i)
		},
	}
	for _, f := range adjust {
		f(&config)
	}
	w.Service = lambda.New(config)
	t.Cleanup(w.Close)
	return w
}

// log is the text written in an invocation; of none for an empty id.
func (w *world) log(requestID string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var texts []string
	for _, line := range w.lines {
		if line.RequestID == requestID {
			texts = append(texts, line.Text)
		}
	}
	return texts
}

func (w *world) reported() []lambda.Invocation {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]lambda.Invocation(nil), w.invocations...)
}

// function declares the test function; variables are pairs.
func (w *world) function(t *testing.T, timeout time.Duration, variables ...string) string {
	t.Helper()
	return w.declare(t, "function", timeout, variables...)
}

func (w *world) declare(t *testing.T, program string, timeout time.Duration, variables ...string) string {
	t.Helper()
	environment := map[string]string{}
	for i := 0; i < len(variables); i += 2 {
		environment[variables[i]] = variables[i+1]
	}
	arn, err := w.CreateFunction(lambda.Function{
		Name: "twohop-" + program, Account: account, Region: region, RoleARN: role,
		Bootstrap: filepath.Join(bin, program, "bootstrap"), Environment: environment, Timeout: timeout,
	})
	require.NoError(t, err)
	return arn
}

type order struct {
	Do    string
	Text  string `json:",omitempty"`
	Count int    `json:",omitempty"`
}

func (w *world) order(t *testing.T, arn string, o order) lambda.Invocation {
	t.Helper()
	payload, err := json.Marshal(o)
	require.NoError(t, err)
	return w.invoke(t, arn, payload)
}

func (w *world) invoke(t *testing.T, arn string, payload []byte) lambda.Invocation {
	t.Helper()
	invocation, err := w.Invoke(t.Context(), arn, payload)
	require.NoError(t, err)
	return invocation
}
