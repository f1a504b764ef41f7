// Package telemetry says what twohop did: one JSON log line per decision with
// fixed keys, and metrics in CloudWatch's embedded metric format, which
// CloudWatch Logs turns into metrics without a call of ours.
package telemetry

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Log keys. Queries, dashboards and the runbook rely on them.
const (
	KeyRecoveryPoint = "recovery_point"
	KeyDestination   = "destination"
	KeyRoute         = "route"
	KeyHop           = "hop"
	KeyCopyJob       = "copy_job"
	KeyDecision      = "decision"
	KeyReason        = "reason"
	KeyDetail        = "detail"
	KeyClass         = "class"
	KeyMessage       = "message_id"
	KeyDelay         = "delay_seconds"
	KeyShortened     = "kept_days" // that a point in the intermediate vault is kept from now on
	KeyTrouble       = "trouble"
	KeyError         = "error"
)

// Namespace is the CloudWatch namespace of every metric; each has the
// dimension DimensionEstate, whose value is the estate's name.
const (
	Namespace       = "twohop"
	DimensionEstate = "Estate"
)

// Recorder observes outcomes, safe for concurrent use.
type Recorder struct {
	estate  string
	counted Counted
	out     io.Writer
	log     *slog.Logger

	mu     sync.Mutex
	counts map[Metric]int
}

var _ relay.Observer = (*Recorder)(nil)

// New returns a recorder that writes log lines and metrics to out.
func New(estate string, counted Counted, out io.Writer) *Recorder {
	return &Recorder{
		estate:  estate,
		counted: counted,
		out:     out,
		log:     slog.New(slog.NewJSONHandler(out, nil)),
		counts:  map[Metric]int{},
	}
}

// Observe logs one outcome and counts it for the next Flush.
func (r *Recorder) Observe(o relay.Outcome) {
	r.mu.Lock()
	for _, metric := range r.counted.of(o) {
		r.counts[metric]++
	}
	r.mu.Unlock()
	r.log.LogAttrs(context.Background(), levelOf(o), "message settled", attributesOf(o)...)
}

func attributesOf(o relay.Outcome) []slog.Attr {
	attributes := []slog.Attr{
		slog.String(KeyMessage, o.MessageID),
		slog.String(KeyRecoveryPoint, o.Point),
		slog.String(KeyDestination, o.Destination.ARN),
		slog.String(KeyRoute, o.Route),
		slog.Int(KeyHop, o.Hop),
		slog.String(KeyCopyJob, o.CopyJob),
		slog.String(KeyDecision, string(o.Decision.Verdict)),
		slog.String(KeyReason, string(o.Decision.Reason)),
		slog.String(KeyDetail, o.Decision.Detail),
	}
	if o.Decision.Class != "" {
		attributes = append(attributes, slog.String(KeyClass, string(o.Decision.Class)))
	}
	if o.Decision.Verdict == hop.Wait {
		attributes = append(attributes, slog.Int(KeyDelay, int(o.Delay/time.Second)))
	}
	if o.Shortened > 0 {
		attributes = append(attributes, slog.Int64(KeyShortened, o.Shortened))
	}
	if o.Trouble != nil {
		attributes = append(attributes, slog.String(KeyTrouble, o.Trouble.Error()))
	}
	if o.Err != nil {
		attributes = append(attributes, slog.String(KeyError, o.Err.Error()))
	}
	return attributes
}

func levelOf(o relay.Outcome) slog.Level {
	switch {
	case o.Err != nil, o.Decision.Verdict == hop.Reject:
		return slog.LevelError
	case o.Trouble != nil, o.Decision.Reason == hop.ReasonUnrouted, o.Decision.Reason == hop.ReasonCeiling, o.Decision.Reason == hop.ReasonStrange:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}

// Trouble logs an error that concerns no message.
func (r *Recorder) Trouble(err error) {
	r.log.Error("trouble", KeyError, err.Error())
}
