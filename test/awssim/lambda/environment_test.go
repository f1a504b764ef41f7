package lambda_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type description struct {
	PID        int
	Served     int
	Dir        string
	Variables  []string
	Files      []string
	DeadlineMS int64
	RequestID  string
	ARN        string
	TraceID    string
}

func (w *world) describe(t *testing.T, arn string) description {
	t.Helper()
	invocation := w.order(t, arn, order{Do: "describe"})
	require.Nil(t, invocation.Err)
	var d description
	require.NoError(t, json.Unmarshal(invocation.Response, &d))
	assert.Equal(t, invocation.RequestID, d.RequestID)
	return d
}

func TestProcessSeesItsInvocationAndEnvironment(t *testing.T) {
	t.Setenv("HOST_SECRET_SETTING", "must not be seen")
	w := newWorld(t)
	before := time.Now()
	arn := w.function(t, long, "TWOHOP_TEST", "a value", "LANG", "C", "EMPTY", "")
	d := w.describe(t, arn)
	after := time.Now()

	assert.Equal(t, arn, d.ARN)
	assert.Regexp(t, `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:0$`, d.TraceID)
	assert.GreaterOrEqual(t, d.DeadlineMS, before.Add(long).UnixMilli())
	assert.LessOrEqual(t, d.DeadlineMS, after.Add(long).UnixMilli())
	assert.Empty(t, d.Files)

	root, err := filepath.EvalSymlinks(filepath.Join(bin, "function"))
	require.NoError(t, err)
	dir, err := filepath.EvalSymlinks(d.Dir)
	require.NoError(t, err)
	assert.Equal(t, root, dir)

	token := variable(t, d.Variables, "AWS_SESSION_TOKEN")
	scratch := variable(t, d.Variables, "TMPDIR")
	stream := variable(t, d.Variables, "AWS_LAMBDA_LOG_STREAM_NAME")
	api := variable(t, d.Variables, "AWS_LAMBDA_RUNTIME_API")
	assert.Regexp(t, `^[0-9a-f]{16}$`, token)
	assert.Regexp(t, `^2026/11/01/\[\$LATEST\][0-9a-f]{32}$`, stream)
	assert.Regexp(t, `^127\.0\.0\.1:\d+$`, api)
	assert.ElementsMatch(t, []string{
		"AWS_ACCESS_KEY_ID=222222222222-session-1",
		"AWS_DEFAULT_REGION=eu-central-1",
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL=http://127.0.0.1:4566",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128",
		"AWS_LAMBDA_FUNCTION_NAME=twohop-function",
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/twohop-function",
		"AWS_LAMBDA_LOG_STREAM_NAME=" + stream,
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_REGION=eu-central-1",
		"AWS_SECRET_ACCESS_KEY=local",
		"AWS_SESSION_TOKEN=" + token,
		"EMPTY=",
		"HOME=" + scratch,
		"LAMBDA_TASK_ROOT=" + filepath.Join(bin, "function"),
		"LANG=C",
		"PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TMPDIR=" + scratch,
		"TWOHOP_TEST=a value",
		"TZ=:UTC",
		"_HANDLER=bootstrap",
		"_X_AMZN_TRACE_ID=" + d.TraceID, // set by the runtime library, per invocation
	}, d.Variables)

	identity, ok := w.sessions.Identify("222222222222-session-1")
	require.True(t, ok)
	assert.Equal(t, "arn:aws:sts::222222222222:assumed-role/twohop-test/twohop-function", identity.Principal)
}

func variable(t *testing.T, variables []string, name string) string {
	t.Helper()
	for _, v := range variables {
		if value, ok := strings.CutPrefix(v, name+"="); ok {
			return value
		}
	}
	require.Fail(t, "the variable is not set", name)
	return ""
}
