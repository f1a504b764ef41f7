package fix

import (
	"fmt"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/policy"
)

// role: the role of the job, its caller, or a policy above both.
func (w writer) role() Advice {
	e, account := w.Estate, w.runs()
	advice := Advice{Cause: w.found.Cause, Fix: w.found.Fix}
	if account == "" {
		advice.Fix = "compare the roles of the estate with the deployed ones"
		advice.Steps = []Step{w.doctor()}
		return advice
	}
	job := policy.Backup(e, account)
	if account == e.Accounts.Backup {
		job = policy.Copy(e)
	}
	undo := w.revert(account, w.primary())
	switch w.found.Kind {
	case diagnose.JobRole:
		advice.Fix = fmt.Sprintf("the estate's jobs use the role %s: attach the policies that it lacks. A job with another role needs the same policies; see which role the job has", job.Name)
		step := Step{Text: "attach the managed policies of the role; to attach one again changes nothing", Account: account}
		for _, arn := range job.Managed {
			step.Commands = append(step.Commands, w.aws(account, "", "iam attach-role-policy --role-name %s --policy-arn %s", job.Name, arn))
		}
		advice.Steps = append([]Step{step}, undo...)
	case diagnose.NotAssumable:
		advice.Fix = "the trust policy of the role must admit backup.amazonaws.com; a role that does not exist is made by its stack"
		step := w.amend(account, "trust-policy.json", job.Trust.Statement,
			w.aws(account, "", "iam get-role --role-name %s --query Role.AssumeRolePolicyDocument", job.Name),
			w.aws(account, "", "iam update-assume-role-policy --role-name %s --policy-document file://trust-policy.json", job.Name))
		advice.Steps = append([]Step{step}, undo...)
	case diagnose.DeniedByOrganization:
		management := e.Accounts.Management
		advice.Fix = "in the management account, find the policy among those of the account and its parents, and except the role that the text names from its Deny statement, or detach it; an Allow statement in the account does not help"
		advice.Steps = []Step{{Text: "policies of the account, and its parent; repeat both with the parent's id up to the root", Account: management, Commands: []string{
			w.aws(management, "", "organizations list-policies-for-target --target-id %s --filter SERVICE_CONTROL_POLICY", account),
			w.aws(management, "", "organizations list-policies-for-target --target-id %s --filter RESOURCE_CONTROL_POLICY", account),
			w.aws(management, "", "organizations list-parents --child-id %s", account),
		}}}
	case diagnose.PassRole:
		advice.Fix = "the caller of the job needs the statement below; the text names the caller"
		advice.Steps = append([]Step{w.pass(account)}, undo...)
	case diagnose.Denied:
		advice.Fix = "allow the role what the text names; the estate's roles have all that their jobs need, so find what differs"
		advice.Steps = append([]Step{w.doctor()}, undo...)
	default: // advice leads no other kind here
	}
	return advice
}

// pass is the step that lets the caller of a job hand over its role: the function that
// starts second hops, or in a member the role that starts first hops again.
func (w writer) pass(account string) Step {
	caller := policy.CopyStarter(w.Estate)
	if account != w.Estate.Accounts.Backup {
		caller = policy.Operator(w.Estate, account)
	}
	var needed []policy.Statement
	for _, s := range caller.Policy.Statement {
		if s.Sid == "PassRole" {
			needed = append(needed, s)
		}
	}
	return w.amend(account, "role-policy.json", needed,
		w.aws(account, "", "iam get-role-policy --role-name %[1]s --policy-name %[1]s --query PolicyDocument", caller.Name),
		w.aws(account, "", "iam put-role-policy --role-name %[1]s --policy-name %[1]s --policy-document file://role-policy.json", caller.Name))
}
