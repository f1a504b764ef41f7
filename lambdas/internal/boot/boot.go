// Package boot is what the Lambda functions have in common: the AWS configuration, and the
// translation between Lambda's SQS events and package relay. It imports no client of a
// service, so that each function holds those alone that it calls.
package boot

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/twohop/twohop/pkg/awscall"
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

// Strictly decodes JSON without members that nobody knows.
func Strictly(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
