package estate

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// sampleYears are enough for a schedule of one day in leap years to run twice.
const sampleYears = 9

// Interval is the longest time between two backups of the plan that follow each other;
// 0 where no two do. It is for plans of a checked estate.
func (p Plan) Interval() time.Duration {
	fields := strings.Fields(strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(p.Schedule, "cron("), ")")))
	if len(fields) != len(cronFields) {
		return 0
	}
	values := make([][]int, len(cronFields))
	for i, field := range cronFields {
		values[i], _ = field.values(fields[i]) // of a checked estate
	}
	var longest time.Duration
	var last time.Time
	for date := time.Date(sampleYear, time.January, 1, 0, 0, 0, 0, time.UTC); date.Year() < sampleYear+sampleYears; date = date.AddDate(0, 0, 1) {
		if !runsOn(fields, values, date) {
			continue
		}
		for _, hour := range values[hours] {
			run := date.Add(time.Duration(hour) * time.Hour)
			if !last.IsZero() {
				longest = max(longest, run.Sub(last))
			}
			last = run
		}
	}
	return longest
}

// runsOn is whether a schedule without faults, of these fields and their values, runs on
// a day.
func runsOn(fields []string, values [][]int, date time.Time) bool {
	if !slices.Contains(values[year], date.Year()) || !slices.Contains(values[month], int(date.Month())) {
		return false
	}
	if inMonth := fields[dayOfMonth]; inMonth != "?" {
		nearest, isNearest := strings.CutSuffix(inMonth, "W")
		switch {
		case inMonth == "L":
			return date.AddDate(0, 0, 1).Day() == 1
		case isNearest:
			day, _ := strconv.Atoi(nearest)
			return date.Day() == nearestWeekday(date, day)
		default:
			return slices.Contains(values[dayOfMonth], date.Day())
		}
	}
	inWeek, weekday := fields[dayOfWeek], int(date.Weekday())+1
	lastOf, isLast := strings.CutSuffix(inWeek, "L")
	nthOf, nth, isNth := strings.Cut(inWeek, "#")
	switch {
	case inWeek == "L":
		return date.Weekday() == time.Saturday
	case isLast:
		return lastOf == strconv.Itoa(weekday) && date.AddDate(0, 0, 7).Month() != date.Month()
	case isNth:
		day, _ := cronFields[dayOfWeek].value(nthOf)
		return day == weekday && nth == strconv.Itoa((date.Day()-1)/7+1)
	default:
		return slices.Contains(values[dayOfWeek], weekday)
	}
}

// nearestWeekday is the day of date's month from Monday to Friday that is nearest to a
// day of it; 0 where the month is too short.
func nearestWeekday(date time.Time, day int) int {
	at := time.Date(date.Year(), date.Month(), day, 0, 0, 0, 0, time.UTC)
	isLast := at.AddDate(0, 0, 1).Day() == 1
	switch {
	case at.Month() != date.Month():
		return 0
	case at.Weekday() == time.Saturday && day == 1:
		return 3
	case at.Weekday() == time.Saturday:
		return day - 1
	case at.Weekday() == time.Sunday && isLast:
		return day - 2
	case at.Weekday() == time.Sunday:
		return day + 1
	default:
		return day
	}
}
