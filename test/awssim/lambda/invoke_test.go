package lambda_test

import (
	"context"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda"
)

// long is a timeout that no healthy invocation reaches.
const long = 5 * time.Minute

func TestInvokeReturnsWhatTheFunctionAnswers(t *testing.T) {
	w := newWorld(t)
	invocation := w.order(t, w.function(t, long), order{Do: "echo", Text: "hello"})

	assert.Nil(t, invocation.Err)
	assert.Equal(t, `"hello"`, string(invocation.Response))
	assert.Equal(t, "arn:aws:lambda:eu-central-1:222222222222:function:twohop-function", invocation.Function)
	assert.Regexp(t, `^[0-9a-f-]{36}$`, invocation.RequestID)
	assert.Equal(t, start, invocation.At)
	assert.True(t, invocation.Cold)
	assert.Positive(t, invocation.Init)
	assert.Positive(t, invocation.Duration)
	if runtime.GOOS == "linux" {
		assert.Greater(t, invocation.MaxRSSBytes, int64(1<<20))
	}
	assert.Equal(t, []lambda.Invocation{invocation}, w.reported())
	assert.Equal(t, start, w.clock.Now(), "an invocation costs no simulated time")
}

func TestProcessIsReusedWhileIdle(t *testing.T) {
	w := newWorld(t)
	arn := w.function(t, long)
	first, second := w.describe(t, arn), w.describe(t, arn)
	assert.Equal(t, first.PID, second.PID)
	assert.Equal(t, 2, second.Served)
	assert.NotEqual(t, first.RequestID, second.RequestID)

	failed := w.order(t, arn, order{Do: "refuse", Text: "no"})
	assert.NotNil(t, failed.Err)
	assert.Equal(t, first.PID, w.describe(t, arn).PID, "an error that the function returns does not end its process")

	reported := w.reported()
	assert.True(t, reported[0].Cold)
	assert.False(t, reported[1].Cold)
	assert.Zero(t, reported[1].Init)
}

func TestLargeResponse(t *testing.T) {
	w := newWorld(t)
	invocation := w.order(t, w.function(t, long), order{Do: "repeat", Count: 5 << 20})
	assert.Nil(t, invocation.Err)
	assert.Equal(t, `"`+strings.Repeat("x", 5<<20)+`"`, string(invocation.Response))
}

func TestLinesBelongToTheirInvocation(t *testing.T) {
	w := newWorld(t)
	arn := w.function(t, long)
	for _, text := range []string{"first", "second"} {
		invocation := w.order(t, arn, order{Do: "log", Text: text})
		assert.Equal(t, []string{text, "to standard error", "", "no line feed"}, w.log(invocation.RequestID))
	}
	assert.Equal(t, []string{"init done"}, w.log(""))
	assert.Equal(t, arn, w.lines[0].Function)
	exited := w.order(t, arn, order{Do: "exit", Text: "last words"})
	assert.Equal(t, []string{"last words"}, w.log(exited.RequestID))
}

func TestKillEndsTheProcessOfAnInvocation(t *testing.T) {
	var w *world
	w = newWorld(t, func(config *lambda.Config) {
		config.OnStart = func(i lambda.Invocation) {
			if !i.Cold {
				assert.True(t, w.Kill(i.RequestID))
			}
		}
	})
	arn := w.function(t, long)
	w.order(t, arn, order{Do: "echo"})
	killed := w.order(t, arn, order{Do: "hang"})
	require.NotNil(t, killed.Err)
	assert.Equal(t, "Runtime.ExitError", killed.Err.Type)
	assert.Contains(t, killed.Err.Message, "Runtime exited with error: signal: killed")
	assert.True(t, w.order(t, arn, order{Do: "echo"}).Cold)
	assert.False(t, w.Kill(killed.RequestID), "it has ended")
}

func TestInvokeHoldsTheClock(t *testing.T) {
	started := make(chan struct{})
	w := newWorld(t, func(config *lambda.Config) {
		config.OnStart = func(lambda.Invocation) { close(started) }
	})
	arn := w.function(t, long)
	w.clock.After(time.Hour, func() {})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := w.Invoke(ctx, arn, []byte(`{"Do":"hang"}`))
		ended <- err
	}()
	<-started
	short, stop := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer stop()
	_, err := w.clock.Step(short)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
	ran, err := w.clock.Step(t.Context())
	require.NoError(t, err)
	assert.True(t, ran)
	assert.Equal(t, "Runtime.ExitError", w.reported()[0].Err.Type)
}

func TestCloseLeavesNoProcess(t *testing.T) {
	w := newWorld(t)
	idle := w.describe(t, w.function(t, long))
	scratch := variable(t, idle.Variables, "TMPDIR")
	require.DirExists(t, scratch)

	busy, err := w.CreateFunction(lambda.Function{Name: "busy", Account: account, Region: region, RoleARN: role,
		Bootstrap: filepath.Join(bin, "rawruntime", "bootstrap"), Timeout: long, Environment: map[string]string{"SCRIPT": "init error and stay"}})
	require.NoError(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Invoke(context.Background(), busy, nil) //nolint:errcheck // that it returns is the point
	}()
	w.Close()
	<-ended
	assert.ErrorIs(t, syscall.Kill(idle.PID, 0), syscall.ESRCH)
	assert.NoDirExists(t, scratch)

	_, err = w.Invoke(t.Context(), busy, nil)
	require.ErrorIs(t, err, lambda.ErrClosed)
	_, err = w.CreateFunction(lambda.Function{Name: "late", Account: account, Region: region, RoleARN: role,
		Bootstrap: filepath.Join(bin, "function", "bootstrap")})
	require.ErrorIs(t, err, lambda.ErrClosed)
	w.Close()
}

func TestInvokeRefuses(t *testing.T) {
	w := newWorld(t)
	arn := w.function(t, long)
	for name, c := range map[string]struct {
		arn     string
		payload string
		want    string
	}{
		"an unknown function":         {arn + "x", `{}`, "ResourceNotFoundException: Function not found"},
		"a payload that is no JSON":   {arn, `{`, "InvalidRequestContentException: Could not parse request body into json"},
		"a payload of more than 6 MB": {arn, `"` + strings.Repeat("x", 7<<20) + `"`, "RequestTooLargeException: Request must be smaller than 6291556 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Invoke(t.Context(), c.arn, []byte(c.payload))
			require.ErrorContains(t, err, c.want)
		})
	}
	assert.Empty(t, w.reported())
}
