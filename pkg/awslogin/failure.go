package awslogin

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
)

// ErrNoCredentials says that the environment has no credentials, that they could not be
// fetched, or that there is no profile of the name that was given.
var ErrNoCredentials = errors.New("no AWS credentials")

// ErrExpired says that a sign-in (aws sso login, aws login) has to be repeated.
var ErrExpired = errors.New("the AWS sign-in has expired")

// ErrMFA says that the role of a profile is assumed with an MFA code, for which the SDK has
// nobody to ask.
var ErrMFA = errors.New("the role of the AWS profile needs an MFA code")

// ErrRetryMode says that the environment or a profile asks for a retry mode that the SDK for
// Go does not know, such as legacy, which the AWS CLI and boto3 do.
var ErrRetryMode = errors.New("unsupported retry mode")

// Network is the code of a hop.Failure that is no answer of AWS.
const Network = "network"

// WrongAccount says that the credentials are another account's.
type WrongAccount struct{ Wanted, Got string }

// Error names both accounts.
func (w *WrongAccount) Error() string {
	return fmt.Sprintf("the credentials are of account %s, not of %s", w.Got, w.Wanted)
}

// UnusedProfile is the profile of AWS_PROFILE where the SDK does not use it, since the
// environment has keys too; else empty. The SDK for Go and the AWS CLI take the keys
// [aws-sdk-go-v2/config v1.33.18, resolveCredentialChain], the CDK's command line the profile.
func UnusedProfile() string {
	profile := cmp.Or(os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"))
	if os.Getenv("AWS_ACCESS_KEY_ID") == "" || os.Getenv("AWS_SECRET_ACCESS_KEY") == "" {
		return ""
	}
	return profile
}

// loadError explains why the configuration could not be read.
func loadError(err error) error {
	var unknown config.SharedConfigProfileNotExistError
	var unasked config.AssumeRoleTokenProviderNotSetError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("%w: there is no profile %s", ErrNoCredentials, unknown.Profile)
	case errors.As(err, &unasked):
		return fmt.Errorf("load AWS configuration: %w", ErrMFA)
	case strings.Contains(err.Error(), "unknown RetryMode"): // it has no type
		return fmt.Errorf("load AWS configuration: %w: %w", ErrRetryMode, err)
	default:
		return fmt.Errorf("load AWS configuration: %w", err)
	}
}

// metadataService is the SDK's name of EC2's metadata service [aws-sdk-go-v2/feature/ec2/imds].
const metadataService = "ec2imds"

// fetchError explains why credentials could not be fetched: what AWS or the network refused
// is an error of its own. The metadata service of EC2 is where the SDK looks last, and a
// machine that has none has no credentials.
func fetchError(err error) error {
	var operation *smithy.OperationError
	if errors.As(err, &operation) && operation.ServiceID == metadataService {
		return fmt.Errorf("%w: %w", ErrNoCredentials, err)
	}
	var unsent *smithyhttp.RequestSendError
	var refused *hop.Failure
	classified := classify(err)
	known := errors.As(classified, &refused) && refused.Class != hop.ClassUnknown
	switch {
	case !known && !errors.As(err, &unsent) && expired(err):
		return fmt.Errorf("%w: %w", ErrExpired, err)
	case known || unsent != nil:
		return fmt.Errorf("fetch AWS credentials: %w", classified)
	default:
		return fmt.Errorf("%w: %w", ErrNoCredentials, err)
	}
}

// expired reports whether a token of IAM Identity Center, or of aws login, is not valid or
// not there. Not all of these errors have a type. InvalidTokenError may also be of a token that
// the network keeps from being refreshed [aws-sdk-go-v2/credentials v1.21.0, ssocreds and
// logincreds].
func expired(err error) bool {
	var token *ssocreds.InvalidTokenError
	var api smithy.APIError
	text := err.Error()
	return errors.As(err, &token) || strings.Contains(text, "cached SSO token") || strings.Contains(text, "please reauthenticate") ||
		errors.As(err, &api) && slices.Contains([]string{"UnauthorizedException", "InvalidGrantException", "ExpiredTokenException"}, api.ErrorCode())
}

// classes of the error codes of STS and of IAM Identity Center. GetCallerIdentity needs no
// right, so that what it refuses are the credentials; AssumeRole refuses whom the role does
// not trust.
var classes = map[string]hop.Class{
	"AccessDenied":             hop.ClassRole,
	"AccessDeniedException":    hop.ClassRole, // of IAM Identity Center, as the next
	"ForbiddenException":       hop.ClassRole,
	"ExpiredToken":             hop.ClassRole,
	"InvalidClientTokenId":     hop.ClassRole,
	"SignatureDoesNotMatch":    hop.ClassRole,
	"ServiceUnavailable":       hop.ClassTransient,
	"Throttling":               hop.ClassTransient,
	"TooManyRequestsException": hop.ClassTransient,
	"ThrottlingException":      hop.ClassTransient,
}

func classify(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		class, ok := classes[api.ErrorCode()]
		switch {
		case ok:
		case awscall.Passes(err): // a server's error, or throttling by another name
			class = hop.ClassTransient
		default:
			class = hop.ClassUnknown
		}
		return &hop.Failure{Class: class, Code: api.ErrorCode(), Message: api.ErrorMessage()}
	}
	var unsent *smithyhttp.RequestSendError
	var certificate *tls.CertificateVerificationError
	if awscall.Passes(err) || errors.As(err, &unsent) && !errors.As(err, &certificate) { // a host without an address is not tried again
		return &hop.Failure{Class: hop.ClassTransient, Code: Network, Message: err.Error()}
	}
	return err
}
