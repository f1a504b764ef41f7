package estate_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/estate"
)

// schedules holds what is wrong with each schedule; "": nothing. One file has a plan for
// each of them.
func schedules(t *testing.T, wants map[string]string) {
	t.Helper()
	texts := slices.Sorted(maps.Keys(wants))
	var plans strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&plans, "  p%d: {enabled: false, strategy: direct, types: [EBS], retention: {local: 7}, schedule: %q}\n", i, text)
	}
	_, err := estate.Parse("estate.yaml", []byte(over("plans:\n"+plans.String())))
	found := ""
	if err != nil {
		found = err.Error() + "\n"
	}
	for i, text := range texts {
		line := fmt.Sprintf("plans.p%d.schedule: %q is not a schedule: ", i, text)
		if wants[text] == "" {
			assert.NotContains(t, found, fmt.Sprintf("plans.p%d.", i), text)
			continue
		}
		_, causes, refused := strings.Cut(found, line)
		causes, _, _ = strings.Cut(causes, "\n")
		assert.True(t, refused, text)
		assert.Contains(t, causes, wants[text], text)
	}
}

// As many words as values, in ascending order: each word is its own value.
func TestTheWordsOfASchedule(t *testing.T) {
	wants := map[string]string{}
	for format, words := range map[string][]string{
		"cron(0 1 1 %s ? *)": {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"},
		"cron(0 1 ? * %s *)": {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"},
	} {
		for i, word := range words[1:] {
			wants[fmt.Sprintf(format, words[i]+"-"+word)] = ""
			wants[fmt.Sprintf(format, word+"-"+words[i])] = "ends before it begins"
			wants[fmt.Sprintf(format, strings.ToLower(word))] = ""
		}
		wants[fmt.Sprintf(format, fmt.Sprintf("%s-%d", words[len(words)-1], len(words)))] = ""
	}
	schedules(t, wants)
}

func TestTheBoundsOfASchedulesFields(t *testing.T) {
	wants := map[string]string{}
	for name, field := range map[string]struct {
		format    string
		low, high int
	}{
		"minutes":      {"cron(%d 1 * * ? *)", 0, 59},
		"hours":        {"cron(0 %d * * ? *)", 0, 23},
		"day-of-month": {"cron(0 1 %d * ? *)", 1, 31},
		"month":        {"cron(0 1 1 %d ? *)", 1, 12},
		"day-of-week":  {"cron(0 1 ? * %d *)", 1, 7},
		"year":         {"cron(0 1 * * ? %d)", 1970, 2199},
	} {
		wants[fmt.Sprintf(field.format, field.low)], wants[fmt.Sprintf(field.format, field.high)] = "", ""
		for _, n := range []int{field.low - 1, field.high + 1} {
			if n >= 0 {
				wants[fmt.Sprintf(field.format, n)] = fmt.Sprintf(`%s: "%d" is not in %d-%d`, name, n, field.low, field.high)
			}
		}
	}
	schedules(t, wants)
}

func TestWhatMayStandAloneInAField(t *testing.T) {
	wants := map[string]string{}
	for _, day := range []string{"L", "1W", "9W", "10W", "29W", "30W", "31W"} {
		wants["cron(0 1 "+day+" * ? *)"] = ""
	}
	for _, day := range []string{"0W", "32W", "W", "LW", "L-1", "1L", "15W,1", "1#1"} {
		wants["cron(0 1 "+day+" * ? *)"] = "day-of-month: "
	}
	for _, day := range []string{"L", "1L", "7L", "1#1", "7#5", "SUN#1", "MON#2", "TUE#3", "WED#4", "THU#5", "FRI#1", "SAT#5"} {
		wants["cron(0 1 ? * "+day+" *)"] = ""
	}
	for _, day := range []string{"0L", "8L", "0#1", "8#1", "1#0", "1#6", "SUNL", "1#1,2", "1W"} {
		wants["cron(0 1 ? * "+day+" *)"] = "day-of-week: "
	}
	schedules(t, wants)
}

func TestADayMustBeInOneOfItsMonths(t *testing.T) {
	const none = "no such day is in those months"
	wants := map[string]string{"cron(0 1 30,31 2 ? *)": none, "cron(0 1 ? 2 MON *)": "", "cron(0 1 31W 2 ? *)": ""}
	for i, length := range []int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31} {
		wants[fmt.Sprintf("cron(0 1 %d %d ? *)", length, i+1)] = ""
		if length < 31 {
			wants[fmt.Sprintf("cron(0 1 %d %d ? *)", length+1, i+1)] = none
			wants[fmt.Sprintf("cron(0 1 %d,%d %d ? *)", length, length+1, i+1)] = ""
			wants[fmt.Sprintf("cron(0 1 %d %d,12 ? *)", length+1, i+1)] = ""
		}
	}
	schedules(t, wants)
}

func TestStepsOfASchedule(t *testing.T) {
	for hours, runs := range map[string]int{
		"*": 24, "*/1": 24, "22/1": 2, "0": 1, "*/2": 12, "0/6": 4, "1/6": 4, "6/6": 3, "0/23": 2, "8-17": 10, "8-17/2": 5, "8-16/8": 2, "23": 1, "22-23": 2, "5,1,5": 2, "5,4-6": 3,
	} {
		got, daily := estate.Plan{Schedule: "cron(0 " + hours + " * * ? *)"}.RunsADay()
		assert.Equal(t, runs, got, hours)
		assert.True(t, daily, hours)
	}
}

func TestWhetherAScheduleRunsEachDay(t *testing.T) {
	for text, want := range map[string]bool{
		"cron(0 1 * * ? *)": true, "cron(0 1 ? * * *)": true,
		"cron(0 1 1 * ? *)": false, "cron(0 1 * 1 ? *)": false, "cron(0 1 ? * 1 *)": false, "cron(0 1 * * ? 2026)": false, "cron(0 1 ? * MON-FRI *)": false,
	} {
		runs, daily := estate.Plan{Schedule: text}.RunsADay()
		assert.Equal(t, want, daily, text)
		assert.Equal(t, 1, runs, text)
	}
	for _, text := range []string{"", "cron(0 1 * * ?)", "cron(0 25,1 * * ? *)"} { // of no checked estate
		runs, daily := estate.Plan{Schedule: text}.RunsADay()
		assert.Equal(t, 1, runs, text)
		assert.False(t, daily, text)
	}
}

func TestTheIntervalOfDaysThatAreNearOthers(t *testing.T) {
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"cron(0 3 15W 8 ? 2026-2027)":   367 * day, // 15 August: Saturday in 2026, so the 14th; Sunday in 2027, so the 16th
		"cron(0 3 31W 1 ? 2026-2027)":   364 * day, // 31 January: Saturday in 2026, so the 30th; Sunday in 2027, so the 29th
		"cron(0 3 1W 8 ? 2026-2027)":    364 * day, // 1 August: Saturday in 2026, so the 3rd; Sunday in 2027, so the 2nd
		"cron(0 3 1W 7 ? 2026-2027)":    365 * day, // 1 July: a working day in both
		"cron(0 3 31W 2 ? *)":           0,         // never
		"cron(0 3 ? 3 SUN#1 2026-2027)": 371 * day, // 1 March 2026, 7 March 2027
		"cron(0 3 ? 3 SUN#2 2026-2027)": 371 * day, // 8 March 2026, 14 March 2027
		"cron(0 3 ? 1 SUN#1 *)":         371 * day,
		"cron(0 3 ? 1 7#5 2026-2027)":   364 * day, // 31 January 2026, 30 January 2027
		"cron(0 3 ? 1 1L 2026-2027)":    371 * day, // 25 January 2026, 31 January 2027
		"cron(0 3 L 2 ? 2027-2028)":     366 * day, // 28 February 2027, 29 February 2028
	} {
		assert.Equal(t, want, estate.Plan{Schedule: text}.Interval(), text)
	}
	for _, text := range []string{"", "cron(0 3 * * ?)"} { // of no checked estate
		assert.Zero(t, estate.Plan{Schedule: text}.Interval(), text)
	}
}
