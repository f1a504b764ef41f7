package awsbackup

import (
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// classes of the error codes of AWS Backup and of the SDK's own retry tables. A
// code that is not here is classified together with its text, as in a status message:
// which limit is exceeded only the text says. It may be Unknown.
var classes = map[string]hop.Class{
	"ServiceUnavailableException": hop.ClassTransient,
	"ThrottlingException":         hop.ClassTransient,
	"Throttling":                  hop.ClassTransient,
	"TooManyRequestsException":    hop.ClassTransient,
	"RequestLimitExceeded":        hop.ClassTransient,
	"RequestTimeout":              hop.ClassTransient,
	"InternalFailure":             hop.ClassTransient,
	"InternalServerError":         hop.ClassTransient,
	"AccessDeniedException":       hop.ClassRole,
	"UnrecognizedClientException": hop.ClassRole,
	"ExpiredTokenException":       hop.ClassRole,
}

// classify turns an error of the SDK into one of package hop.
func classify(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return network(err)
	}
	code, message := api.ErrorCode(), api.ErrorMessage()
	if code == "ResourceNotFoundException" {
		return fmt.Errorf("%w: %s", hop.ErrNotFound, message)
	}
	class, ok := classes[code]
	if !ok {
		class = diagnose.Text(code + ": " + message).Class
	}
	if class == hop.ClassUnknown && serverError(err) {
		class = hop.ClassTransient
	}
	return &hop.Failure{Class: class, Code: code, Message: message}
}

// network classifies what never became an answer of AWS: what may pass does,
// anything else is unknown.
func network(err error) error {
	if awscall.Passes(err) {
		return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: err.Error()}
	}
	return err
}

func serverError(err error) bool {
	var response *awshttp.ResponseError
	return errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError
}
