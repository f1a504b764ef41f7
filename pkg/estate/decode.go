package estate

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/twohop/twohop/pkg/ages"
)

// decoder lays a YAML document over a value that holds the defaults. It takes
// nothing that it does not know, and it remembers where everything stands.
type decoder struct {
	faults faults
	lines  map[string]int  // of each path in the document
	broken map[string]bool // paths whose value could not be taken: the default stands there
}

func (d *decoder) fault(at, format string, args ...any) {
	d.broken[at] = true
	d.faults.add(at, format, args...)
}

// value lays one node over what is there.
func (d *decoder) value(at string, node *yaml.Node, into reflect.Value) {
	switch {
	case node.Kind == yaml.AliasNode:
		d.fault(at, "*%s is an alias; write the value out", node.Value)
	case node.Anchor != "":
		d.fault(at, "&%s is an anchor; write the value out wherever it is needed", node.Anchor)
	case node.Style&yaml.TaggedStyle != 0:
		d.fault(at, "%s is a tag; write the value without it", node.Tag)
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null":
		d.fault(at, "is empty; give it a value, or leave the key out for its default")
	default:
		d.kind(at, node, into)
	}
}

func (d *decoder) kind(at string, node *yaml.Node, into reflect.Value) {
	switch kind := into.Kind(); {
	case kind == reflect.Struct:
		if d.is(at, node, yaml.MappingNode, "keys with values") {
			d.structure(at, node, into)
		}
	case kind == reflect.Map:
		if d.is(at, node, yaml.MappingNode, "keys with values") {
			d.mapping(at, node, into)
		}
	case kind == reflect.Slice:
		if d.is(at, node, yaml.SequenceNode, "a list") {
			d.sequence(at, node, into)
		}
	case kind == reflect.Pointer:
		if into.IsNil() {
			into.Set(reflect.New(into.Type().Elem()))
		}
		d.kind(at, node, into.Elem())
	case d.is(at, node, yaml.ScalarNode, "one value"):
		d.scalar(at, node, into)
	}
}

func (d *decoder) is(at string, node *yaml.Node, want yaml.Kind, what string) bool {
	if node.Kind == want {
		return true
	}
	got := map[yaml.Kind]string{yaml.MappingNode: "keys with values", yaml.SequenceNode: "a list", yaml.ScalarNode: "one value"}[node.Kind]
	d.fault(at, "is %s; it takes %s", got, what)
	return false
}

// structure lays keys over the fields of their yaml tags. A field with the tag
// given:"whole" keeps nothing of its default where the document has its key.
func (d *decoder) structure(at string, node *yaml.Node, into reflect.Value) {
	fields, names := map[string]int{}, []string{}
	for i := range into.NumField() {
		name := into.Type().Field(i).Tag.Get("yaml")
		fields[name] = i
		names = append(names, name)
	}
	d.pairs(at, node, func(path, key string, node *yaml.Node) {
		i, known := fields[key]
		if !known {
			d.fault(path, "no such key%s; the keys here are %s", nearest(key, names), list(names))
			return
		}
		if into.Type().Field(i).Tag.Get("given") == "whole" {
			into.Field(i).SetZero()
		}
		d.value(path, node, into.Field(i))
	})
}

// mapping lays each entry over the one of its name, or over the entry that new
// ones begin with.
func (d *decoder) mapping(at string, node *yaml.Node, into reflect.Value) {
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	d.pairs(at, node, func(path, key string, node *yaml.Node) {
		entry := reflect.New(into.Type().Elem()).Elem()
		if there := into.MapIndex(reflect.ValueOf(key)); there.IsValid() {
			entry.Set(there)
		} else if plan, ok := entry.Addr().Interface().(*Plan); ok {
			*plan = newPlan(key)
		}
		d.value(path, node, entry)
		into.SetMapIndex(reflect.ValueOf(key), entry)
	})
}

// pairs visits the keys of a mapping, each once.
func (d *decoder) pairs(at string, node *yaml.Node, visit func(path, key string, value *yaml.Node)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		path := join(at, word(key.Value))
		if key.Kind != yaml.ScalarNode || key.Anchor != "" || key.Style&yaml.TaggedStyle != 0 {
			path = join(at, "?")
			d.lines[path] = key.Line
			d.fault(path, "is no plain key; write it as one word")
			continue
		}
		first, twice := seen[key.Value]
		d.lines[path] = key.Line
		if twice {
			d.faults.add(path, "stands here and in line %d; keep one of them", first)
			continue
		}
		seen[key.Value] = key.Line
		visit(path, key.Value, value)
	}
}

func (d *decoder) sequence(at string, node *yaml.Node, into reflect.Value) {
	into.Set(reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content)))
	for i, node := range node.Content {
		d.lines[item(at, i)] = node.Line
		d.value(item(at, i), node, into.Index(i))
	}
}

// scalar takes text as it is written: an account id needs no quotes and keeps its
// leading zeros.
func (d *decoder) scalar(at string, node *yaml.Node, into reflect.Value) {
	quoted := node.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	switch held := into.Addr().Interface().(type) {
	case *time.Duration:
		duration, err := ages.Parse(node.Value)
		if err != nil {
			d.fault(at, "%q is not a duration; it would look like 15m, 26h or 1d", node.Value)
		}
		*held = duration
	case *int:
		number, err := strconv.Atoi(node.Value)
		if err != nil || quoted || strconv.Itoa(number) != node.Value { // 010 is 8 to YAML
			d.fault(at, "%q is not a whole number, without quotes", node.Value)
			return
		}
		*held = number
	case *bool:
		if quoted || node.Value != "true" && node.Value != "false" {
			d.fault(at, "%q is not true or false, without quotes", node.Value)
			return
		}
		*held = node.Value == "true"
	default:
		into.SetString(node.Value)
	}
}

// word quotes a key that would make its path hard to read.
func word(key string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
	if key != "" && strings.Trim(key, plain) == "" {
		return key
	}
	return strconv.Quote(key)
}

// line is where a path stands, or what it would stand below; 0: nowhere.
func (d *decoder) line(at string) int {
	for at != "" {
		if line, ok := d.lines[at]; ok {
			return line
		}
		at = at[:max(strings.LastIndexAny(at, ".["), 0)]
	}
	return 0
}

// given reports whether the document has a value for the path that could be taken.
func (d *decoder) given(at string) bool { return d.lines[at] > 0 && !d.broken[at] }

// doubtful reports whether a value that could not be taken is at the path, above
// it or below it. A default stands in its place, which is nobody's fault.
func (d *decoder) doubtful(at string) bool {
	for broken := range d.broken {
		if at == broken || under(at, broken) || under(broken, at) {
			return true
		}
	}
	return false
}

// under reports whether path is below another.
func under(path, other string) bool {
	rest, ok := strings.CutPrefix(path, other)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
}

// sorted are all faults in the order of the file; first those whose key is not in it.
func (d *decoder) sorted() faults {
	slices.SortStableFunc(d.faults, func(a, b fault) int { return d.line(a.at) - d.line(b.at) })
	return d.faults
}
