package cloudwatch

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twohop/twohop/test/awssim/cloudwatch/evaluation"
	"github.com/twohop/twohop/test/awssim/cloudwatch/metrics"
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
	Datapoints            int // how many of the periods must breach; 0: all
	Comparison            string
	Threshold             float64
	MissingData           string
	Actions, OKActions    []string // ARNs
}

// ARN of the alarm.
func (a Alarm) ARN() string {
	return fmt.Sprintf("arn:aws:cloudwatch:%s:%s:alarm:%s", a.Region, a.Account, a.Name)
}

func (a Alarm) metric() metrics.ID {
	return metrics.Of(a.Account, a.Region, a.Namespace, a.Metric, a.Dimensions)
}

func (a Alarm) rule() evaluation.Rule {
	return evaluation.Rule{
		Comparison: a.Comparison, Threshold: a.Threshold, Periods: a.Periods, Datapoints: cmp.Or(a.Datapoints, a.Periods), MissingData: a.MissingData,
	}
}

func (a Alarm) period() time.Duration { return time.Duration(a.PeriodSeconds) * time.Second }

// entry is an alarm that is kept.
type entry struct {
	Alarm
	arn    string
	metric metrics.ID
	state  State
}

const (
	hour = 3600
	day  = 24 * hour
)

// PutAlarm makes or replaces an alarm; one that is replaced stays in its state. Its
// errors are those of PutMetricAlarm, *wire.Error, and where alarms are evaluated those
// of alarms that awssim cannot evaluate.
func (s *Service) PutAlarm(a Alarm) error {
	if err := a.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.evaluation != nil {
		if err := s.evaluation.check(a); err != nil {
			return err
		}
		s.metrics.Keep(a.metric(), time.Duration(a.rule().Range())*a.period())
	}
	made := &entry{Alarm: a, arn: a.ARN(), metric: a.metric(), state: evaluation.InsufficientData}
	i, found := slices.BinarySearchFunc(s.alarms, made.arn, func(e *entry, arn string) int { return strings.Compare(e.arn, arn) })
	if found {
		made.state = s.alarms[i].state
		s.alarms[i] = made
		return nil
	}
	s.alarms = slices.Insert(s.alarms, i, made)
	return nil
}

func (a Alarm) check() error {
	_, compares := evaluation.Comparisons[a.Comparison]
	switch {
	case a.Name == "" || len(a.Name) > 255:
		return invalid("an alarm's name has 1 to 255 characters, not %d", len(a.Name))
	case a.Namespace == "" || a.Metric == "":
		return invalid("alarm %s names no metric", a.Name)
	case !slices.Contains(metrics.Statistics, a.Statistic):
		return invalid("alarm %s: %q is no statistic; %v are", a.Name, a.Statistic, metrics.Statistics)
	case !compares:
		return invalid("alarm %s: %q is no comparison", a.Name, a.Comparison)
	case !slices.Contains(evaluation.Treatments, a.MissingData):
		return invalid("alarm %s: missing data cannot be %q", a.Name, a.MissingData)
	case a.PeriodSeconds != 10 && a.PeriodSeconds != 20 && a.PeriodSeconds != 30 && (a.PeriodSeconds < 60 || a.PeriodSeconds%60 != 0):
		return invalid("alarm %s: a period is 10, 20, 30 or a multiple of 60 seconds, not %d", a.Name, a.PeriodSeconds)
	case a.Periods < 1 || a.Periods*a.PeriodSeconds > 7*day:
		return invalid("alarm %s: %d periods of %d s; one or more, seven days at the most", a.Name, a.Periods, a.PeriodSeconds)
	case a.PeriodSeconds < hour && a.Periods*a.PeriodSeconds > day:
		return invalid("alarm %s: %d periods of %d s; of periods shorter than an hour a day at the most", a.Name, a.Periods, a.PeriodSeconds)
	case a.Datapoints < 0 || a.Datapoints > a.Periods:
		return invalid("alarm %s: %d datapoints to alarm out of %d periods", a.Name, a.Datapoints, a.Periods)
	}
	for _, action := range slices.Concat(a.Actions, a.OKActions) {
		fields := strings.SplitN(action, ":", 6)
		if len(fields) < 6 || fields[2] != "sns" || fields[3] != a.Region {
			return invalid("alarm %s: awssim knows topics of the alarm's Region as actions, not %s", a.Name, action)
		}
	}
	return nil
}

// Alarms are those of an account in a Region, by name.
func (s *Service) Alarms(account, region string) []Alarm {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Alarm
	for _, e := range s.alarms {
		if e.Account == account && e.Region == region {
			found = append(found, e.Alarm)
		}
	}
	return found
}
