package main

import (
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/twohop/twohop/lambdas/internal/boot"
	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/pkg/telemetry"
)

// newHandler makes the handler of the function outcometracker, which logs to out.
func newHandler(c estate.Tracker, a aws.Config, out io.Writer) boot.Handler {
	backup := awsbackup.New(a)
	client := sqs.NewFromConfig(a)
	recorder := telemetry.New(c.Estate, telemetry.OfTracker, out)
	tracker := &relay.Tracker{
		Routes:      c.Routes,
		Retry:       hop.Patience(c.Attempts),
		Keep:        c.KeepDays,
		MaxReceives: c.MaxReceives,
		Points:      backup,
		Jobs:        backup,
		Vaults:      backup,
		Retention:   backup,
		Queue:       queue.Copies{Client: client, URL: c.QueueURL},
		Copies:      queue.Copies{Client: client, URL: c.Copies},
		Rejected:    queue.DeadLetters{Client: client, URL: c.Rejected},
		Unreadable:  queue.DeadLetters{Client: client, URL: c.DeadLetters},
		Advice:      diagnose.Advice,
		Observer:    recorder,
	}
	return boot.Batches(tracker.Handle, recorder)
}
