package scheduler

import (
	"fmt"
	"net/http"

	"github.com/twohop/twohop/test/awssim/wire"
)

// The texts of Scheduler's errors are UNCONFIRMED A100, the codes are not [API].

func invalid(format string, args ...any) error {
	return &wire.Error{Code: "ValidationException", Message: fmt.Sprintf(format, args...)}
}

func conflict(format string, args ...any) error {
	return &wire.Error{Status: http.StatusConflict, Code: "ConflictException", Message: fmt.Sprintf(format, args...)}
}

func absent(format string, args ...any) error {
	return &wire.Error{Status: http.StatusNotFound, Code: "ResourceNotFoundException", Message: fmt.Sprintf(format, args...)}
}
