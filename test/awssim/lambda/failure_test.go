package lambda_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda"
)

func TestFailures(t *testing.T) {
	for name, c := range map[string]struct {
		order   order
		timeout time.Duration
		kind    string
		message string // a regular expression
		again   bool   // the process serves on
	}{
		"an error is named after its outermost Go type": {
			order: order{Do: "fail", Text: "cause"}, kind: "wrapError", message: `^outer: cause$`, again: true},
		"an error of an own type has its name": {
			order: order{Do: "refuse", Text: "not today"}, kind: "refusal", message: `^not today$`, again: true},
		"an answer that breaks off half way is an error": {
			order: order{Do: "break off"}, kind: "refusal", message: `^the source dried up$`, again: true},
		"a panic is what it was called with": {
			order: order{Do: "panic", Text: "oh no"}, kind: "string", message: `^oh no$`},
		"an exit with a status is told with it": {
			order: order{Do: "exit", Count: 3}, kind: "Runtime.ExitError",
			message: `^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$`},
		"an exit without a status has no reason": {
			order: order{Do: "exit"}, kind: "Runtime.ExitError",
			message: `^RequestId: [0-9a-f-]{36} Error: Runtime exited without providing a reason$`},
		"a function over its timeout is killed": {
			order: order{Do: "hang"}, timeout: 300 * time.Millisecond, kind: "Sandbox.Timedout",
			message: `^RequestId: [0-9a-f-]{36} Error: Task timed out after 0.30 seconds$`},
		"an answer of more than 6 MB is too large": {
			order: order{Do: "repeat", Count: 7 << 20}, kind: "Function.ResponseSizeTooLarge",
			message: `^Response payload size exceeded maximum allowed payload size \(6291556 bytes\).$`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			timeout := long
			if c.timeout > 0 {
				timeout = c.timeout
			}
			arn := w.function(t, timeout)
			invocation := w.order(t, arn, c.order)
			require.NotNil(t, invocation.Err)
			assert.Equal(t, c.kind, invocation.Err.Type)
			assert.Regexp(t, c.message, invocation.Err.Message)
			assert.Equal(t, []lambda.Invocation{invocation}, w.reported())

			var payload map[string]any
			require.NoError(t, json.Unmarshal(invocation.Response, &payload))
			assert.Equal(t, c.kind, payload["errorType"])
			assert.Equal(t, invocation.Err.Message, payload["errorMessage"])

			if c.timeout == 0 {
				assert.Equal(t, !c.again, w.order(t, arn, order{Do: "echo"}).Cold)
			}
		})
	}
}

func TestInitFailures(t *testing.T) {
	for name, c := range map[string]struct {
		program   string
		variables []string
		limit     time.Duration
		kind      string
		message   string
		log       []string // of no invocation
	}{
		"an exit before the first next": {
			program: "function", variables: []string{"INIT", "exit"}, kind: "Runtime.ExitError",
			message: `^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$`,
			log:     []string{"cannot start"}},
		"an init that never ends": {
			program: "function", variables: []string{"INIT", "hang"}, limit: 300 * time.Millisecond, kind: "Sandbox.Timedout",
			message: `^RequestId: [0-9a-f-]{36} Error: Task timed out after 0.30 seconds$`},
		"an init error that the runtime posts before it exits": {
			program: "rawruntime", variables: []string{"SCRIPT", "init error"}, kind: "Config.Broken", message: `^no such table$`},
		"an init error of a runtime that does not exit": {
			program: "rawruntime", variables: []string{"SCRIPT", "init error and stay"}, kind: "Config.Broken", message: `^no such table$`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, func(config *lambda.Config) {
				if c.limit > 0 {
					config.InitTimeout = c.limit
				}
			})
			arn := w.declare(t, c.program, long, c.variables...)
			for range 2 { // a failed init is tried anew by the next invocation
				invocation := w.invoke(t, arn, nil)
				require.NotNil(t, invocation.Err)
				assert.Equal(t, c.kind, invocation.Err.Type)
				assert.Regexp(t, c.message, invocation.Err.Message)
				assert.True(t, invocation.Cold)
				assert.Zero(t, invocation.Duration)
			}
			if c.log != nil {
				assert.Equal(t, append(c.log, c.log...), w.log(""))
			}
		})
	}
}

func TestBootstrapThatCannotBeExecuted(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "bootstrap")
	require.NoError(t, os.WriteFile(path, []byte("not a program"), 0o700))
	arn, err := w.CreateFunction(lambda.Function{Name: "f", Account: account, Region: region, RoleARN: role, Bootstrap: path})
	require.NoError(t, err)
	invocation := w.invoke(t, arn, nil)
	require.NotNil(t, invocation.Err)
	assert.Equal(t, "Runtime.InvalidEntrypoint", invocation.Err.Type)
	assert.Contains(t, invocation.Err.Message, "exec format error")
}

func TestRuntimeAPIRefusesMissteps(t *testing.T) {
	w := newWorld(t)
	arn := w.declare(t, "rawruntime", long, "SCRIPT", "missteps")
	invocation := w.invoke(t, arn, nil)
	assert.Nil(t, invocation.Err)
	assert.Equal(t, `{"well":"done"}`, string(invocation.Response))
	assert.Equal(t, []string{
		`403 {"errorType":"InvalidStateTransition","errorMessage":"State transition is not allowed"}`,
		`403 {"errorType":"InvalidStateTransition","errorMessage":"State transition is not allowed"}`,
		`400 {"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}`,
		`404 {"errorType":"NotFound","errorMessage":"awssim: the Runtime API has no GET /2018-06-01/runtime/nothing/here"}`,
		`202 {"status":"OK"}`,
		`403 {"errorType":"InvalidStateTransition","errorMessage":"State transition is not allowed"}`,
		`403 {"errorType":"InvalidStateTransition","errorMessage":"State transition is not allowed"}`,
	}, w.log(invocation.RequestID))
}

func TestWhatWasAnsweredBeforeTheEndCounts(t *testing.T) {
	for name, script := range map[string]string{
		"the process exits":     "answer and exit",
		"the process is killed": "answer and hang",
	} {
		t.Run(name, func(t *testing.T) {
			var w *world
			w = newWorld(t, func(config *lambda.Config) {
				config.OnLog = func(line lambda.LogLine) {
					if strings.HasPrefix(line.Text, "202 ") {
						w.Kill(line.RequestID)
					}
				}
			})
			arn := w.declare(t, "rawruntime", long, "SCRIPT", script)
			for range 2 {
				invocation := w.invoke(t, arn, nil)
				assert.Nil(t, invocation.Err)
				assert.Equal(t, `"answered"`, string(invocation.Response))
				assert.True(t, invocation.Cold)
			}
		})
	}
}

func TestErrorThatIsNoJSON(t *testing.T) {
	w := newWorld(t)
	invocation := w.invoke(t, w.declare(t, "rawruntime", long, "SCRIPT", "plain error"), nil)
	assert.Equal(t, &lambda.FunctionError{Type: "Runtime.Unknown", Message: "not JSON"}, invocation.Err)
}
