// Package fault makes the errors of Amazon SQS. Texts and statuses follow what
// AWS was recorded to answer where such recordings are public, the API
// reference elsewhere.
package fault

import (
	"fmt"
	"net/http"

	"github.com/twohop/twohop/test/awssim/wire"
)

// legacy begins many of the codes of the older query protocol.
const legacy = "AWS.SimpleQueueService."

// NonExistentQueue is the query code of a missing queue, and the reason that a
// move task gives for one.
const NonExistentQueue = legacy + "NonExistentQueue"

// Modeled is an error of the service's own model that the query protocol knows
// under the same name.
func Modeled(name, format string, args ...any) *wire.Error {
	return &wire.Error{Code: "com.amazonaws.sqs#" + name, QueryCode: name, Message: fmt.Sprintf(format, args...)}
}

// Legacy is an error of the model that the query protocol knows with the prefix
// AWS.SimpleQueueService.
func Legacy(name, format string, args ...any) *wire.Error {
	e := Modeled(name, format, args...)
	e.QueryCode = legacy + name
	return e
}

// WithStatus returns e with an HTTP status other than 400.
func WithStatus(status int, e *wire.Error) *wire.Error {
	e.Status = status
	return e
}

// NoQueue is the answer to requests for a queue that does not exist.
func NoQueue() *wire.Error {
	e := Modeled("QueueDoesNotExist", "The specified queue does not exist.")
	e.QueryCode = NonExistentQueue
	return e
}

// QueueExists tells that a queue has another value for an attribute than the
// request to create it.
func QueueExists(attribute string) *wire.Error {
	e := Modeled("QueueNameExists", "A queue already exists with the same name and a different value for attribute %s", attribute)
	e.QueryCode = "QueueAlreadyExists"
	return e
}

// UnknownAttribute tells that a queue or message has no attribute of that name.
func UnknownAttribute(name string) *wire.Error {
	return Modeled("InvalidAttributeName", "Unknown Attribute %s.", name)
}

// NotFound is the answer of the move task operations for what does not exist.
func NotFound(format string, args ...any) *wire.Error {
	return WithStatus(http.StatusNotFound, Modeled("ResourceNotFoundException", format, args...))
}

// Invalid tells that a parameter has a value it cannot have.
func Invalid(format string, args ...any) *wire.Error {
	return &wire.Error{Code: "com.amazon.coral.service#InvalidParameterValueException",
		QueryCode: "InvalidParameterValue", Message: fmt.Sprintf(format, args...)}
}

// Missing tells that a parameter is missing.
func Missing(parameter string) *wire.Error {
	return &wire.Error{Code: "com.amazon.coral.service#MissingRequiredParameterException",
		QueryCode: "MissingParameter", Message: "The request must contain the parameter " + parameter + "."}
}

// Range refuses a number that is present and outside low to high; otherwise the
// result is nil.
func Range(parameter string, value *int, low, high int) error {
	if value == nil || (*value >= low && *value <= high) {
		return nil
	}
	return Invalid("Value %d for parameter %s is invalid. Reason: Must be between %d and %d, if provided.", *value, parameter, low, high)
}

// Denied is the answer to callers of another account whom no policy can admit.
func Denied(principal, resource, reason string) *wire.Error {
	return &wire.Error{Status: http.StatusForbidden, Code: "com.amazon.coral.service#AccessDeniedException", QueryCode: "AccessDenied",
		Message: fmt.Sprintf("%s is not authorized to access %s: %s", principal, resource, reason)}
}
