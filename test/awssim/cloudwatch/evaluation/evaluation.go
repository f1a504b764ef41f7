// Package evaluation says which state an alarm is in, given what was measured: a pure
// function, as CloudWatch documents it [CloudWatch: alarm evaluation; configuring how
// alarms treat missing data; avoiding premature transitions to alarm state].
package evaluation

import "time"

// State is that of an alarm.
type State string

// Every state.
const (
	InsufficientData State = "INSUFFICIENT_DATA"
	OK               State = "OK"
	Alarm            State = "ALARM"
)

// Rule is when an alarm rings.
type Rule struct {
	Comparison  string // a name of Comparisons
	Threshold   float64
	Periods     int // N: how many are compared
	Datapoints  int // M: how many of them must breach
	MissingData string
}

// How missing data are treated.
const (
	Missing      = "missing" // the default
	Ignore       = "ignore"
	Breaching    = "breaching"
	NotBreaching = "notBreaching"
)

// Treatments are all of them; none given is Missing.
var Treatments = []string{"", Missing, Ignore, Breaching, NotBreaching}

// comparison is an operator and its words.
type comparison struct {
	words    string
	breaches func(value, threshold float64) bool
}

// Comparisons are the operators.
var Comparisons = map[string]comparison{
	"GreaterThanOrEqualToThreshold": {"greater than or equal to", func(v, t float64) bool { return v >= t }},
	"GreaterThanThreshold":          {"greater than", func(v, t float64) bool { return v > t }},
	"LessThanThreshold":             {"less than", func(v, t float64) bool { return v < t }},
	"LessThanOrEqualToThreshold":    {"less than or equal to", func(v, t float64) bool { return v <= t }},
}

// Datum is a metric in one period.
type Datum struct {
	At      time.Time // the period's begin
	Value   float64
	Missing bool
}

// spare is how many periods beyond its own an alarm looks back, in case some of them
// are missing: of three periods five, in AWS's examples. For other numbers and lengths
// of periods AWS says only that it depends on them; two are UNCONFIRMED A103 there.
const spare = 2

// Range is how many of the latest periods are looked at.
func (r Rule) Range() int { return r.Periods + spare }

// Verdict is a state and what it rests on.
type Verdict struct {
	State State

	rule   Rule
	real   []Datum // that were compared, the latest first
	filled int     // how many were missing
}

// Judge says which state follows from the Range of latest periods, the latest first,
// for an alarm that was in the state current.
func (r Rule) Judge(recent []Datum, current State) Verdict {
	v := Verdict{rule: r, real: make([]Datum, 0, r.Periods)}
	oldest := 0 // the period of the oldest one that is there, the latest is 1
	for i, datum := range recent {
		if !datum.Missing && len(v.real) < r.Periods {
			v.real, oldest = append(v.real, datum), i+1
		}
	}
	v.filled = r.Periods - len(v.real)
	v.State = r.state(v.real, oldest, current)
	return v
}

// state fills in what is missing, where that can still make a difference.
func (r Rule) state(there []Datum, oldest int, current State) State {
	breaching := 0
	for _, datum := range there {
		if r.breaches(datum.Value) {
			breaching++
		}
	}
	filled := r.Periods - len(there)
	switch {
	case breaching >= r.Datapoints:
		return Alarm
	case filled == 0 || r.MissingData == NotBreaching:
		return OK
	case r.MissingData == Breaching:
		return decided(breaching+filled >= r.Datapoints)
	case len(there) > 0 && breaching < len(there):
		return OK
	case r.MissingData == Ignore:
		return current
	case len(there) == 0:
		return InsufficientData
	case oldest >= r.Datapoints:
		return Alarm // all there is breaches, and for long enough
	default:
		// Only a breach that is too young: "the alarm does not go immediately into ALARM
		// state". Which state it has meanwhile is UNCONFIRMED A103.
		return current
	}
}

func decided(rings bool) State {
	if rings {
		return Alarm
	}
	return OK
}

func (r Rule) breaches(value float64) bool {
	return Comparisons[r.Comparison].breaches(value, r.Threshold)
}
