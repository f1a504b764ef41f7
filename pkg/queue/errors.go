package queue

import (
	"errors"
	"fmt"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
)

// classes of the error codes of SQS [SQS API: common errors].
var classes = map[string]hop.Class{
	"AccessDenied":                hop.ClassRole,
	"AccessDeniedException":       hop.ClassRole,
	"ExpiredToken":                hop.ClassRole,
	"InvalidClientTokenId":        hop.ClassRole,
	"UnrecognizedClientException": hop.ClassRole,
	"RequestThrottled":            hop.ClassTransient,
	"ServiceUnavailable":          hop.ClassTransient,
	"ThrottlingException":         hop.ClassTransient,
}

// classify turns an error of the SDK into one of package hop, for an operator. A queue
// that does not exist is hop.ErrNotFound.
func classify(err error) error {
	var api smithy.APIError
	if !errors.As(err, &api) {
		if awscall.Passes(err) {
			return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: err.Error()}
		}
		return err
	}
	code, message := api.ErrorCode(), api.ErrorMessage()
	if code == "QueueDoesNotExist" || code == "AWS.SimpleQueueService.NonExistentQueue" {
		return fmt.Errorf("%w: %s", hop.ErrNotFound, message)
	}
	class, ok := classes[code]
	var response *awshttp.ResponseError
	switch {
	case ok:
	case errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError:
		class = hop.ClassTransient
	default:
		class = hop.ClassUnknown
	}
	return &hop.Failure{Class: class, Code: code, Message: message}
}
