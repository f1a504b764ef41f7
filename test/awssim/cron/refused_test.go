package cron_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cron"
)

func TestExpressionsThatAreRefused(t *testing.T) {
	for sentence, c := range map[string]struct{ expr, want string }{
		"a rate":                             {"rate(1 day)", "it must be like cron("},
		"no closing parenthesis":             {"cron(0 5 * * ? *", "it must be like cron("},
		"five fields":                        {"cron(0 5 * * ?)", "it has 5 fields; it must have 6"},
		"both days":                          {"cron(0 5 * * * *)", `day-of-month is "*" and day-of-week is "*"; exactly one of them must be "?"`},
		"neither day":                        {"cron(0 5 ? * ? *)", "exactly one of them"},
		"a minute too many":                  {"cron(60 5 * * ? *)", `minutes: "60" is not a value from 0 to 59`},
		"an hour too many":                   {"cron(0 24 * * ? *)", "hours: "},
		"a day zero":                         {"cron(0 5 0 * ? *)", "day-of-month: "},
		"a name that is none":                {"cron(0 5 * JANUARY ? *)", `month: "JANUARY" is not a value from 1 to 12 or JAN to DEC`},
		"small letters":                      {"cron(0 5 ? * mon *)", "1 to 7 or SUN to SAT"},
		"a day zero of the week":             {"cron(0 5 ? * 0 *)", "day-of-week: "},
		"a year before all":                  {"cron(0 5 * * ? 1969)", "year: "},
		"a sign":                             {"cron(+5 5 * * ? *)", "minutes: "},
		"an empty item":                      {"cron(1,,2 5 * * ? *)", `minutes: "" is not`},
		"a range that falls":                 {"cron(0 5 ? * FRI-MON *)", `"FRI-MON" falls`},
		"a range without an end":             {"cron(5- 5 * * ? *)", `minutes: "" is not`},
		"a step of nothing":                  {"cron(*/0 5 * * ? *)", "its step must be a number from 1 to 59"},
		"a step that is no number":           {"cron(*/x 5 * * ? *)", "its step must be"},
		"a step over a range":                {"cron(1-30/5 5 * * ? *)", "a step over a range"},
		"a step of days of the week":         {"cron(0 5 ? * 2/2 *)", `day-of-week: "2/2" has a step`},
		"L in hours":                         {"cron(0 L * * ? *)", "hours: "},
		"the last weekday":                   {"cron(0 5 LW * ? *)", "before W stands one day"},
		"the day before the last":            {"cron(0 5 L-1 * ? *)", "besides those the field knows ? L W alone"},
		"L in a list":                        {"cron(0 5 1,L * ? *)", "alone, not in a list"},
		"W in a list":                        {"cron(0 5 1,15W * ? *)", "before W stands one day"},
		"W of a day of the week":             {"cron(0 5 ? * 2W *)", "day-of-week: "},
		"two days with #":                    {"cron(0 5 ? * 3#1,6#3 *)", "after # stands a number from 1 to 5"},
		"a sixth Monday":                     {"cron(0 5 ? * 2#6 *)", "after # stands"},
		"# without a day":                    {"cron(0 5 ? * #2 *)", "before # stands one day of the week"},
		"# of a month":                       {"cron(0 5 3#2 * ? *)", "day-of-month: "},
		"the last one of no day of the week": {"cron(0 5 ? * 8L *)", "before L stands one day of the week"},
		"? in minutes":                       {"cron(? 5 * * ? *)", "minutes: "},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := cron.Parse(c.expr)
			require.ErrorContains(t, err, c.want)
			assert.ErrorContains(t, err, c.expr, "what is wrong must be told from what")
		})
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	_, err := cron.Parse("cron(60 24 32 13 ? 2200)")
	for _, field := range []string{"minutes", "hours", "day-of-month", "month", "year"} {
		assert.ErrorContains(t, err, field+": ")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("cron(0 5 ? * MON-FRI *)")
	f.Add("cron(*/15 10/2 L 2,JAN-3 ? 1970-2199)")
	f.Add("cron(0 5 ? * 3#2 *)")
	f.Fuzz(func(t *testing.T, expr string) {
		s, err := cron.Parse(expr)
		if err == nil {
			assert.Equal(t, expr, s.String())
		}
	})
}
