package cloudwatch

import (
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/cloudwatch/emf"
	"github.com/twohop/twohop/test/awssim/cloudwatch/metrics"
)

type (
	// Metric is the ID of a metric; MetricOf makes it.
	Metric = metrics.ID
	// Point is what was measured of a metric in a period.
	Point = metrics.Point
)

// MetricOf is the ID of a metric of an account in a Region.
func MetricOf(account, region, namespace, name string, dimensions map[string]string) Metric {
	return metrics.Of(account, region, namespace, name, dimensions)
}

// Measure keeps values of a metric.
func (s *Service) Measure(m Metric, at time.Time, values ...float64) { s.metrics.Add(m, at, values...) }

// Latest is the latest minute in which a metric was measured; false where it never was.
func (s *Service) Latest(m Metric) (Point, bool) { return s.metrics.Latest(m) }

// Line is a line of a log.
type Line struct {
	Account, Region string
	Group           string // the log group, or another name that tells who wrote it
	Text            string
	At              time.Time // simulated
}

// Malformed is a line that means to be one of metrics, and that CloudWatch could not
// read. On AWS its metrics are lost, which only a metric of the logs tells.
type Malformed struct {
	Line
	Err error
}

// Log keeps the metrics of a line in the embedded metric format; other lines are nothing
// to it. On AWS the line's own timestamp counts. Here it is left alone: the clocks of
// functions are real while time is simulated, so the metrics are of the line's time.
func (s *Service) Log(l Line) {
	data, _, err := emf.Parse(l.Text)
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.malformed = append(s.malformed, Malformed{Line: l, Err: err})
		return
	}
	for _, d := range data {
		s.Measure(MetricOf(l.Account, l.Region, d.Namespace, d.Name, d.Dimensions), l.At, d.Values...)
	}
}

// Malformed are the lines that could not be read, the oldest first.
func (s *Service) Malformed() []Malformed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.malformed)
}
