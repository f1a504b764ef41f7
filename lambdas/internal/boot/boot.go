// Package boot wires the Lambda functions: the AWS configuration, the adapters,
// and the translation between Lambda's SQS events and package relay. Everything
// is built once, at init; handlers only handle.
package boot

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/twohop/twohop/pkg/awsbackup"
	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/queue"
	"github.com/twohop/twohop/pkg/relay"
	"github.com/twohop/twohop/pkg/telemetry"
)

// callTimeout ends a call that hangs, so that another attempt is made within the
// invocation.
const callTimeout = 10 * time.Second

// idleConnections are kept to each host: a batch of ten makes twenty calls side
// by side, and the SDK's own ten would have the others connect anew each time.
const idleConnections = 32

// envPause names the longest pause between two attempts at one call, such as 2s; not
// set: awscall.LongestPause, 20 s.
const envPause = "TWOHOP_LONGEST_PAUSE"

// AWS loads the SDK's configuration from the function's environment. Throttling and server
// errors are retried by the SDK first, with the attempts and pauses of awscall.Load; a call
// that still fails then fails its message, which SQS delivers again.
func AWS(ctx context.Context, getenv func(string) string) (aws.Config, error) {
	pause := awscall.LongestPause
	if text := getenv(envPause); text != "" {
		var err error
		if pause, err = time.ParseDuration(text); err != nil || pause <= 0 {
			return aws.Config{}, fmt.Errorf("configuration: %s: %q is not a length of time; it would look like 2s", envPause, text)
		}
	}
	loaded, err := awscall.Load(ctx, pause,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(callTimeout).
			WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = idleConnections })),
	)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	return loaded, nil
}

// CopyStarter makes the handler of the function copystarter, which logs to out.
func CopyStarter(c estate.Starter, a aws.Config, out io.Writer) Handler {
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
	return batchHandler(starter.Handle, recorder)
}
