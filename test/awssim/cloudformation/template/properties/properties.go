// Package properties reads the properties of a resource one by one, notes what is
// wrong with them, and tells at the end which of them nobody has read: a property
// that the local AWS does not know is an error, and so is a value of the wrong
// kind. Where CloudFormation takes one kind for another - "30" for a number, 30
// for text, "true" for a flag - so does it.
package properties

import (
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// Reader reads the members of one object. Its methods never fail: what is wrong
// is told by Done, and an empty value stands in for what could not be read. It is
// not safe for concurrent use.
type Reader struct {
	at      document.Path
	values  map[string]any
	asked   map[string]bool // names that somebody has asked for
	standIn bool            // for an object that could not be read, which is a fault already
	whole   *whole
}

// whole is what the readers of one object and of those inside it have in common.
type whole struct {
	faults  document.Faults
	readers []*Reader
}

// New reads an object that stands at a place.
func New(at document.Path, values map[string]any) *Reader {
	return (&whole{}).reader(at, values)
}

func (w *whole) reader(at document.Path, values map[string]any) *Reader {
	r := &Reader{at: at, values: values, asked: map[string]bool{}, whole: w}
	w.readers = append(w.readers, r)
	return r
}

// Path is where the object stands.
func (r *Reader) Path() document.Path { return r.at }

// Given reports whether the property is there.
func (r *Reader) Given(name string) bool {
	r.asked[name] = true
	_, given := r.values[name]
	return given
}

// NoEffect names properties of any shape that are known, and change nothing, such as
// metadata.
func (r *Reader) NoEffect(names ...string) {
	for _, name := range names {
		r.asked[name] = true
	}
}

// Fault notes that a property is not as the local AWS needs it. Of an object that
// could not be read nothing more is told than that.
func (r *Reader) Fault(name, format string, args ...any) {
	if !r.standIn {
		r.whole.faults.Add(r.at.Key(name), format, args...)
	}
}

// Faults are all that is wrong with the object and those inside it: values of the
// wrong kind, properties that are missing, and properties that nobody has asked
// for.
func (r *Reader) Faults() document.Faults {
	faults := slices.Clone(r.whole.faults)
	for _, reader := range r.whole.readers {
		known := slices.Sorted(maps.Keys(reader.asked))
		for _, name := range slices.Sorted(maps.Keys(reader.values)) {
			if !reader.asked[name] {
				faults.Add(reader.at.Key(name), "the local AWS does not know %s here; it knows %s", name, words(known))
			}
		}
	}
	return faults
}

// Done is Faults as an error, a document.Faults; nil where nothing is wrong.
func (r *Reader) Done() error { return r.Faults().Err() }

// words lists them for a sentence.
func words(all []string) string {
	if len(all) == 0 {
		return "nothing"
	}
	return strings.Join(all, ", ")
}
