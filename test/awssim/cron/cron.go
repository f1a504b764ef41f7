// Package cron reads AWS's cron expressions and says when they fall due: minutes,
// hours, day-of-month, month, day-of-week and year, as EventBridge Scheduler and AWS
// Backup take them [EventBridge Scheduler user guide: schedule types].
//
// What AWS does not document is refused, never guessed: steps over ranges, ranges
// that fall (FRI-MON), names in small letters, L and W with offsets or in lists.
package cron

import (
	"errors"
	"fmt"
	"strings"
)

// Schedule is an expression that was read. The zero value never falls due.
type Schedule struct {
	text                         string
	minutes, hours, months, year set
	days                         days
}

// String is the expression as it was given.
func (s Schedule) String() string { return s.text }

// fields in their order.
var fields = []field{
	{name: "minutes", low: 0, high: 59},
	{name: "hours", low: 0, high: 23},
	{name: "day-of-month", low: 1, high: 31, special: "? L W"},
	{name: "month", low: 1, high: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{name: "day-of-week", low: 1, high: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, special: "? L #", noSteps: true},
	{name: "year", low: 1970, high: 2199},
}

// Parse reads cron(minutes hours day-of-month month day-of-week year). Of
// day-of-month and day-of-week exactly one is "?". The error names every fault with
// its field.
func Parse(expr string) (Schedule, error) {
	refuse := func(format string, args ...any) error {
		return fmt.Errorf("read %q: "+format, append([]any{expr}, args...)...)
	}
	inner, opens := strings.CutPrefix(expr, "cron(")
	inner, closes := strings.CutSuffix(inner, ")")
	if !opens || !closes {
		return Schedule{}, refuse("it must be like cron(0 5 ? * MON-FRI *)")
	}
	parts := strings.Fields(inner)
	if len(parts) != len(fields) {
		return Schedule{}, refuse("it has %d fields; it must have %d: minutes hours day-of-month month day-of-week year", len(parts), len(fields))
	}
	s := Schedule{text: expr}
	var faults []error
	read := func(i int) set {
		values, err := fields[i].values(parts[i])
		if err != nil {
			faults = append(faults, refuse("%s: %w", fields[i].name, err))
		}
		return values
	}
	s.minutes, s.hours, s.months, s.year = read(0), read(1), read(3), read(5)
	switch month, week := parts[2], parts[4]; {
	case (month == unspecified) == (week == unspecified):
		faults = append(faults, refuse("day-of-month is %q and day-of-week is %q; exactly one of them must be \"?\"", month, week))
	case week == unspecified:
		days, err := daysOfMonth(fields[2], month)
		s.days = days
		if err != nil {
			faults = append(faults, refuse("%s: %w", fields[2].name, err))
		}
	default:
		days, err := daysOfWeek(fields[4], week)
		s.days = days
		if err != nil {
			faults = append(faults, refuse("%s: %w", fields[4].name, err))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return Schedule{}, err
	}
	return s, nil
}
