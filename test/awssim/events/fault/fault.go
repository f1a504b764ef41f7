// Package fault words the errors of the local EventBridge as the service does.
package fault

import (
	"fmt"
	"regexp"

	"github.com/twohop/twohop/test/awssim/wire"
)

// New is an error of the API with any code.
func New(code, format string, args ...any) error {
	return &wire.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Invalid is a ValidationException.
func Invalid(format string, args ...any) error {
	return New("ValidationException", format, args...)
}

// NotFound is a ResourceNotFoundException.
func NotFound(format string, args ...any) error {
	return New("ResourceNotFoundException", format, args...)
}

// Constraint is EventBridge's own wording for a member that breaks the API's
// model. A nil value is a member left out.
func Constraint(value any, member, rule string) error {
	shown := "null"
	if value != nil {
		shown = fmt.Sprintf("'%v'", value)
	}
	return Invalid("1 validation error detected: Value %s at '%s' failed to satisfy constraint: Member must %s", shown, member, rule)
}

// Form is what the API's model says about a string.
type Form struct {
	longest int
	pattern *regexp.Regexp
}

// The forms of names [API].
var (
	BusName     = Form{256, regexp.MustCompile(`^[/.\-_A-Za-z0-9]+$`)}
	RuleName    = Form{64, regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`)}
	TargetID    = Form{64, regexp.MustCompile(`^[.\-_A-Za-z0-9]+$`)}
	StatementID = Form{64, regexp.MustCompile(`^[a-zA-Z0-9\-_]+$`)}
)

// Check refuses a value that is missing or not of the form.
func (f Form) Check(value, member string) error {
	switch {
	case value == "":
		return Constraint(nil, member, "not be null")
	case len(value) > f.longest:
		return Constraint(value, member, fmt.Sprintf("have length less than or equal to %d", f.longest))
	case !f.pattern.MatchString(value):
		return Constraint(value, member, "satisfy regular expression pattern: "+f.pattern.String())
	}
	return nil
}
