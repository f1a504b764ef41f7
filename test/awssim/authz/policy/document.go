// Package policy reads policy documents strictly, and tells of each statement
// whether it is about a request. How documents combine is not decided here.
//
// An element, operator, condition key, variable or principal that it does not know
// is an error when the document is read, with its path: never an allow, and never
// passed over.
package policy

import (
	"slices"

	"github.com/twohop/twohop/test/awssim/authz/compare"
)

// Kind is what a policy is attached to. It decides which elements the policy may
// have and how it combines with others.
type Kind string

// Kinds of policies.
const (
	// Identity is a policy of a role or user: no Principal.
	Identity Kind = "identity"
	// Resource is a resource's own policy, such as a vault's, bus's, queue's or topic's.
	Resource Kind = "resource"
	// Key is a KMS key's policy: without its consent no other policy counts
	// [KMS developer guide: key policies].
	Key Kind = "key"
	// Trust is a role's trust policy: about sts actions, without a Resource.
	Trust Kind = "trust"
)

// Document is a policy that was read and is understood in full. Parse makes it.
type Document struct {
	// Name tells the policy from others, in verdicts and errors.
	Name       string
	Kind       Kind
	statements []statement
}

// Statement is one statement as it was written, for a service's own rules about
// what its policies may say.
type Statement struct {
	Sid    string
	Effect string // Allow or Deny
	// Principals are accounts, ARNs, services and "*", in order.
	Principals, Actions, Resources []string
	// The lists are exceptions where these are set.
	NotPrincipal, NotAction, NotResource bool
}

// Statements are the document's, in order.
func (d Document) Statements() []Statement {
	list := make([]Statement, 0, len(d.statements))
	for _, s := range d.statements {
		w := s.Statement
		w.Principals, w.Actions, w.Resources = slices.Clone(w.Principals), slices.Clone(w.Actions), slices.Clone(w.Resources)
		list = append(list, w)
	}
	return list
}

// NamedPrincipals are the ARNs of roles, users and sessions that the document names
// as principals, in order. AWS stores no policy that names one that does not exist:
// "Policy contains a statement with one or more invalid principals" [KMS API:
// PutKeyPolicy]. Whether they exist is for the caller to say.
func (d Document) NamedPrincipals() []string {
	var arns []string
	for _, s := range d.statements {
		for _, e := range s.principals {
			if e.arn != "" {
				arns = append(arns, e.arn)
			}
		}
	}
	return arns
}

// statement is a Statement, ready to be weighed.
type statement struct {
	Statement
	position   string // such as Statement[2]
	principals []entry
	actions    []compare.Text // in lower case
	resources  []compare.Text // none in a trust policy: its role
	conditions []compare.Condition
}
