// Package document reads JSON into plain values - map[string]any, []any, string,
// float64, bool - and refuses what encoding/json takes in silence: a name that is
// there twice, a number that a float64 does not hold, text that is not UTF-8.
// Whatever is wrong is named by its place.
package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// deepest is how many objects and lists may be inside one another: far more than
// a template needs, and few enough to walk them without care.
const deepest = 100

// Decode reads one JSON value. There is no null in templates [CloudFormation:
// template format errors], so null is a fault.
func Decode(text []byte) (any, Faults) {
	if !utf8.Valid(text) {
		return nil, At("", "is not UTF-8 text")
	}
	// Unmarshal first: it refuses what follows the value, and its errors tell
	// what is wrong.
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, At("", "is not JSON%s: %v", lineOf(err, text), err)
	}
	d := decoder{tokens: json.NewDecoder(bytes.NewReader(text))}
	d.tokens.UseNumber()
	value := d.value("", 0)
	if len(d.faults) > 0 {
		return nil, d.faults
	}
	return value, nil
}

func lineOf(err error, text []byte) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return ""
	}
	before := text[:min(int(syntax.Offset), len(text))]
	return " in line " + strconv.Itoa(1+bytes.Count(before, []byte("\n")))
}

type decoder struct {
	tokens *json.Decoder
	faults Faults
	spent  bool // no token comes any more
}

func (d *decoder) token() json.Token {
	token, err := d.tokens.Token()
	if err != nil {
		d.faults.Add("", "cannot be read: %v", err)
		d.spent = true
	}
	return token
}

func (d *decoder) more() bool { return !d.spent && d.tokens.More() }

func (d *decoder) value(at Path, depth int) any {
	if depth > deepest {
		d.faults.Add("", "is nested more than %d levels deep", deepest)
		d.spent = true
	}
	if d.spent {
		return nil
	}
	switch token := d.token().(type) {
	case json.Delim:
		if token == '[' {
			return d.list(at, depth)
		}
		return d.object(at, depth)
	case json.Number:
		return d.number(at, token.String())
	case nil:
		d.faults.Add(at, "is null; leave the name out, or give it a value")
		return nil
	default:
		return token
	}
}

func (d *decoder) object(at Path, depth int) map[string]any {
	object := map[string]any{}
	for d.more() {
		name, _ := d.token().(string)
		if _, twice := object[name]; twice {
			d.faults.Add(at.Key(name), "is there twice; keep one of them")
		}
		object[name] = d.value(at.Key(name), depth+1)
	}
	d.end()
	return object
}

func (d *decoder) list(at Path, depth int) []any {
	list := []any{}
	for d.more() {
		list = append(list, d.value(at.Item(len(list)), depth+1))
	}
	d.end()
	return list
}

// end reads the closing bracket.
func (d *decoder) end() {
	if !d.spent {
		d.token()
	}
}

func (d *decoder) number(at Path, literal string) float64 {
	number, err := strconv.ParseFloat(literal, 64)
	whole := !strings.ContainsAny(literal, ".eE")
	if err != nil || whole && strconv.FormatFloat(number, 'f', 0, 64) != literal {
		d.faults.Add(at, "%s is a number that is not held exactly; write it as text", literal)
	}
	return number
}
