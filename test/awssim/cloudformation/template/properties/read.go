package properties

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// Text is a property that must be there.
func (r *Reader) Text(name string) string { return take(r, name, asText) }

// TextOr is Text that need not be there.
func (r *Reader) TextOr(name, otherwise string) string { return takeOr(r, name, otherwise, asText) }

// OneOf is a text that need not be there; where it is, it is one of the words.
func (r *Reader) OneOf(name, otherwise string, allowed ...string) string {
	return takeOr(r, name, otherwise, asWord(allowed))
}

// Word is OneOf that must be there.
func (r *Reader) Word(name string, allowed ...string) string { return take(r, name, asWord(allowed)) }

func asWord(allowed []string) func(any) (string, string) {
	return func(v any) (string, string) {
		text, wrong := asText(v)
		if wrong == "" && !slices.Contains(allowed, text) {
			wrong = "is " + strconv.Quote(text) + "; the local AWS knows " + words(allowed)
		}
		return text, wrong
	}
}

// Number is a property that must be there.
func (r *Reader) Number(name string) float64 { return take(r, name, asNumber) }

// NumberOr is Number that need not be there.
func (r *Reader) NumberOr(name string, otherwise float64) float64 {
	return takeOr(r, name, otherwise, asNumber)
}

// Whole is a whole number that must be there.
func (r *Reader) Whole(name string) int { return take(r, name, asWhole) }

// WholeOr is Whole that need not be there.
func (r *Reader) WholeOr(name string, otherwise int) int { return takeOr(r, name, otherwise, asWhole) }

// Flag is a property that must be there.
func (r *Reader) Flag(name string) bool { return take(r, name, asFlag) }

// FlagOr is Flag that need not be there.
func (r *Reader) FlagOr(name string, otherwise bool) bool { return takeOr(r, name, otherwise, asFlag) }

// List is a list of any values that must be there.
func (r *Reader) List(name string) []any { return take(r, name, asList) }

// Texts is a list of texts; empty where it is not there.
func (r *Reader) Texts(name string) []string {
	var texts []string
	for i, item := range takeOr(r, name, nil, asList) {
		text, wrong := asText(item)
		if wrong != "" {
			r.whole.faults.Add(r.at.Key(name).Item(i), "%s", wrong)
		}
		texts = append(texts, text)
	}
	return texts
}

// TextMap is an object of texts under names that nobody prescribes, such as a
// function's variables; empty where it is not there.
func (r *Reader) TextMap(name string) map[string]string {
	values := takeOr(r, name, nil, asObject)
	texts := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		text, wrong := asText(values[key])
		if wrong != "" {
			r.whole.faults.Add(r.at.Key(name).Key(key), "%s", wrong)
		}
		texts[key] = text
	}
	return texts
}

// Object reads an object that must be there; ask Given for one that need not be.
// Its faults are told by the Done of the reader that it comes from.
func (r *Reader) Object(name string) *Reader {
	before := len(r.whole.faults)
	values := take(r, name, asObject)
	child := r.whole.reader(r.at.Key(name), values)
	child.standIn = r.standIn || len(r.whole.faults) > before
	return child
}

// Objects reads a list of objects; empty where it is not there.
func (r *Reader) Objects(name string) []*Reader {
	var children []*Reader
	for i, item := range takeOr(r, name, nil, asList) {
		at := r.at.Key(name).Item(i)
		values, wrong := asObject(item)
		if wrong != "" {
			r.whole.faults.Add(at, "%s", wrong)
			continue
		}
		children = append(children, r.whole.reader(at, values))
	}
	return children
}

// JSON is a document that must be there, such as a policy, as text with sorted
// names. CloudFormation hands documents over as objects; one that is JSON text
// already is taken as well.
func (r *Reader) JSON(name string) string {
	return take(r, name, func(v any) (string, string) {
		if text, ok := v.(string); ok {
			decoded, faults := document.Decode([]byte(text))
			if len(faults) > 0 {
				return "", "holds text that cannot be taken for a document: " + faults.Error()
			}
			v = decoded
		}
		switch v.(type) {
		case map[string]any, []any:
		default:
			return "", belongs(v, "a document")
		}
		text, err := document.JSON(v)
		if err != nil {
			return "", err.Error()
		}
		return text, ""
	})
}

// Value is a property as it stands; nil where it is not there.
func (r *Reader) Value(name string) any {
	return takeOr(r, name, nil, func(v any) (any, string) { return v, "" })
}

// take converts a property that must be there. The conversion says what is wrong
// with a value, nothing if nothing is.
func take[T any](r *Reader, name string, convert func(any) (T, string)) T {
	var none T
	if !r.Given(name) {
		r.Fault(name, "is missing")
	}
	return takeOr(r, name, none, convert)
}

func takeOr[T any](r *Reader, name string, otherwise T, convert func(any) (T, string)) T {
	if !r.Given(name) {
		return otherwise
	}
	value, wrong := convert(r.values[name])
	if wrong != "" {
		r.Fault(name, "%s", wrong)
		return otherwise
	}
	return value
}

func belongs(v any, what string) string {
	return "is " + document.Kind(v) + "; " + what + " belongs here"
}

func asText(v any) (string, string) {
	text, ok := document.Text(v)
	if !ok {
		return "", belongs(v, "text")
	}
	return text, ""
}

func asNumber(v any) (float64, string) {
	switch v := v.(type) {
	case float64:
		return v, ""
	case string:
		number, err := strconv.ParseFloat(v, 64)
		if err == nil && !math.IsNaN(number) && !math.IsInf(number, 0) {
			return number, ""
		}
		return 0, "is " + strconv.Quote(v) + "; a number belongs here"
	default:
		return 0, belongs(v, "a number")
	}
}

func asWhole(v any) (int, string) {
	number, wrong := asNumber(v)
	if wrong == "" && (number != math.Trunc(number) || math.Abs(number) > 1<<53) {
		text, _ := document.Text(v)
		wrong = "is " + text + "; a whole number belongs here"
	}
	if wrong != "" {
		return 0, wrong
	}
	return int(number), ""
}

func asFlag(v any) (bool, string) {
	switch v {
	case true, "true":
		return true, ""
	case false, "false":
		return false, ""
	default:
		return false, belongs(v, "true or false")
	}
}

func asList(v any) ([]any, string) {
	list, ok := v.([]any)
	if !ok {
		return nil, belongs(v, "a list")
	}
	return list, ""
}

func asObject(v any) (map[string]any, string) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, belongs(v, "an object")
	}
	return object, ""
}
