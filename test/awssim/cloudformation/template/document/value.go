package document

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// Kind says what a plain value is, for sentences: "an object", "text".
func Kind(v any) string {
	switch v.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "text"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	default:
		return "no value"
	}
}

// Text writes text, a number or true and false as text; false for any other
// value. That CloudFormation takes each of them where text belongs, written so, is
// UNCONFIRMED A99.
func Text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	default:
		return "", false
	}
}

// JSON writes a plain value with sorted names, without spaces and without escapes
// that JSON does not ask for: equal values are equal texts.
func JSON(v any) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "", fmt.Errorf("encode %s: %w", Kind(v), err)
	}
	return string(bytes.TrimSuffix(text.Bytes(), []byte("\n"))), nil
}
