package boot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/pkg/telemetry"
)

func record(id, body string) events.SQSMessage {
	return events.SQSMessage{
		MessageId: id, Body: body,
		Attributes: map[string]string{
			"SentTimestamp": "1793502000000", "ApproximateFirstReceiveTimestamp": "1793502060500", "ApproximateReceiveCount": "2",
		},
		MessageAttributes: map[string]events.SQSMessageAttribute{
			"first_seen":  {DataType: "String", StringValue: aws.String("2026-10-31T01:00:00Z")},
			"rejected_at": {DataType: "String", StringValue: aws.String("2026-10-31T02:00:00Z")},
		},
	}
}

const requestBody = `{"source":"twohop","detail-type":"Copy Request","detail":{"recoveryPointArn":"p",` +
	`"sourceBackupVaultArn":"arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate"}}`

func TestARecordBecomesAMessage(t *testing.T) {
	got := message(record("m", requestBody))
	require.NoError(t, got.Malformed)
	assert.Equal(t, "p", got.Notice.Request.Point)
	got.Notice = hop.Notice{}
	assert.Equal(t, relay.Message{
		ID: "m", Body: requestBody, Receives: 2,
		Sent:       time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC),
		Received:   time.Date(2026, 11, 1, 3, 1, 0, 500e6, time.UTC),
		FirstSeen:  time.Date(2026, 10, 31, 1, 0, 0, 0, time.UTC),
		RejectedAt: time.Date(2026, 10, 31, 2, 0, 0, 0, time.UTC),
	}, got)
}

func TestWhatCannotBeReadSaysSo(t *testing.T) {
	r := record("m", "{")
	r.Attributes = nil
	r.MessageAttributes["rejected_at"] = events.SQSMessageAttribute{DataType: "String", StringValue: aws.String("x")}
	got := message(r)
	for _, want := range []string{"SentTimestamp", "ApproximateFirstReceiveTimestamp", "ApproximateReceiveCount", "rejected_at", "read event"} {
		require.ErrorContains(t, got.Malformed, want)
	}
	assert.Equal(t, "{", got.Body)
}

func TestOnlyUnsettledMessagesAreReported(t *testing.T) {
	var out bytes.Buffer
	handler := Batches(func(_ context.Context, messages []relay.Message) []relay.Result {
		results := make([]relay.Result, len(messages))
		for i, m := range messages {
			results[i] = relay.Result{ID: m.ID}
			if i == 4 {
				results[i].Err = errors.New("denied")
			}
		}
		return results
	}, telemetry.New("main", telemetry.OfStarter, &out))

	var batch events.SQSEvent
	for i := range 10 {
		batch.Records = append(batch.Records, record(fmt.Sprint(i), requestBody))
	}
	response, err := handler(t.Context(), batch)
	require.NoError(t, err)
	assert.Equal(t, []events.SQSBatchItemFailure{{ItemIdentifier: "4"}}, response.BatchItemFailures)
	assert.Contains(t, out.String(), `"_aws"`, "metrics are written once a batch")
}
