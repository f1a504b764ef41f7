// Package night plays nights of many databases on the deployed estate, with faults,
// and counts what became of each recovery point. Which copies fail, which events are
// lost and how long everything takes is decided by a seed; the functions are real
// processes, so the order of what they do at the same moment is not.
package night

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/lag"
)

// Options say what is played.
type Options struct {
	Seed   uint64
	Points int // recovery points in all nights together
	Nights int
	Rates  Rates
	// Lag is how far AWS Backup's descriptions and lists lag behind what is; Seed counts
	// instead of its own seed.
	Lag lag.Config
	// Without is the rule of twohop that is switched off; the zero value is none.
	Without Variant
	// Progress, if set, hears once in six simulated hours how far the nights are.
	Progress func(Progress)
}

// Rates are the faults, each from 0 to 1.
type Rates struct {
	Dropped float64 // events that never arrive
	Doubled float64 // events that arrive twice
	Late    float64 // events that arrive up to half an hour late, and so out of order

	Throttled float64 // calls of the functions that are refused for their rate
	Broken    float64 // calls of the functions that end with a server error

	FailsAwhile  float64 // copies whose first or first two attempts fail
	FailsForGood float64 // copies that fail for a key; and databases whose key closes after the first night

	Killed float64 // invocations whose process is killed, at a moment that chance picks
}

// Usual are the rates that the nights are played with.
func Usual() Rates {
	return Rates{
		Dropped: 0.05, Doubled: 0.05, Late: 0.25, Throttled: 0.10, Broken: 0.02,
		FailsAwhile: 0.02, FailsForGood: 0.01, Killed: 0.01,
	}
}

// Check names every fault of the options at once.
func (o Options) Check() error {
	var faults []error
	if o.Points < o.Nights || o.Nights < 1 {
		faults = append(faults, fmt.Errorf("%d points in %d nights; at least one night and a point in each are needed", o.Points, o.Nights))
	}
	for name, rate := range map[string]float64{
		"dropped and doubled events": o.Rates.Dropped + o.Rates.Doubled, "late events": o.Rates.Late,
		"throttled and broken calls": o.Rates.Throttled + o.Rates.Broken, "killed runs": o.Rates.Killed,
		"copies that fail awhile": o.Rates.FailsAwhile, "copies that fail for good": o.Rates.FailsForGood,
	} {
		if rate < 0 || rate > 1 {
			faults = append(faults, fmt.Errorf("%s: a rate of %v; 0 to 1 are possible", name, rate))
		}
	}
	return errors.Join(append(faults, o.Lag.Check())...)
}

// Progress is how far the nights are.
type Progress struct {
	At                                          time.Time // simulated
	Arrived, Copied, InFlight, Waiting, Letters int
}

// Result is what became of the nights.
type Result struct {
	Points  int // in the intermediate vault
	Lost    int // neither copied nor in a dead-letter queue
	Doubled int // copied more than once, or by two jobs at once

	RightlyRejected int // in the dead-letter queue, and must be
	WronglyRejected int // in a dead-letter queue, and must not be
	// FirstHops are first hops that failed, as their closed keys make them; Untold are
	// those that neither the dead-letter queue nor an alarm knows of.
	FirstHops, Untold int

	// InFlight is the most that each pool had in flight, by what is, not by what was
	// listed.
	InFlight []Flight

	Alarms          int // that rang
	CauselessAlarms []string

	LongestWait time.Duration // from hop 1's end to the first start of hop 2
	// Makespan is how long all copies of the worst pool and night took from the moment
	// that the first of them was known of, and Bound how long they must take.
	Makespan, Bound time.Duration
	Worst           string // pool and night

	Calls, Runs int           // of the functions
	Took        time.Duration // real time
	Faults      []string      // what must not be, in words
}

// Ratio is the makespan against its bound.
func (r Result) Ratio() float64 { return float64(r.Makespan) / float64(r.Bound) }

// Late tells whether the makespan is more than a tenth above its bound.
func (r Result) Late() bool { return r.Ratio() > 1.10 }

// Sound tells whether the nights went as they must.
func (r Result) Sound() bool {
	return !slices.ContainsFunc(r.InFlight, Flight.Over) && r.Lost == 0 && r.Doubled == 0 && r.WronglyRejected == 0 && r.Untold == 0 && len(r.CauselessAlarms) == 0 && !r.Late()
}
