package scheduler

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the zones must not depend on the machine

	"github.com/twohop/twohop/test/awssim/cron"
)

// plan tells when a schedule is due.
type plan interface {
	// next is the first time due after another; false when there is none.
	next(after time.Time) (time.Time, bool)
}

// rate is due when it is made, then in steps of the same length: a day has 24 hours,
// whatever clocks do [EventBridge Scheduler user guide: schedule types].
type rate struct {
	from  time.Time
	every time.Duration
}

func (r rate) next(after time.Time) (time.Time, bool) {
	if after.Before(r.from) {
		return r.from, true
	}
	passed := after.Sub(r.from)
	return after.Add(r.every - passed%r.every), true
}

// once is due at one time.
type once struct{ at time.Time }

func (o once) next(after time.Time) (time.Time, bool) { return o.at, o.at.After(after) }

// recurring is a cron expression in a time zone.
type recurring struct {
	cron.Schedule
	zone *time.Location
}

func (r recurring) next(after time.Time) (time.Time, bool) { return r.Next(after, r.zone) }

var (
	rateForm = regexp.MustCompile(`^rate\(([1-9]\d{0,8}) (minute|hour|day)s?\)$`)
	units    = map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
)

// longestRate keeps sums of times within what can be written down.
const longestRate = 100 * 365 * 24 * time.Hour

// parse reads the expression and time zone of a schedule that is made now.
func parse(s Schedule, now time.Time) (plan, error) {
	zone, err := location(s.Timezone)
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(s.Expression, "cron("):
		parsed, err := cron.Parse(s.Expression)
		if err != nil {
			return nil, err
		}
		return recurring{parsed, zone}, nil
	case strings.HasPrefix(s.Expression, "at("):
		return parseOnce(s.Expression, zone, now)
	default:
		return parseRate(s.Expression, now)
	}
}

// location: "Local" would be the machine's.
func location(name string) (*time.Location, error) {
	if name == "Local" {
		return nil, fmt.Errorf("time zone %q: it must be a name of the IANA database", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: it must be a name of the IANA database: %w", name, err)
	}
	return zone, nil
}

func parseRate(text string, now time.Time) (plan, error) {
	m := rateForm.FindStringSubmatch(text)
	if m == nil {
		return nil, fmt.Errorf("expression %q: it must be like rate(5 minutes), rate(1 hour), cron(0 5 * * ? *) or at(2026-11-01T03:00:00)", text)
	}
	value, err := strconv.Atoi(m[1])
	if err != nil {
		return nil, fmt.Errorf("expression %q: %w", text, err)
	}
	if unit := units[m[2]]; value <= int(longestRate/unit) {
		return rate{from: now, every: time.Duration(value) * unit}, nil
	}
	return nil, fmt.Errorf("expression %q: awssim takes rates of at most 100 years", text)
}

// parseOnce refuses a time that has passed or never is: it would be due never. What
// AWS makes of one is UNCONFIRMED A100.
func parseOnce(text string, zone *time.Location, now time.Time) (plan, error) {
	const form = "at(2006-01-02T15:04:05)"
	at, err := time.ParseInLocation(form, text, zone)
	switch {
	case err != nil:
		return nil, fmt.Errorf("expression %q: it must be like at(2026-11-01T03:00:00)", text)
	case at.Format(form) != text:
		return nil, fmt.Errorf("expression %q: there is no such time in %s", text, zone)
	case at.Before(now):
		return nil, fmt.Errorf("expression %q: it is %s already", text, now.In(zone).Format(time.RFC3339))
	}
	return once{at}, nil
}
