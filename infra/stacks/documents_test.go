package stacks_test

import (
	"encoding/json"
	"slices"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// documents: the stacks deploy what package policy writes, to the letter; what it
// writes is judged by that package's tests, and by those of admission, keys, roles
// and vaults here.
var documents = map[string]check{
	"the policies of each account are those that package policy writes, and all of them": {documentsAreDeployed, map[string]func(*draft){
		"an older version": func(d *draft) { d.set(stacks.Primary, "Bus", "2008-10-17", "Policy", "Version") },
		"a statement less": func(d *draft) {
			d.set(stacks.Management, "PrerequisitesRole", []any{}, "Policies", "0", "PolicyDocument", "Statement")
		},
		"a resource less":  func(d *draft) { delete(d.statement(stacks.Member, "OperatorRole", "EmptyDeadLetters"), "Resource") },
		"a principal less": func(d *draft) { delete(d.statement(stacks.Primary, "CopiesQueuePolicy", "OnlyTLS"), "Principal") },
		"an action more": func(d *draft) {
			d.say(stacks.Member, "OperatorRole", `"sqs:DeleteMessage"`, `"sqs:DeleteMessage","sqs:DeleteQueue"`)
		},
		"no policy of a vault":  func(d *draft) { d.drop(finals, "VaultFinal", "AccessPolicy") },
		"a role without rights": func(d *draft) { d.drop(stacks.Member, "ForwardRole", "Policies") },
		"a second inline policy": func(d *draft) {
			d.resource(stacks.Member, "BackupRole")["Properties"].(map[string]any)["Policies"] = []any{map[string]any{"PolicyName": "more", "PolicyDocument": map[string]any{"Statement": []any{}}}}
		},
		"another vault's policy": func(d *draft) {
			d.set(stacks.Primary, "VaultIntermediate", map[string]any{"Statement": []any{}}, "AccessPolicy")
		},
	}, nil},
}

// carried are the policies that a resource has.
func (r *resource) carried() []any {
	carried := []any{r.at(policiesOn[r.kind])}
	for _, inline := range r.list("Policies") {
		carried = append(carried, at(inline, "PolicyDocument"))
	}
	return slices.DeleteFunc(carried, func(document any) bool { return document == nil })
}

func documentsAreDeployed(d deployment) (found faults) {
	written, err := policy.Documents(d.estate, member)
	if err != nil {
		return faults{err.Error()}
	}
	for owner, in := range map[estate.Owner][]*stack{
		estate.MemberAccount: {d.members()}, policy.ManagementAccount: {d.management()},
		estate.BackupAccount: slices.DeleteFunc(slices.Clone(d.stacks), func(s *stack) bool { return s == d.members() || s == d.management() }),
	} {
		should := map[string]string{}
		for _, document := range written {
			if document.Owner == owner {
				should[canonical(document.Document.Map())] = document.Name
			}
		}
		is := map[string]bool{}
		for _, s := range in {
			for _, r := range s.standing {
				for _, document := range r.carried() {
					is[canonical(document)] = true
					if _, known := should[canonical(document)]; !known {
						found.add("%s: carries a policy that is none of the %s account's: %v", r, owner, document)
					}
				}
			}
		}
		for document, name := range should {
			if !is[document] {
				found.add("the policy %s is nowhere in the %s account", name, owner)
			}
		}
	}
	return found
}

// canonical is a JSON value as text, the same for the same value.
func canonical(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}
