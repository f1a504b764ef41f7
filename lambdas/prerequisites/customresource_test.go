package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/prerequisite"
	"github.com/twohop/twohop/pkg/telemetry"
)

// bucket takes answers as CloudFormation's does, with this status.
func bucket(t *testing.T, status int) (url string, answers *[]cfn.Response) {
	t.Helper()
	answers = &[]cfn.Response{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.LessOrEqual(t, len(body), answerLimit)
		var answer cfn.Response
		assert.NoError(t, json.Unmarshal(body, &answer))
		*answers = append(*answers, answer)
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, answers
}

func request(url string) json.RawMessage {
	return fmt.Appendf(nil, `{"RequestType":"Create","RequestId":"r","StackId":"s","LogicalResourceId":"l","ResponseURL":%q,
		"ResourceProperties":{"ServiceToken":"f","Duties":["members"]}}`, url)
}

func TestAPanicIsAnsweredToo(t *testing.T) {
	url, answers := bucket(t, http.StatusOK)
	var out bytes.Buffer
	d := &handler{estate: "main", log: telemetry.NewPrerequisites(&out), run: func(context.Context, []prerequisite.Duty) prerequisite.Report {
		panic("out of range")
	}}
	require.NoError(t, d.Handle(t.Context(), request(url)))
	require.Len(t, *answers, 1)
	assert.Equal(t, cfn.StatusFailed, (*answers)[0].Status)
	assert.Contains(t, (*answers)[0].Reason, "panic: out of range")
	assert.Contains(t, out.String(), `"stack":"goroutine`)
}

func TestAnAnswerThatIsNotTakenFailsTheInvocation(t *testing.T) {
	url, answers := bucket(t, http.StatusServiceUnavailable)
	d := &handler{estate: "main", log: telemetry.NewPrerequisites(io.Discard), run: func(context.Context, []prerequisite.Duty) prerequisite.Report {
		return nil
	}}
	require.ErrorContains(t, d.Handle(t.Context(), request(url)), "send answer: ", "so that Lambda tries again")
	require.Len(t, *answers, 1)
}

func TestHundredsOfFailedMembersFitIntoAnAnswer(t *testing.T) {
	for name, outcome := range map[string]prerequisite.Outcome{"failed": prerequisite.Failed, "not done": prerequisite.NotDone} {
		t.Run(name, func(t *testing.T) {
			url, answers := bucket(t, http.StatusOK)
			d := &handler{estate: "main", log: telemetry.NewPrerequisites(io.Discard), run: func(context.Context, []prerequisite.Duty) prerequisite.Report {
				var report prerequisite.Report
				for i := range 500 {
					report = append(report, prerequisite.Finding{Duty: prerequisite.TheMembers, Account: fmt.Sprintf("%012d", i), Setting: "access",
						Outcome: outcome, Err: errors.New("<denied>")})
				}
				return report
			}}
			require.NoError(t, d.Handle(t.Context(), request(url)))
			require.Len(t, *answers, 1)
			answer := (*answers)[0]
			if outcome == prerequisite.NotDone {
				assert.Equal(t, cfn.StatusFailed, answer.Status)
				assert.Contains(t, answer.Reason, "access of 000000000000; access of 000000000001")
				return
			}
			assert.Equal(t, cfn.StatusSuccess, answer.Status)
			assert.InDelta(t, 500, answer.Data["Failed"], 0)
			assert.Contains(t, answer.Data["FailedAccounts"], "000000000049 and 450 more")
		})
	}
}

func TestWorkStopsBeforeTheFunctionsTimeIsUp(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	d := &handler{log: telemetry.NewPrerequisites(io.Discard), run: func(ctx context.Context, _ []prerequisite.Duty) prerequisite.Report {
		got, ok := ctx.Deadline()
		assert.True(t, ok)
		assert.Equal(t, margin, deadline.Sub(got))
		return nil
	}}
	require.NoError(t, d.Handle(ctx, json.RawMessage(`{"duties":["account"]}`)))
}
