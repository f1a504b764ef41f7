package main

import (
	"io"
	"time"

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

// newHandler makes the handler of the function copystarter, which logs to out.
func newHandler(c estate.Starter, a aws.Config, out io.Writer) boot.Handler {
	backup := awsbackup.New(a)
	client := sqs.NewFromConfig(a)
	recorder := telemetry.New(c.Estate, telemetry.OfStarter, out)
	starter := &relay.Starter{
		Routes:      c.Routes,
		Pools:       c.Pools,
		Retry:       hop.Patience(c.Attempts),
		Ceiling:     c.DailyCeiling,
		MaxReceives: c.MaxReceives,
		Points:      backup,
		Jobs:        backup,
		Copies:      backup,
		Queue:       queue.Copies{Client: client, URL: c.QueueURL},
		DeadLetters: queue.DeadLetters{Client: client, URL: c.DeadLetters},
		Advice:      diagnose.Advice,
		Observer:    recorder,
		Clock:       time.Now,
	}
	return boot.Batches(starter.Handle, recorder)
}
