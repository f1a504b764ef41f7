package compare

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// comparison is a condition operator without its ForAllValues, ForAnyValue and IfExists.
type comparison struct {
	// negated operators hold where their positive form does not, so with an absent
	// key too [IAM user guide: condition operators].
	negated bool
	// texts may have variables, as strings and ARNs alone may [IAM user guide: policy variables].
	texts bool
	wild  bool // * and ? in a policy's value are wildcards
	// check refuses what a policy may not compare with.
	check func(want string) error
	// equal compares a value of the request; the error says that it is none of this type.
	equal func(have string, want Pattern) (bool, error)
}

// comparisons by name [IAM user guide: condition operators]. Null is apart, and
// BinaryEquals is not evaluated: no key here holds bytes.
var comparisons = map[string]comparison{
	"StringEquals":              {texts: true, equal: exactly},
	"StringNotEquals":           {texts: true, equal: exactly, negated: true},
	"StringEqualsIgnoreCase":    {texts: true, equal: ignoringCase},
	"StringNotEqualsIgnoreCase": {texts: true, equal: ignoringCase, negated: true},
	"StringLike":                {texts: true, wild: true, equal: exactly},
	"StringNotLike":             {texts: true, wild: true, equal: exactly, negated: true},

	// ArnEquals and ArnLike behave identically.
	"ArnEquals":    {texts: true, wild: true, check: anARN, equal: likeARN},
	"ArnLike":      {texts: true, wild: true, check: anARN, equal: likeARN},
	"ArnNotEquals": {texts: true, wild: true, check: anARN, equal: likeARN, negated: true},
	"ArnNotLike":   {texts: true, wild: true, check: anARN, equal: likeARN, negated: true},

	"NumericEquals":            {check: aNumber, equal: numeric(func(order int) bool { return order == 0 })},
	"NumericNotEquals":         {check: aNumber, equal: numeric(func(order int) bool { return order == 0 }), negated: true},
	"NumericLessThan":          {check: aNumber, equal: numeric(func(order int) bool { return order < 0 })},
	"NumericLessThanEquals":    {check: aNumber, equal: numeric(func(order int) bool { return order <= 0 })},
	"NumericGreaterThan":       {check: aNumber, equal: numeric(func(order int) bool { return order > 0 })},
	"NumericGreaterThanEquals": {check: aNumber, equal: numeric(func(order int) bool { return order >= 0 })},

	"DateEquals":            {check: aDate, equal: dated(func(order int) bool { return order == 0 })},
	"DateNotEquals":         {check: aDate, equal: dated(func(order int) bool { return order == 0 }), negated: true},
	"DateLessThan":          {check: aDate, equal: dated(func(order int) bool { return order < 0 })},
	"DateLessThanEquals":    {check: aDate, equal: dated(func(order int) bool { return order <= 0 })},
	"DateGreaterThan":       {check: aDate, equal: dated(func(order int) bool { return order > 0 })},
	"DateGreaterThanEquals": {check: aDate, equal: dated(func(order int) bool { return order >= 0 })},

	"Bool":         {check: aBool, equal: sameBool},
	"IpAddress":    {check: aNetwork, equal: inNetwork},
	"NotIpAddress": {check: aNetwork, equal: inNetwork, negated: true},
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func exactly(have string, want Pattern) (bool, error) { return want.Matches(have), nil }

func ignoringCase(have string, want Pattern) (bool, error) {
	return strings.EqualFold(have, want.String()), nil
}

// likeARN finds no match in a value that is no ARN.
func likeARN(have string, want Pattern) (bool, error) { return want.matchesARN(have), nil }

func anARN(want string) error {
	if !strings.HasPrefix(want, "${") && (!strings.HasPrefix(want, "arn:") || strings.Count(want, ":") < arnParts-1) {
		return fmt.Errorf("%q is no ARN; it must have six parts", want)
	}
	return nil
}

var numberForm = regexp.MustCompile(`^-?\d+(\.\d+)?$`)

func number(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !numberForm.MatchString(s) {
		return 0, fmt.Errorf("%q is no number", s)
	}
	return n, nil
}

func aNumber(want string) error { _, err := number(want); return err }

func numeric(holds func(order int) bool) func(string, Pattern) (bool, error) {
	return func(have string, want Pattern) (bool, error) {
		n, err := number(have)
		m, _ := number(want.String()) // checked when the policy was read
		return err == nil && holds(cmp.Compare(n, m)), err
	}
}

// date reads one of the ISO 8601 forms that W3C lists, or seconds since 1970 [IAM
// user guide: date condition operators].
func date(s string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no date; it must be like 2026-11-24T03:00:00Z, or seconds since 1970", s)
	}
	return time.Unix(seconds, 0), nil
}

func aDate(want string) error { _, err := date(want); return err }

func dated(holds func(order int) bool) func(string, Pattern) (bool, error) {
	return func(have string, want Pattern) (bool, error) {
		t, err := date(have)
		u, _ := date(want.String()) // checked when the policy was read
		return err == nil && holds(t.Compare(u)), err
	}
}

func aBool(want string) error {
	if want != "true" && want != "false" {
		return fmt.Errorf("%q is neither \"true\" nor \"false\"", want)
	}
	return nil
}

func sameBool(have string, want Pattern) (bool, error) {
	return have == want.String(), aBool(have)
}

func network(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return p, fmt.Errorf("%q is no IP address or range; it must be like 192.0.2.0/24", s)
	}
	return p, nil
}

func aNetwork(want string) error { _, err := network(want); return err }

func inNetwork(have string, want Pattern) (bool, error) {
	a, err := netip.ParseAddr(have)
	if err != nil {
		return false, fmt.Errorf("%q is no IP address", have)
	}
	p, _ := network(want.String()) // checked when the policy was read
	return p.Contains(a), nil
}
