package stacks_test

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// roles: they may do what their work takes, and little else.
var roles = map[string]check{
	"every function has a role that Lambda works as, and that may write its log": {functionsHaveRoles, map[string]func(*draft){
		"no role":        func(d *draft) { d.remove(stacks.Primary, "CopystarterRole") },
		"another's role": func(d *draft) { d.say(stacks.Primary, "CopystarterFunction", "CopystarterRole", "PrerequisitesRole") },
		"no trust":       func(d *draft) { d.say(stacks.Primary, "CopystarterRole", "lambda.amazonaws.com", "ec2.amazonaws.com") },
		"any account's": func(d *draft) {
			d.dropCondition(stacks.Primary, "CopystarterRole", "Service", "StringEqualsIfExists", "aws:SourceAccount")
		},
		"no log": func(d *draft) { d.dropStatement(stacks.Management, "PrerequisitesRole", "Log") },
		"another's log": func(d *draft) {
			d.say(stacks.Primary, "PrerequisitesRole", "/aws/lambda/twohop-prerequisites:", "/aws/lambda/prerequisites:")
		},
		"no rights whatever": func(d *draft) { d.drop(stacks.Primary, "CopystarterRole", "Policies") },
		"no dead letters":    func(d *draft) { d.dropStatement(stacks.Management, "PrerequisitesRole", "ReportFailure") },
		"no messages":        func(d *draft) { d.say(stacks.Primary, "CopystarterRole", "sqs:DeleteMessage", "sqs:PurgeQueue") },
		"no rejections":      func(d *draft) { d.dropStatement(stacks.Primary, "CopystarterRole", "Reject") },
	}, nil},
	"every schedule has a role that invokes its function, and keeps what it could not": {schedulesHaveRoles, map[string]func(*draft){
		"no role":         func(d *draft) { d.remove(stacks.Primary, "SchedulesRole") },
		"no invocation":   func(d *draft) { d.dropStatement(stacks.Primary, "SchedulesRole", "Invoke") },
		"no dead letters": func(d *draft) { d.dropStatement(stacks.Management, "SchedulesRole", "ReportFailure") },
		"another group's": func(d *draft) {
			d.say(stacks.Primary, "SchedulesRole", "schedule-group/twohop", "schedule-group/default")
		},
		"any group's": func(d *draft) {
			d.dropCondition(stacks.Primary, "SchedulesRole", "Service", "ArnEquals", "aws:SourceArn")
		},
	}, nil},
	"AWS Backup works as the roles of copies and of backups, in their own accounts": {backupHasRoles, map[string]func(*draft){
		"no trust":               func(d *draft) { d.say(stacks.Primary, "CopyRole", "backup.amazonaws.com", "rds.amazonaws.com") },
		"no role in the members": func(d *draft) { d.remove(stacks.Member, "BackupRole") },
		"none that restores":     func(d *draft) { d.remove(stacks.Primary, "RestoreRole") },
		"S3 below service-role": func(d *draft) {
			d.say(stacks.Member, "BackupRole", "policy/AWSBackupServiceRolePolicyForS3Restore", "policy/service-role/AWSBackupServiceRolePolicyForS3Restore")
		},
		"no policy for S3": func(d *draft) { d.drop(stacks.Member, "BackupRole", "ManagedPolicyArns") },
		"too many": func(d *draft) {
			d.set(stacks.Primary, "CopyRole", "arn:aws:iam::aws:policy/AdministratorAccess", "ManagedPolicyArns", "0")
		},
	}, nil},
	"whoever starts copies starts them to the estate's vaults only": {copiesAreBound, map[string]func(*draft){
		"the copystarter starts none": func(d *draft) { d.dropStatement(stacks.Primary, "CopystarterRole", "StartCopies") },
		"it copies anywhere":          func(d *draft) { d.dropStatement(stacks.Primary, "CopystarterRole", "NoOtherTargets") },
		"it passes no role":           func(d *draft) { d.dropStatement(stacks.Primary, "CopystarterRole", "PassRole") },
		"it sees no jobs":             func(d *draft) { d.dropStatement(stacks.Primary, "CopystarterRole", "ListJobs") },
		"it sees no final points": func(d *draft) {
			d.statement(stacks.Primary, "CopystarterRole", "DescribePoints")["Condition"] = map[string]any{"StringEquals": map[string]any{"aws:RequestedRegion": "eu-central-1"}}
		},
		"it sees points anywhere": func(d *draft) {
			d.dropCondition(stacks.Primary, "CopystarterRole", "DescribePoints", "StringEquals", "aws:RequestedRegion")
		},
		"its role copies anywhere": func(d *draft) { d.dropStatement(stacks.Primary, "CopyRole", "NoOtherTargets") },
		"its role copies not to finals": func(d *draft) {
			d.say(stacks.Primary, "CopyRole", ":backup-vault:twohop-final", ":backup-vault:twohop-other")
		},
		"the operator starts none":     func(d *draft) { d.dropStatement(stacks.Member, "OperatorRole", "StartCopies") },
		"the operator copies anywhere": func(d *draft) { d.dropStatement(stacks.Member, "OperatorRole", "NoOtherTargets") },
		"the operator passes another":  func(d *draft) { d.say(stacks.Member, "OperatorRole", "twohop-BackupandRestore", "twohop-Backup") },
	}, nil},
	"a role is passed on to AWS Backup only": {passesAreBound, map[string]func(*draft){
		"to any service": func(d *draft) {
			d.dropCondition(stacks.Primary, "CopystarterRole", "PassRole", "StringEquals", "iam:PassedToService")
		},
		"to Lambda": func(d *draft) {
			d.statement(stacks.Member, "OperatorRole", "PassRole")["Condition"] = map[string]any{"StringEquals": map[string]any{"iam:PassedToService": "lambda.amazonaws.com"}}
		},
		"any role":        func(d *draft) { d.say(stacks.Primary, "CopystarterRole", "role/twohop-copy", "role/*") },
		"one that is not": func(d *draft) { d.say(stacks.Primary, "CopystarterRole", "role/twohop-copy", "role/twohop-copies") },
	}, nil},
	"a right on every resource is one that AWS binds to none": {starsAreExplained, map[string]func(*draft){
		"copies": func(d *draft) { d.statement(stacks.Primary, "CopystarterRole", "StartCopies")["Resource"] = "*" },
		"roles": func(d *draft) {
			d.statement(stacks.Management, "PrerequisitesRole", "WorkInMembers")["Resource"] = []any{"*"}
		},
		"any action": func(d *draft) {
			d.statement(stacks.Primary, "CopystarterRole", "ListJobs")["Action"] = []any{"backup:*"}
		},
		"NotResource": func(d *draft) {
			d.statement(stacks.Primary, "CopystarterRole", "ListJobs")["NotResource"] = []any{"arn:aws:s3:::x"}
		},
	}, nil},
}

