// Package policy writes every policy of an estate as a plain document: of vaults,
// keys, the bus, queues, the topic and roles. Who may do what follows from the
// plans: who must copy what where. Each statement carries the reason why it is
// there. The stacks deploy the documents, and what is live can be compared with
// them.
//
// An account may be a token that CloudFormation resolves: it is pasted into ARNs
// and conditions and never read.
package policy

import "encoding/json"

// Effects of statements.
const (
	Allow = "Allow"
	Deny  = "Deny"
)

// version of IAM's policy language [IAM: JSON policy elements, Version].
const version = "2012-10-17"

// Document is a policy as IAM takes it.
type Document struct {
	Version   string
	Statement []Statement
}

// Statement is one statement of a policy. A trust policy's has no Resource, a
// role's own has no Principal.
type Statement struct {
	Sid       string
	Effect    string
	Principal Principal `json:",omitzero"`
	Action    []string
	Resource  []string   `json:",omitempty"`
	Condition Conditions `json:",omitempty"`
	// Reason says why the statement is needed, or what breaks without it. It is no
	// part of the policy's JSON.
	Reason string `json:"-"`
}

// Principal is who a statement is about: everyone, as far as the conditions go,
// one account or one AWS service. Roles are never named: a policy with a role that
// does not exist yet is refused, "Policy contains a statement with one or more
// invalid principals".
type Principal struct {
	Everyone bool
	Account  string // ARN of an account's root
	Service  string // such as events.amazonaws.com
}

// Conditions are values by condition key by operator.
type Conditions map[string]map[string][]string

// MarshalJSON writes the principal as IAM takes it.
func (p Principal) MarshalJSON() ([]byte, error) { return json.Marshal(p.plain()) }

func (p Principal) plain() map[string]any {
	switch {
	case p.Everyone:
		return map[string]any{"AWS": "*"}
	case p.Service != "":
		return map[string]any{"Service": p.Service}
	default:
		return map[string]any{"AWS": p.Account}
	}
}

// document joins groups of statements.
func document(groups ...[]Statement) Document {
	d := Document{Version: version}
	for _, statements := range groups {
		d.Statement = append(d.Statement, statements...)
	}
	return d
}

// Map is the document in plain maps, slices and strings, as the CDK takes JSON.
func (d Document) Map() map[string]any {
	statements := make([]any, 0, len(d.Statement))
	for _, s := range d.Statement {
		statements = append(statements, s.plain())
	}
	return map[string]any{"Version": d.Version, "Statement": statements}
}

func (s Statement) plain() map[string]any {
	plain := map[string]any{"Sid": s.Sid, "Effect": s.Effect, "Action": list(s.Action)}
	if s.Principal != (Principal{}) {
		plain["Principal"] = s.Principal.plain()
	}
	if len(s.Resource) > 0 {
		plain["Resource"] = list(s.Resource)
	}
	if len(s.Condition) > 0 {
		plain["Condition"] = s.Condition.plain()
	}
	return plain
}

func (c Conditions) plain() map[string]any {
	operators := map[string]any{}
	for operator, keys := range c {
		values := map[string]any{}
		for key, texts := range keys {
			values[key] = list(texts)
		}
		operators[operator] = values
	}
	return operators
}

func list(texts []string) []any {
	values := make([]any, 0, len(texts))
	for _, text := range texts {
		values = append(values, text)
	}
	return values
}
