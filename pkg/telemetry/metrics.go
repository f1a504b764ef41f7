package telemetry

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Metric is the name of a metric. All are counts of messages.
type Metric string

// Every metric of the starter.
const (
	Started   Metric = "Started"   // a copy was started
	Waited    Metric = "Waited"    // sent again with a delay
	Skipped   Metric = "Skipped"   // nothing was left to do
	Rejected  Metric = "Rejected"  // put into the dead-letter queue
	Split     Metric = "Split"     // sent on as one message per destination
	Unsettled Metric = "Unsettled" // left to the queue to deliver again
	Unrouted  Metric = "Unrouted"  // skipped: a type in the intermediate vault that no route takes
	Foreign   Metric = "Foreign"   // skipped: an event of another detail-type
	Ceiling   Metric = "Ceiling"   // waited: an account has reached its daily ceiling
)

var metrics = []Metric{Started, Waited, Skipped, Rejected, Split, Unsettled, Unrouted, Foreign, Ceiling}

var byVerdict = map[hop.Verdict]Metric{
	hop.Start: Started, hop.Wait: Waited, hop.Skip: Skipped, hop.Reject: Rejected, hop.Split: Split,
}

var byReason = map[hop.Reason]Metric{
	hop.ReasonUnrouted: Unrouted, hop.ReasonForeign: Foreign, hop.ReasonCeiling: Ceiling,
}

func metricsOf(o relay.Outcome) []Metric {
	if o.Err != nil {
		return []Metric{Unsettled}
	}
	counted := []Metric{byVerdict[o.Decision.Verdict]}
	if metric, ok := byReason[o.Decision.Reason]; ok {
		counted = append(counted, metric)
	}
	return counted
}

// Flush writes what was counted since the last Flush as one line in the embedded
// metric format, zeros included, stamped with now.
func (r *Recorder) Flush(now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	line := map[string]any{DimensionEstate: r.estate, "_aws": directive(now)}
	for _, metric := range metrics {
		line[string(metric)] = r.counts[metric]
	}
	clear(r.counts)
	encoded, err := json.Marshal(line)
	if err != nil {
		return fmt.Errorf("encode metrics: %w", err)
	}
	if _, err := r.out.Write(append(encoded, '\n')); err != nil {
		return fmt.Errorf("write metrics: %w", err)
	}
	return nil
}

// emfDirective tells CloudWatch Logs which members of the line are metrics
// [CloudWatch: embedded metric format specification].
type emfDirective struct {
	Timestamp         int64 // milliseconds since 1970
	CloudWatchMetrics []emfMetrics
}

type emfMetrics struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []emfMetric
}

type emfMetric struct {
	Name string
	Unit string
}

func directive(now time.Time) emfDirective {
	set := emfMetrics{Namespace: Namespace, Dimensions: [][]string{{DimensionEstate}}}
	for _, metric := range metrics {
		set.Metrics = append(set.Metrics, emfMetric{Name: string(metric), Unit: "Count"})
	}
	return emfDirective{Timestamp: now.UnixMilli(), CloudWatchMetrics: []emfMetrics{set}}
}
