package intrinsic

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// function reads a function. A faulty one becomes an empty text, which nobody
// will work out.
func (c *Compiler) function(at document.Path, name string, arg any, in Place) Expression {
	if among := []string{"Ref", "Fn::FindInMap", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Sub"}; in == inCondition && !slices.Contains(among, name) {
		c.Faults.Add(at, "cannot be compared in a condition; the local AWS knows %s there", strings.Join(among, ", "))
		return literal{""}
	}
	switch name {
	case "Ref":
		return c.ref(at, c.written(at, arg, "name"), in)
	case "Fn::GetAtt":
		return c.getAtt(at, arg, in)
	case "Fn::Sub":
		return c.sub(at, arg, in)
	case "Fn::Join":
		return c.join(at, arg, in)
	case "Fn::Select":
		return c.choose(at, arg, in)
	case "Fn::Split":
		return c.split(at, arg, in)
	case "Fn::Base64":
		return c.base64(at, arg, in)
	case "Fn::FindInMap":
		return c.findInMap(at, arg, in)
	case "Fn::ImportValue":
		return c.importValue(at, arg, in)
	case "Fn::If":
		return c.choice(at, arg, in)
	case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not":
		c.Faults.Add(at, "gives no value; it belongs into Conditions, and Fn::If tells its outcome here")
	default:
		c.Faults.Add(at, "the local AWS does not know the function %s; it knows Ref and Fn::Base64, FindInMap, GetAtt, If, ImportValue, Join, Select, Split, Sub", name)
	}
	return literal{""}
}

func (c *Compiler) base64(at document.Path, arg any, in Place) Expression {
	return call{at, text, []Expression{c.Text(at, arg, in)}, func(_ *Scope, args []any) (any, document.Faults) {
		t, faults := textOf(at, args[0])
		return base64.StdEncoding.EncodeToString([]byte(t)), faults
	}}
}

func (c *Compiler) join(at document.Path, arg any, in Place) Expression {
	args, ok := c.arguments(at, arg, "delimiter", "list")
	if !ok {
		return literal{""}
	}
	delimiter, isText := args[0].(string)
	if !isText {
		c.Faults.Add(at.Item(0), "is %s; the delimiter is text that is written out", document.Kind(args[0]))
	}
	return call{at, text, []Expression{c.list(at.Item(1), args[1], in)}, func(_ *Scope, args []any) (any, document.Faults) {
		texts, faults := textsOf(at.Item(1), args[0])
		return strings.Join(texts, delimiter), faults
	}}
}

func (c *Compiler) split(at document.Path, arg any, in Place) Expression {
	args, ok := c.arguments(at, arg, "delimiter", "text")
	if !ok {
		return literal{""}
	}
	delimiter := c.written(at.Item(0), args[0], "delimiter")
	return call{at, list, []Expression{c.Text(at.Item(1), args[1], in)}, func(_ *Scope, args []any) (any, document.Faults) {
		t, faults := textOf(at.Item(1), args[0])
		var parts []any
		for part := range strings.SplitSeq(t, delimiter) {
			parts = append(parts, part)
		}
		return parts, faults
	}}
}

// choose is Fn::Select.
func (c *Compiler) choose(at document.Path, arg any, in Place) Expression {
	args, ok := c.arguments(at, arg, "index", "list")
	if !ok {
		return literal{""}
	}
	both := []Expression{c.Text(at.Item(0), args[0], in), c.list(at.Item(1), args[1], in)}
	return call{at, text, both, func(_ *Scope, args []any) (any, document.Faults) {
		texts, faults := textsOf(at.Item(1), args[1])
		index, err := strconv.Atoi(args[0].(string))
		if len(faults) > 0 {
			return nil, faults
		}
		if err != nil || index < 0 || index >= len(texts) {
			return nil, document.At(at.Item(0), "is %q; the list has %d items, counted from 0", args[0], len(texts))
		}
		return texts[index], nil
	}}
}

func (c *Compiler) findInMap(at document.Path, arg any, in Place) Expression {
	args, ok := c.arguments(at, arg, "map", "first key", "second key")
	if !ok {
		return literal{""}
	}
	if name, isText := args[0].(string); isText && c.Mappings[name] == nil {
		c.Faults.Add(at.Item(0), "%q is no mapping of this template", name)
	}
	var keys []Expression
	for i, arg := range args {
		keys = append(keys, c.Text(at.Item(i), arg, max(in, Beforehand)))
	}
	return call{at, unknown, keys, func(_ *Scope, args []any) (any, document.Faults) {
		found, ok := c.Mappings[args[0].(string)][args[1].(string)][args[2].(string)]
		if !ok {
			return nil, document.At(at, "Mappings hold nothing for %s, %s, %s", args[0], args[1], args[2])
		}
		if items, isList := found.([]any); isList {
			return slices.Clone(items), nil
		}
		return found, nil
	}}
}

func (c *Compiler) importValue(at document.Path, arg any, in Place) Expression {
	return call{at, text, []Expression{c.Text(at, arg, max(in, Beforehand))}, func(s *Scope, args []any) (any, document.Faults) {
		name, _ := args[0].(string)
		if s.Imports != nil {
			if value, exported := s.Imports(name); exported {
				return value, nil
			}
		}
		return nil, document.At(at, "no stack of account %s in %s exports %q; deploy the one that does before", s.Account, s.Region, name)
	}}
}