// rights are a role's inline policy.
func rights(role *resource) any { return role.at("Policies", "0", "PolicyDocument") }

// may adds a fault where a role's rights do not decide as they should.
func (f *faults) may(role *resource, want, resource string, keys map[string]string, actions ...string) {
	for _, action := range actions {
		f.decided(role, decide(rights(role), call{action: action, resource: resource, keys: keys}), want, action+" on "+resource)
	}
}

// trusts adds a fault where a service may not work as a role, or may for another
// account or another of its resources.
func (f *faults) trusts(role *resource, service, arn string) {
	assume := func(account, arn string) string {
		return decide(role.at("AssumeRolePolicyDocument"), call{action: "sts:AssumeRole", service: service,
			keys: map[string]string{"aws:SourceAccount": account, "aws:SourceArn": arn}})
	}
	f.decided(role, assume(role.stack.account, arn), allowed, service)
	f.decided(role, assume("555555555555", arn), silent, service+" for another account")
	if arn != "" {
		f.decided(role, assume(role.stack.account, arn+"-other"), silent, service+" for another resource")
	}
}

func functionsHaveRoles(d deployment) (found faults) {
	for _, function := range d.all(aFunction) {
		name := function.text("FunctionName")
		role := function.stack.find(aRole, function.text("Role"))
		if role == nil || role.text("RoleName") != name {
			found.add("%s: has the role %q", function, function.text("Role"))
			continue
		}
		found.trusts(role, "lambda.amazonaws.com", "")
		log := d.estate.ARNIn(function.stack.region, "logs", function.stack.account, "log-group:/aws/lambda/"+name+":log-stream:x")
		found.may(role, allowed, log, nil, "logs:CreateLogStream", "logs:PutLogEvents")
		if arn := function.text("DeadLetterConfig", "TargetArn"); arn != "" {
			found.may(role, allowed, arn, nil, "sqs:SendMessage")
		}
	}
	for _, mapping := range d.all(aMapping) {
		queue, function := fed(mapping)
		if queue == nil || function == nil {
			continue
		}
		if role := mapping.stack.find(aRole, function.text("Role")); role != nil {
			found.may(role, allowed, queue.arn(), nil, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:SendMessage")
			found.may(role, allowed, queue.text("RedrivePolicy", "deadLetterTargetArn"), nil, "sqs:SendMessage")
		}
	}
	return found
}

func schedulesHaveRoles(d deployment) (found faults) {
	for _, schedule := range d.all(aSchedule) {
		role := schedule.stack.find(aRole, schedule.text("Target", "RoleArn"))
		if role == nil {
			found.add("%s: has the role %q", schedule, schedule.text("Target", "RoleArn"))
			continue
		}
		found.trusts(role, "scheduler.amazonaws.com", d.estate.ARNIn(schedule.stack.region, "scheduler", schedule.stack.account, "schedule-group/"+schedule.text("GroupName")))
		found.may(role, allowed, schedule.text("Target", "Arn"), nil, "lambda:InvokeFunction")
		found.may(role, allowed, schedule.text("Target", "DeadLetterConfig", "Arn"), nil, "sqs:SendMessage")
	}
	return found
}

func backupHasRoles(d deployment) (found faults) {
	service := "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyFor"
	s3 := "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3"
	for _, is := range []struct {
		s       *stack
		part    string
		managed []string
	}{
		{d.primary(), estate.CopyRole, []string{service + "Backup"}},
		{d.primary(), estate.RestoreRole, []string{service + "Restores", s3 + "Restore"}},
		{d.members(), estate.BackupRole, []string{service + "Backup", service + "Restores", s3 + "Backup", s3 + "Restore"}},
	} {
		role := is.s.find(aRole, d.estate.RoleARN(is.s.account, is.part))
		if role == nil {
			found.add("%s: no role %s", is.s.part, is.part)
			continue
		}
		found.trusts(role, "backup.amazonaws.com", "")
		if !same(role.texts("ManagedPolicyArns"), is.managed) {
			found.add("%s: has %v, should have %v", role, role.at("ManagedPolicyArns"), is.managed)
		}
	}
	return found
}

// copier is a role that starts copies in an account.
type copier struct {
	s       *stack
	part    string   // of the role
	passes  string   // part of the role that it gives to AWS Backup
	targets []string // ARNs of vaults
}

func copiesAreBound(d deployment) (found faults) {
	e := d.estate
	var finals []string
	for _, route := range e.Routes() {
		for _, destination := range route.Destinations {
			finals = append(finals, destination.Vault.ARN)
		}
	}
	other := e.ARNIn(e.Regions.Primary, "backup", "555555555555", "backup-vault:"+e.Called("final"))
	to := func(vault string) map[string]string { return map[string]string{"backup:CopyTargets": vault} }
	in := func(region string) map[string]string { return map[string]string{"aws:RequestedRegion": region} }
	for _, c := range []copier{
		{d.primary(), estate.CopyStarter, estate.CopyRole, finals},
		{d.members(), estate.OperatorRole, estate.BackupRole, e.PlanTargets()},
	} {
		role := c.s.find(aRole, e.RoleARN(c.s.account, c.part))
		if role == nil {
			found.add("%s: no role %s", c.s.part, c.part)
			continue
		}
		point := e.ARNIn(e.Regions.Primary, "rds", c.s.account, "cluster-snapshot:awsbackup:job-1")
		for _, target := range c.targets {
			found.may(role, allowed, point, to(target), "backup:StartCopyJob", "backup:CopyFromBackupVault")
			found.may(role, allowed, point, in(e.Regions.Primary), "backup:DescribeRecoveryPoint")
			found.may(role, allowed, target, nil, "backup:CopyIntoBackupVault")
		}
		found.may(role, denied, point, to(other), "backup:StartCopyJob", "backup:CopyFromBackupVault")
		found.may(role, silent, other, nil, "backup:CopyIntoBackupVault")
		found.may(role, allowed, "*", nil, "backup:ListCopyJobs")
		found.may(role, allowed, e.RoleARN(c.s.account, c.passes), map[string]string{"iam:PassedToService": "backup.amazonaws.com"}, "iam:PassRole")
	}
	for _, role := range d.primary().all(aRole) {
		switch role.text("RoleName") {
		case e.Called(estate.CopyStarter):
			for _, region := range e.Regions.Secondary {
				found.may(role, allowed, e.ARNIn(region, "rds", e.Accounts.Backup, "snapshot:awsbackup:copyjob-1"), in(region), "backup:DescribeRecoveryPoint")
			}
			for _, region := range []string{e.Regions.Primary, "us-east-1"} {
				verdict := map[bool]string{true: allowed, false: silent}[region == e.Regions.Primary]
				found.may(role, verdict, "arn:aws:ec2:"+region+"::snapshot/snap-1", in(region), "backup:DescribeRecoveryPoint")
			}
		case e.Called(estate.CopyRole):
			for _, target := range finals { // the managed policy permits
				found.may(role, silent, "x", to(target), "backup:CopyFromBackupVault")
			}
			found.may(role, denied, "x", to(other), "backup:CopyFromBackupVault")
		}
	}
	return found
}

// granted visits the statements of all roles that permit something.
func (d deployment) granted(visit func(role *resource, statement any)) {
	for _, role := range d.all(aRole) {
		for _, policy := range role.list("Policies") {
			for _, statement := range list(policy, "PolicyDocument", "Statement") {
				if text(statement, "Effect") == "Allow" {
					visit(role, statement)
				}
			}
		}
	}
}

func passesAreBound(d deployment) (found faults) {
	d.granted(func(role *resource, statement any) {
		if !slices.Contains(texts(at(statement, "Action")), "iam:PassRole") {
			return
		}
		if to := texts(at(statement, "Condition", "StringEquals", "iam:PassedToService")); !same(to, []string{"backup.amazonaws.com"}) {
			found.add("%s: passes roles to %v", role, to)
		}
		for _, arn := range texts(at(statement, "Resource")) {
			if role.stack.find(aRole, arn) == nil {
				found.add("%s: passes %s, which is no role of the stack", role, arn)
			}
		}
	})
	return found
}

// unbound are the actions that AWS does not authorize on a resource [Service
// Authorization Reference], and DescribeRecoveryPoint: the ARNs of recovery points are
// those of some twenty services.
var unbound = []string{
	"backup:DescribeRecoveryPoint", "backup:ListCopyJobs", "backup:DescribeCopyJob", "backup:ListBackupJobs", "backup:DescribeBackupJob", "backup:ListProtectedResources",
	"backup:DescribeProtectedResource", "backup:ListRecoveryPointsByResource", "backup:ListBackupPlans",
	"backup:DescribeRegionSettings", "backup:UpdateRegionSettings", "backup:DescribeGlobalSettings", "backup:UpdateGlobalSettings",
	"organizations:DescribeOrganization", "organizations:ListRoots", "organizations:ListAWSServiceAccessForOrganization", "organizations:EnableAWSServiceAccess",
	"cloudformation:DescribeOrganizationsAccess", "cloudformation:ActivateOrganizationsAccess", "tag:GetResources", "kms:ListAliases",
}

func starsAreExplained(d deployment) (found faults) {
	d.granted(func(role *resource, statement any) {
		everything := slices.Contains(texts(at(statement, "Resource")), "*")
		for _, action := range texts(at(statement, "Action")) {
			if strings.Contains(action, "*") || everything && !slices.Contains(unbound, action) {
				found.add("%s: permits %s on %v", role, action, at(statement, "Resource"))
			}
		}
		if at(statement, "NotResource") != nil || at(statement, "NotAction") != nil {
			found.add("%s: permits what is not named: %v", role, statement)
		}
	})
	return found
}
