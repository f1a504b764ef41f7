package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the tests run this executable as twohop.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_AS_TWOHOP") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestCtrlCEndsACommandThatWaitsForAWS(t *testing.T) {
	asked, over := make(chan struct{}, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		asked <- struct{}{}
		<-over
	}))
	defer server.Close()
	defer close(over)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		nothing := filepath.Join(t.TempDir(), "none")
		var out, errOut bytes.Buffer
		command := exec.CommandContext(t.Context(), os.Args[0], "status", "--estate", "../../../infra/config/example.yaml")
		command.Stdout, command.Stderr = &out, &errOut
		command.Env = []string{"RUN_AS_TWOHOP=1", "AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=222222222222", "AWS_SECRET_ACCESS_KEY=local",
			"AWS_CONFIG_FILE=" + nothing, "AWS_SHARED_CREDENTIALS_FILE=" + nothing}
		require.NoError(t, command.Start())
		<-asked
		require.NoError(t, command.Process.Signal(signal))
		var exited *exec.ExitError
		require.ErrorAs(t, command.Wait(), &exited)
		assert.Equal(t, 130, exited.ExitCode(), signal)
		assert.Empty(t, out.String())
		assert.Equal(t, "twohop: interrupted\nhint: run it again: it goes on where it stopped\n", errOut.String())
	}
}
