package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Difference is what a live policy lacks of the one that the estate needs, and what it
// denies beside it. What it allows beside it is none: it breaks nothing.
type Difference struct {
	Missing []Statement // of the wanted document, as it has them
	Denying []string    // the live policy's own statements, JSON, that deny what the wanted one does not
}

// Compare compares a wanted document with the JSON of a live policy, empty for none.
// Order, names of statements, and single values for lists of one do not count; nor do
// the ways in which IAM takes one thing: an account's id for the ARN of its root, "*"
// for {"AWS": "*"}, small and capital letters in actions, operators and condition keys.
// The error says that the live policy cannot be read.
func Compare(wanted Document, live string) (Difference, error) {
	statements, err := parse(live)
	if err != nil {
		return Difference{}, err
	}
	there := map[string]bool{}
	for _, s := range statements {
		there[s.normal()] = true
	}
	var found Difference
	needed := map[string]bool{}
	for _, s := range wanted.Statement {
		normal := s.live().normal()
		needed[normal] = true
		if !there[normal] {
			found.Missing = append(found.Missing, s)
		}
	}
	for _, s := range statements {
		if s.Effect == Deny && !needed[s.normal()] {
			found.Denying = append(found.Denying, s.text)
		}
	}
	return found, nil
}

// JSON is the statement as it stands in a policy, indented.
func (s Statement) JSON() string {
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil { // texts and lists of them
		return fmt.Sprint(s.plain())
	}
	return string(text)
}

// liveStatement is a statement of any policy, as far as IAM's language goes.
type liveStatement struct {
	Effect                  string
	Principal, NotPrincipal principals
	Action, NotAction       texts
	Resource, NotResource   texts
	Condition               map[string]map[string]texts
	text                    string
}

// texts is a list that may be written as a single value, which may be a boolean or a
// number.
type texts []string

// UnmarshalJSON reads one value, or a list.
func (t *texts) UnmarshalJSON(data []byte) error {
	var many []any
	if err := json.Unmarshal(data, &many); err != nil {
		var one any
		if err := json.Unmarshal(data, &one); err != nil {
			return err
		}
		many = []any{one}
	}
	for _, value := range many {
		*t = append(*t, fmt.Sprint(value))
	}
	return nil
}

// principals are ids by kind: AWS, Service, Federated.
type principals map[string]texts

// UnmarshalJSON reads "*" as everybody of AWS.
func (p *principals) UnmarshalJSON(data []byte) error {
	var everybody string
	if err := json.Unmarshal(data, &everybody); err == nil {
		*p = principals{"AWS": {everybody}}
		return nil
	}
	var named map[string]texts
	if err := json.Unmarshal(data, &named); err != nil {
		return err
	}
	*p = named
	return nil
}

// parse reads the statements of a policy; none of an empty text.
func parse(live string) ([]liveStatement, error) {
	if live == "" {
		return nil, nil
	}
	var document struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(live), &document); err != nil {
		return nil, fmt.Errorf("read policy: %w", err)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal(document.Statement, &raw); err != nil {
		raw = []json.RawMessage{document.Statement} // a single one needs no list
	}
	var statements []liveStatement
	for _, text := range raw {
		var s liveStatement
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, fmt.Errorf("read statement of a policy: %w", err)
		}
		s.text = string(text)
		statements = append(statements, s)
	}
	return statements, nil
}

// live is the statement as it is once it has been deployed.
func (s Statement) live() liveStatement {
	var read liveStatement
	if err := json.Unmarshal([]byte(s.JSON()), &read); err != nil {
		panic(fmt.Sprintf("a statement of this package: %v", err))
	}
	return read
}

// normal is the same text for all ways to write a statement.
func (s liveStatement) normal() string {
	text, err := json.Marshal(map[string]any{
		"effect":    s.Effect,
		"principal": s.Principal.normal(), "notPrincipal": s.NotPrincipal.normal(),
		"action": lower(s.Action), "notAction": lower(s.NotAction),
		"resource": set(s.Resource), "notResource": set(s.NotResource),
		"condition": normalConditions(s.Condition),
	})
	if err != nil { // texts and lists of them
		return s.text
	}
	return string(text)
}

func (p principals) normal() map[string][]string {
	normal := map[string][]string{}
	for kind, ids := range p {
		for _, id := range ids {
			normal[kind] = append(normal[kind], accountOfRoot(id))
		}
		normal[kind] = set(normal[kind])
	}
	return normal
}

// accountOfRoot is the id of the account whose root an ARN names; other ids stay.
func accountOfRoot(id string) string {
	parts := strings.Split(id, ":")
	if len(parts) == 6 && parts[2] == "iam" && parts[5] == "root" {
		return parts[4]
	}
	return id
}

func normalConditions(conditions map[string]map[string]texts) map[string]map[string][]string {
	normal := map[string]map[string][]string{}
	for operator, keys := range conditions {
		operator = strings.ToLower(operator)
		if normal[operator] == nil {
			normal[operator] = map[string][]string{}
		}
		for key, values := range keys {
			key = strings.ToLower(key)
			normal[operator][key] = set(append(normal[operator][key], values...))
		}
	}
	return normal
}

func lower(words []string) []string {
	lowered := make([]string, 0, len(words))
	for _, word := range words {
		lowered = append(lowered, strings.ToLower(word))
	}
	return set(lowered)
}

// set is a list's values, sorted and each once.
func set(words []string) []string {
	sorted := map[string]bool{}
	for _, word := range words {
		sorted[word] = true
	}
	return slices.Sorted(maps.Keys(sorted))
}
