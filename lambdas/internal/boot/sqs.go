package boot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/pkg/telemetry"
)

// Handler is a Lambda function behind an SQS queue with ReportBatchItemFailures.
type Handler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// Batches makes a handler that reports every message that handle did not settle as a failed item
// of its batch, and no other. It never fails as a whole: that would have SQS
// deliver the settled messages again too.
func Batches(handle func(context.Context, []relay.Message) []relay.Result, recorder *telemetry.Recorder) Handler {
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		messages := make([]relay.Message, len(event.Records))
		for i, record := range event.Records {
			messages[i] = message(record)
		}
		var response events.SQSEventResponse
		for _, result := range handle(ctx, messages) {
			if result.Err != nil {
				response.BatchItemFailures = append(response.BatchItemFailures,
					events.SQSBatchItemFailure{ItemIdentifier: result.ID})
			}
		}
		if err := recorder.Flush(time.Now()); err != nil {
			recorder.Trouble(err) // no reason to handle messages twice
		}
		return response, nil
	}
}

// message translates a record. One that cannot be read keeps its body and says
// why.
func message(record events.SQSMessage) relay.Message {
	m := relay.Message{ID: record.MessageId, Body: record.Body}
	var faults [5]error
	m.Sent, faults[0] = milliseconds(record, "SentTimestamp")
	m.Received, faults[1] = milliseconds(record, "ApproximateFirstReceiveTimestamp")
	m.Receives, faults[2] = count(record, "ApproximateReceiveCount")
	var marks queue.Marks
	marks, faults[3] = queue.ReadMarks(texts(record), m.Sent)
	m.FirstSeen, m.RejectedAt, m.Waits = marks.FirstSeen, marks.RejectedAt, marks.Waits
	m.Notice, faults[4] = awsevent.Decode([]byte(record.Body))
	m.Malformed = errors.Join(faults[:]...)
	return m
}

func texts(record events.SQSMessage) map[string]string {
	values := make(map[string]string, len(record.MessageAttributes))
	for name, attribute := range record.MessageAttributes {
		if attribute.StringValue != nil {
			values[name] = *attribute.StringValue
		}
	}
	return values
}

// milliseconds reads a time that SQS gives in milliseconds since 1970.
func milliseconds(record events.SQSMessage, name string) (time.Time, error) {
	n, err := strconv.ParseInt(record.Attributes[name], 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SQS attribute %s is %q; milliseconds since 1970 were expected", name, record.Attributes[name])
	}
	return time.UnixMilli(n).UTC(), nil
}

func count(record events.SQSMessage, name string) (int, error) {
	n, err := strconv.Atoi(record.Attributes[name])
	if err != nil {
		return 0, fmt.Errorf("SQS attribute %s is %q; a number was expected", name, record.Attributes[name])
	}
	return n, nil
}
