package cron

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// unspecified is the field of the two days that the other one replaces.
const unspecified = "?"

// set has the values of a field that match.
type set map[int]bool

// field is one of the six: its values, and which of the characters it has that not
// every field has.
type field struct {
	name      string
	low, high int
	names     []string // of the values from low on
	special   string
	noSteps   bool // "/" is not among the field's characters
}

// values reads a list of values, ranges and steps.
func (f field) values(text string) (set, error) {
	found := set{}
	for _, item := range strings.Split(text, ",") {
		first, last, step, err := f.item(item)
		if err != nil {
			return nil, err
		}
		for v := first; v <= last; v += step {
			found[v] = true
		}
	}
	return found, nil
}

// item reads one of: *, 5, MON, 1-5, */15, 5/15.
func (f field) item(text string) (first, last, step int, err error) {
	start, increment, stepped := strings.Cut(text, "/")
	step = 1
	if stepped {
		step, err = strconv.Atoi(increment)
		switch {
		case f.noSteps:
			return 0, 0, 0, fmt.Errorf("%q has a step; this field has none", text)
		case err != nil || step < 1 || step > f.high:
			return 0, 0, 0, fmt.Errorf("%q: its step must be a number from 1 to %d", text, f.high)
		case strings.Contains(start, "-"):
			return 0, 0, 0, fmt.Errorf("%q is a step over a range, which AWS does not document; list the values", text)
		}
	}
	if start == "*" {
		return f.low, f.high, step, nil
	}
	from, to, ranged := strings.Cut(start, "-")
	if first, err = f.value(from); err != nil {
		return 0, 0, 0, err
	}
	switch {
	case ranged:
		last, err = f.value(to)
	case stepped:
		last = f.high
	default:
		last = first
	}
	if err == nil && last < first {
		err = fmt.Errorf("%q falls, which AWS does not document; write it as a list", text)
	}
	return first, last, step, err
}

// value reads a number or a name.
func (f field) value(text string) (int, error) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.low + i, nil
	}
	n, err := number(text)
	if err == nil && f.low <= n && n <= f.high {
		return n, nil
	}
	allowed := fmt.Sprintf("a value from %d to %d", f.low, f.high)
	if len(f.names) > 0 {
		allowed += fmt.Sprintf(" or %s to %s", f.names[0], f.names[len(f.names)-1])
	}
	if f.special != "" {
		return 0, fmt.Errorf("%q is not %s; besides those the field knows %s alone, not in a list", text, allowed, f.special)
	}
	return 0, fmt.Errorf("%q is not %s", text, allowed)
}

// number takes digits only: no sign.
func number(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", text)
	}
	return int(n), nil
}
