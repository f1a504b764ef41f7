package policy

import (
	"regexp"
	"slices"
	"strings"
)

// Caller has the names by which a policy may mean who asks: a role's ARN and its
// session's, a user's or root user's ARN; or a service's name and nothing else.
type Caller struct {
	ARN, Session, Account, Service string
}

// Reach tells how a statement is about a caller.
type Reach int

const (
	nobody Reach = iota
	// ByAccount is a statement's that names the caller's account, which passes the
	// right on to its own policies [IAM user guide: Principal].
	ByAccount
	// Personally is a statement's that names the caller, or everyone. Everyone means
	// services too: policies of queues that admit a topic by aws:SourceArn alone rest
	// on it.
	Personally
)

// entry is one principal of a policy: exactly one field is set.
type entry struct {
	everyone bool
	account  string
	arn      string // of a role, user or session
	service  string
}

var (
	accountForm = regexp.MustCompile(`^(?:arn:aws:iam::)?(\d{12})(:root)?$`)
	namedForm   = regexp.MustCompile(`^arn:aws:(?:iam::(\d{12}):(?:role|user)/[\w+=,.@/-]+|sts::\d{12}:assumed-role/[\w+=,.@-]+/[\w+=,.@-]+)$`)
	serviceForm = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com$`)
)

func (e entry) reaches(c Caller) Reach {
	switch {
	case e.everyone, e.service != "" && e.service == c.Service,
		e.arn != "" && (e.arn == c.ARN || e.arn == c.Session),
		e.account != "" && c.ARN == root(e.account):
		return Personally
	case e.account != "" && e.account == c.Account:
		return ByAccount
	default:
		return nobody
	}
}

// reaches is the closest that any entry comes. A policy of the caller itself has no
// entries and is all about it.
func (s statement) reaches(c Caller, kind Kind) Reach {
	if kind == Identity {
		return Personally
	}
	closest := nobody
	for _, e := range s.principals {
		closest = max(closest, e.reaches(c))
	}
	switch {
	case !s.NotPrincipal:
		return closest
	case closest == Personally:
		return nobody
	default:
		// Whose account alone is listed is not excepted [IAM user guide: NotPrincipal].
		return Personally
	}
}

// who reads Principal or NotPrincipal.
func (p *parser) who(path string, object map[string]any, s *statement) {
	if p.kind == Identity {
		_, plain := object["Principal"]
		_, negated := object["NotPrincipal"]
		if plain || negated {
			p.add(path, "has a Principal; the policy of a role or user has none, it is about that")
		}
		return
	}
	where, v, not := p.either(path, object, "Principal")
	if v == nil {
		return
	}
	s.NotPrincipal = not
	if v == "*" {
		s.principals, s.Principals = []entry{{everyone: true}}, []string{"*"}
	} else {
		p.principals(where, v, s)
	}
	if not {
		p.exceptions(where, s)
	}
}

func (p *parser) principals(path string, v any, s *statement) {
	object := p.members(path, v, "AWS", "Service", "Federated", "CanonicalUser")
	if object != nil && len(object) == 0 {
		p.add(path, "names nobody")
	}
	for _, name := range sorted(object) {
		where := below(path, name)
		switch name {
		case "AWS":
			for _, t := range p.texts(where, object[name]) {
				s.Principals = append(s.Principals, t.text)
				s.principals = append(s.principals, p.principal(t))
			}
		case "Service":
			for _, t := range p.texts(where, object[name]) {
				if !serviceForm.MatchString(t.text) {
					p.add(t.path, "%q is no service; it must be like \"events.amazonaws.com\"", t.text)
				}
				s.Principals = append(s.Principals, t.text)
				s.principals = append(s.principals, entry{service: t.text})
			}
		case "Federated", "CanonicalUser":
			p.add(where, "is not evaluated; AWS and Service are")
		}
	}
}

func (p *parser) principal(t located) entry {
	account := accountForm.FindStringSubmatch(t.text)
	switch {
	case t.text == "*":
		return entry{everyone: true}
	case account != nil && strings.HasPrefix(t.text, "arn:") == (account[2] != ""):
		return entry{account: account[1]}
	case !namedForm.MatchString(t.text):
		p.add(t.path, "%q is no principal; it must be \"*\", an account's id or root ARN, or the ARN of a role, a user or a role's session, without wildcards", t.text)
	}
	return entry{arn: t.text}
}

// exceptions refuses the uses of NotPrincipal that AWS does not support or does not
// define [IAM user guide: NotPrincipal].
func (p *parser) exceptions(path string, s *statement) {
	if p.kind == Trust {
		p.add(path, "is not allowed in a trust policy")
	}
	if s.Effect == "Allow" {
		p.add(path, "is not supported with the Effect Allow; name who is allowed")
	}
	for _, e := range s.principals {
		named := namedForm.FindStringSubmatch(e.arn)
		switch {
		case e.everyone:
			p.add(path, "excepts everyone, so the statement denies nobody")
		case named != nil && named[1] == "":
			p.add(path, "%q is a session: AWS does not define which other sessions it excepts; use a condition on aws:PrincipalArn", e.arn)
		case named != nil && !slices.Contains(s.principals, entry{account: named[1]}):
			p.add(path, "%q is excepted without its account: AWS may then deny the whole account; list %s too", e.arn, root(named[1]))
		}
	}
}

func root(account string) string { return "arn:aws:iam::" + account + ":root" }
