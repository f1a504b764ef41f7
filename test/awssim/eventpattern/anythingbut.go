package eventpattern

// compileAnythingBut reads what anything-but may exclude: a string or number, a
// list of either, or prefix, suffix, equals-ignore-case or wildcard with a
// string or a list of strings.
func compileAnythingBut(at place, operand node) (filter, error) {
	operator := ""
	switch operand.kind {
	case kindObject:
		var err error
		operator, operand, at, err = single(at, operand, "Anything-But expression name not found")
		if err != nil {
			return nil, err
		}
	case kindString, kindNumber, kindArray:
	default:
		return nil, at.errorf("Value of anything-but must be an array or single string/number value.")
	}
	items := []node{operand}
	if operand.kind == kindArray {
		items = operand.items
	}
	if len(items) == 0 {
		return nil, at.errorf("Empty arrays are not allowed")
	}
	excluded := make([]filter, len(items))
	for i, item := range items {
		var err error
		switch operator {
		case "":
			excluded[i], err = excludeValue(at, item, items[0].kind)
		case "prefix", "suffix":
			if item.kind == kindString && item.text == "" {
				return nil, at.errorf("Null prefix/suffix not allowed")
			}
			excluded[i], err = excludeString(at, operator, item)
		case "equals-ignore-case", "wildcard":
			excluded[i], err = excludeString(at, operator, item)
		default:
			return nil, at.errorf("Unsupported anything-but pattern: %s", operator)
		}
		if err != nil {
			return nil, err
		}
	}
	return none(excluded), nil
}

func excludeValue(at place, item node, first kind) (filter, error) {
	switch {
	case item.kind != first:
		return nil, at.errorf("Inside anything but list, either all values are number or string, mixed type is not supported.")
	case item.kind == kindString:
		// Here an IP address is no more than its spelling.
		return onString(func(s string) bool { return s == item.text }), nil
	case item.kind == kindNumber:
		_, err := represent(at, item)
		return literal(item), err
	default:
		return nil, at.errorf("Inside anything but list, start|null|boolean is not supported.")
	}
}

// excludeString takes an operator with a plain string; prefix and suffix have
// no form here that ignores case.
func excludeString(at place, operator string, item node) (filter, error) {
	if item.kind != kindString {
		return nil, at.errorf("%s match pattern must be a string", operator)
	}
	return compileString(at, operator, item)
}
