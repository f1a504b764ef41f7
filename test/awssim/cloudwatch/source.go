package cloudwatch

import (
	"slices"
	"strings"
)

// Source publishes metrics of an AWS service.
type Source struct {
	Namespace string
	Metrics   []string
	// Feeds reports whether it publishes metrics of an account in a Region with these
	// dimensions: what they name exists.
	Feeds func(account, region string, dimensions map[string]string) bool
}

// own: namespaces that begin so are those of AWS services.
const own = "AWS/"

// check refuses alarms that awssim cannot evaluate.
func (e *Evaluation) check(a Alarm) error {
	if a.PeriodSeconds%60 != 0 {
		return invalid("alarm %s: awssim evaluates periods of whole minutes, not of %d seconds", a.Name, a.PeriodSeconds)
	}
	if _, published := e.source(a); !published && strings.HasPrefix(a.Namespace, own) {
		return invalid("alarm %s: awssim does not publish %s of %s", a.Name, a.Metric, a.Namespace)
	}
	return nil
}

func (e *Evaluation) source(a Alarm) (Source, bool) {
	for _, source := range e.Sources {
		if source.Namespace == a.Namespace && slices.Contains(source.Metrics, a.Metric) {
			return source, true
		}
	}
	return Source{}, false
}

// Unfed are the alarms that nothing feeds, by their ARNs: what their dimensions name
// does not exist or, in a namespace that is not AWS's, the metric was never measured.
// Where alarms are not evaluated all of them are.
func (s *Service) Unfed() []Alarm {
	s.mu.Lock()
	evaluation, alarms := s.evaluation, slices.Clone(s.alarms)
	s.mu.Unlock()
	var unfed []Alarm
	for _, e := range alarms {
		if evaluation == nil || !s.feeds(evaluation, e) {
			unfed = append(unfed, e.Alarm)
		}
	}
	return unfed
}

func (s *Service) feeds(evaluation *Evaluation, e *entry) bool {
	if source, published := evaluation.source(e.Alarm); published {
		return source.Feeds(e.Account, e.Region, e.Dimensions)
	}
	return s.metrics.Has(e.metric)
}
