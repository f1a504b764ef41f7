package policy_test

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/policy"
)

// request is a call as a policy sees it. A key that is not in context was not sent.
type request struct {
	action, resource string
	service          string // the caller, if it is an AWS service
	account          string // the caller's, if it is a principal of one
	context          map[string][]string
}

// decisions of a document; only an explicit denial cannot be outvoted by another.
const (
	allowed = "allowed"
	denied  = "denied"
	silent  = "silent" // nothing allows it
)

// decide evaluates a document as IAM does. An operator that it does not know fails
// the test.
func decide(t *testing.T, d policy.Document, r request) string {
	t.Helper()
	decision := silent
	for _, s := range d.Statement {
		if !applies(t, s, r) {
			continue
		}
		if s.Effect == policy.Deny {
			return denied
		}
		decision = allowed
	}
	return decision
}

func applies(t *testing.T, s policy.Statement, r request) bool {
	t.Helper()
	if s.Principal.Service != "" && s.Principal.Service != r.service ||
		s.Principal.Account != "" && !strings.Contains(s.Principal.Account, ":"+r.account+":root") {
		return false
	}
	matches := func(value string) func(string) bool {
		return func(pattern string) bool { return like(pattern, value) }
	}
	if !slices.ContainsFunc(s.Action, matches(r.action)) ||
		len(s.Resource) > 0 && !slices.ContainsFunc(s.Resource, matches(r.resource)) {
		return false
	}
	for operator, keys := range s.Condition {
		for key, values := range keys {
			if !holds(t, operator, values, r.context[key]) {
				return false
			}
		}
	}
	return true
}

// holds tells whether an operator holds between a policy's and a call's values.
func holds(t *testing.T, operator string, want, got []string) bool {
	t.Helper()
	name, ifExists := strings.CutSuffix(operator, "IfExists")
	if ifExists && len(got) == 0 {
		return true
	}
	name, anyValue := strings.CutPrefix(name, "ForAnyValue:")
	name, allValues := strings.CutPrefix(name, "ForAllValues:")
	negated := strings.Contains(name, "Not")
	name = strings.Replace(name, "Not", "", 1)
	equal := map[string]func(pattern, value string) bool{
		"StringEquals": func(p, v string) bool { return p == v }, "Bool": func(p, v string) bool { return p == v },
		"ArnEquals": like, "ArnLike": like, "StringLike": like,
	}[name]
	require.NotNil(t, equal, "an operator that the test does not know: %s", operator)
	one := func(value string) bool {
		return negated != slices.ContainsFunc(want, func(pattern string) bool { return equal(pattern, value) })
	}
	switch {
	case anyValue:
		return slices.ContainsFunc(got, one)
	case allValues:
		return !slices.ContainsFunc(got, func(value string) bool { return !one(value) })
	case len(got) == 0:
		return negated // [IAM: condition operators, missing key]
	default:
		return one(got[0])
	}
}

// like matches * as IAM does, over slashes too.
func like(pattern, value string) bool {
	flat := func(s string) string { return strings.ReplaceAll(s, "/", "\x00") }
	matched, err := path.Match(flat(pattern), flat(value))
	return err == nil && matched
}
