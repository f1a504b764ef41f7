// Package fault has the errors of AWS Backup's API. ServiceUnavailableException
// and throttling are not among them: the service itself is never overloaded, the
// wire's interceptor answers with those.
package fault

import (
	"fmt"
	"net/http"

	"github.com/twohop/twohop/test/awssim/wire"
)

// InvalidValue is InvalidParameterValueException.
func InvalidValue(format string, args ...any) error {
	return &wire.Error{Code: "InvalidParameterValueException", Message: fmt.Sprintf(format, args...)}
}

// MissingValue is MissingParameterValueException.
func MissingValue(name string) error {
	return &wire.Error{Code: "MissingParameterValueException", Message: "Missing required parameter: " + name}
}

// InvalidRequest is InvalidRequestException.
func InvalidRequest(format string, args ...any) error {
	return &wire.Error{Code: "InvalidRequestException", Message: fmt.Sprintf(format, args...)}
}

// NotFound is ResourceNotFoundException.
func NotFound(format string, args ...any) error {
	return &wire.Error{Code: "ResourceNotFoundException", Message: fmt.Sprintf(format, args...)}
}

// LimitExceeded is LimitExceededException.
func LimitExceeded(format string, args ...any) error {
	return &wire.Error{Code: "LimitExceededException", Message: fmt.Sprintf(format, args...)}
}

// AlreadyExists is AlreadyExistsException.
func AlreadyExists(message string) error {
	return &wire.Error{Code: "AlreadyExistsException", Message: message}
}

// AccessDenied is AccessDeniedException, HTTP 403.
func AccessDenied(message string) error {
	return &wire.Error{Status: http.StatusForbidden, Code: "AccessDeniedException", Message: message}
}
