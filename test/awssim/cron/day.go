package cron

import (
	"fmt"
	"strings"
	"time"
)

// days says which days of a month match. Exactly one field of it is set.
type days struct {
	ofMonth set // 5, 1-7, *
	ofWeek  set // 1 is Sunday
	// nearest is the day whose closest weekday is meant (3W).
	nearest int
	// weekday with nth is the nth such day of the month (2#1), with nth lastOfMonth
	// the last one (6L). 1 is Sunday.
	weekday, nth int
	lastDay      bool // L in day-of-month
}

// lastOfMonth stands for the last such day of the week in a month.
const lastOfMonth = -1

// mostInMonth is how often a day of the week can be in one month.
const mostInMonth = 5

func daysOfMonth(f field, text string) (days, error) {
	if text == "L" {
		return days{lastDay: true}, nil
	}
	if day, weekday := strings.CutSuffix(text, "W"); weekday {
		v, err := f.value(day)
		if err != nil {
			return days{}, fmt.Errorf("%q: before W stands one day: %w", text, err)
		}
		return days{nearest: v}, nil
	}
	values, err := f.values(text)
	return days{ofMonth: values}, err
}

// daysOfWeek: L alone is the last day of the week, Saturday.
func daysOfWeek(f field, text string) (days, error) {
	if text == "L" {
		return days{ofWeek: set{f.high: true}}, nil
	}
	if day, nth, found := strings.Cut(text, "#"); found {
		v, err := f.value(day)
		if err != nil {
			return days{}, fmt.Errorf("%q: before # stands one day of the week: %w", text, err)
		}
		n, err := number(nth)
		if err != nil || n < 1 || n > mostInMonth {
			return days{}, fmt.Errorf("%q: after # stands a number from 1 to %d, and nothing else is in the field", text, mostInMonth)
		}
		return days{weekday: v, nth: n}, nil
	}
	if day, last := strings.CutSuffix(text, "L"); last {
		v, err := f.value(day)
		if err != nil {
			return days{}, fmt.Errorf("%q: before L stands one day of the week: %w", text, err)
		}
		return days{weekday: v, nth: lastOfMonth}, nil
	}
	values, err := f.values(text)
	return days{ofWeek: values}, err
}

// matches tells whether a day, at midnight UTC, is one of them.
func (d days) matches(day time.Time) bool {
	last := day.AddDate(0, 1, -day.Day()).Day()
	weekday := int(day.Weekday()) + 1
	switch {
	case d.lastDay:
		return day.Day() == last
	case d.nearest != 0:
		return day.Day() == nearestWeekday(day.AddDate(0, 0, d.nearest-day.Day()), d.nearest, last)
	case d.nth == lastOfMonth:
		return weekday == d.weekday && day.Day()+7 > last
	case d.nth != 0:
		return weekday == d.weekday && (day.Day()-1)/7 == d.nth-1
	case d.ofWeek != nil:
		return d.ofWeek[weekday]
	default:
		return d.ofMonth[day.Day()]
	}
}

// nearestWeekday is the day from Monday to Friday closest to a day of a month, in
// that month; 0 where the month has no such day. That W does not leave the month, and
// skips a month that is too short, is UNCONFIRMED A101; whoever means the last day uses L.
func nearestWeekday(at time.Time, day, last int) int {
	switch {
	case day > last:
		return 0
	case at.Weekday() == time.Saturday && day == 1:
		return day + 2
	case at.Weekday() == time.Saturday:
		return day - 1
	case at.Weekday() == time.Sunday && day == last:
		return day - 2
	case at.Weekday() == time.Sunday:
		return day + 1
	default:
		return day
	}
}
