package cron_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cron"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}

// following are the next n times after 1 November 2026, 03:00 UTC, which is a Sunday.
func following(t *testing.T, expr string, n int) []string {
	t.Helper()
	s, err := cron.Parse(expr)
	require.NoError(t, err)
	assert.Equal(t, expr, s.String())
	at := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	var times []string
	for range n {
		next, ok := s.Next(at, time.UTC)
		if !ok {
			break
		}
		times, at = append(times, next.Format("2006-01-02 15:04 Mon")), next
	}
	return times
}

func TestExpressionsFallDue(t *testing.T) {
	for sentence, c := range map[string]struct {
		expr string
		want []string
	}{
		"every day at five":                              {"cron(0 5 * * ? *)", []string{"2026-11-01 05:00 Sun", "2026-11-02 05:00 Mon"}},
		"the time itself is not after itself":            {"cron(0 3 ? * * *)", []string{"2026-11-02 03:00 Mon"}},
		"working days, by name":                          {"cron(0 18 ? * MON-FRI *)", []string{"2026-11-02 18:00 Mon", "2026-11-03 18:00 Tue"}},
		"days of the week by number, Sunday is 1":        {"cron(0 18 ? * 1,3 *)", []string{"2026-11-01 18:00 Sun", "2026-11-03 18:00 Tue"}},
		"every quarter of an hour from ten past":         {"cron(10/15 10 * * ? *)", []string{"2026-11-01 10:10 Sun", "2026-11-01 10:25 Sun", "2026-11-01 10:40 Sun", "2026-11-01 10:55 Sun", "2026-11-02 10:10 Mon"}},
		"every half day":                                 {"cron(0 */12 * * ? *)", []string{"2026-11-01 12:00 Sun", "2026-11-02 00:00 Mon"}},
		"a list of values, ranges and steps":             {"cron(0,5-6,50/5 4 1 * ? *)", []string{"2026-11-01 04:00 Sun", "2026-11-01 04:05 Sun", "2026-11-01 04:06 Sun", "2026-11-01 04:50 Sun", "2026-11-01 04:55 Sun", "2026-12-01 04:00 Tue"}},
		"months by name, in a list":                      {"cron(0 8 1 JAN,MAR ? *)", []string{"2027-01-01 08:00 Fri", "2027-03-01 08:00 Mon"}},
		"every third month from February":                {"cron(0 8 1 2/3 ? *)", []string{"2026-11-01 08:00 Sun", "2027-02-01 08:00 Mon"}},
		"the last day of the month":                      {"cron(0 8 L * ? *)", []string{"2026-11-30 08:00 Mon", "2026-12-31 08:00 Thu", "2027-01-31 08:00 Sun", "2027-02-28 08:00 Sun"}},
		"the last day of the week is Saturday":           {"cron(0 8 ? * L *)", []string{"2026-11-07 08:00 Sat"}},
		"the last Friday of the month":                   {"cron(15 10 ? * 6L 2026-2027)", []string{"2026-11-27 10:15 Fri", "2026-12-25 10:15 Fri"}},
		"the last Friday by name":                        {"cron(15 10 ? * FRIL *)", []string{"2026-11-27 10:15 Fri"}},
		"the second Tuesday":                             {"cron(0 8 ? * 3#2 *)", []string{"2026-11-10 08:00 Tue", "2026-12-08 08:00 Tue"}},
		"the fifth Sunday, in months that have one":      {"cron(0 8 ? * SUN#5 *)", []string{"2026-11-29 08:00 Sun", "2027-01-31 08:00 Sun"}},
		"the weekday nearest to a Sunday is Monday":      {"cron(0 8 15W * ? *)", []string{"2026-11-16 08:00 Mon", "2026-12-15 08:00 Tue"}},
		"the weekday nearest to a Saturday is Friday":    {"cron(0 8 7W * ? *)", []string{"2026-11-06 08:00 Fri"}},
		"a first that is a Saturday gives Monday":        {"cron(0 8 1W 5,8 ? *)", []string{"2027-05-03 08:00 Mon", "2027-08-02 08:00 Mon"}},
		"a last that is a Sunday gives Friday":           {"cron(0 8 31W 1,2 ? 2027)", []string{"2027-01-29 08:00 Fri"}},
		"the 31st is not in every month":                 {"cron(0 8 31 * ? *)", []string{"2026-12-31 08:00 Thu", "2027-01-31 08:00 Sun", "2027-03-31 08:00 Wed"}},
		"leap years only":                                {"cron(0 8 29 2 ? *)", []string{"2028-02-29 08:00 Tue", "2032-02-29 08:00 Sun"}},
		"a year that has passed":                         {"cron(0 8 * * ? 2025)", nil},
		"some years":                                     {"cron(0 0 1 1 ? 2027,2030/100)", []string{"2027-01-01 00:00 Fri", "2030-01-01 00:00 Tue", "2130-01-01 00:00 Sun"}},
		"a day that never is":                            {"cron(0 8 30 2 ? *)", nil},
		"the last minute of the last year that there is": {"cron(59 23 31 12 ? 2199)", []string{"2199-12-31 23:59 Tue"}},
		"more space between the fields":                  {"cron(0  5 *\t* ? *)", []string{"2026-11-01 05:00 Sun"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			n := max(len(c.want), 1)
			assert.Equal(t, c.want, following(t, c.expr, n))
		})
	}
}

