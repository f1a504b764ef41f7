// Package awslogin is who the operator is at AWS: the SDK's configuration as the
// environment gives it, once it is known to lead to the right account.
package awslogin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/twohop/twohop/pkg/hop"
)

// callTimeout ends a call that hangs, so that another attempt is made.
const callTimeout = 10 * time.Second

// ErrNoCredentials says that the environment has no credentials, or that they could
// not be fetched.
var ErrNoCredentials = errors.New("no AWS credentials")

// WrongAccount says that the credentials are another account's.
type WrongAccount struct{ Wanted, Got string }

// Error names both accounts.
func (w *WrongAccount) Error() string {
	return fmt.Sprintf("the credentials are of account %s, not of %s", w.Got, w.Wanted)
}

// In is the SDK's configuration for a Region of an account. Without the account's
// credentials it is an error: ErrNoCredentials, *WrongAccount, or *hop.Failure where
// AWS refuses them or cannot be reached.
func In(ctx context.Context, account, region string) (aws.Config, error) {
	loaded, err := config.LoadDefaultConfig(ctx, config.WithRegion(region),
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(callTimeout)))
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
		return aws.Config{}, fmt.Errorf("%w: %w", ErrNoCredentials, err)
	}
	who, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return aws.Config{}, fmt.Errorf("get caller identity: %w", classify(err))
	}
	if got := aws.ToString(who.Account); got != account {
		return aws.Config{}, &WrongAccount{Wanted: account, Got: got}
	}
	return loaded, nil
}

// classes of the error codes of STS. GetCallerIdentity needs no right, so that what is
// refused are the credentials.
var classes = map[string]hop.Class{
	"AccessDenied":          hop.ClassRole,
	"ExpiredToken":          hop.ClassRole,
	"InvalidClientTokenId":  hop.ClassRole,
	"SignatureDoesNotMatch": hop.ClassRole,
	"ServiceUnavailable":    hop.ClassTransient,
	"Throttling":            hop.ClassTransient,
	"ThrottlingException":   hop.ClassTransient,
}

// passing tells what the SDK itself would try again.
var passing = retry.IsErrorRetryables(retry.DefaultRetryables)

func classify(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		class, ok := classes[api.ErrorCode()]
		if !ok {
			class = hop.ClassUnknown
		}
		return &hop.Failure{Class: class, Code: api.ErrorCode(), Message: api.ErrorMessage()}
	}
	if errors.Is(err, context.DeadlineExceeded) || passing.IsErrorRetryable(err) == aws.TrueTernary {
		return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: err.Error()}
	}
	return err
}
