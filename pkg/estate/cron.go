package estate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// cronField is one of the six fields of a cron expression [EventBridge: cron
// expressions, to which AWS Backup refers].
type cronField struct {
	name      string
	low, high int
	words     []string // names of the values, the first one that of low
	special   pattern  // what else may stand alone in the field
}

var (
	months   = []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdays = []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}

	cronFields = []cronField{
		{name: "minutes", high: 59},
		{name: "hours", high: 23},
		{name: "day-of-month", low: 1, high: 31, special: expression(`^(\?|L|([1-9]|[12]\d|3[01])W)$`)},
		{name: "month", low: 1, high: 12, words: months},
		{name: "day-of-week", low: 1, high: 7, words: weekdays, special: expression(`^(\?|L|[1-7]L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$`)},
		{name: "year", low: 1970, high: 2199},
	}
)

// The fields' places in the expression.
const (
	minutes = iota
	hours
	dayOfMonth
	month
	dayOfWeek
	year
)

// scheduleFaults says what is wrong with a schedule of AWS Backup.
func scheduleFaults(text string) []string {
	inner, isCron := strings.CutPrefix(text, "cron(")
	inner, closed := strings.CutSuffix(inner, ")")
	fields := strings.Fields(inner)
	if !isCron || !closed || len(fields) != len(cronFields) {
		return []string{"it takes cron( ), with six fields in it"}
	}
	var causes []string
	values := make([][]int, len(cronFields))
	for i, field := range cronFields {
		var err error
		if values[i], err = field.values(strings.ToUpper(fields[i])); err != nil {
			causes = append(causes, fmt.Sprintf("%s: %v", field.name, err))
		}
	}
	if (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		causes = append(causes, "exactly one of day-of-month and day-of-week is ?")
	}
	if len(values[minutes]) > 1 {
		causes = append(causes, "minutes: AWS Backup starts a plan once an hour at the most; give one minute")
	}
	if len(causes) == 0 && never(values[dayOfMonth], values[month]) {
		causes = append(causes, "no such day is in those months")
	}
	return causes
}

// RunsADay is how many backups the plan's schedule makes on a day that it runs, and
// whether it runs each day. It is for plans of a checked estate.
func (p Plan) RunsADay() (runs int, daily bool) {
	fields := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(p.Schedule, "cron("), ")"))
	if len(fields) != len(cronFields) {
		return 1, false
	}
	values, err := cronFields[hours].values(fields[hours])
	if err != nil {
		return 1, false
	}
	return len(values), everyDay(fields)
}

// everyDay is whether a schedule of these fields runs on each day.
func everyDay(fields []string) bool {
	return !slices.ContainsFunc([]int{dayOfMonth, month, dayOfWeek, year}, func(i int) bool { return fields[i] != "*" && fields[i] != "?" })
}

// values are those that a field stands for, sorted; none for what may stand alone.
func (f cronField) values(text string) ([]int, error) {
	if f.special != nil && f.special.MatchString(text) {
		return nil, nil
	}
	var all []int
	for term := range strings.SplitSeq(text, ",") {
		values, err := f.term(term)
		if err != nil {
			return nil, err
		}
		all = append(all, values...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// term is *, a value or a range, with or without a step.
func (f cronField) term(text string) ([]int, error) {
	bounds, stepText, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > f.high {
			return nil, fmt.Errorf("%q has no step of 1 to %d", text, f.high)
		}
	}
	low, high := f.low, f.high
	if bounds != "*" {
		first, last, isRange := strings.Cut(bounds, "-")
		var err error
		if low, err = f.value(first); err != nil {
			return nil, err
		}
		switch {
		case isRange:
			if high, err = f.value(last); err != nil {
				return nil, err
			}
		case !stepped:
			high = low
		}
	}
	if low > high {
		return nil, fmt.Errorf("%q ends before it begins", text)
	}
	var values []int
	for value := low; value <= high; value += step {
		values = append(values, value)
	}
	return values, nil
}

func (f cronField) value(text string) (int, error) {
	if i := slices.Index(f.words, text); i >= 0 {
		return f.low + i, nil
	}
	value, err := strconv.Atoi(text)
	if err != nil || strings.HasPrefix(text, "+") || value < f.low || value > f.high {
		return 0, fmt.Errorf("%q is not in %d-%d", text, f.low, f.high)
	}
	return value, nil
}

// never reports whether none of the months has any of the days.
func never(days, months []int) bool {
	length := []int{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	return len(days) > 0 && !slices.ContainsFunc(months, func(m int) bool { return days[0] <= length[m-1] })
}
