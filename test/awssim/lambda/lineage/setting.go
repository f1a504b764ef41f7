package lineage

import (
	"fmt"

	"github.com/twohop/twohop/test/awssim/wire"
)

// RecursiveLoop is what Lambda does when it detects that a function is invoked in a
// recursive loop [API: PutFunctionRecursionConfig].
type RecursiveLoop string

// Every setting.
const (
	Allow     RecursiveLoop = "Allow"     // nothing
	Terminate RecursiveLoop = "Terminate" // it does not invoke the function; the default
)

// Check refuses other settings with InvalidParameterValueException.
func (r RecursiveLoop) Check() error {
	if r == Allow || r == Terminate {
		return nil
	}
	return &wire.Error{Code: "InvalidParameterValueException", Message: fmt.Sprintf(
		"Value %q at 'recursiveLoop' failed to satisfy constraint: Member must satisfy enum value set: [Allow, Terminate]", r)}
}

// Refusal is the error of an invocation that loop detection has stopped.
func Refusal() error {
	return &wire.Error{Code: "RecursiveInvocationException", Message: "Lambda has detected your function being invoked in a recursive loop " +
		"with other Amazon Web Services resources and stopped your function's invocation."}
}
