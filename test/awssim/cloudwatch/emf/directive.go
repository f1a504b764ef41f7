package emf

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The specification's limits.
const (
	maxDimensions = 30  // of a set
	maxMetrics    = 100 // of a directive
	maxValues     = 100 // of a metric
	maxName       = 1024
)

var units = strings.Fields(`Seconds Microseconds Milliseconds Bytes Kilobytes Megabytes Gigabytes Terabytes
	Bits Kilobits Megabits Gigabits Terabits Percent Count Bytes/Second Kilobytes/Second Megabytes/Second
	Gigabytes/Second Terabytes/Second Bits/Second Kilobits/Second Megabits/Second Gigabits/Second
	Terabits/Second Count/Second None`)

// directive tells which members of a line are metrics, and which their dimensions.
type directive struct {
	namespace  string
	dimensions [][]string
	metrics    []string
}

func directiveOf(path string, text json.RawMessage) (directive, error) {
	var d directive
	at, err := object(path, text, "Namespace", "Dimensions", "Metrics")
	if err != nil {
		return d, err
	}
	if err := at.read("Namespace", &d.namespace); err != nil {
		return d, err
	}
	if err := checkName(path+".Namespace", d.namespace); err != nil {
		return d, err
	}
	if strings.HasPrefix(d.namespace, "AWS/") {
		return d, fmt.Errorf("%s.Namespace is %q; those that begin with AWS/ are AWS's own", path, d.namespace)
	}
	if err := at.read("Dimensions", &d.dimensions); err != nil {
		return d, err
	}
	if len(d.dimensions) == 0 {
		return d, fmt.Errorf("%s.Dimensions has no set of dimensions", path)
	}
	var items []json.RawMessage
	if err := at.read("Metrics", &items); err != nil {
		return d, err
	}
	if len(items) == 0 || len(items) > maxMetrics {
		return d, fmt.Errorf("%s.Metrics has %d metrics; 1 to %d are allowed", path, len(items), maxMetrics)
	}
	for i, item := range items {
		name, err := metricOf(fmt.Sprintf("%s.Metrics[%d]", path, i), item)
		if err != nil {
			return d, err
		}
		d.metrics = append(d.metrics, name)
	}
	return d, nil
}

// metricOf reads the definition of a metric. The unit changes nothing here.
func metricOf(path string, text json.RawMessage) (name string, err error) {
	at, err := object(path, text, "Name", "Unit", "StorageResolution")
	if err != nil {
		return "", err
	}
	if err := at.read("Name", &name); err != nil {
		return "", err
	}
	if err := checkName(path+".Name", name); err != nil {
		return "", err
	}
	if at.has("Unit") {
		var unit string
		if err := at.read("Unit", &unit); err != nil {
			return "", err
		}
		if !slices.Contains(units, unit) {
			return "", fmt.Errorf("%s.Unit: %q is no unit", path, unit)
		}
	}
	if at.has("StorageResolution") {
		var seconds int
		if err := at.read("StorageResolution", &seconds); err != nil {
			return "", err
		}
		if seconds != 60 {
			return "", fmt.Errorf("%s.StorageResolution is %d; awssim keeps whole minutes, 60", path, seconds)
		}
	}
	return name, nil
}

func checkName(path, name string) error {
	if name == "" || len(name) > maxName {
		return fmt.Errorf("%s has %d characters; 1 to %d are allowed", path, len(name), maxName)
	}
	return nil
}

// read takes dimensions and values from the line's other members.
func (d directive) read(root map[string]json.RawMessage) ([]Datum, error) {
	var data []Datum
	for _, set := range d.dimensions {
		dimensions, err := dimensionsOf(set, root)
		if err != nil {
			return nil, err
		}
		for _, name := range d.metrics {
			values, err := valuesOf(name, root[name])
			if err != nil {
				return nil, err
			}
			data = append(data, Datum{Namespace: d.namespace, Name: name, Dimensions: dimensions, Values: values})
		}
	}
	return data, nil
}

func dimensionsOf(set []string, root map[string]json.RawMessage) (map[string]string, error) {
	if len(set) > maxDimensions {
		return nil, fmt.Errorf("a set of %d dimensions; %d are the most", len(set), maxDimensions)
	}
	dimensions := map[string]string{}
	for _, name := range set {
		var value string
		if err := json.Unmarshal(root[name], &value); err != nil || value == "" {
			return nil, fmt.Errorf("the dimension %q is no text of the line", name)
		}
		dimensions[name] = value
	}
	return dimensions, nil
}

// valuesOf is a number, or an array of numbers.
func valuesOf(name string, text json.RawMessage) ([]float64, error) {
	values := []*float64{nil}
	if err := json.Unmarshal(text, &values[0]); err != nil {
		values = nil
		if err := json.Unmarshal(text, &values); err != nil {
			return nil, fmt.Errorf("the metric %q is neither a number nor an array of numbers of the line", name)
		}
	}
	if len(values) == 0 || len(values) > maxValues || slices.Contains(values, nil) {
		return nil, fmt.Errorf("the metric %q has %d values; 1 to %d numbers are allowed", name, len(values), maxValues)
	}
	numbers := make([]float64, len(values))
	for i, value := range values {
		numbers[i] = *value
	}
	return numbers, nil
}
