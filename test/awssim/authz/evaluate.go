package authz

import (
	"errors"
	"fmt"
	"slices"

	"github.com/twohop/twohop/test/awssim/authz/policy"
)

// Evaluate judges a request [IAM user guide: policy evaluation logic]:
//   - an explicit denial in any policy decides;
//   - a service needs the resource's policy;
//   - within one account the principal's policies or the resource's policy suffice,
//     the latter where it names the principal or everyone: naming the account only
//     leaves it to the principal's policies;
//   - a KMS key's or a role's own policy must allow in any case, naming the principal
//     or leaving it to the account;
//   - across accounts both sides must allow.
//
// The error names everything about the request and the policies that is malformed,
// contradictory or not evaluated here; then there is no verdict.
func Evaluate(r Request, p Policies) (Verdict, error) {
	values, err := r.values()
	if err := errors.Join(err, p.check(r)); err != nil {
		return Verdict{}, err
	}
	q := policy.Question{Action: r.Action, Resource: r.Resource, Values: values, Caller: policy.Caller{
		ARN: r.Principal.ARN, Session: r.Principal.Session, Account: r.Principal.account(), Service: r.Principal.Service,
	}}
	own, err := ask(p.Identity, q)
	if err != nil {
		return Verdict{}, err
	}
	var resources []policy.Document
	if p.Resource != nil {
		resources = append(resources, *p.Resource)
	}
	theirs, err := ask(resources, q)
	if err != nil {
		return Verdict{}, err
	}
	return judge(r, p, own, theirs), nil
}

// answer is what the policies of one side say together.
type answer struct {
	asked []string // the documents' names
	deny  *policy.Finding
	allow *policy.Finding // that reaches furthest
	miss  *policy.Finding // of the allowing ones the nearest that does not apply
}

func ask(documents []policy.Document, q policy.Question) (answer, error) {
	var a answer
	var faults []error
	for _, d := range documents {
		findings, err := d.Weigh(q)
		faults = append(faults, err)
		a.asked = append(a.asked, d.Name)
		for _, f := range findings {
			switch applies := f.Match == policy.Applies; {
			case applies && f.Denies && a.deny == nil:
				a.deny = &f
			case applies && !f.Denies && (a.allow == nil || f.Reach > a.allow.Reach):
				a.allow = &f
			case !applies && !f.Denies && (a.miss == nil || f.Match > a.miss.Match):
				a.miss = &f
			}
		}
	}
	return a, errors.Join(faults...)
}

func judge(r Request, p Policies, own, theirs answer) Verdict {
	v := Verdict{Outcome: NotAllowed, request: r}
	who := r.Principal
	// The root user of an account may do everything there without a policy.
	allowedByOwn := own.allow != nil || who.isRoot()
	byName := theirs.allow != nil && theirs.allow.Reach == policy.Personally
	sameAccount := who.account() == p.ResourceAccount
	needsTheirs := who.Service != "" || !sameAccount || p.Kind == policy.Key || p.Kind == policy.Trust
	switch {
	case own.deny != nil:
		return v.denied(policy.Identity, own.deny)
	case theirs.deny != nil:
		return v.denied(p.Kind, theirs.deny)
	case who.isRoot() && p.Kind == policy.Trust:
		v.blamed, v.Reason = policy.Trust, "the root user of an account assumes no role [STS API: AssumeRole]"
		return v
	case needsTheirs && theirs.allow == nil:
		return v.missing(p.Kind, theirs)
	case who.Service != "", sameAccount && byName:
		return v.allowed(theirs.allow)
	case !allowedByOwn:
		return v.missing(policy.Identity, own)
	case needsTheirs:
		return v.allowed(own.allow, theirs.allow)
	default:
		return v.allowed(own.allow)
	}
}

func (p Policies) check(r Request) error {
	var faults []error
	refuse := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("evaluate policies: "+format, args...))
	}
	if p.Boundary != nil {
		refuse("permissions boundary %s: not evaluated", p.Boundary.Name)
	}
	for _, d := range p.Identity {
		if d.Kind != policy.Identity {
			refuse("%s: its kind is %q; a policy of the principal must be %q", d.Name, d.Kind, policy.Identity)
		}
	}
	if len(p.Identity) > 0 && (r.Principal.Service != "" || r.Principal.isRoot()) {
		refuse("%s has no policies of its own, services and root users have none", r.Principal.name())
	}
	if !slices.Contains([]policy.Kind{"", policy.Resource, policy.Key, policy.Trust}, p.Kind) {
		refuse("the kind of the resource's policy is %q; it must be resource, key, trust or empty", p.Kind)
	}
	switch {
	case p.Resource != nil && (p.Kind == "" || p.Resource.Kind != p.Kind):
		refuse("%s: its kind is %q; the resource's policy must be %q", p.Resource.Name, p.Resource.Kind, p.Kind)
	case p.Resource == nil && (p.Kind == policy.Key || p.Kind == policy.Trust):
		refuse("the resource has no policy; a key and a role always have one")
	}
	owner := accountOf(r.Resource)
	if !accountID.MatchString(p.ResourceAccount) {
		refuse("the resource's account is %q; it must be 12 digits", p.ResourceAccount)
	} else if accountID.MatchString(owner) && owner != p.ResourceAccount {
		refuse("the resource's account is %s, but its ARN is %s", p.ResourceAccount, r.Resource)
	}
	return errors.Join(faults...)
}
