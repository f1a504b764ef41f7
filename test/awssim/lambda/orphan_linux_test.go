package lambda_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/lambda"
)

// A named pipe tells when the last process that has it open for writing is
// gone: its reader comes to the end.

func TestTheWholeProcessGroupIsKilled(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	held := readPipe(pipe)

	var w *world
	w = newWorld(t, func(config *lambda.Config) {
		config.OnLog = func(line lambda.LogLine) {
			if line.Text == "about to hang" {
				w.Kill(line.RequestID)
			}
		}
	})
	invocation := w.order(t, w.function(t, long), order{Do: "hang with child", Text: pipe})
	require.NotNil(t, invocation.Err)
	assert.Equal(t, "Runtime.ExitError", invocation.Err.Type)
	assert.Equal(t, "holding", <-held)
}

func TestFunctionDiesWithAKilledTest(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	held := readPipe(pipe)

	test := exec.Command(os.Args[0], "hold-function", filepath.Join(bin, "function", "bootstrap"), pipe)
	test.Env = append(os.Environ(), "TMPDIR="+t.TempDir()) // it cannot tidy up
	output, err := test.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, test.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "about to hang\n", line)
	require.NoError(t, test.Process.Kill())
	test.Wait() //nolint:errcheck // killed is what it was
	assert.Equal(t, "holding", <-held)
}

// readPipe gives what was written to the pipe once nobody holds it any more.
func readPipe(path string) <-chan string {
	content := make(chan string, 1)
	go func() {
		pipe, err := os.Open(path)
		if err != nil {
			content <- err.Error()
			return
		}
		defer pipe.Close()
		all, err := io.ReadAll(pipe)
		if err != nil {
			content <- err.Error()
			return
		}
		content <- string(all)
	}()
	return content
}
