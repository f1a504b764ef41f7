// Package buspolicy reads and evaluates the resource policies of event buses, as
// far as they are understood here: Allow statements for events:PutEvents to
// accounts, with a few conditions. Whatever else a policy says is refused when
// it is set, so a stored policy is always evaluated in full.
package buspolicy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Policy is a bus's resource policy. The zero value admits nobody.
type Policy struct {
	Version   string      `json:"Version"`
	ID        string      `json:"Id,omitempty"`
	Statement []Statement `json:"Statement"`
}

// Statement is one statement of a policy.
type Statement struct {
	Sid       string                      `json:"Sid,omitempty"`
	Effect    string                      `json:"Effect"`
	Principal Principal                   `json:"Principal"`
	Action    Texts                       `json:"Action"`
	Resource  Texts                       `json:"Resource"`
	Condition map[string]map[string]Texts `json:"Condition,omitempty"`
}

// Texts is a string or a list of strings.
type Texts []string

// UnmarshalJSON reads either form.
func (t *Texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = Texts{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(data, &many); err != nil {
		return fmt.Errorf("%s is neither a string nor a list of strings", data)
	}
	*t = many
	return nil
}

// MarshalJSON writes a single text as a string.
func (t Texts) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// Principal is "*" or {"AWS": accounts}.
type Principal struct {
	Everyone bool
	AWS      Texts
}

// UnmarshalJSON refuses services, roles and users by name.
func (p *Principal) UnmarshalJSON(data []byte) error {
	if string(data) == `"*"` {
		p.Everyone = true
		return nil
	}
	var named struct{ AWS Texts }
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&named); err != nil {
		return fmt.Errorf("awssim knows the principals \"*\" and AWS accounts: %w", err)
	}
	p.AWS = named.AWS
	return nil
}

// MarshalJSON writes the form that UnmarshalJSON reads.
func (p Principal) MarshalJSON() ([]byte, error) {
	if p.Everyone {
		return []byte(`"*"`), nil
	}
	return json.Marshal(map[string]Texts{"AWS": p.AWS})
}

// String is the policy as DescribeEventBus shows it: empty without statements.
func (p Policy) String() string {
	if len(p.Statement) == 0 {
		return ""
	}
	text, err := json.Marshal(p)
	if err != nil {
		return "" // a policy was made of JSON and is nothing else
	}
	return string(text)
}

// NewStatement allows an account, or everybody ("*"), to put events on the bus
// with this ARN, if organization is not empty only those of that organization.
func NewStatement(sid, account, organization, busARN string) Statement {
	st := Statement{Sid: sid, Effect: "Allow", Action: Texts{"events:PutEvents"}, Resource: Texts{busARN}}
	if account == "*" {
		st.Principal.Everyone = true
	} else {
		st.Principal.AWS = Texts{"arn:aws:iam::" + account + ":root"}
	}
	if organization != "" {
		st.Condition = map[string]map[string]Texts{"StringEquals": {"aws:PrincipalOrgID": {organization}}}
	}
	return st
}

// With returns the policy with one statement added or, by its id, replaced.
func (p Policy) With(st Statement) Policy {
	kept := p.Without(st.Sid)
	kept.Version = "2012-10-17"
	kept.Statement = append(kept.Statement, st)
	return kept
}

// Without returns the policy without the statements of this id.
func (p Policy) Without(sid string) Policy {
	p.Statement = slices.DeleteFunc(slices.Clone(p.Statement), func(st Statement) bool { return st.Sid == sid })
	return p
}

// understood lists the condition keys that each operator may have here.
var understood = map[string][]string{
	"StringEquals":              {"aws:PrincipalOrgID", "aws:PrincipalArn", "events:source", "events:detail-type"},
	"ArnLike":                   {"aws:PrincipalArn"},
	"ForAllValues:StringEquals": {"events:source", "events:detail-type"},
}

var accountPrincipal = regexp.MustCompile(`^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$`)

// Parse reads a whole policy of the bus with this ARN. The error names what AWS
// would refuse or awssim does not evaluate.
func Parse(text, busARN string) (Policy, error) {
	var p Policy
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		return Policy{}, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return Policy{}, errors.New("something follows the policy document")
	}
	if p.Version != "2012-10-17" {
		return Policy{}, fmt.Errorf("Version is %q; it must be 2012-10-17", p.Version)
	}
	if len(p.Statement) == 0 {
		return Policy{}, errors.New("there is no Statement")
	}
	for i, st := range p.Statement {
		if err := st.check(busARN); err != nil {
			return Policy{}, fmt.Errorf("Statement %d: %w", i+1, err)
		}
	}
	return p, nil
}

func (st Statement) check(busARN string) error {
	if st.Effect != "Allow" {
		return fmt.Errorf("awssim does not evaluate the Effect %q", st.Effect)
	}
	if !st.Principal.Everyone && len(st.Principal.AWS) == 0 {
		return errors.New("there is no Principal")
	}
	for _, p := range st.Principal.AWS {
		if p != "*" && !accountPrincipal.MatchString(p) {
			return fmt.Errorf("awssim does not evaluate the Principal %q; it knows accounts", p)
		}
	}
	if !slices.Equal(st.Action, Texts{"events:PutEvents"}) {
		return fmt.Errorf("awssim does not evaluate the Action %q; it knows events:PutEvents", []string(st.Action))
	}
	if !slices.Equal(st.Resource, Texts{busARN}) && !slices.Equal(st.Resource, Texts{"*"}) {
		return fmt.Errorf("the Resource is %q; it must be %s", []string(st.Resource), busARN)
	}
	for _, operator := range slices.Sorted(maps.Keys(st.Condition)) {
		keys, ok := understood[operator]
		if !ok {
			return fmt.Errorf("awssim does not evaluate the condition operator %s", operator)
		}
		for _, key := range slices.Sorted(maps.Keys(st.Condition[operator])) {
			if !slices.Contains(keys, key) {
				return fmt.Errorf("awssim does not evaluate the condition key %s with %s", key, operator)
			}
		}
	}
	return nil
}
