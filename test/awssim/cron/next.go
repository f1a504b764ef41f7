package cron

import "time"

// Next is the first time after another at which the schedule falls due, in loc;
// false when there is none up to the year 2199. Where the clocks of loc go forward,
// times that do not exist are skipped; where they go back, a time that exists twice
// counts once [EventBridge Scheduler user guide: daylight saving time], as the first
// of the two. That this holds for schedules of many times an hour too, which then
// rest for that hour, is UNCONFIRMED A101.
func (s Schedule) Next(after time.Time, loc *time.Location) (time.Time, bool) {
	local := after.In(loc)
	// Days are counted in UTC, where each has 24 hours.
	first := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)
	if earliest := time.Date(fields[5].low, 1, 1, 0, 0, 0, 0, time.UTC); first.Before(earliest) {
		first = earliest
	}
	for day := first; day.Year() <= fields[5].high; day = s.following(day) {
		if !s.year[day.Year()] || !s.months[int(day.Month())] || !s.days.matches(day) {
			continue
		}
		if due, ok := s.within(day, after, loc); ok {
			return due, true
		}
	}
	return time.Time{}, false
}

// following is the next day to look at: months and years that do not match are
// passed as a whole.
func (s Schedule) following(day time.Time) time.Time {
	switch {
	case !s.year[day.Year()]:
		return time.Date(day.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
	case !s.months[int(day.Month())]:
		return time.Date(day.Year(), day.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	default:
		return day.AddDate(0, 0, 1)
	}
}

// within is the first time of a day that is later than after.
func (s Schedule) within(day, after time.Time, loc *time.Location) (time.Time, bool) {
	for hour := fields[1].low; hour <= fields[1].high; hour++ {
		if !s.hours[hour] {
			continue
		}
		for minute := fields[0].low; minute <= fields[0].high; minute++ {
			if !s.minutes[minute] {
				continue
			}
			at, exists := instant(day.Add(time.Duration(hour)*time.Hour+time.Duration(minute)*time.Minute), loc)
			if exists && at.After(after) {
				return at, true
			}
		}
	}
	return time.Time{}, false
}

// instant is when clocks in loc first show what wall shows in UTC; false if they
// never do.
func instant(wall time.Time, loc *time.Location) (time.Time, bool) {
	at := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, loc)
	if at.Hour() != wall.Hour() || at.Minute() != wall.Minute() || at.Day() != wall.Day() {
		return time.Time{}, false
	}
	start, _ := at.ZoneBounds()
	if start.IsZero() {
		return at, true
	}
	_, offset := at.Zone()
	_, before := start.Add(-time.Nanosecond).Zone()
	if earlier := at.Add(time.Duration(offset-before) * time.Second); earlier.Before(start) {
		return earlier, true
	}
	return at, true
}
