package intrinsic

import (
	"slices"

	"github.com/twohop/twohop/test/awssim/cloudformation/template/document"
)

// named is the outcome of another condition.
type named struct{ Reference }

func (n named) visit(_ *Scope, see func(Expression)) { see(n) }

func (n named) Resolve(s *Scope) (any, document.Faults) { return s.Conditions[n.ID], nil }

// Condition reads what resolves to true or false. The conditions it asks for,
// which Named tells, are to be in its scope.
func (c *Compiler) Condition(at document.Path, v any) Expression {
	object, _ := v.(map[string]any)
	for name, arg := range object {
		if len(object) > 1 {
			break
		}
		at := at.Key(name)
		switch name {
		case "Condition":
			return c.named(at, arg)
		case "Fn::Equals":
			return c.equals(at, arg)
		case "Fn::And":
			return c.combine(at, arg, 2, 10, func(held []any) bool { return !slices.Contains(held, any(false)) })
		case "Fn::Or":
			return c.combine(at, arg, 2, 10, func(held []any) bool { return slices.Contains(held, any(true)) })
		case "Fn::Not":
			return c.combine(at, arg, 1, 1, func(held []any) bool { return held[0] == false })
		}
	}
	c.Faults.Add(at, "is no condition; an object with one of Condition, Fn::And, Fn::Equals, Fn::Not, Fn::Or is one")
	return literal{false}
}

func (c *Compiler) named(at document.Path, arg any) Expression {
	name := c.written(at, arg, "condition's name")
	if !c.Conditions[name] && name != "" {
		c.Faults.Add(at, "%q is no condition of this template", name)
		return literal{false}
	}
	return named{Reference{At: at, ID: name}}
}

// equals reads Fn::Equals of two texts. CloudFormation compares values of any type;
// of numbers as the texts that they are here, which is UNCONFIRMED A99.
func (c *Compiler) equals(at document.Path, arg any) Expression {
	args, ok := c.arguments(at, arg, "one text", "another")
	if !ok {
		return literal{false}
	}
	both := []Expression{c.Text(at.Item(0), args[0], inCondition), c.Text(at.Item(1), args[1], inCondition)}
	return call{at, unknown, both, func(_ *Scope, args []any) (any, document.Faults) { return args[0] == args[1], nil }}
}

// combine reads a list of conditions, of which CloudFormation takes so many
// [CloudFormation: condition functions].
func (c *Compiler) combine(at document.Path, arg any, least, most int, holds func([]any) bool) Expression {
	args, ok := arg.([]any)
	if !ok || len(args) < least || len(args) > most {
		c.Faults.Add(at, "takes a list of conditions, %d at least and %d at most", least, most)
		return literal{false}
	}
	var all []Expression
	for i, arg := range args {
		all = append(all, c.Condition(at.Item(i), arg))
	}
	return call{at, unknown, all, func(_ *Scope, held []any) (any, document.Faults) { return holds(held), nil }}
}

// choice reads Fn::If, whose branches may be anything.
func (c *Compiler) choice(at document.Path, arg any, in Place) Expression {
	args, ok := c.arguments(at, arg, "condition", "value if it holds", "value if not")
	if !ok {
		return literal{""}
	}
	name := c.written(at.Item(0), args[0], "condition's name")
	if !c.Conditions[name] && name != "" {
		c.Faults.Add(at.Item(0), "%q is no condition of this template", name)
	}
	return choice{name, c.Value(at.Item(1), args[1], in), c.Value(at.Item(2), args[2], in)}
}
