package intrinsic

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// Reference is a Ref to a resource, or with an attribute a Fn::GetAtt.
type Reference struct {
	At            document.Path
	ID, Attribute string
}

func (r Reference) visit(_ *Scope, see func(Expression)) { see(r) }

// Resolve tells the resource's physical id or its attribute.
func (r Reference) Resolve(s *Scope) (any, document.Faults) {
	resource := s.Resources[r.ID]
	if r.Attribute == "" {
		return resource.PhysicalID, nil
	}
	value, ok := resource.Attributes[r.Attribute]
	if !ok {
		return nil, document.At(r.At, "the local AWS gives %s (%s) no attribute %s; it has %s",
			r.ID, resource.Type, r.Attribute, words(slices.Sorted(maps.Keys(resource.Attributes))))
	}
	return value, nil
}

// given is a Ref to a parameter or pseudo parameter.
type given struct {
	at   document.Path
	name string
}

func (g given) visit(_ *Scope, see func(Expression)) { see(g) }

func (g given) Resolve(s *Scope) (any, document.Faults) {
	value := s.Values[g.name]
	switch {
	case g.name == "AWS::NoValue":
		return Absent{}, nil
	case value == "" && isPseudo(g.name):
		return nil, document.At(g.at, "%s is not known: the stack was given none", g.name)
	}
	return value, nil
}

// pseudo are the pseudo parameters [CloudFormation: pseudo parameters reference].
// There is an AWS::NotificationARNs, too: nobody is notified here.
var pseudo = []string{"AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"}

func isPseudo(name string) bool { return slices.Contains(pseudo, name) }

// ref reads what a name refers to; an empty one is a fault already.
func (c *Compiler) ref(at document.Path, name string, in Place) Expression {
	isResource := c.Resources[name]
	switch {
	case name == "" || isResource && c.tooEarly(at, name, in):
	case isResource:
		return Reference{At: at, ID: name}
	case c.Parameters[name] || isPseudo(name):
		return given{at, name}
	case strings.HasPrefix(name, "AWS::"):
		c.Faults.Add(at, "the local AWS does not know the pseudo parameter %s; it knows %s", name, words(pseudo))
	default:
		c.Faults.Add(at, "%q is neither a resource nor a parameter of this template", name)
	}
	return literal{""}
}

// tooEarly refuses a resource where CloudFormation has made none yet.
func (c *Compiler) tooEarly(at document.Path, id string, in Place) bool {
	if in != Anywhere {
		c.Faults.Add(at, "depends on the resource %s; what stands here is needed before resources are made", id)
	}
	return in != Anywhere
}

// getAtt reads [id, attribute] or "id.attribute"; attributes may have dots, ids
// have none. That the attribute is written out is more than CloudFormation asks.
func (c *Compiler) getAtt(at document.Path, arg any, in Place) Expression {
	if dotted, ok := arg.(string); ok {
		id, attribute, _ := strings.Cut(dotted, ".")
		if id == "" || attribute == "" {
			c.Faults.Add(at, "is %q; a resource and its attribute belong here, with a dot between them", dotted)
			return literal{""}
		}
		arg = []any{id, attribute}
	}
	args, ok := c.arguments(at, arg, "resource", "attribute")
	if !ok {
		return literal{""}
	}
	return c.attribute(at, c.written(at.Item(0), args[0], "resource"), c.written(at.Item(1), args[1], "attribute"), in)
}

func (c *Compiler) attribute(at document.Path, id, attribute string, in Place) Expression {
	if id != "" && !c.Resources[id] {
		c.Faults.Add(at, "%q is no resource of this template, so it has no attribute %s", id, attribute)
	} else if id == "" || attribute == "" || c.tooEarly(at, id, in) {
		return literal{""}
	}
	return Reference{at, id, attribute}
}

// sub reads a text with ${names} in it, or [text, {name: value}].
func (c *Compiler) sub(at document.Path, arg any, in Place) Expression {
	variables := map[string]Expression{}
	if _, isList := arg.([]any); isList {
		args, ok := c.arguments(at, arg, "text", "variables")
		if !ok {
			return literal{""}
		}
		values, isObject := args[1].(map[string]any)
		if !isObject {
			c.Faults.Add(at.Item(1), "is %s; an object of variables belongs here", document.Kind(args[1]))
		}
		for _, name := range slices.Sorted(maps.Keys(values)) {
			variables[name] = c.Text(at.Item(1).Key(name), values[name], in)
		}
		at, arg = at.Item(0), args[0]
	}
	pattern, isText := arg.(string)
	if !isText {
		c.Faults.Add(at, "is %s; the text is written out", document.Kind(arg))
	}
	return call{at, text, c.parts(at, pattern, variables, in), func(_ *Scope, args []any) (any, document.Faults) {
		var whole strings.Builder
		for _, part := range args {
			t, faults := textOf(at, part)
			if len(faults) > 0 {
				return nil, faults
			}
			whole.WriteString(t)
		}
		return whole.String(), nil
	}}
}

// nameForm is the form of what stands in ${}.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9_:]+(\.[A-Za-z0-9_.:]+)?$`)

// parts takes the text of a Fn::Sub apart: ${!name} stands for ${name} itself
// [CloudFormation: Fn::Sub].
func (c *Compiler) parts(at document.Path, rest string, variables map[string]Expression, in Place) []Expression {
	var parts []Expression
	for {
		before, after, found := strings.Cut(rest, "${")
		parts = append(parts, literal{before})
		if !found {
			return parts
		}
		inner, after, closed := strings.Cut(after, "}")
		id, attribute, dotted := strings.Cut(inner, ".")
		variable, isVariable := variables[inner]
		switch {
		case !closed:
			c.Faults.Add(at, "${%s is not closed", inner)
		case strings.HasPrefix(inner, "!"):
			parts = append(parts, literal{"${" + inner[1:] + "}"})
		case isVariable:
			parts = append(parts, variable)
		case !nameForm.MatchString(inner):
			c.Faults.Add(at, "${%s} is no name; ${Name}, ${Resource.Attribute} and ${!Literal} are known", inner)
		case dotted:
			parts = append(parts, c.attribute(at, id, attribute, in))
		default:
			parts = append(parts, c.ref(at, inner, in))
		}
		rest = after
	}
}
