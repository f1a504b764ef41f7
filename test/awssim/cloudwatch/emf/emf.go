// Package emf reads log lines in CloudWatch's embedded metric format [CloudWatch:
// embedded metric format specification].
//
// AWS passes over what it cannot read; here that is an error, as are members that the
// specification does not know: an alarm on such a line would never ring.
package emf

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Datum is what a line says of one metric.
type Datum struct {
	Namespace, Name string
	Dimensions      map[string]string
	Values          []float64
}

// Parse reads a line. is reports whether it is one of metrics, or means to be: another
// line is no error. Each set of dimensions makes a metric of its own. The line's
// timestamp must be there, and is left to the caller.
func Parse(line string) (data []Datum, is bool, err error) {
	if line = strings.TrimSpace(line); !strings.HasPrefix(line, "{") || !strings.Contains(line, `"_aws"`) {
		return nil, false, nil
	}
	var root map[string]json.RawMessage
	if err := json.Unmarshal([]byte(line), &root); err != nil {
		return nil, true, fmt.Errorf("the line is not JSON: %w", err)
	}
	metadata, is := root["_aws"]
	if !is {
		return nil, false, nil
	}
	directives, err := directivesOf(metadata)
	for _, d := range directives {
		if err == nil {
			var more []Datum
			more, err = d.read(root)
			data = append(data, more...)
		}
	}
	if err != nil {
		return nil, true, err
	}
	return data, true, nil
}

// directivesOf reads the metadata object.
func directivesOf(metadata json.RawMessage) ([]directive, error) {
	at, err := object("_aws", metadata, "Timestamp", "CloudWatchMetrics")
	if err != nil {
		return nil, err
	}
	var stamp int64
	if err := at.read("Timestamp", &stamp); err != nil {
		return nil, err
	}
	if stamp <= 0 {
		return nil, errors.New("_aws.Timestamp is no time in milliseconds since 1970")
	}
	var items []json.RawMessage
	if err := at.read("CloudWatchMetrics", &items); err != nil {
		return nil, err
	}
	directives := make([]directive, len(items))
	for i, item := range items {
		if directives[i], err = directiveOf(fmt.Sprintf("_aws.CloudWatchMetrics[%d]", i), item); err != nil {
			return nil, err
		}
	}
	return directives, nil
}

// members are those of an object, and where it stands.
type members struct {
	path   string
	values map[string]json.RawMessage
}

// object reads one that has no other members than these.
func object(path string, text json.RawMessage, known ...string) (members, error) {
	m := members{path: path}
	if err := json.Unmarshal(text, &m.values); err != nil || m.values == nil {
		return m, fmt.Errorf("%s is not an object", path)
	}
	left := len(m.values)
	for _, name := range known {
		if _, there := m.values[name]; there {
			left--
		}
	}
	if left > 0 {
		return m, fmt.Errorf("%s has other members than %s", path, strings.Join(known, ", "))
	}
	return m, nil
}

func (m members) has(name string) bool {
	_, there := m.values[name]
	return there
}

// read reads a member that must be there.
func (m members) read(name string, into any) error {
	text, there := m.values[name]
	if !there || string(text) == "null" {
		return fmt.Errorf("%s.%s is missing", m.path, name)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s.%s: %w", m.path, name, err)
	}
	return nil
}
