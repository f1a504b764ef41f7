package queue_test

import (
	"context"
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

	"github.com/twohop/twohop/pkg/queue"
)

// What was read shows itself again while a reader is still reading, if he is slow; which
// messages SQS gives then it does not say.
func TestAReaderToWhomSQSGivesTheSameAgainComesToAnEnd(t *testing.T) {
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		switch _, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "."); action {
		case "GetQueueAttributes":
			fmt.Fprint(w, `{"Attributes":{"ApproximateNumberOfMessages":"3","ApproximateNumberOfMessagesNotVisible":"0","ApproximateNumberOfMessagesDelayed":"0"}}`)
		case "ReceiveMessage":
			fmt.Fprint(w, `{"Messages":[{"MessageId":"m","ReceiptHandle":"r","Body":"x","MD5OfBody":"9dd4e461268c8034f5c8564e155c67a6"}]}`)
		default:
			fmt.Fprint(w, `{}`)
		}
	}))
	defer slow.Close()
	client := sqs.New(sqs.Options{Region: region, BaseEndpoint: &slow.URL, Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	letters, whole, err := queue.Mailbox{DeadLetters: queue.DeadLetters{Client: client, URL: slow.URL + "/dead"}}.Letters(ctx, 0)
	require.NoError(t, err)
	assert.False(t, whole)
	assert.Len(t, letters, 1)
}
