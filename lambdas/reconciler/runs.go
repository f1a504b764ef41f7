package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/twohop/twohop/lambdas/internal/boot"
	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awssns"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/pkg/telemetry"
)

// runs is the handler of the function reconciler: an input of EventBridge Scheduler
// begins a run, a message of the queue `sweeps` goes on with a full one. An error has
// Lambda try again, twice, or the queue, and then keep the event in the dead-letter
// queue.
type runs struct {
	look  func(context.Context, time.Time) (relay.Report, error)
	sweep func(context.Context, relay.Sweep) (relay.Report, error)
}

// newRuns makes the handler of the function reconciler, which logs to out.
func newRuns(c estate.Reconciler, a aws.Config, out io.Writer) *runs {
	backup := awsbackup.New(a)
	client := sqs.NewFromConfig(a)
	reconciler := &relay.Reconciler{
		Routes:     c.Routes,
		Retry:      hop.Patience(c.Attempts),
		Keep:       c.KeepDays,
		Every:      c.Every,
		Recent:     time.Duration(c.RecentDays) * 24 * time.Hour,
		Objectives: c.Objectives,
		Inventory:  backup,
		Jobs:       backup,
		Vaults:     backup,
		Copies:     queue.Copies{Client: client, URL: c.Copies},
		Outcomes:   queue.Copies{Client: client, URL: c.Outcomes},
		Letters:    queue.DeadLetters{Client: client, URL: c.Rejected},
		Later:      queue.Sweeps{Client: client, URL: c.Sweeps},
		Digests:    awssns.Topic{Client: sns.NewFromConfig(a), ARN: c.Topic},
		Advice:     diagnose.Advice,
		Supervisor: telemetry.NewRuns(c.Estate, out),
	}
	return &runs{look: reconciler.Look, sweep: reconciler.Sweep}
}

// Handle makes a run, or a part of one.
func (r *runs) Handle(ctx context.Context, event json.RawMessage) error {
	var queued events.SQSEvent
	if err := json.Unmarshal(event, &queued); err == nil && len(queued.Records) > 0 {
		return r.goOn(ctx, queued)
	}
	var input struct {
		Run       string    `json:"run"`
		Scheduled time.Time `json:"scheduled"`
	}
	if err := boot.Strictly(event, &input); err != nil {
		return fmt.Errorf(`read input: %w; it would look like {"run":"recent","scheduled":"2026-11-01T03:00:00Z"}`, err)
	}
	switch {
	case input.Scheduled.IsZero():
		return errors.New("read input: it has no time scheduled, of which a run would be")
	case input.Run == relay.RecentRun:
		_, err := r.look(ctx, input.Scheduled)
		return err
	case input.Run == relay.FullRun:
		_, err := r.sweep(ctx, relay.NewSweep(input.Scheduled))
		return err
	default:
		return fmt.Errorf("read input: run %q is not known; %s and %s are", input.Run, relay.RecentRun, relay.FullRun)
	}
}

// goOn continues full runs. A message is one part: the mapping hands them out one by
// one, and an error has the queue hand it out again.
func (r *runs) goOn(ctx context.Context, queued events.SQSEvent) error {
	for _, record := range queued.Records {
		var sweep relay.Sweep
		if err := boot.Strictly([]byte(record.Body), &sweep); err != nil {
			return fmt.Errorf("read message %s: %w; it would be what is left of a full run", record.MessageId, err)
		}
		if sweep.Now.IsZero() || sweep.Before.IsZero() {
			return fmt.Errorf("read message %s: it has no time now or before; it would count as a full run that has ended", record.MessageId)
		}
		if _, err := r.sweep(ctx, sweep); err != nil {
			return err
		}
	}
	return nil
}
