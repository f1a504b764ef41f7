package buspolicy

import (
	"regexp"
	"slices"
	"strings"
)

// Request is one wish to put an event on a bus.
type Request struct {
	Account      string // the caller's
	PrincipalARN string // the role's for a session, the account root's otherwise
	Organization string // of the account; empty without one
	Source       string
	DetailType   string
}

var session = regexp.MustCompile(`^arn:aws:sts::(\d{12}):assumed-role/([^/]+)/.*$`)

// PrincipalARN is the value of aws:PrincipalArn: for a role session the role's
// own ARN [IAM user guide: global condition keys].
func PrincipalARN(principal string) string {
	return session.ReplaceAllString(principal, "arn:aws:iam::$1:role/$2")
}

// Admits reports whether any statement allows the request.
func (p Policy) Admits(r Request) bool {
	return slices.ContainsFunc(p.Statement, func(st Statement) bool { return st.admits(r) })
}

func (st Statement) admits(r Request) bool {
	if !st.Principal.admits(r.Account) {
		return false
	}
	for operator, keys := range st.Condition {
		for key, wanted := range keys {
			// Every value is single and, but for the organization's id, always
			// there, so ForAllValues asks no more than its plain form.
			is := func(want string) bool { return r.value(key) != "" && r.value(key) == want }
			if operator == "ArnLike" {
				is = func(want string) bool { return arnLike(r.value(key), want) }
			}
			if !slices.ContainsFunc(wanted, is) {
				return false
			}
		}
	}
	return true
}

func (p Principal) admits(account string) bool {
	return p.Everyone || slices.ContainsFunc(p.AWS, func(name string) bool {
		m := accountPrincipal.FindStringSubmatch(name)
		return name == "*" || m != nil && m[1]+m[2] == account
	})
}

func (r Request) value(key string) string {
	switch key {
	case "aws:PrincipalOrgID":
		return r.Organization
	case "aws:PrincipalArn":
		return r.PrincipalARN
	case "events:source":
		return r.Source
	case "events:detail-type":
		return r.DetailType
	default:
		return ""
	}
}

// arnLike compares ARNs part by part: * and ? stay within a part, the last part
// being all that follows the fifth colon [IAM user guide: ARN condition operators].
func arnLike(arn, pattern string) bool {
	have, want := strings.SplitN(arn, ":", 6), strings.SplitN(pattern, ":", 6)
	if len(have) != 6 || len(want) != 6 {
		return false
	}
	for i := range want {
		if !glob(have[i], want[i]) {
			return false
		}
	}
	return true
}

func glob(text, pattern string) bool {
	expression := regexp.QuoteMeta(pattern)
	expression = strings.ReplaceAll(expression, `\*`, `.*`)
	expression = strings.ReplaceAll(expression, `\?`, `.`)
	return regexp.MustCompile(`(?s)^` + expression + `$`).MatchString(text)
}
