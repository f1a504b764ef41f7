package cron_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/twohop/twohop/test/awssim/cron"
)

// drawn is a field in the making: its text, and what it matches by a rule of its own.
type drawn struct {
	text    string
	matches func(time.Time) bool
}

// drawValues makes a list of values, ranges and steps, and the values it must have.
func drawValues(t *rapid.T, name string, low, high int, value func(time.Time) int, steps bool) drawn {
	var items []string
	in := map[int]bool{}
	for range rapid.IntRange(1, 2).Draw(t, name+" items") {
		first, last, step := low, high, 1
		kind := rapid.IntRange(0, 3).Draw(t, name+" kind")
		if kind != 0 {
			first = rapid.IntRange(low, high).Draw(t, name+" first")
		}
		switch {
		case kind == 0:
			items = append(items, "*")
		case kind == 1:
			last = first
			items = append(items, fmt.Sprint(first))
		case kind == 2:
			last = rapid.IntRange(first, high).Draw(t, name+" last")
			items = append(items, fmt.Sprintf("%d-%d", first, last))
		case steps:
			step = rapid.IntRange(1, high).Draw(t, name+" step")
			items = append(items, fmt.Sprintf("%d/%d", first, step))
		default:
			items = append(items, fmt.Sprintf("%d-%d", first, last))
		}
		for v := first; v <= last; v += step {
			in[v] = true
		}
	}
	return drawn{strings.Join(items, ","), func(at time.Time) bool { return in[value(at)] }}
}

func weekday(at time.Time) int { return int(at.Weekday()) + 1 }

// month of the days around a time.
func inMonth(at time.Time, days int) bool { return at.AddDate(0, 0, days).Month() == at.Month() }

func drawDays(t *rapid.T) (ofMonth, ofWeek string, matches func(time.Time) bool) {
	n := rapid.IntRange(1, 7).Draw(t, "day of the week")
	switch rapid.IntRange(0, 5).Draw(t, "kind of days") {
	case 0:
		d := drawValues(t, "days", 1, 31, time.Time.Day, true)
		return d.text, "?", d.matches
	case 1:
		d := drawValues(t, "days of the week", 1, 7, weekday, false)
		return "?", d.text, d.matches
	case 2:
		return "L", "?", func(at time.Time) bool { return !inMonth(at, 1) }
	case 3:
		return "?", fmt.Sprintf("%dL", n), func(at time.Time) bool { return weekday(at) == n && !inMonth(at, 7) }
	case 4:
		nth := rapid.IntRange(1, 5).Draw(t, "nth")
		return "?", fmt.Sprintf("%d#%d", n, nth), func(at time.Time) bool {
			return weekday(at) == n && (nth == 1 || inMonth(at, -7*(nth-1))) && !inMonth(at, -7*nth)
		}
	default:
		// By the distance: no other weekday of the month is closer to the day.
		day := rapid.IntRange(1, 28).Draw(t, "day")
		return fmt.Sprintf("%dW", day), "?", func(at time.Time) bool {
			best := 0
			for _, distance := range []int{0, -1, 1, -2, 2} {
				candidate := time.Date(at.Year(), at.Month(), day+distance, 12, 0, 0, 0, time.UTC)
				if w := candidate.Weekday(); best == 0 && candidate.Month() == at.Month() && w != time.Saturday && w != time.Sunday {
					best = candidate.Day()
				}
			}
			return at.Day() == best
		}
	}
}

// searched is how far the brute force looks.
const searched = 40 * 24 * time.Hour

func TestNextIsTheFirstMinuteThatMatches(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Europe/Berlin"), zone(t, "America/New_York"), zone(t, "Australia/Lord_Howe"), zone(t, "Asia/Kolkata")}
	rapid.Check(t, func(t *rapid.T) {
		minutes := drawValues(t, "minutes", 0, 59, time.Time.Minute, true)
		hours := drawValues(t, "hours", 0, 23, time.Time.Hour, true)
		months := drawValues(t, "months", 1, 12, func(at time.Time) int { return int(at.Month()) }, true)
		years := drawValues(t, "years", 2020, 2030, time.Time.Year, false)
		years.text = strings.ReplaceAll(years.text, "*", "2020-2030")
		ofMonth, ofWeek, day := drawDays(t)
		s, err := cron.Parse(fmt.Sprintf("cron(%s %s %s %s %s %s)", minutes.text, hours.text, ofMonth, months.text, ofWeek, years.text))
		require.NoError(t, err)

		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		// Around the days on which clocks are changed, too.
		around := rapid.SampledFrom([]time.Time{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 9, 25, 0, 0, 0, 0, time.UTC)}).Draw(t, "around")
		after := around.Add(time.Duration(rapid.Int64Range(0, int64(searched)).Draw(t, "after")))
		want := firstMatch(after, loc, func(at time.Time) bool {
			return years.matches(at) && months.matches(at) && day(at) && hours.matches(at) && minutes.matches(at)
		})
		got, ok := s.Next(after, loc)
		if want.IsZero() {
			require.True(t, !ok || got.After(after.Add(searched)), "%s after %s: %s", s, after, got)
			return
		}
		require.True(t, ok)
		require.True(t, want.Equal(got), "%s after %s in %s: %s, not %s", s, after, loc, want, got)
	})
}

// firstMatch tries every minute. A minute whose reading the clocks showed before does
// not count.
func firstMatch(after time.Time, loc *time.Location, matches func(time.Time) bool) time.Time {
	const reading = "2006-01-02 15:04"
	for at := after.Truncate(time.Minute).Add(time.Minute); at.Before(after.Add(searched)); at = at.Add(time.Minute) {
		local := at.In(loc)
		if !matches(local) {
			continue
		}
		again := false
		for _, back := range []time.Duration{30 * time.Minute, time.Hour} {
			again = again || at.Add(-back).In(loc).Format(reading) == local.Format(reading)
		}
		if !again {
			return local
		}
	}
	return time.Time{}
}
