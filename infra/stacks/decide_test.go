package stacks_test

import (
	"slices"
	"strings"
)

// call is a request as a policy sees it.
type call struct {
	action, resource string
	service          string            // the caller, where it is an AWS service
	account          string            // the caller's, where it is a principal of one
	keys             map[string]string // condition keys that are sent
}

// Decisions of a policy. One that cannot be evaluated decides in a sentence.
const (
	allowed = "allowed"
	denied  = "denied"
	silent  = "silent" // nothing allows it
)

// decide evaluates a policy document as IAM does [IAM: policy evaluation logic].
func decide(document any, c call) string {
	decision := silent
	for _, statement := range list(document, "Statement") {
		applies, trouble := c.met(statement)
		switch {
		case trouble != "":
			return trouble
		case applies && text(statement, "Effect") == "Deny":
			return denied
		case applies && text(statement, "Effect") == "Allow":
			decision = allowed
		}
	}
	return decision
}

// met reports whether a statement is about the call.
func (c call) met(statement any) (met bool, trouble string) {
	some := func(patterns []string, value string) bool {
		return slices.ContainsFunc(patterns, func(pattern string) bool { return like(pattern, value) })
	}
	principal, resources := at(statement, "Principal"), texts(at(statement, "Resource"))
	if principal != nil && !c.from(principal) || resources != nil && !some(resources, c.resource) ||
		!some(texts(at(statement, "Action")), c.action) {
		return false, ""
	}
	conditions, _ := at(statement, "Condition").(map[string]any)
	for operator, keys := range conditions {
		keys, _ := keys.(map[string]any)
		for key, values := range keys {
			holds, known := c.holds(operator, key, texts(values))
			if !known {
				return false, "the condition operator " + operator + " is not known"
			}
			if !holds {
				return false, ""
			}
		}
	}
	return true, ""
}

func (c call) from(principal any) bool {
	for _, name := range texts(at(principal, "AWS")) {
		if name == "*" || c.account != "" && strings.HasSuffix(name, ":"+c.account+":root") {
			return true
		}
	}
	return c.service != "" && slices.Contains(texts(at(principal, "Service")), c.service)
}

// operators are those of conditions on one value.
var operators = map[string]func(pattern, value string) bool{
	"StringEquals": func(pattern, value string) bool { return pattern == value },
	"Bool":         func(pattern, value string) bool { return pattern == value },
	"StringLike":   like,
	"ArnLike":      like,
	"ArnEquals":    like,
}

// holds tells whether a condition holds [IAM: condition operators].
func (c call) holds(operator, key string, wanted []string) (holds, known bool) {
	sent, is := c.keys[key]
	name, ifExists := strings.CutSuffix(operator, "IfExists")
	name, forAny := strings.CutPrefix(name, "ForAnyValue:")
	name, forAll := strings.CutPrefix(name, "ForAllValues:")
	negated := strings.Contains(name, "Not")
	equal, known := operators[strings.Replace(name, "Not", "", 1)]
	if !known {
		return false, false
	}
	if !is {
		return ifExists || forAll || negated && !forAny, true
	}
	return negated != slices.ContainsFunc(wanted, func(pattern string) bool { return equal(pattern, sent) }), true
}
