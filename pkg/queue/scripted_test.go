package queue_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/queue"
)

// scripted is an SQS that gives prepared answers and keeps what it was asked.
type scripted struct {
	mu      sync.Mutex
	answers map[string][]string // by action; the last is given again and again
	calls   []call
}

// call is one call with the fields of its input that tests look at.
type call struct {
	action            string
	VisibilityTimeout int32
	DelaySeconds      int32
	Entries           []struct {
		ReceiptHandle     string
		VisibilityTimeout int32
	}
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var in call
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, in.action, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	s.calls = append(s.calls, in)
	answer := "{}"
	if prepared := s.answers[in.action]; len(prepared) > 0 {
		answer = prepared[0]
		if len(prepared) > 1 {
			s.answers[in.action] = prepared[1:]
		}
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	if strings.Contains(answer, "__type") {
		w.WriteHeader(http.StatusBadRequest)
	}
	fmt.Fprint(w, answer)
}

// of are the calls of an action.
func (s *scripted) of(action string) (calls []call) {
	for _, c := range s.calls {
		if c.action == action {
			calls = append(calls, c)
		}
	}
	return calls
}

// box is a dead-letter queue on the script.
func (s *scripted) box(t *testing.T) queue.Mailbox {
	t.Helper()
	return queue.Mailbox{DeadLetters: queue.DeadLetters(saying(t, s.ServeHTTP)), Name: "dead"}
}

// refusal is an answer with an error code.
func refusal(code string) string {
	return fmt.Sprintf(`{"__type":"com.amazonaws.sqs#%s","message":"AWS's own words"}`, code)
}

// holding is the answer of a queue with so many visible messages.
func holding(n int) string {
	return fmt.Sprintf(`{"Attributes":{"ApproximateNumberOfMessages":"%d","ApproximateNumberOfMessagesNotVisible":"0","ApproximateNumberOfMessagesDelayed":"0"}}`, n)
}

// given is an answer with one message, whose body is x.
func given(id string) string {
	return fmt.Sprintf(`{"Messages":[{"MessageId":%q,"ReceiptHandle":"receipt of %s","Body":"x","MD5OfBody":"9dd4e461268c8034f5c8564e155c67a6","Attributes":{"SentTimestamp":"1793498400123"}}]}`, id, id)
}

// released checks that the messages were made visible again, and by one call.
func (s *scripted) released(t *testing.T, ids ...string) {
	t.Helper()
	calls := s.of("ChangeMessageVisibilityBatch")
	if !assert.Len(t, calls, 1) {
		return
	}
	var receipts []string
	for _, entry := range calls[0].Entries {
		assert.Zero(t, entry.VisibilityTimeout)
		receipts = append(receipts, entry.ReceiptHandle)
	}
	var want []string
	for _, id := range ids {
		want = append(want, "receipt of "+id)
	}
	assert.Equal(t, want, receipts)
}