func TestSchedulesThatEndSayNo(t *testing.T) {
	s, err := cron.Parse("cron(0 8 1 1 ? 1970)")
	require.NoError(t, err)
	first, ok := s.Next(time.Time{}, time.UTC)
	require.True(t, ok)
	assert.Equal(t, time.Date(1970, 1, 1, 8, 0, 0, 0, time.UTC), first)
	_, ok = s.Next(first, time.UTC)
	assert.False(t, ok)
	_, ok = cron.Schedule{}.Next(first, time.UTC)
	assert.False(t, ok)
}

func TestClocksThatAreChanged(t *testing.T) {
	for sentence, c := range map[string]struct {
		expr, zone, after string
		want              []string
	}{
		"a time that does not exist is skipped": {"cron(30 2 * * ? *)", "Europe/Berlin", "2027-03-27T00:00:00Z",
			[]string{"2027-03-27T01:30:00Z", "2027-03-29T00:30:00Z"}},
		"a time that exists twice counts once, the first": {"cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z",
			[]string{"2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}},
		"nor does it count again from within": {"cron(*/30 2,3 * * ? *)", "Europe/Berlin", "2026-10-25T00:30:00Z",
			[]string{"2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z"}},
		"nor from within the second time": {"cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T01:15:00Z",
			[]string{"2026-10-26T01:30:00Z"}},
		"the same hour in summer and in winter": {"cron(0 5 ? * SUN *)", "Europe/Berlin", "2026-10-18T00:00:00Z",
			[]string{"2026-10-18T03:00:00Z", "2026-10-25T04:00:00Z"}},
		"half an hour forward": {"cron(*/15 2 * * ? *)", "Australia/Lord_Howe", "2026-10-03T15:00:00Z",
			[]string{"2026-10-03T15:30:00Z", "2026-10-03T15:45:00Z", "2026-10-04T15:00:00Z"}},
		"back over midnight": {"cron(30 23 * * ? *)", "America/Havana", "2026-10-31T12:00:00Z",
			[]string{"2026-11-01T03:30:00Z", "2026-11-02T04:30:00Z"}},
		"a day that a country left out": {"cron(0 12 * * ? *)", "Pacific/Apia", "2011-12-29T00:00:00Z",
			[]string{"2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			s, err := cron.Parse(c.expr)
			require.NoError(t, err)
			at, err := time.Parse(time.RFC3339, c.after)
			require.NoError(t, err)
			for _, want := range c.want {
				next, ok := s.Next(at, zone(t, c.zone))
				require.True(t, ok)
				assert.Equal(t, want, next.UTC().Format(time.RFC3339))
				at = next
			}
		})
	}
}
