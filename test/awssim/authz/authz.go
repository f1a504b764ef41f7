// Package authz is the local AWS's judge: may this principal do this action on
// this resource, by these policies? Values in, a verdict out; no I/O, no clock.
// Package policy below it reads the policies, strictly; package compare compares
// their strings.
//
// Not here: grants of KMS keys, permissions boundaries, session policies, service
// and resource control policies, federated and anonymous principals. Who has one of
// these decides before asking, or refuses it. Where AWS's documentation is silent,
// the request is an error, or a comment marks the behaviour as not confirmed.
package authz

import "github.com/twohop/twohop/test/awssim/authz/policy"

// Request is one action that a principal asks for.
type Request struct {
	// Action is "service:Operation", in any case, without wildcards.
	Action string
	// Resource is the resource's ARN, or "*" where the action knows no resources.
	Resource  string
	Principal Principal
	// Context holds the values of condition keys, in any case, as the called service
	// and the caller's connection set them; aws:SourceArn and its like too, where a
	// service sends them. A key without values is absent. The keys that follow from the
	// principal are not given here.
	Context map[string][]string
}

// Principal is who asks: the session of a role, a user, an account's root user, or
// an AWS service acting for itself. A service that acts through a role is that
// role's session.
type Principal struct {
	// ARN is the role's (with its path), the user's or the root user's: the value of
	// aws:PrincipalArn [IAM user guide: global condition keys]. Empty for a service.
	ARN string
	// Session is the ARN of the role's session, arn:aws:sts::ACCOUNT:assumed-role/ROLE/NAME.
	// A role's only, and always.
	Session string
	// Service is an AWS service's name, such as events.amazonaws.com; then all else is empty.
	Service string
	// Organization is the id of the account's organization; empty without one.
	Organization string
	// OrganizationPaths are the account's in its organization, each like
	// o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/.
	OrganizationPaths []string
}

// RoleSession is a principal, the session of this name of a role. Its organization
// is left to the caller.
func RoleSession(roleARN, name string) Principal {
	return Principal{ARN: roleARN, Session: sessionPrefix(roleARN) + name}
}

// Policies are all policies that bear on a request.
type Policies struct {
	// Identity are the policies of the principal; none for root users and services.
	Identity []policy.Document
	// Boundary is the principal's permissions boundary. It is not evaluated: an error
	// where one is given.
	Boundary *policy.Document
	// Resource is the resource's own policy; nil where it has none.
	Resource *policy.Document
	// ResourceAccount is the 12-digit id of the account that owns the resource.
	ResourceAccount string
	// Kind is that of the resource's own policy: Resource, Key or Trust; empty where
	// resources of this type have none, or where it is not asked (iam:PassRole does
	// not ask the role's trust policy). Key and Trust need the policy itself.
	Kind policy.Kind
}
