package estate

import (
	"fmt"
	"strings"
)

// fault is one thing that is wrong with an input: where, and what would be right.
type fault struct {
	at   string // environment variable, or path in the estate's file
	text string
}

// Error is "where: what".
func (f fault) Error() string { return f.at + ": " + f.text }

// faults collects everything that is wrong with one input.
type faults []fault

func (f *faults) add(at, format string, args ...any) {
	*f = append(*f, fault{at: at, text: fmt.Sprintf(format, args...)})
}

func (f faults) errors() []error {
	var all []error
	for _, one := range f {
		all = append(all, one)
	}
	return all
}

// join writes the path of a key below another.
func join(at, key string) string {
	if at == "" {
		return key
	}
	return at + "." + key
}

// item writes the path of a list's item.
func item(at string, i int) string { return fmt.Sprintf("%s[%d]", at, i) }

// list writes words as a sentence names them.
func list(words []string) string { return strings.Join(words, ", ") }

// nearest asks for the word that was probably meant; empty where none is a slip
// away.
func nearest(word string, known []string) string {
	best, distance := "", 3
	for _, candidate := range known {
		if d := edits(strings.ToLower(word), strings.ToLower(candidate)); d < distance && d < len(candidate)/2 {
			best, distance = candidate, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (is %s meant?)", best)
}

// edits counts the bytes to change, add or take away until a is b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
