package eventpattern

import "strings"

// compileFilter reads one entry of a field's list: a plain value, or an object
// with one operator.
func compileFilter(at place, item node) (filter, error) {
	switch item.kind {
	case kindNull, kindBool, kindNumber:
		return literal(item), nil
	case kindString:
		return text(item.text), nil
	case kindObject:
		operator, operand, at, err := single(at, item, "Match expression name not found")
		if err != nil {
			return nil, err
		}
		return compileOperator(at, operator, operand)
	default:
		return nil, at.errorf("Match value must be String, number, true, false, or null")
	}
}

// single takes an object of exactly one member apart.
func single(at place, object node, none string) (string, node, place, error) {
	switch len(object.members) {
	case 0:
		return "", node{}, at, at.errorf("%s", none)
	case 1:
		m := object.members[0]
		return m.name, m.value, at.member(m.name), nil
	default:
		return "", node{}, at, at.errorf("Only one key allowed in match expression")
	}
}

func compileOperator(at place, operator string, operand node) (filter, error) {
	switch operator {
	case "exists":
		return compileExists(at, operand)
	case "numeric":
		return compileNumeric(at, operand)
	case "anything-but":
		return compileAnythingBut(at, operand)
	case "prefix", "suffix", "equals-ignore-case", "wildcard", "cidr":
		return compileString(at, operator, operand)
	default:
		return nil, at.errorf("Unrecognized match type %s", operator)
	}
}

// compileString reads the operators that take a string and that only strings
// pass.
func compileString(at place, operator string, operand node) (filter, error) {
	fold := operand.kind == kindObject && (operator == "prefix" || operator == "suffix")
	if fold {
		var inner string
		var err error
		inner, operand, at, err = single(at, operand, operator+" expression name not found")
		if err != nil {
			return nil, err
		}
		if inner != "equals-ignore-case" {
			return nil, at.errorf("Unsupported %s pattern: %s", operator, inner)
		}
		operator += " " + inner
	}
	if operand.kind != kindString {
		return nil, at.errorf("%s match pattern must be a string", operator)
	}
	want := operand.text
	switch operator {
	case "prefix":
		return onString(func(s string) bool { return strings.HasPrefix(s, want) }), nil
	case "prefix equals-ignore-case":
		return onString(func(s string) bool { return hasPrefixFold(s, want) }), nil
	case "suffix":
		return onString(func(s string) bool { return strings.HasSuffix(s, want) }), nil
	case "suffix equals-ignore-case":
		return onString(func(s string) bool { return hasSuffixFold(s, want) }), nil
	case "equals-ignore-case":
		return onString(func(s string) bool { return strings.EqualFold(s, want) }), nil
	case "wildcard":
		pieces, err := cutAtStars(at, want)
		return onString(func(s string) bool { return matchPieces(s, pieces) }), err
	case "cidr":
		block, err := parseCIDR(at, want)
		return onString(block.contain), err
	default:
		return nil, at.errorf("Unrecognized match type %s", operator)
	}
}

func compileExists(at place, operand node) (filter, error) {
	if operand.kind != kindBool {
		return nil, at.errorf("exists match pattern must be either true or false.")
	}
	// false passes no value; compileField remembers that it asks for absence.
	return func(value) bool { return operand.text == "true" }, nil
}

// asksAbsence reports whether an entry, already compiled, is exists:false.
func asksAbsence(item node) bool {
	return item.kind == kindObject && item.members[0].name == "exists" && item.members[0].value.text == "false"
}

// cutAtStars reads a wildcard string. A backslash takes away the meaning of a
// star or of another backslash, and may stand before nothing else.
func cutAtStars(at place, s string) ([]string, error) {
	var pieces []string
	var piece strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*':
			if i+1 < len(s) && s[i+1] == '*' {
				return nil, at.errorf("Consecutive wildcard characters at pos %d", i)
			}
			pieces = append(pieces, piece.String())
			piece.Reset()
		case '\\':
			if i+1 == len(s) || s[i+1] != '*' && s[i+1] != '\\' {
				return nil, at.errorf("Invalid escape character at pos %d", i)
			}
			i++
			piece.WriteByte(s[i])
		default:
			piece.WriteByte(s[i])
		}
	}
	return append(pieces, piece.String()), nil
}
