package clients_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// step is one question and its answer.
type step struct {
	Step    string
	Outcome any
}

// differences are the steps at which moto answers otherwise, each with the reason
// why the local AWS does not follow.
var differences = map[string]string{
	"set an unknown attribute":      "moto sets it; AWS: InvalidAttributeName [API: SetQueueAttributes]",
	"set an attribute out of range": "moto sets it; AWS: InvalidAttributeValue [API: SetQueueAttributes]",
	"send later":                    "moto leaves the checksum of system attributes out [API: SendMessage]",
	"send nothing":                  "moto takes an empty body; AWS wants at least one character [API: SendMessage]",
	"send a forbidden character":    "moto takes it; AWS: InvalidMessageContents [API: SendMessage]",
	"send an empty attribute":       "moto takes it; on AWS no value may be empty [API: MessageAttributeValue]",
	// Class and code agree. Which status AWS answers with is unconfirmed.
	"delete with a wrong handle": "400 instead of 404",
	"change with a wrong handle": "400 instead of 404",
}

func TestMotoAnswersInSQSAsTheLocalAWSDoes(t *testing.T) {
	t.Parallel()
	program := python(t, "the local SQS against moto's, a second opinion", "boto3", "moto", "moto.server")
	l := start(t, &calls{})
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()

	process := exec.CommandContext(ctx, program, filepath.Join("testdata", "moto", "conversation.py"), l.Endpoint(), startMoto(t, program))
	process.Env = l.environment(member)
	var problems strings.Builder
	process.Stderr = &problems
	output, err := process.Output()
	require.NoError(t, err, problems.String())
	var transcripts [2][]step
	require.NoError(t, json.Unmarshal(output, &transcripts))
	ours, motos := transcripts[0], transcripts[1]
	require.NotEmpty(t, ours)
	require.Len(t, motos, len(ours))
	explained := 0
	for i, our := range ours {
		reason, ok := differences[our.Step]
		if !ok {
			assert.Equal(t, motos[i], our, "moto's answer (expected) and the local AWS's (actual)")
			continue
		}
		explained++
		if assert.ObjectsAreEqual(motos[i], our) {
			t.Logf("this version of moto does not differ at %q (%s)", our.Step, reason)
		}
	}
	assert.Equal(t, len(differences), explained, "a difference is listed for a step that there is not")
}

var motoAddress = regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`)

// startMoto starts a moto server on a free port for the time of the test.
func startMoto(t *testing.T, program string) (endpoint string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	process := exec.CommandContext(ctx, program, "-m", "moto.server", "--host", "127.0.0.1", "--port", "0")
	process.Env = append(environment(), "MOTO_ACCOUNT_ID="+member)
	log, err := process.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, process.Start())
	t.Cleanup(func() {
		cancel()
		process.Wait() //nolint:errcheck // it was killed
	})
	var said strings.Builder
	for lines := bufio.NewScanner(log); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if match := motoAddress.FindStringSubmatch(lines.Text()); match != nil {
			go io.Copy(io.Discard, log) //nolint:errcheck // until it ends; it must not block on a full pipe
			return match[1]
		}
	}
	require.Fail(t, "moto does not start", said.String())
	return ""
}
