package authz

import (
	"fmt"
	"strings"

	"github.com/twohop/twohop/test/awssim/authz/policy"
)

// Outcome of a request.
type Outcome string

// Outcomes.
const (
	Allowed    Outcome = "allowed"
	Denied     Outcome = "denied"      // explicitly
	NotAllowed Outcome = "not allowed" // by anything: the implicit denial
)

// Verdict is an outcome and what decided it.
type Verdict struct {
	Outcome Outcome
	// Policy and Statement decided: the document's name and the statement's Sid, or
	// its position such as Statement[2]; where both sides had to allow, the resource's.
	// Empty where no statement did.
	Policy, Statement string
	// Reason is a sentence for who has to mend the policies.
	Reason string

	request Request
	blamed  policy.Kind // the kind of policy that AWS's message names
}

func (v Verdict) decidedBy(f *policy.Finding) Verdict {
	v.Policy, v.Statement = f.Document, f.Statement
	return v
}

// allowed takes the statements that allow; none stands for a root user's own right.
func (v Verdict) allowed(by ...*policy.Finding) Verdict {
	v.Outcome = Allowed
	var names []string
	for _, f := range by {
		if f == nil {
			names = append(names, "the root user's own right")
			continue
		}
		v = v.decidedBy(f)
		names = append(names, fmt.Sprintf("statement %s of policy %s", f.Statement, f.Document))
	}
	v.Reason = fmt.Sprintf("%s allowed by %s", v.asked(), strings.Join(names, " and "))
	return v
}

func (v Verdict) denied(kind policy.Kind, by *policy.Finding) Verdict {
	v.Outcome, v.blamed = Denied, kind
	v.Reason = fmt.Sprintf("%s denied by statement %s of policy %s", v.asked(), by.Statement, by.Document)
	return v.decidedBy(by)
}

// missing says which side does not allow, and which statement comes nearest.
func (v Verdict) missing(kind policy.Kind, a answer) Verdict {
	v.blamed = kind
	side := "the resource's own policy"
	if kind == policy.Identity {
		side = "a policy of the principal"
	}
	switch {
	case len(a.asked) == 0:
		v.Reason = fmt.Sprintf("%s needs %s, and there is none", v.asked(), side)
	case a.miss == nil || a.miss.Match == policy.OtherAction:
		v.Reason = fmt.Sprintf("%s needs %s, and no statement of %s allows the action", v.asked(), side, strings.Join(a.asked, ", "))
	default:
		v.Reason = fmt.Sprintf("%s needs %s; nearest is statement %s of policy %s, but %s",
			v.asked(), side, a.miss.Statement, a.miss.Document, a.miss.Why)
	}
	return v
}

func (v Verdict) asked() string {
	return fmt.Sprintf("%s for %s on %s:", v.request.Action, v.request.Principal.name(), v.request.Resource)
}

// Message is AWS's text of AccessDenied [IAM user guide: troubleshoot access denied
// error messages]; empty where the request is allowed. AWS names one kind of policy
// where several are in the way; which, and whether a service's text has the cause at
// all, depends on the service. Role trust policies' texts name no resource.
func (v Verdict) Message() string {
	if v.Outcome == Allowed {
		return ""
	}
	wish := fmt.Sprintf("User: %s is not authorized to perform: %s", v.request.Principal.name(), v.request.Action)
	on := " on resource: " + v.request.Resource
	switch {
	case v.blamed == policy.Trust && v.Outcome == Denied:
		return wish + " with an explicit deny in the role trust policy"
	case v.blamed == policy.Trust:
		return wish + " because no role trust policy allows the " + v.request.Action + " action"
	case v.blamed == policy.Identity && v.Outcome == Denied:
		return wish + on + " with an explicit deny in an identity-based policy"
	case v.blamed == policy.Identity:
		return wish + on + " because no identity-based policy allows the " + v.request.Action + " action"
	case v.Outcome == Denied:
		return wish + on + " with an explicit deny in a resource-based policy"
	default:
		return wish + on + " because no resource-based policy allows the " + v.request.Action + " action"
	}
}
