package telemetry

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Metrics of the reconciler. Ages are in seconds and have the dimension
// DimensionType besides; every configured type has its value at each run.
const (
	OldestUncopiedAge  Metric = "OldestUncopiedAge"  // of the points with a copy that is due; 0: none
	NewestFinalCopyAge Metric = "NewestFinalCopyAge" // of the resource whose newest final copy is oldest; recent runs only

	OldestLetterAge Metric = "OldestLetterAge" // of the messages in the dead-letter queue of copies; of no type, recent runs only

	RecentRuns      Metric = "RecentRuns"              // heartbeat: a recent run has ended
	FullRuns        Metric = "FullRuns"                // heartbeat: a full run has ended with all its parts
	Waiting         Metric = "Waiting"                 // messages in the queue copies
	UnroutedPoints  Metric = "UnroutedPoints"          // points of types that no route takes
	LateResources   Metric = "LateResources"           // their newest final copy is older than it may be
	StuckCopies     Metric = "StuckCopies"             // under way for longer than a copy should take
	FailedCopies    Metric = "FailedCopies"            // a person has to see to them
	WeakResources   Metric = "UnderprotectedResources" // have copies that are not under their vault's key; full runs only
	ExpiredPoints   Metric = "ExpiredPoints"           // past their retention and still stored; full runs only
	CopiesAskedFor  Metric = "CopiesAskedFor"          // that events had missed
	OutcomesToCheck Metric = "OutcomesToCheck"         // that nobody had verified
)

// DimensionType is the dimension of the metrics of one resource type.
const DimensionType = "ResourceType"

// Log keys of the reconciler.
const (
	KeyRun     = "run"
	KeyPoints  = "points"
	KeyAsked   = "asked"
	KeyLooked  = "looked"
	KeyKind    = "kind"
	KeySince   = "since"
	KeyAdvice  = "advice"
	KeyGoesOn  = "goes_on"
	KeyVault   = "vault"  // that a full run goes on with
	KeyBefore  = "before" // and the points made before this time
	KeyWaiting = "waiting"
	KeyUnread  = "unread" // what the run could not read
)

// Runs logs and measures the runs of the reconciler.
type Runs struct {
	estate string
	out    io.Writer
	log    *slog.Logger
}

var _ relay.Supervisor = Runs{}

// NewRuns writes log lines and metrics to out.
func NewRuns(estate string, out io.Writer) Runs {
	return Runs{estate: estate, out: out, log: slog.New(slog.NewJSONHandler(out, nil))}
}

// Ran logs a run, and each of its findings, and writes its metrics. The error is that
// of the writer: a run without its heartbeat counts as none.
func (r Runs) Ran(report relay.Report) error {
	for _, kind := range slices.Sorted(maps.Keys(report.Findings)) {
		for _, f := range report.Findings[kind] {
			r.log.Warn("finding", KeyKind, string(kind), KeyRecoveryPoint, f.Point, KeyDestination, f.Destination.ARN,
				KeySince, f.Since.Format(time.RFC3339), KeyDetail, f.Detail, KeyAdvice, f.Advice)
		}
	}
	attributes := []any{
		KeyRun, report.Run, KeyPoints, report.Points, KeyAsked, report.Asked, KeyLooked, report.Looked, KeyGoesOn, report.Unfinished,
	}
	if report.Read(relay.WaitingMessages) {
		attributes = append(attributes, KeyWaiting, report.Waiting)
	}
	if report.Unfinished {
		attributes = append(attributes, KeyVault, report.Rest.Source, KeyBefore, report.Rest.Before.Format(time.RFC3339))
	}
	for _, standing := range slices.Sorted(maps.Keys(report.Standings)) {
		attributes = append(attributes, string(standing), report.Standings[standing])
	}
	level := slog.LevelInfo
	if report.Err != nil {
		level = slog.LevelError
		attributes = append(attributes, KeyUnread, report.Unread, KeyError, report.Err.Error())
	}
	r.log.Log(context.Background(), level, "vaults compared", attributes...)
	for _, l := range r.lines(report) {
		if err := l.write(r.out); err != nil {
			return fmt.Errorf("report the run: %w", err)
		}
	}
	return nil
}

// lines are the metrics of a run: of the estate, and of each resource type. What the
// parts of a full run did adds up in its last part, which alone counts it. What the run
// could not read has no value, and a run with an error no heartbeat.
func (r Runs) lines(report relay.Report) []*line {
	total := newLine(report.Now, map[string]string{DimensionEstate: r.estate})
	total.add(CopiesAskedFor, "Count", float64(report.Asked))
	total.add(OutcomesToCheck, "Count", float64(report.Looked))
	recent := report.Run == relay.RecentRun
	sources, finals := report.Read(relay.SourceVaults), report.Read(relay.FinalVaults)
	add := func(known bool, metric Metric, unit string, value float64) {
		if known {
			total.add(metric, unit, value)
		}
	}
	if recent {
		add(report.Err == nil, RecentRuns, "Count", 1)
		add(report.Read(relay.DeadLetterMessages), OldestLetterAge, "Seconds", report.OldestLetter.Seconds())
		add(report.Read(relay.WaitingMessages), Waiting, "Count", float64(report.Waiting))
		add(sources, UnroutedPoints, "Count", float64(report.Unrouted))
		add(finals, LateResources, "Count", float64(report.Late))
		add(sources, StuckCopies, "Count", float64(report.Standings[hop.Stuck]))
		add(sources, FailedCopies, "Count", float64(report.Standings[hop.Rejected]))
	} else {
		add(report.Err == nil, FullRuns, "Count", 1)
		add(report.Err == nil, ExpiredPoints, "Count", float64(report.Expired))
		add(report.Err == nil, WeakResources, "Count", float64(report.WeakResources())) // of all parts
	}
	var lines []*line
	if !report.Unfinished {
		lines = append(lines, total)
	}
	for _, resourceType := range slices.Sorted(maps.Keys(report.Oldest)) {
		of := newLine(report.Now, map[string]string{DimensionEstate: r.estate, DimensionType: resourceType})
		if sources {
			of.add(OldestUncopiedAge, "Seconds", report.Oldest[resourceType].Seconds())
		}
		if recent && finals {
			of.add(NewestFinalCopyAge, "Seconds", report.Newest[resourceType].Seconds())
		}
		if len(of.metrics) > 0 {
			lines = append(lines, of)
		}
	}
	return lines
}
