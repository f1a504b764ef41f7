// Package fault has the errors of KMS's API, and the classes that callers in process
// tell them by.
package fault

import (
	"errors"
	"fmt"

	"github.com/twohop/twohop/test/awssim/wire"
)

// Classes of errors about keys.
var (
	ErrNotFound        = errors.New("the key does not exist")
	ErrDisabled        = errors.New("the key is disabled")
	ErrPendingDeletion = errors.New("the key is pending deletion")
	ErrDenied          = errors.New("the key may not be used so")
)

// classed is an error of the API that is of a class, too.
type classed struct{ fault, class error }

// Error is that of the API's error.
func (c classed) Error() string { return c.fault.Error() }

// Unwrap has both the API's error and the class.
func (c classed) Unwrap() []error { return []error{c.fault, c.class} }

// New is an error of the API, *wire.Error.
func New(code, format string, args ...any) error {
	return &wire.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// NotFound is NotFoundException, of the class ErrNotFound.
func NotFound(format string, args ...any) error {
	return classed{New("NotFoundException", format, args...), ErrNotFound}
}

// Disabled is DisabledException, of the class ErrDisabled [KMS developer guide: key
// states].
func Disabled(keyARN string) error {
	return classed{New("DisabledException", "%s is disabled.", keyARN), ErrDisabled}
}

// PendingDeletion is KMSInvalidStateException, of the class ErrPendingDeletion [KMS
// developer guide: key states].
func PendingDeletion(keyARN string) error {
	return classed{New("KMSInvalidStateException", "%s is pending deletion.", keyARN), ErrPendingDeletion}
}

// Denied is AccessDeniedException, of the class ErrDenied.
func Denied(message string) error {
	return classed{New("AccessDeniedException", "%s", message), ErrDenied}
}

// Invalid is ValidationException: a value outside of what the API's model allows.
func Invalid(format string, args ...any) error { return New("ValidationException", format, args...) }

// MalformedPolicy is MalformedPolicyDocumentException.
func MalformedPolicy(format string, args ...any) error {
	return New("MalformedPolicyDocumentException", format, args...)
}
