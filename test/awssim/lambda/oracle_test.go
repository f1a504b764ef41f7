package lambda_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
)

// oracle answers the test function's questions: what is to become of a batch.
type oracle struct {
	*httptest.Server
	asked chan question
}

type question struct {
	ids    []string
	event  []byte
	answer func(status int, body string)
}

// newOracle hands every question to the test.
func newOracle(t *testing.T) *oracle {
	t.Helper()
	o := &oracle{asked: make(chan question)}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if !assert.NoError(t, err) {
			return
		}
		var event struct{ Records []struct{ MessageID string } }
		assert.NoError(t, json.Unmarshal(body, &event))
		answered := make(chan struct{})
		q := question{event: body, answer: func(status int, body string) {
			w.WriteHeader(status)
			io.WriteString(w, body) //nolint:errcheck // a killed function does not listen
			close(answered)
		}}
		for _, record := range event.Records {
			q.ids = append(q.ids, record.MessageID)
		}
		select {
		case o.asked <- q:
			select {
			case <-answered:
			case <-r.Context().Done():
			}
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(o.Close)
	return o
}

// always answers all questions alike and returns the batches seen, to be read
// when nothing is in flight.
func (o *oracle) always(t *testing.T, status int, body string) *[][]string {
	t.Helper()
	batches := &[][]string{}
	go func() {
		for {
			select {
			case q := <-o.asked:
				*batches = append(*batches, q.ids)
				q.answer(status, body)
			case <-t.Context().Done():
				return
			}
		}
	}()
	return batches
}
