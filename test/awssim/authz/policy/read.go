package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// faults are all that is wrong with one document.
type faults struct {
	document string
	list     []error
}

func (f *faults) add(path, format string, args ...any) {
	if path == "" {
		path = "document"
	}
	f.list = append(f.list, fmt.Errorf("read policy %s: %s: %w", f.document, path, fmt.Errorf(format, args...)))
}

// reader reads JSON. Unlike json.Unmarshal it does not let the last of two members
// with one name win: AWS would see a policy that its author did not.
type reader struct {
	decoder *json.Decoder
	faults  *faults
}

func readJSON(text []byte, f *faults) (any, bool) {
	r := reader{decoder: json.NewDecoder(bytes.NewReader(text)), faults: f}
	r.decoder.UseNumber()
	v, err := r.value("")
	if err == nil {
		if _, after := r.decoder.Token(); !errors.Is(after, io.EOF) {
			err = errors.New("something follows the document")
		}
	}
	if err != nil {
		f.add("", "read JSON: %w", err)
		return nil, false
	}
	return v, true
}

func (r *reader) value(path string) (any, error) {
	token, err := r.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return r.object(path)
	case json.Delim('['):
		return r.list(path)
	default:
		return token, nil
	}
}

func (r *reader) object(path string) (any, error) {
	members := map[string]any{}
	for r.decoder.More() {
		token, err := r.decoder.Token()
		if err != nil {
			return nil, err
		}
		name := fmt.Sprint(token) // the decoder gives nothing but strings here
		v, err := r.value(below(path, name))
		if err != nil {
			return nil, err
		}
		if _, twice := members[name]; twice {
			r.faults.add(below(path, name), "is given twice")
		}
		members[name] = v
	}
	_, err := r.decoder.Token()
	return members, err
}

func (r *reader) list(path string) (any, error) {
	list := []any{}
	for r.decoder.More() {
		v, err := r.value(at(path, len(list)))
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := r.decoder.Token()
	return list, err
}

func below(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func at(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// located is a string of a document and where it stands.
type located struct{ text, path string }

// texts reads one string or a list of at least one.
func (f *faults) texts(path string, v any) []located {
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	if len(list) == 0 {
		f.add(path, "is an empty list; it must have a value")
	}
	var texts []located
	for i, item := range list {
		where := path
		if many {
			where = at(path, i)
		}
		if s, ok := item.(string); ok && s != "" {
			texts = append(texts, located{s, where})
		} else {
			f.add(where, "is %s; it must be a string that is not empty", display(item))
		}
	}
	return texts
}

// members reads an object and refuses members of other names than known.
func (f *faults) members(path string, v any, known ...string) map[string]any {
	object, ok := v.(map[string]any)
	if !ok {
		f.add(path, "is %s; it must be an object", display(v))
	}
	for _, name := range sorted(object) {
		if len(known) > 0 && !slices.Contains(known, name) {
			f.add(below(path, name), "is not known; known are %v", known)
		}
	}
	return object
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func display(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}
