package stacks_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// member is the account in which the tests look at the member stack.
const member = "111111111111"

// memberStacks is the logical id of the StackSet.
const memberStacks = "MemberStacks"

// memberDuties is the logical id of what waits for the StackSet and is waited for.
const memberDuties = "MemberDuties"

// deployment is an estate's stacks as CloudFormation would deploy them.
type deployment struct {
	estate estate.Estate
	stacks []*stack
}

// stack is a stack, its template's functions resolved.
type stack struct {
	written
	standing []*resource // sorted by logical id
	faults   faults      // of its functions
}

// resource is a resource of a stack.
type resource struct {
	stack      *stack
	id         string
	kind       string
	properties map[string]any
	after      []string // ids that it depends on by word
	deletion   string
	replaced   string
}

// faults is what a check finds.
type faults []string

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

// deploy resolves the stacks' templates.
func deploy(e estate.Estate, all []written) deployment {
	d := deployment{estate: e}
	for _, w := range all {
		s := &stack{written: w}
		for _, id := range slices.Sorted(maps.Keys(w.resources())) {
			s.standing = append(s.standing, s.read(id, w.resources()[id]))
		}
		d.stacks = append(d.stacks, s)
	}
	return d
}

func (s *stack) read(id string, definition any) *resource {
	r := &resource{
		stack: s, id: id, kind: text(definition, "Type"), after: texts(at(definition, "DependsOn")),
		deletion: text(definition, "DeletionPolicy"), replaced: text(definition, "UpdateReplacePolicy"),
	}
	r.properties, _ = s.resolve(at(definition, "Properties")).(map[string]any)
	return r
}

// stack is the stack of a part, which every assembly has.
func (d deployment) stack(part string) *stack {
	i := slices.IndexFunc(d.stacks, func(s *stack) bool { return s.part == part })
	return d.stacks[i]
}

func (d deployment) primary() *stack    { return d.stack(stacks.Primary) }
func (d deployment) management() *stack { return d.stack(stacks.Management) }
func (d deployment) members() *stack    { return d.stack(stacks.Member) }

// all are the resources of some types in all stacks.
func (d deployment) all(kinds ...string) []*resource {
	var found []*resource
	for _, s := range d.stacks {
		found = append(found, s.all(kinds...)...)
	}
	return found
}

// find is the resource with an ARN; nil: there is none.
func (d deployment) find(kind, arn string) *resource {
	return first(d.all(kind), func(r *resource) bool { return r.arn() == arn })
}

func (s *stack) all(kinds ...string) []*resource {
	var found []*resource
	for _, r := range s.standing {
		if slices.Contains(kinds, r.kind) {
			found = append(found, r)
		}
	}
	return found
}

func (s *stack) find(kind, arn string) *resource {
	return first(s.all(kind), func(r *resource) bool { return r.arn() == arn })
}

func first(all []*resource, wanted func(*resource) bool) *resource {
	if i := slices.IndexFunc(all, wanted); i >= 0 {
		return all[i]
	}
	return nil
}

// String is where the resource stands.
func (r *resource) String() string { return r.stack.part + "/" + r.id }

func (r *resource) at(path ...string) any         { return at(r.properties, path...) }
func (r *resource) text(path ...string) string    { return text(r.properties, path...) }
func (r *resource) list(path ...string) []any     { return list(r.properties, path...) }
func (r *resource) texts(path ...string) []string { return texts(r.at(path...)) }

// number is a number below the properties, -1 where there is none.
func (r *resource) number(path ...string) float64 {
	if n, ok := r.at(path...).(float64); ok {
		return n
	}
	return -1
}

func text(v any, path ...string) string {
	s, _ := at(v, path...).(string)
	return s
}

func list(v any, path ...string) []any {
	l, _ := at(v, path...).([]any)
	return l
}

// object is a JSON object, empty where there is none.
func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// texts are the texts of a list, or the one that stands where a list may.
func texts(v any) []string {
	if s, ok := v.(string); ok {
		return []string{s}
	}
	var found []string
	for _, item := range list(v) {
		if s, ok := item.(string); ok {
			found = append(found, s)
		}
	}
	return found
}

// same reports whether two lists hold the same texts in any order.
func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// like matches a pattern with * for any characters, as IAM does.
func like(pattern, s string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == s
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(s, part)
		if i < 0 {
			return false
		}
		s = s[i+len(part):]
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
