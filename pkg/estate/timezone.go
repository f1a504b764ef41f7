package estate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// sampleYear is the year whose offsets a suggested schedule is computed from. The
// suggestion names them, so that a reader sees it when a zone has changed since.
const sampleYear = 2026

// timezoneFault says what is wrong with the time zone of a plan's schedule; empty:
// nothing. Only UTC can be used: a backup policy has no key for a zone, and its
// schedules are in UTC (A84) [Organizations: backup policy syntax]. A policy with an unknown
// key would be refused at the last step of a deployment, so a zone is refused here, with
// the same schedule in UTC.
func timezoneFault(name, schedule string) string {
	switch name {
	case "Etc/UTC", "UTC":
		return ""
	case "":
		return "is not set; leave the key out, or write Etc/UTC"
	}
	const refused = "%q cannot be used: schedules of Organizations backup policies are in UTC; leave timezone out and write the schedule in UTC"
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" || len(scheduleFaults(schedule)) > 0 {
		return fmt.Sprintf(refused, name)
	}
	var same []string
	for _, offset := range offsets(zone) {
		converted, ok := inUTC(schedule, offset)
		if !ok {
			return fmt.Sprintf(refused+" by hand: its days in UTC differ from those in the zone", name)
		}
		same = append(same, fmt.Sprintf("%s while the zone is at UTC%s", converted, time.Time{}.In(time.FixedZone("", int(offset.Seconds()))).Format("-07:00")))
	}
	text := fmt.Sprintf(refused+": %s", name, strings.Join(same, ", "))
	if len(same) > 1 {
		text += "; a schedule in UTC does not follow daylight saving time, so choose one of them for the whole year"
	}
	return text
}

// offsets are those of a zone in winter and in summer, how far it is ahead of UTC; one
// where it has no daylight saving time.
func offsets(zone *time.Location) []time.Duration {
	var found []time.Duration
	for _, month := range []time.Month{time.January, time.July} {
		_, seconds := time.Date(sampleYear, month, 15, 12, 0, 0, 0, zone).Zone()
		found = append(found, time.Duration(seconds)*time.Second)
	}
	return slices.Compact(found)
}

// inUTC is a schedule without faults, written for a zone that is ahead of UTC by
// offset, in UTC; false where no single schedule is the same, since some of its runs
// are on another day in UTC and its fields for days cannot say so.
func inUTC(schedule string, offset time.Duration) (string, bool) {
	fields := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(schedule, "cron("), ")"))
	minute, err := cronFields[minutes].values(fields[minutes])
	if err != nil || len(minute) != 1 {
		return "", false
	}
	local, err := cronFields[hours].values(fields[hours])
	if err != nil {
		return "", false
	}
	const day = 24 * 60
	var utc, shifts []int
	for _, hour := range local {
		at := hour*60 + minute[0] - int(offset.Minutes()) + day // of the day before
		utc, shifts = append(utc, at%day/60), append(shifts, at/day-1)
		fields[minutes] = strconv.Itoa(at % 60)
	}
	slices.Sort(shifts)
	if shifts = slices.Compact(shifts); (len(shifts) > 1 || shifts[0] != 0) && !everyDay(fields) {
		return "", false
	}
	slices.Sort(utc)
	if len(utc) < 24 {
		fields[hours] = strings.Trim(strings.Join(strings.Fields(fmt.Sprint(utc)), ","), "[]")
	}
	return "cron(" + strings.Join(fields, " ") + ")", true
}
