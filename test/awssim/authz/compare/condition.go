// Package compare compares the strings of policies with those of requests:
// wildcards, policy variables, condition keys and condition operators, as the IAM
// user guide defines them. What it does not know is an error when it is read.
package compare

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Operator is a condition operator with its ForAllValues, ForAnyValue or IfExists.
type Operator struct {
	name string // as written
	comparison
	null     bool
	every    bool // ForAllValues
	some     bool // ForAnyValue
	ifExists bool
}

// ParseOperator reads an operator's name, in AWS's own spelling. The error names the
// known ones.
func ParseOperator(name string) (Operator, error) {
	o := Operator{name: name}
	rest := name
	rest, o.every = strings.CutPrefix(rest, "ForAllValues:")
	rest, o.some = strings.CutPrefix(rest, "ForAnyValue:")
	rest, o.ifExists = strings.CutSuffix(rest, "IfExists")
	if rest == "Null" {
		o.null, o.comparison = true, comparison{check: aBool}
		if rest != name {
			return o, errors.New("is not known; Null stands alone")
		}
		return o, nil
	}
	c, known := comparisons[rest]
	if !known || o.every && o.some {
		for right := range comparisons {
			if strings.EqualFold(rest, right) {
				return o, fmt.Errorf("is not known; write %s", right)
			}
		}
		return o, errors.New("is not known; known are Null and, with ForAllValues:, ForAnyValue: or IfExists, " + strings.Join(sorted(comparisons), ", "))
	}
	o.comparison = c
	return o, nil
}

// Condition is one key under one operator with the values of a policy.
type Condition struct {
	operator Operator
	key      string // as written
	written  []string
	values   []Text
}

// NewCondition is a condition without values yet. The error says that the key is not
// known, or may have several values while the operator says nothing of that.
func NewCondition(o Operator, key string) (Condition, error) {
	k, known := FindKey(key)
	switch {
	case !known:
		return Condition{}, errors.New("the condition key is not known here")
	case k.values == several && !o.every && !o.some && !o.null:
		return Condition{}, fmt.Errorf("the key has several values; write ForAllValues:%s or ForAnyValue:%s", o.name, o.name)
	}
	return Condition{operator: o, key: key}, nil
}

// Add adds a value of the policy. The error says why it is none for this operator.
func (c *Condition) Add(value string) error {
	if c.operator.null && len(c.values) > 0 {
		return errors.New("Null has one value, \"true\" or \"false\"")
	}
	t := Plain(value, false)
	if c.operator.texts {
		var err error
		if t, err = ParseText(value, c.operator.wild); err != nil {
			return err
		}
	}
	if c.operator.check != nil {
		if err := c.operator.check(value); err != nil {
			return err
		}
	}
	c.written, c.values = append(c.written, value), append(c.values, t)
	return nil
}

// Holds tells whether the condition is met by a request's values of condition keys,
// by their names in lower case [IAM user guide: condition operators; single-valued
// vs. multivalued context keys]. IfExists on an absent key outweighs ForAnyValue: so
// its page says without exception, though a simulator judges otherwise. The error
// names values that cannot be compared.
func (c Condition) Holds(values map[string][]string) (bool, error) {
	have, o := c.Values(values), c.operator
	switch {
	case o.null:
		return (len(have) == 0) == (c.written[0] == "true"), nil
	case len(have) == 0 && o.ifExists:
		return true, nil
	case len(have) == 0:
		// ForAllValues finds no value that fails, ForAnyValue none that passes.
		return o.every || !o.some && o.negated, nil
	case len(have) > 1 && !o.every && !o.some:
		return false, fmt.Errorf("compare %s: not defined for the values %q; the policy must say ForAllValues or ForAnyValue", c, have)
	}
	passed := 0
	for _, v := range have {
		passes, err := c.passes(v, values)
		if err != nil {
			return false, fmt.Errorf("compare %s: %w", c, err)
		}
		if passes {
			passed++
		}
	}
	return passed == len(have) || o.some && passed > 0, nil
}

// passes compares one value: a negated operator's must equal none of the policy's.
func (c Condition) passes(have string, values map[string][]string) (bool, error) {
	var faults []error
	equal := slices.ContainsFunc(c.values, func(t Text) bool {
		want, resolved := t.Resolve(values)
		if !resolved {
			return false
		}
		same, err := c.operator.equal(have, want)
		faults = append(faults, err)
		return same
	})
	return equal != c.operator.negated, errors.Join(faults...)
}

// Values are the request's for the condition's key.
func (c Condition) Values(values map[string][]string) []string {
	return values[strings.ToLower(c.key)]
}

// String is the condition in a line.
func (c Condition) String() string { return fmt.Sprintf("%s %s %q", c.operator.name, c.key, c.written) }
