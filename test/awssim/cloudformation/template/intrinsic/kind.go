package intrinsic

import (
	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// gives is what is known of an expression's value before it is worked out.
type gives int

const (
	unknown gives = iota
	text
	list
	neither // an object
)

func givesOf(e Expression) gives {
	switch e := e.(type) {
	case literal, Reference:
		return text
	case array:
		return list
	case object:
		return neither
	case call:
		return e.gives
	case choice:
		if then := givesOf(e.then); then == givesOf(e.otherwise) {
			return then
		}
	}
	return unknown
}

// kindOf says what stands where something else belongs.
func kindOf(e Expression, v any) string {
	if _, isObject := v.(map[string]any); !isObject || givesOf(e) == neither {
		return document.Kind(v)
	}
	if givesOf(e) == list {
		return "a function that gives a list"
	}
	return "a function that gives text"
}

// textOf takes a value that was worked out for text.
func textOf(at document.Path, v any) (string, document.Faults) {
	t, ok := document.Text(v)
	if !ok {
		return "", document.At(at, "gives %s; text belongs here", document.Kind(v))
	}
	return t, nil
}

// textsOf takes a value that was worked out for a list of texts.
func textsOf(at document.Path, v any) ([]string, document.Faults) {
	items, ok := v.([]any)
	if !ok {
		return nil, document.At(at, "gives %s; a list belongs here", document.Kind(v))
	}
	var faults document.Faults
	var texts []string
	for i, item := range items {
		t, wrong := textOf(at.Item(i), item)
		faults.Join(wrong)
		texts = append(texts, t)
	}
	return texts, faults
}
