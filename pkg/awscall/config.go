package awscall

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// LongestPause bounds a pause between two attempts at one call where nothing else is asked for.
const LongestPause = retry.DefaultMaxBackoff

// retryCost is what a retry takes from a client's bucket of 500 tokens, so that 100 retries
// that fail in a row are made. The SDK's own 14 admit 35 [aws-sdk-go-v2 v1.48.0, aws/retry]: one
// batch of ten messages, each of which makes two calls or more side by side, would use them up
// within the first seconds of an outage, and the rest of its calls would fail at once.
const retryCost = 5

// Load loads the SDK's configuration from the environment, as config.LoadDefaultConfig does,
// with a retryer for clients that can wait: three attempts (AWS_MAX_ATTEMPTS), with random
// pauses of up to 2 s, 4 s, 8 s and so on, never above longest, for throttling and for errors
// of the server alike. The SDK's own retryer pauses for less than 150 ms in all after an error
// of the server [aws-sdk-go-v2 v1.48.0, aws/retry], which is shorter than a failover of a
// service takes. Every attempt that fails finally counts as a receive of an SQS message, and
// after a few the message is dead.
//
// AWS_MAX_ATTEMPTS and AWS_RETRY_MODE, and max_attempts and retry_mode of the profile, count
// as they do for any client of the SDK, so that an operator can have a command try for longer or
// give up sooner. The functions' environment sets neither. The pauses are the same in both modes.
//
// A profile's role is assumed where the SDK's other calls go, at AWS_ENDPOINT_URL for one, as
// the AWS CLI does it. The SDK's own client for that follows AWS_ENDPOINT_URL_STS alone, since
// the SDK reads AWS_ENDPOINT_URL after the credentials [config v1.33.18, ResolveAWSConfig].
//
// Where AWS answers with x-amz-retry-after, the SDK lengthens a pause by up to 5 s. A call
// whose context ends during a pause fails with an error that Passes.
func Load(ctx context.Context, longest time.Duration, options ...func(*config.LoadOptions) error) (aws.Config, error) {
	// A retryer among the options also serves the clients that fetch credentials, but the SDK
	// then leaves AWS_RETRY_MODE and AWS_MAX_ATTEMPTS unread. They are read first.
	own, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, err
	}
	endpoint := sts.NewFromConfig(own).Options().BaseEndpoint
	return config.LoadDefaultConfig(ctx, append(slices.Clone(options),
		config.WithRetryer(func() aws.Retryer { return retryer(own.RetryMode, own.RetryMaxAttempts, longest) }),
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) { o.Client = located{o.Client, endpoint} }),
		config.WithWebIdentityRoleCredentialOptions(func(o *stscreds.WebIdentityRoleOptions) {
			if endpoint != nil {
				o.Client = sts.NewFromConfig(own)
			}
		}))...)
}

// located is a client that assumes roles at an endpoint; nil: that of AWS.
type located struct {
	stscreds.AssumeRoleAPIClient
	endpoint *string
}

// AssumeRole implements stscreds.AssumeRoleAPIClient.
func (l located) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, options ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	return l.AssumeRoleAPIClient.AssumeRole(ctx, in, append(slices.Clone(options), func(o *sts.Options) {
		if l.endpoint != nil {
			o.BaseEndpoint = l.endpoint
		}
	})...)
}

func retryer(mode aws.RetryMode, attempts int, longest time.Duration) aws.Retryer {
	standard := func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts // 0: three
		o.Backoff = retry.NewExponentialJitterBackoff(longest)
		o.RetryCost = retryCost
	}
	if mode == aws.RetryModeAdaptive {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
			o.StandardOptions = append(o.StandardOptions, standard)
		})
	}
	return retry.NewStandard(standard)
}
