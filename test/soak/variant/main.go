// Command variant stands for the function copystarter in the soak, with one of its
// rules switched off: the use case and the adapters are the product's, and what is
// switched off is taken from them here, so that the product has no such switch. It is
// told by SOAK_WITHOUT.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/awsevent"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
)

func main() {
	handler, err := wire(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "variant:", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

type handler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

func wire(ctx context.Context, getenv func(string) string) (handler, error) {
	c, err := estate.ReadStarter(getenv)
	if err != nil {
		return nil, err
	}
	// As the product's functions: the SDK's pauses are real time.
	pause, err := time.ParseDuration(getenv("TWOHOP_LONGEST_PAUSE"))
	if err != nil {
		return nil, err
	}
	cloud, err := awscall.Load(ctx, pause)
	if err != nil {
		return nil, err
	}
	s := starter(c, cloud)
	wholeBatch, err := weaken(getenv("SOAK_WITHOUT"), s)
	if err != nil {
		return nil, err
	}
	handle := s.Handle
	if getenv("SOAK_WITHOUT") == naively {
		handle = naive{routes: c.Routes, copies: s.Copies}.handle
	}
	return func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
		return answer(handle(ctx, messages(event)), wholeBatch)
	}, nil
}

// starter is the product's.
func starter(c estate.Starter, cloud aws.Config) *relay.Starter {
	backup, client := awsbackup.New(cloud), sqs.NewFromConfig(cloud)
	return &relay.Starter{
		Routes: c.Routes, Pools: c.Pools, Ceiling: c.DailyCeiling, MaxReceives: c.MaxReceives,
		Retry:  hop.Retry{Attempts: c.Attempts, First: 5 * time.Minute, Longest: 2 * time.Hour},
		Points: backup, Jobs: backup, Copies: backup,
		Queue:       queue.Copies{Client: client, URL: c.QueueURL},
		DeadLetters: queue.DeadLetters{Client: client, URL: c.DeadLetters},
		Advice:      diagnose.Advice, Observer: silent{}, Clock: time.Now,
	}
}

type silent struct{}

func (silent) Observe(relay.Outcome) {}

func messages(event events.SQSEvent) []relay.Message {
	all := make([]relay.Message, len(event.Records))
	for i, record := range event.Records {
		m := relay.Message{ID: record.MessageId, Body: record.Body, Sent: at(record, "SentTimestamp"), Received: at(record, "ApproximateFirstReceiveTimestamp")}
		m.Receives, _ = strconv.Atoi(record.Attributes["ApproximateReceiveCount"])
		attributes := map[string]string{}
		for name, attribute := range record.MessageAttributes {
			attributes[name] = aws.ToString(attribute.StringValue)
		}
		var marks queue.Marks
		marks, m.Malformed = queue.ReadMarks(attributes, m.Sent)
		m.FirstSeen, m.RejectedAt, m.Waits = marks.FirstSeen, marks.RejectedAt, marks.Waits
		if m.Malformed == nil {
			m.Notice, m.Malformed = awsevent.Decode([]byte(record.Body))
		}
		all[i] = m
	}
	return all
}

func at(record events.SQSMessage, name string) time.Time {
	n, _ := strconv.ParseInt(record.Attributes[name], 10, 64)
	return time.UnixMilli(n).UTC()
}

func answer(results []relay.Result, wholeBatch bool) (events.SQSEventResponse, error) {
	var response events.SQSEventResponse
	for _, r := range results {
		if r.Err == nil {
			continue
		}
		if wholeBatch {
			return response, r.Err
		}
		response.BatchItemFailures = append(response.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: r.ID})
	}
	return response, nil
}
