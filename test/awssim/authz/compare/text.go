package compare

import (
	"fmt"
	"regexp"
	"strings"
)

// Text is a string of a policy whose variables and wildcards are told apart from
// what stands for itself.
type Text []part

type part struct {
	plain    string
	wild     bool    // * and ? in plain stand for other characters
	variable string  // a condition key in lower case; plain is then its default
	fallback bool    // it has a default
	pattern  Pattern // of plain
}

// constant is what stands for itself, and for other characters where it has wildcards.
func constant(s string, wild bool) part {
	return part{plain: s, wild: wild, pattern: patternOf(s, wild)}
}

// variableForm is ${key}, ${key, 'default'} or an escaped ${*}, ${?}, ${$}
// [IAM user guide: policy variables].
var variableForm = regexp.MustCompile(`^\$\{([^,'}]*)(,\s*'([^']*)')?\s*\}`)

// Plain is a string without variables, with wildcards if wild.
func Plain(s string, wild bool) Text { return Text{constant(s, wild)} }

// ParseText reads a string that may have variables and, if wild, wildcards. The error
// names a variable that is malformed or not known.
func ParseText(s string, wild bool) (Text, error) {
	var t Text
	for {
		before, _, found := strings.Cut(s, "${")
		if before != "" {
			t = append(t, constant(before, wild))
		}
		if !found {
			return t, nil
		}
		s = s[len(before):]
		m := variableForm.FindStringSubmatch(s)
		if m == nil {
			return nil, fmt.Errorf("%q is no variable; it must be like ${aws:PrincipalAccount} or ${aws:PrincipalTag/team, 'none'}", s)
		}
		name := strings.TrimSpace(m[1])
		if strings.Contains("*?$", name) && len(name) == 1 && m[2] == "" {
			t = append(t, constant(name, false))
		} else if k, known := FindKey(name); !known || k.values == several {
			return nil, fmt.Errorf("the variable %s is not known; it must be a condition key with one value", m[0])
		} else {
			t = append(t, part{variable: strings.ToLower(name), plain: m[3], fallback: m[2] != ""})
		}
		s = s[len(m[0]):]
	}
}

// Pattern is a text with its variables replaced. Two values that are no characters
// stand for the wildcards, so what a variable brings in is never one: UNCONFIRMED A104,
// and without difference as no identifier of AWS has a * or ? in it.
type Pattern []rune

const (
	anything rune = -1 - iota // *
	anyOne                    // ?
)

// Resolve replaces the variables by the values of condition keys, by their names in
// lower case. A variable without value and default makes the
// text equal to nothing, and the answer false [IAM user guide: policy variables].
func (t Text) Resolve(values map[string][]string) (Pattern, bool) {
	if len(t) == 1 && t[0].variable == "" {
		return t[0].pattern, true
	}
	var p Pattern
	for _, part := range t {
		switch v := values[part.variable]; {
		case part.variable == "":
			p = append(p, part.pattern...)
		case len(v) > 0:
			p = append(p, patternOf(v[0], false)...)
		case part.fallback:
			p = append(p, patternOf(part.plain, false)...)
		default:
			return nil, false
		}
	}
	return p, true
}

func patternOf(s string, wild bool) Pattern {
	p := Pattern(s)
	for i, c := range p {
		switch {
		case wild && c == '*':
			p[i] = anything
		case wild && c == '?':
			p[i] = anyOne
		}
	}
	return p
}

// String is the pattern of a text without wildcards.
func (p Pattern) String() string { return string(p) }

// Matches compares a whole string, the shortest stretch for each * first.
func (p Pattern) Matches(s string) bool {
	have := []rune(s)
	i, j, star, mark := 0, 0, -1, 0
	for i < len(have) {
		switch {
		case j < len(p) && p[j] == anything:
			star, mark = j, i
			j++
		case j < len(p) && (p[j] == anyOne || p[j] == have[i]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(p) && p[j] == anything {
		j++
	}
	return j == len(p)
}

// arnParts are partition, service, Region, account and resource, after "arn".
const arnParts = 6

// matchesARN compares ARNs part by part: a wildcard stays within its part, the last
// part being all that follows the fifth colon [IAM user guide: ARN condition
// operators]. In Resource a * at the end of a part may reach further; no ARN makes
// a difference of that, as the parts before the last have no colon.
func (p Pattern) matchesARN(s string) bool {
	have := strings.SplitN(s, ":", arnParts)
	if len(have) < arnParts {
		return false
	}
	for _, h := range have[:arnParts-1] {
		colon := 0
		for colon < len(p) && p[colon] != ':' {
			colon++
		}
		if colon == len(p) || !p[:colon].Matches(h) {
			return false
		}
		p = p[colon+1:]
	}
	return p.Matches(have[arnParts-1])
}

// MatchesResource compares a resource's ARN, or "*" for none, part by part; the
// pattern * matches all.
func (p Pattern) MatchesResource(s string) bool {
	return len(p) == 1 && p[0] == anything || p.matchesARN(s)
}
