package eventpattern

import (
	"strings"
	"unicode/utf8"
)

// value is one leaf of an event.
type value struct {
	kind kind // null, bool, number or string
	text string
}

// filter reports whether a value that a field has passes.
type filter func(value) bool

// filters are a field's list: any of them is enough.
type filters struct {
	any    []filter
	absent bool // exists:false is among them
}

// accept returns the fields whose value passes.
func (f filters) accept(fields []field) []field {
	var accepted []field
	for _, field := range fields {
		for _, passes := range f.any {
			if passes(field.value) {
				accepted = append(accepted, field)
				break
			}
		}
	}
	return accepted
}

// onString is a filter that only strings pass.
func onString(test func(string) bool) filter {
	return func(v value) bool { return v.kind == kindString && test(v.text) }
}

// literal is a plain null, true, false or number. Numbers compare as numbers (5
// is 5.0) where EventBridge can represent them, and as they are spelled where it
// cannot.
func literal(n node) filter {
	want, isNumber := micros(n.text)
	return func(v value) bool {
		if v.kind != n.kind {
			return false
		}
		if v.kind != kindNumber || !isNumber || v.text == n.text {
			return v.text == n.text
		}
		have, ok := micros(v.text)
		return ok && have == want
	}
}

// text is a plain string. One that spells an IP address matches every other
// spelling of the same address.
func text(want string) filter {
	wantAddress, isAddress := address(want)
	return onString(func(s string) bool {
		if !isAddress {
			return s == want
		}
		have, ok := address(s)
		return ok && have == wantAddress
	})
}

// Case folding may change a letter's length in bytes, so the ends of a string
// are cut by letters.

func hasPrefixFold(s, prefix string) bool {
	rest := s
	for range prefix {
		_, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
	}
	return strings.EqualFold(s[:len(s)-len(rest)], prefix)
}

func hasSuffixFold(s, suffix string) bool {
	rest := s
	for range suffix {
		_, size := utf8.DecodeLastRuneInString(rest)
		rest = rest[:len(rest)-size]
	}
	return strings.EqualFold(s[len(rest):], suffix)
}

// matchPieces matches a wildcard string that was cut at its stars: the first
// piece must begin the string, the last must end it, the others must follow one
// another between them.
func matchPieces(s string, pieces []string) bool {
	last := len(pieces) - 1
	if last == 0 {
		return s == pieces[0]
	}
	rest, begins := strings.CutPrefix(s, pieces[0])
	rest, ends := strings.CutSuffix(rest, pieces[last])
	if !begins || !ends {
		return false
	}
	for _, piece := range pieces[1:last] {
		var found bool
		if _, rest, found = strings.Cut(rest, piece); !found {
			return false
		}
	}
	return true
}

// none passes what none of the filters does, values of other types included.
func none(excluded []filter) filter {
	return func(v value) bool {
		for _, passes := range excluded {
			if passes(v) {
				return false
			}
		}
		return true
	}
}
