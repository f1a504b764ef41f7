package cloudformation_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/ids"
)

// function answers a request; failure and err are those of its invocation.
type function func(request map[string]any) (failure string, err error)

func (f function) Invoke(_ context.Context, _ string, payload []byte) (string, error) {
	var request map[string]any
	if err := json.Unmarshal(payload, &request); err != nil {
		return "", err
	}
	return f(request)
}

// send asks a function for a custom resource.
func send(t *testing.T, f function) (cloudformation.Answer, error) {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	service := cloudformation.New(cloudformation.Config{IDs: ids.New(1), Functions: f, Endpoint: server.URL})
	mux.Handle("/", service.Responses())
	return service.Send(t.Context(), cloudformation.CustomResource{
		Function: "arn:aws:lambda:eu-central-1:222222222222:function:f", Type: cloudformation.Update, PhysicalID: "p",
		Properties: map[string]any{"A": "1"}, Old: map[string]any{"A": "0"},
	})
}

// put answers at the URL; status is the bucket's.
func put(t *testing.T, method, url, contentType, body string) (status int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	return response.StatusCode
}

func answer(request map[string]any, status, rest string) string {
	return fmt.Sprintf(`{"Status":%q,"PhysicalResourceId":"p","StackId":%q,"RequestId":%q,"LogicalResourceId":%q%s}`,
		status, request["StackId"], request["RequestId"], request["LogicalResourceId"], rest)
}

func TestTheLastAnswerCounts(t *testing.T) {
	got, err := send(t, func(r map[string]any) (string, error) {
		assert.Equal(t, "Update", r["RequestType"])
		assert.Equal(t, "p", r["PhysicalResourceId"])
		assert.Equal(t, map[string]any{"A": "1", "ServiceToken": "arn:aws:lambda:eu-central-1:222222222222:function:f"}, r["ResourceProperties"])
		assert.Equal(t, map[string]any{"A": "0"}, r["OldResourceProperties"])
		url := r["ResponseURL"].(string)
		assert.Equal(t, 200, put(t, http.MethodPut, url, "", answer(r, "FAILED", `,"Reason":"not yet"`)))
		assert.Equal(t, 200, put(t, http.MethodPut, url, "", answer(r, "SUCCESS", `,"Data":{"N":1}`)))
		return "", nil
	})
	require.NoError(t, err)
	assert.Equal(t, cloudformation.Answer{Status: "SUCCESS", PhysicalID: "p", Data: map[string]any{"N": 1.}}, got)
}

func TestTheBucketTakesOnlyWhatTheURLWasSignedFor(t *testing.T) {
	_, err := send(t, func(r map[string]any) (string, error) {
		url, body := r["ResponseURL"].(string), answer(r, "SUCCESS", "")
		unsigned, _, _ := strings.Cut(url, "?")
		assert.Equal(t, 403, put(t, http.MethodPost, url, "", body))
		assert.Equal(t, 403, put(t, http.MethodPut, url, "application/json", body))
		assert.Equal(t, 403, put(t, http.MethodPut, unsigned, "", body))
		assert.Equal(t, 403, put(t, http.MethodPut, strings.Replace(url, "response/", "response/other", 1), "", body))
		return "Runtime.ExitError: exit status 2", nil
	})
	require.ErrorIs(t, err, cloudformation.ErrNoAnswer)
	require.ErrorContains(t, err, "Runtime.ExitError")
}

func TestAnswersThatCloudFormationWouldNotTake(t *testing.T) {
	for name, test := range map[string]struct {
		body func(map[string]any) string
		want string
	}{
		"no JSON":                  {func(map[string]any) string { return "ok" }, "read the answer ok"},
		"a member unknown":         {func(r map[string]any) string { return answer(r, "SUCCESS", `,"Status2":1`) }, `unknown field "Status2"`},
		"a status unknown":         {func(r map[string]any) string { return answer(r, "DONE", "") }, `Status is "DONE"`},
		"a failure without reason": {func(r map[string]any) string { return answer(r, "FAILED", "") }, "Reason is missing"},
		"another request's": {func(map[string]any) string {
			return `{"Status":"SUCCESS","StackId":"s","RequestId":"r","LogicalResourceId":"l"}`
		},
			"PhysicalResourceId has 0 bytes\nStackId is \"s\"\nRequestId is \"r\"\nLogicalResourceId is \"l\""},
		"too long": {func(r map[string]any) string { return answer(r, "FAILED", `,"Reason":"`+strings.Repeat("x", 4096)+`"`) }, "CloudFormation takes 4096"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := send(t, func(r map[string]any) (string, error) {
				assert.Equal(t, 200, put(t, http.MethodPut, r["ResponseURL"].(string), "", test.body(r)))
				return "", nil
			})
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestAnInvocationThatFailsIsNoMissingAnswer(t *testing.T) {
	_, err := send(t, func(map[string]any) (string, error) { return "", errors.New("closed") })
	require.ErrorContains(t, err, "closed")
	require.NotErrorIs(t, err, cloudformation.ErrNoAnswer)
}
