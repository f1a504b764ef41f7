package eventpattern

import (
	"strconv"
	"strings"
)

// maxMicros is EventBridge's largest number, 5,000,000,000, in millionths
// [event-ruler: ComparableNumber].
const maxMicros = 5_000_000_000 * 1_000_000

// micros reads a JSON number in millionths. It reports false for a number that
// EventBridge cannot compare as a number: one outside ±5,000,000,000 or with
// more than six decimals.
func micros(literal string) (int64, bool) {
	unsigned, negative := strings.CutPrefix(literal, "-")
	mantissa, exponent := unsigned, 0
	var exponentErr error
	if i := strings.IndexAny(unsigned, "eE"); i >= 0 {
		mantissa = unsigned[:i]
		exponent, exponentErr = strconv.Atoi(unsigned[i+1:])
	}
	whole, decimals, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole+decimals, "0")
	significant := strings.TrimRight(digits, "0")
	if significant == "" {
		return 0, true
	}
	if exponentErr != nil {
		return 0, false // an exponent beyond an int
	}
	const longest = len("5000000000000000")
	shift := exponent - len(decimals) + len(digits) - len(significant) + 6
	if shift < 0 || shift > longest || len(significant)+shift > longest {
		return 0, false
	}
	n, err := strconv.ParseInt(significant+strings.Repeat("0", shift), 10, 64)
	if err != nil || n > maxMicros {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}
