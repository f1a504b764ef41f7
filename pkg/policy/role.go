package policy

import "github.com/twohop/twohop/pkg/estate"

// Role is an IAM role with everything it may do.
type Role struct {
	Name    string
	Trust   Document
	Policy  Document // its inline policy; without statements: none
	Managed []string // ARNs of policies that AWS manages
	Reason  string   // who works as it, and for what
}

// byService lets an AWS service assume a role on behalf of its own account only.
// Whether AWS Backup and Lambda send aws:SourceAccount when they assume a role is
// UNCONFIRMED A57, so it counts where it is sent; a role cannot be given to a service
// in another account in any case [IAM: iam:PassRole].
func byService(service, account, reason string) Document {
	return document([]Statement{{
		Sid: "Service", Effect: Allow, Principal: Principal{Service: service}, Action: []string{"sts:AssumeRole"},
		Condition: when("StringEqualsIfExists", sourceAccount, account),
		Reason:    reason,
	}})
}

// byResource lets an AWS service assume a role on behalf of one of its resources.
func byResource(service, account, arn, reason string) Document {
	return document([]Statement{{
		Sid: "Service", Effect: Allow, Principal: Principal{Service: service}, Action: []string{"sts:AssumeRole"},
		Condition: when("StringEquals", sourceAccount, account).and(when("ArnEquals", sourceARN, arn)),
		Reason:    reason,
	}})
}

// function trusts Lambda.
func function(account string) Document {
	return byService("lambda.amazonaws.com", account, "Lambda runs the function as this role.")
}

// byPrincipals completes a statement that lets principals of another account of
// the organization assume a role. They are told by their ARNs, since one that does
// not exist cannot be named.
func byPrincipals(s Statement, e estate.Estate, account string, arns ...string) Statement {
	s.Effect, s.Principal, s.Action = Allow, root(e, account), []string{"sts:AssumeRole"}
	s.Condition = when("ArnLike", principalARN, arns...).and(when("StringEquals", principalOrg, e.Organization))
	return s
}

// logs lets a function write its log; the group exists already.
func logs(e estate.Estate, account, part string) Statement {
	return Statement{
		Sid: "Log", Effect: Allow,
		Action:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resource: []string{e.LogGroupARN(account, part) + ":log-stream:*"},
		Reason:   "Without its log nobody learns what the function decided.",
	}
}

// pass lets a caller give a role to AWS Backup, and to nobody else.
func pass(e estate.Estate, account, part string) Statement {
	return Statement{
		Sid: "PassRole", Effect: Allow, Action: []string{"iam:PassRole"}, Resource: []string{e.RoleARN(account, part)},
		Condition: when("StringEquals", "iam:PassedToService", "backup.amazonaws.com"),
		Reason:    "StartCopyJob names the role that AWS Backup makes the copy with.",
	}
}
