package queue_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
)

// saying is an SQS that gives this answer to every call.
func saying(t *testing.T, answer http.HandlerFunc) queue.Copies {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	client := sqs.New(sqs.Options{Region: region, BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	return queue.Copies{Client: client, URL: server.URL + "/copies"}
}

func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprint(w, body)
	}
}

func TestAMessageThatSQSDoesNotConfirmIsNotSent(t *testing.T) {
	for sentence, answer := range map[string]string{"without anything": `{}`, "without a body": ``, "with an empty id": `{"MessageId":""}`} {
		t.Run(sentence, func(t *testing.T) {
			q := saying(t, text(answer))
			m := relay.Message{ID: "m", Body: "b", Sent: sent}
			for name, err := range map[string]error{
				"again":      q.Resend(t.Context(), m, time.Minute),
				"rejected":   queue.DeadLetters(q).Reject(t.Context(), relay.Rejection{Message: m}),
				"a full run": queue.Sweeps(q).Continue(t.Context(), relay.NewSweep(sent)),
			} {
				require.ErrorContains(t, err, "SQS answered without a message id", name)
			}
		})
	}
}

func TestEveryEntryOfABatchIsConfirmed(t *testing.T) {
	requests := []hop.Request{{Point: "p"}, {Point: "q"}, {Point: "r"}}
	for sentence, test := range map[string]struct{ answer, want string }{
		"nothing is said":           {`{}`, "entries 0, 1, 2 of 3"},
		"there is no body":          {``, "entries 0, 1, 2 of 3"},
		"the lists are empty":       {`{"Successful":[],"Failed":[]}`, "entries 0, 1, 2 of 3"},
		"one is left out":           {`{"Successful":[{"Id":"0","MessageId":"m"},{"Id":"2","MessageId":"n"}]}`, "entries 1 of 3"},
		"one has no id":             {`{"Successful":[{"Id":"0","MessageId":"m"},{"Id":"1"},{"Id":"2","MessageId":"n"}]}`, "entries 1 of 3"},
		"one has failed":            {`{"Successful":[{"Id":"0","MessageId":"m"},{"Id":"1","MessageId":"n"}],"Failed":[{"Id":"2","Code":"c","Message":"x"}]}`, "1 of 3 not sent, the first: c: x"},
		"an entry is nobody's":      {`{"Successful":[{"MessageId":"m"}]}`, "SQS answered without a message id"},
		"others are confirmed only": {`{"Successful":[{"Id":"7","MessageId":"m"}]}`, "entries 0, 1, 2 of 3"},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := saying(t, text(test.answer)).Split(t.Context(), relay.Message{ID: "m", Sent: sent}, requests)
			require.ErrorContains(t, err, test.want)
		})
	}
	require.NoError(t, saying(t, confirmAll(t)).Split(t.Context(), relay.Message{ID: "m", Sent: sent}, requests))
}

// confirmAll is an SQS that confirms each entry of a batch.
func confirmAll(t *testing.T) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Entries []struct{ ID string } }
		assert.NoError(t, json.NewDecoder(r.Body).Decode(&in))
		var entries []string
		for _, entry := range in.Entries {
			entries = append(entries, fmt.Sprintf(`{"Id":%q,"MessageId":"m"}`, entry.ID))
		}
		text(`{"Successful":[`+strings.Join(entries, ",")+`]}`)(w, r)
	}
}

func TestAnAnswerThatIsCutOffPasses(t *testing.T) {
	const whole = `{"Attributes":{"ApproximateNumberOfMessages":"3"}}`
	for sentence, answer := range map[string]http.HandlerFunc{
		"by what sends it": text(whole[:20]),
		"on its way": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			text(whole[:20])(w, r)
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			q := saying(t, answer)
			box := queue.Mailbox{DeadLetters: queue.DeadLetters(q), Name: "dead"}
			_, _, letters := box.Letters(t.Context(), 0)
			_, count := box.Count(t.Context())
			for name, err := range map[string]error{
				"letters": letters, "count": count,
				"split": q.Split(t.Context(), relay.Message{}, []hop.Request{{Point: "p"}}),
				"sweep": queue.Sweeps(q).Continue(t.Context(), relay.NewSweep(sent)),
			} {
				var failure *hop.Failure
				require.ErrorAs(t, err, &failure, name)
				assert.Equal(t, hop.ClassTransient, failure.Class, name)
				assert.Equal(t, "network", failure.Code, name)
			}
		})
	}
}
