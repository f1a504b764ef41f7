package eventpattern

// interval is a range of millionths.
type interval struct {
	low, high         int64
	lowOpen, highOpen bool
}

func (r interval) contains(x int64) bool {
	return (x > r.low || !r.lowOpen && x == r.low) && (x < r.high || !r.highOpen && x == r.high)
}

// compileNumeric reads ["=", n], ["<", n], [">=", n] and so on, and ranges such
// as [">", low, "<=", high], the lower end first.
func compileNumeric(at place, operand node) (filter, error) {
	if operand.kind != kindArray {
		return nil, at.errorf("Value of numeric must be an array.")
	}
	terms := operand.items
	if len(terms) == 0 || terms[0].kind != kindString {
		return nil, at.errorf("Invalid member in numeric match: an operator must come first")
	}
	n, err := bound(at, terms)
	if err != nil {
		return nil, err
	}
	r := interval{low: -maxMicros, high: maxMicros}
	used := 2
	switch operator := terms[0].text; operator {
	case "=":
		r.low, r.high = n, n
	case "<", "<=":
		r.high, r.highOpen = n, operator == "<"
	case ">", ">=":
		r.low, r.lowOpen = n, operator == ">"
		if len(terms) == 2 {
			break
		}
		if r.high, r.highOpen, err = upperBound(at, terms[2:]); err != nil {
			return nil, err
		}
		used = 4
	default:
		return nil, at.errorf("Unrecognized numeric range operator: %s", operator)
	}
	if len(terms) > used {
		return nil, at.errorf("Too many elements in numeric expression")
	}
	if terms[0].text != "=" && r.low >= r.high {
		return nil, at.errorf("Bottom must be less than top")
	}
	return func(v value) bool {
		x, ok := micros(v.text)
		return v.kind == kindNumber && ok && r.contains(x) // no string, whatever it spells
	}, nil
}

// upperBound reads the second half of a range.
func upperBound(at place, terms []node) (high int64, open bool, err error) {
	if terms[0].kind != kindString {
		return 0, false, at.errorf("Bad value in numeric range: %s", terms[0].text)
	}
	operator := terms[0].text
	if operator != "<" && operator != "<=" {
		return 0, false, at.errorf("Bad numeric range operator: %s", operator)
	}
	high, err = bound(at, terms)
	return high, operator == "<", err
}

// bound reads the number that follows an operator, in millionths.
func bound(at place, terms []node) (int64, error) {
	if len(terms) < 2 || terms[1].kind != kindNumber {
		return 0, at.errorf("Value of %s must be numeric", terms[0].text)
	}
	return represent(at, terms[1])
}

// represent reads a number that must be one to EventBridge, in millionths.
func represent(at place, number node) (int64, error) {
	n, ok := micros(number.text)
	if !ok {
		return 0, at.errorf("Value must be between -5.0E9 and 5.0E9, inclusive, with at most 6 decimals: %s", number.text)
	}
	return n, nil
}
