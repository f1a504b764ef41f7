package telemetry

import (
	"errors"
	"io"
	"log/slog"

	"github.com/twohop/twohop/pkg/prerequisite"
)

// Log keys of the function prerequisites; KeyError and KeyReason are shared.
const (
	KeyDuty    = "duty"
	KeyDuties  = "duties"
	KeyAccount = "account"
	KeySetting = "setting"
	KeyOutcome = "outcome"
	KeyStack   = "stack"
	KeyRequest = "request"
	KeyStatus  = "status"
)

// Prerequisites logs what becomes of prerequisites, safe for concurrent use.
type Prerequisites struct{ log *slog.Logger }

var _ prerequisite.Observer = Prerequisites{}

// NewPrerequisites returns a log that is written to out.
func NewPrerequisites(out io.Writer) Prerequisites {
	return Prerequisites{slog.New(slog.NewJSONHandler(out, nil))}
}

// Observe logs one finding.
func (p Prerequisites) Observe(f prerequisite.Finding) {
	attributes := []any{
		slog.String(KeyDuty, string(f.Duty)),
		slog.String(KeyAccount, f.Account),
		slog.String(KeySetting, f.Setting),
		slog.String(KeyOutcome, string(f.Outcome)),
	}
	p.write(f.Err != nil, "prerequisite "+string(f.Outcome), append(attributes, failure(f.Err)...))
}

func (p Prerequisites) write(bad bool, message string, attributes []any) {
	if bad {
		p.log.Error(message, attributes...)
		return
	}
	p.log.Info(message, attributes...)
}

func failure(err error) []any {
	if err == nil {
		return nil
	}
	attributes := []any{slog.String(KeyError, err.Error())}
	var panicked *prerequisite.Panic
	if errors.As(err, &panicked) {
		attributes = append(attributes, slog.String(KeyStack, panicked.Stack))
	}
	return attributes
}

// Reply is an answer to CloudFormation about a custom resource.
type Reply struct {
	Request string // type
	Duties  []prerequisite.Duty
	Status  string
	Reason  string // empty for a success
}

// Answered logs an answer before it is sent.
func (p Prerequisites) Answered(r Reply) {
	p.write(r.Reason != "", "custom resource answered", []any{
		slog.String(KeyRequest, r.Request), slog.Any(KeyDuties, r.Duties), slog.String(KeyStatus, r.Status), slog.String(KeyReason, r.Reason),
	})
}

// Trouble logs an error that concerns no single prerequisite.
func (p Prerequisites) Trouble(err error) { p.write(true, "trouble", failure(err)) }
