package document

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Path is where something stands in a document, from its root:
// Resources.Bus.Properties.Tags[0].Key. A name that would make it hard to read
// stands in quotes.
type Path string

// Key is the path of an object's member.
func (p Path) Key(name string) Path {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:@"
	if name == "" || strings.Trim(name, plain) != "" {
		name = strconv.Quote(name)
	}
	if p == "" {
		return Path(name)
	}
	return p + "." + Path(name)
}

// Item is the path of a list's item, counted from 0.
func (p Path) Item(i int) Path { return p + Path(fmt.Sprintf("[%d]", i)) }

// Fault is one thing that is wrong with a document.
type Fault struct {
	Path   Path // empty: the whole document
	Reason string
}

// Error is "path: reason".
func (f Fault) Error() string {
	if f.Path == "" {
		return f.Reason
	}
	return string(f.Path) + ": " + f.Reason
}

// Faults are all that is wrong with a document, in the order found, each once.
type Faults []Fault

// At is the one fault at a place.
func At(at Path, format string, args ...any) Faults {
	return Faults{{Path: at, Reason: fmt.Sprintf(format, args...)}}
}

// Add notes a fault.
func (f *Faults) Add(at Path, format string, args ...any) {
	f.Join(At(at, format, args...))
}

// Join notes other faults, without those that are noted already.
func (f *Faults) Join(others Faults) {
	for _, other := range others {
		if !slices.Contains(*f, other) {
			*f = append(*f, other)
		}
	}
}

// Error has one fault to a line.
func (f Faults) Error() string {
	var lines []string
	for _, fault := range f {
		lines = append(lines, fault.Error())
	}
	return strings.Join(lines, "\n")
}

// Err is the faults as an error, nil where there are none.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
