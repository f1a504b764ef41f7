package awsswitch

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
)

// classes of the error codes of Lambda and Scheduler. Those of conflicts are about
// another change that is under way.
var classes = map[string]hop.Class{
	"AccessDeniedException":       hop.ClassRole,
	"ExpiredTokenException":       hop.ClassRole,
	"InvalidSignatureException":   hop.ClassRole,
	"UnrecognizedClientException": hop.ClassRole,
	"ConflictException":           hop.ClassTransient,
	"InternalServerException":     hop.ClassTransient,
	"ResourceConflictException":   hop.ClassTransient,
	"ResourceInUseException":      hop.ClassTransient,
	"ServiceException":            hop.ClassTransient,
	"ThrottlingException":         hop.ClassTransient,
	"TooManyRequestsException":    hop.ClassTransient,
}

// classify turns an error of the SDK into one of package hop. One that never became
// an answer of AWS is transient if the SDK itself would try again, else it stays.
func classify(err error) error {
	var api smithy.APIError
	switch {
	case errors.As(err, &api):
	case awscall.Passes(err):
		return &hop.Failure{Class: hop.ClassTransient, Code: "network", Message: err.Error()}
	default:
		return err
	}
	code, message := api.ErrorCode(), api.ErrorMessage()
	if code == "ResourceNotFoundException" {
		return fmt.Errorf("%w: %s", hop.ErrNotFound, message)
	}
	class, ok := classes[code]
	if !ok {
		class = hop.ClassUnknown
	}
	return &hop.Failure{Class: class, Code: code, Message: message}
}

// incomplete is the failure of an answer without what AWS always sends; it passes.
func incomplete(call, member string) error {
	return &hop.Failure{Class: hop.ClassTransient, Code: "incomplete answer", Message: call + " answered without " + member}
}
