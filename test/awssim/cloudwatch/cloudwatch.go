// Package cloudwatch is the local CloudWatch, as far as stacks declare it: alarms
// and dashboards, checked as their APIs check them. Alarms are not evaluated.
package cloudwatch

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/twohop/twohop/test/awssim/wire"
)

// Alarm is a metric alarm.
type Alarm struct {
	Account, Region, Name string
	Description           string
	Namespace, Metric     string
	Dimensions            map[string]string
	Statistic             string
	PeriodSeconds         int
	Periods               int
	Comparison            string
	Threshold             float64
	MissingData           string
	Actions, OKActions    []string // ARNs
}

// ARN of the alarm.
func (a Alarm) ARN() string {
	return fmt.Sprintf("arn:aws:cloudwatch:%s:%s:alarm:%s", a.Region, a.Account, a.Name)
}

// Service keeps the alarms and dashboards of all accounts, safe for concurrent use.
type Service struct {
	mu         sync.Mutex
	alarms     map[string]Alarm // by ARN
	dashboards map[[2]string]string
}

// New returns a service without alarms.
func New() *Service {
	return &Service{alarms: map[string]Alarm{}, dashboards: map[[2]string]string{}}
}

var (
	statistics  = []string{"SampleCount", "Average", "Sum", "Minimum", "Maximum"}
	comparisons = []string{
		"GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold",
	}
	missingData = []string{"", "breaching", "notBreaching", "ignore", "missing"}
)

// PutAlarm makes or replaces an alarm. Its errors are those of PutMetricAlarm,
// *wire.Error.
func (s *Service) PutAlarm(a Alarm) error {
	switch {
	case a.Name == "" || len(a.Name) > 255:
		return invalid("an alarm's name has 1 to 255 characters, not %d", len(a.Name))
	case a.Namespace == "" || a.Metric == "":
		return invalid("alarm %s names no metric", a.Name)
	case !slices.Contains(statistics, a.Statistic):
		return invalid("alarm %s: %q is no statistic; %v are", a.Name, a.Statistic, statistics)
	case !slices.Contains(comparisons, a.Comparison):
		return invalid("alarm %s: %q is no comparison; %v are", a.Name, a.Comparison, comparisons)
	case !slices.Contains(missingData, a.MissingData):
		return invalid("alarm %s: missing data cannot be %q", a.Name, a.MissingData)
	case a.PeriodSeconds != 10 && a.PeriodSeconds != 20 && a.PeriodSeconds != 30 && (a.PeriodSeconds < 60 || a.PeriodSeconds%60 != 0):
		return invalid("alarm %s: a period is 10, 20, 30 or a multiple of 60 seconds, not %d", a.Name, a.PeriodSeconds)
	case a.Periods < 1 || a.Periods*a.PeriodSeconds > 7*86400:
		return invalid("alarm %s: %d periods of %d s; one or more, seven days at the most", a.Name, a.Periods, a.PeriodSeconds)
	}
	for _, action := range slices.Concat(a.Actions, a.OKActions) {
		fields := strings.SplitN(action, ":", 6)
		if len(fields) < 6 || fields[2] != "sns" || fields[3] != a.Region {
			return invalid("alarm %s: awssim knows topics of the alarm's Region as actions, not %s", a.Name, action)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.alarms[a.ARN()] = a
	return nil
}

// Alarms are those of an account in a Region, by name.
func (s *Service) Alarms(account, region string) []Alarm {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Alarm
	for _, a := range s.alarms {
		if a.Account == account && a.Region == region {
			found = append(found, a)
		}
	}
	slices.SortFunc(found, func(a, b Alarm) int { return strings.Compare(a.Name, b.Name) })
	return found
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
