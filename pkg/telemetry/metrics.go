package telemetry

import (
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Metric is the name of a metric.
type Metric string

// Metrics of the starter. All are counts of messages.
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

// Metrics of the tracker. All are counts of messages.
const (
	Verified          Metric = "Verified"             // a copy is there and what was asked for
	WeakCopies        Metric = "UnderprotectedCopies" // a copy is there, and not under its vault's key
	Retried           Metric = "Retried"              // another attempt at a copy was asked for
	OutcomesRejected  Metric = "OutcomesRejected"     // put into a dead-letter queue
	OutcomesWaited    Metric = "OutcomesWaited"       // sent again with a delay
	OutcomesSkipped   Metric = "OutcomesSkipped"      // nothing was left to do; verified ones are among them
	OutcomesUnsettled Metric = "OutcomesUnsettled"    // left to the queue to deliver again
)

// Counted says what one function counts.
type Counted struct {
	metrics   []Metric
	byVerdict map[hop.Verdict]Metric
	byReason  map[hop.Reason]Metric
	unsettled Metric
}

// What the functions that settle messages count.
var (
	OfStarter = Counted{
		metrics: []Metric{Started, Waited, Skipped, Rejected, Split, Unsettled, Unrouted, Foreign, Ceiling},
		byVerdict: map[hop.Verdict]Metric{
			hop.Start: Started, hop.Wait: Waited, hop.Skip: Skipped, hop.Reject: Rejected, hop.Split: Split,
		},
		byReason:  map[hop.Reason]Metric{hop.ReasonUnrouted: Unrouted, hop.ReasonForeign: Foreign, hop.ReasonCeiling: Ceiling},
		unsettled: Unsettled,
	}
	OfTracker = Counted{
		metrics: []Metric{Verified, WeakCopies, Retried, OutcomesRejected, OutcomesWaited, OutcomesSkipped, OutcomesUnsettled},
		byVerdict: map[hop.Verdict]Metric{
			hop.Again: Retried, hop.Wait: OutcomesWaited, hop.Skip: OutcomesSkipped, hop.Reject: OutcomesRejected,
		},
		byReason:  map[hop.Reason]Metric{hop.ReasonVerified: Verified, hop.ReasonUnderprotected: WeakCopies},
		unsettled: OutcomesUnsettled,
	}
)

func (c Counted) of(o relay.Outcome) []Metric {
	if o.Err != nil {
		return []Metric{c.unsettled}
	}
	counted := []Metric{c.byVerdict[o.Decision.Verdict]}
	if metric, ok := c.byReason[o.Decision.Reason]; ok {
		counted = append(counted, metric)
	}
	return counted
}

// Flush writes what was counted since the last Flush as one line in the embedded
// metric format, zeros included, stamped with now.
func (r *Recorder) Flush(now time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := newLine(now, map[string]string{DimensionEstate: r.estate})
	for _, metric := range r.counted.metrics {
		l.add(metric, "Count", float64(r.counts[metric]))
	}
	clear(r.counts)
	return l.write(r.out)
}
