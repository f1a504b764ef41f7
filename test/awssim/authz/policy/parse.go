package policy

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/compare"
)

// version is the only one of IAM's policy language that is evaluated: the one
// before has no variables [IAM user guide: Version].
const version = "2012-10-17"

var (
	actionForm = regexp.MustCompile(`^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$`)
	// No wildcard stands for the partition or the service, no variable before the
	// fifth colon [IAM user guide: Resource; policy variables].
	resourceForm = regexp.MustCompile(`^(\*|arn:aws:[a-z0-9-]+:[^:$]*:[^:$]*:.+)$`)
)

// Parse reads a policy of a kind strictly. The name is used in verdicts and errors.
// The error names every fault with its path in the document.
func Parse(kind Kind, name string, text []byte) (Document, error) {
	p := parser{kind: kind, faults: faults{document: name}}
	if !slices.Contains([]Kind{Identity, Resource, Key, Trust}, kind) {
		p.add("", "its kind is %q; it must be identity, resource, key or trust", kind)
	}
	d := Document{Name: name, Kind: kind}
	if v, ok := readJSON(text, &p.faults); ok {
		d.statements = p.document(v)
	}
	if err := errors.Join(p.list...); err != nil {
		return Document{}, err
	}
	return d, nil
}

type parser struct {
	faults
	kind Kind
	sids []string
}

func (p *parser) document(v any) []statement {
	object := p.members("", v, "Version", "Id", "Statement")
	if object == nil {
		return nil
	}
	if object["Version"] != version {
		p.add("Version", "is %s; it must be %q", display(object["Version"]), version)
	}
	if id, given := object["Id"]; given {
		p.texts("Id", id)
	}
	list, many := object["Statement"].([]any)
	if !many && object["Statement"] != nil {
		return []statement{p.statement("Statement", object["Statement"])}
	}
	if len(list) == 0 {
		p.add("Statement", "there is none; it must be a statement or a list of some")
	}
	statements := make([]statement, 0, len(list))
	for i, item := range list {
		statements = append(statements, p.statement(at("Statement", i), item))
	}
	return statements
}

func (p *parser) statement(path string, v any) statement {
	s := statement{position: path}
	object := p.members(path, v, "Sid", "Effect", "Principal", "NotPrincipal",
		"Action", "NotAction", "Resource", "NotResource", "Condition")
	if object == nil {
		return s
	}
	if sid, given := object["Sid"]; given {
		s.Sid = p.sid(below(path, "Sid"), sid)
	}
	s.Effect, _ = object["Effect"].(string)
	if s.Effect != "Allow" && s.Effect != "Deny" {
		p.add(below(path, "Effect"), "is %s; it must be \"Allow\" or \"Deny\"", display(object["Effect"]))
	}
	p.who(path, object, &s)
	p.actions(path, object, &s)
	p.resources(path, object, &s)
	if c, given := object["Condition"]; given {
		s.conditions = p.conditions(below(path, "Condition"), c)
	}
	return s
}

func (p *parser) sid(path string, v any) string {
	sid, _ := v.(string)
	if sid == "" {
		p.add(path, "is %s; it must be a string that is not empty", display(v))
	} else if slices.Contains(p.sids, sid) {
		p.add(path, "%q is another statement's too; it must be unique in its policy", sid)
	}
	p.sids = append(p.sids, sid)
	return sid
}

// either reads an element or its negation, of which a statement must have one.
func (p *parser) either(path string, object map[string]any, name string) (where string, v any, not bool) {
	v, plain := object[name]
	negation, not := object["Not"+name]
	switch {
	case plain && not:
		p.add(path, "has %s and Not%s; it must have one of them", name, name)
	case not:
		return below(path, "Not"+name), negation, true
	case !plain:
		p.add(path, "has no %s", name)
	}
	return below(path, name), v, false
}

func (p *parser) actions(path string, object map[string]any, s *statement) {
	where, v, not := p.either(path, object, "Action")
	if v == nil {
		return
	}
	if not && p.kind == Trust {
		p.add(where, "is not allowed in a trust policy, which may specify sts actions only")
	}
	s.NotAction = not
	for _, a := range p.texts(where, v) {
		if !actionForm.MatchString(a.text) {
			p.add(a.path, "%q is no action; it must be like \"backup:StartCopyJob\", with wildcards in the operation only, or \"*\"", a.text)
		} else if p.kind == Trust && !strings.HasPrefix(strings.ToLower(a.text), "sts:") {
			p.add(a.path, "%q: a trust policy may specify sts actions only", a.text)
		}
		s.Actions = append(s.Actions, a.text)
		s.actions = append(s.actions, compare.Plain(strings.ToLower(a.text), true))
	}
}

func (p *parser) resources(path string, object map[string]any, s *statement) {
	_, plain := object["Resource"]
	_, negated := object["NotResource"]
	if p.kind == Trust {
		if plain || negated {
			p.add(path, "has a Resource; a trust policy has none, it is about its role")
		}
		return
	}
	where, v, not := p.either(path, object, "Resource")
	if v == nil {
		return
	}
	s.NotResource = not
	for _, r := range p.texts(where, v) {
		parsed, err := compare.ParseText(r.text, true)
		switch {
		case err != nil:
			p.add(r.path, "%w", err)
		case !resourceForm.MatchString(r.text):
			p.add(r.path, "%q is no resource; it must be \"*\" or an ARN of six parts in the partition aws, without a wildcard for the service and without variables before the fifth colon", r.text)
		}
		s.Resources = append(s.Resources, r.text)
		s.resources = append(s.resources, parsed)
	}
}
