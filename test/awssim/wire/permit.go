package wire

import (
	"fmt"
	"net/http"
)

// Need is a right that a call takes: an action of IAM on a resource.
type Need struct {
	Action   string // sqs:SendMessage
	Resource string // ARN, or * where the action knows no resources
	// Context are the values of condition keys that the service sets.
	Context map[string][]string
}

// OnAll has the action take the right to itself on *: it knows no resources.
func (op Op) OnAll() Op {
	op.needs = func(r *Request, action string, _ any) []Need {
		return []Need{{Action: r.service + ":" + action, Resource: "*"}}
	}
	return op
}

// Free lets everybody make the call.
func (op Op) Free() Op {
	op.needs = func(*Request, string, any) []Need { return nil }
	return op
}

// Takes has the action take rights that its input tells, all of them.
func Takes[In any](op Op, needs func(r *Request, action string, in In) []Need) Op {
	op.needs = func(r *Request, action string, in any) []Need { return needs(r, action, in.(In)) }
	return op
}

// Judged tells whether rights are judged at all. Where they are not, what belongs to
// an account is for that account alone.
func (r *Request) Judged() bool { return r.authorize != nil }

// permit turns callers away who lack a right. An action whose rights nobody has
// written down is an error, not a yes.
func (r *Request) permit(action string, op Op, in any) *Error {
	if r.authorize == nil {
		return nil
	}
	if op.needs == nil {
		return &Error{Status: http.StatusNotImplemented, Code: "InternalFailure",
			Message: fmt.Sprintf("awssim does not know which rights %s:%s takes", r.service, action)}
	}
	for _, need := range op.needs(r, action, in) {
		if denied := r.authorize(r.Caller, need); denied != nil {
			return denied
		}
	}
	return nil
}
