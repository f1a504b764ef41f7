package telemetry

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// line is one line in the embedded metric format
// [CloudWatch: embedded metric format specification].
type line struct {
	members map[string]any
	metrics []emfMetric
	at      time.Time
	names   []string // of its dimensions
}

type emfMetric struct {
	Name string
	Unit string
}

// emfDirective tells CloudWatch Logs which members of the line are metrics.
type emfDirective struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []emfMetrics
}

type emfMetrics struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []emfMetric
}

func newLine(at time.Time, dimensions map[string]string) *line {
	l := &line{members: map[string]any{}, at: at, names: slices.Sorted(maps.Keys(dimensions))}
	for name, value := range dimensions {
		l.members[name] = value
	}
	return l
}

func (l *line) add(metric Metric, unit string, value float64) {
	l.members[string(metric)] = value
	l.metrics = append(l.metrics, emfMetric{Name: string(metric), Unit: unit})
}

func (l *line) write(out io.Writer) error {
	l.members["_aws"] = emfDirective{Timestamp: l.at.UnixMilli(), CloudWatchMetrics: []emfMetrics{{
		Namespace: Namespace, Dimensions: [][]string{l.names}, Metrics: l.metrics,
	}}}
	encoded, err := json.Marshal(l.members)
	if err != nil {
		return fmt.Errorf("encode metrics: %w", err)
	}
	if _, err := out.Write(append(encoded, '\n')); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}
