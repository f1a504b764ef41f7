package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/cli"
)

func TestWithJSONAnErrorIsOneObjectOnStderr(t *testing.T) {
	t.Setenv("TWOHOP_ESTATE", "")
	for sentence, c := range map[string]struct {
		args          []string
		code          int
		message, hint string
	}{
		"of the command line":       {[]string{"pause", "--all", "--json"}, 2, "unknown flag: --all", "twohop pause --help"},
		"of a command of a group":   {[]string{"dlq", "halt", "--json"}, 2, `unknown flag: --json`, "twohop dlq --help"},
		"of the work":               {[]string{"pause", "--json", "--estate", "none.yaml"}, 1, "read the estate: open none.yaml: no such file or directory", ""},
		"a finding":                 {[]string{"explain", "--json", "The moon is full"}, 3, "the message is not known to twohop", "look the message up in AWS's documentation; AWS Support knows its own texts"},
		"where it is given as true": {[]string{"check", "--json=true", "none.yaml"}, 1, "read the estate: open none.yaml: no such file or directory", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			code, _, errOut := run(t, c.args...)
			assert.Equal(t, c.code, code)
			var said struct {
				Code          int
				Message, Hint string
			}
			require.NoError(t, json.Unmarshal([]byte(errOut), &said), errOut)
			assert.Equal(t, c.code, said.Code)
			assert.Equal(t, c.message, said.Message)
			assert.Equal(t, c.hint, said.Hint)
		})
	}
	for _, args := range [][]string{{"check", "none.yaml"}, {"check", "--json=false", "none.yaml"}, {"explain", "--", "--json"}} {
		_, _, errOut := run(t, args...)
		assert.Regexp(t, "^twohop: ", errOut, args)
	}
}

func TestAnInterruptedCommandSaysSo(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "222222222222")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "local")
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	for _, command := range [][]string{{"status"}, {"pause"}, {"dlq", "replay", "--yes"}, {"doctor"}, {"advise"}, {"restore", "plan", db}} {
		var out, errOut bytes.Buffer
		code := cli.Run(ctx, append(command, "--estate", whole), &out, &errOut)
		assert.Equal(t, 130, code, command)
		assert.Equal(t, "twohop: interrupted\nhint: run it again: it goes on where it stopped\n", errOut.String(), command)
	}
}
