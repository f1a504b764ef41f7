// Package cloudwatch is the local CloudWatch: alarms and dashboards as stacks declare
// them, checked as their APIs check them, and where it is asked for metrics and the
// evaluation of alarms.
//
// A datapoint goes this way: a service or a function's log line measures it
// (lines.go), package metrics keeps it by the minute, each minute every alarm is
// judged (evaluate.go) by package evaluation, and a change of state is noted and acted
// upon.
//
// Left out: composite alarms, metric math, percentiles, high resolution, wall clock
// windows, warm-up periods, CloudWatch's own delays, and its API on the wire.
package cloudwatch

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/twohop/twohop/test/awssim/cloudwatch/metrics"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Service keeps the alarms, dashboards and metrics of all accounts, safe for concurrent
// use.
type Service struct {
	metrics *metrics.Store

	mu         sync.Mutex
	alarms     []*entry // by ARN
	dashboards map[[2]string]string
	evaluation *Evaluation // nil: alarms are not evaluated
	history    []Change
	malformed  []Malformed
}

// New returns a service without alarms, which evaluates none until Evaluate.
func New() *Service {
	return &Service{metrics: metrics.New(), dashboards: map[[2]string]string{}}
}

// PutDashboard makes or replaces a dashboard, whose body is JSON with widgets.
func (s *Service) PutDashboard(account, name, body string) error {
	var parsed struct{ Widgets []json.RawMessage }
	if err := json.Unmarshal([]byte(body), &parsed); err != nil {
		return &wire.Error{Code: "InvalidParameterInput", Message: fmt.Sprintf("The dashboard body is invalid: %v", err)}
	}
	if len(parsed.Widgets) == 0 {
		return &wire.Error{Code: "InvalidParameterInput", Message: "The dashboard body has no widgets"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dashboards[[2]string{account, name}] = body
	return nil
}

// Dashboard is the body of a dashboard; false where there is none.
func (s *Service) Dashboard(account, name string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, ok := s.dashboards[[2]string{account, name}]
	return body, ok
}

func invalid(format string, args ...any) error {
	return &wire.Error{Code: "ValidationError", Message: fmt.Sprintf(format, args...)}
}
