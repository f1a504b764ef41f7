package policy

import (
	"maps"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// Service principals of StackSets, in the organization's accounts and in its
// management account [AWS Organizations: CloudFormation StackSets].
const (
	stackSets        = "stacksets.cloudformation.amazonaws.com"
	stackSetsMembers = "member.org.stacksets.cloudformation.amazonaws.com"
)

// BackupPrerequisites is the role of the function prerequisites in the backup account.
func BackupPrerequisites(e estate.Estate) Role {
	account := e.Accounts.Backup
	regions := slices.Sorted(maps.Keys(e.BackupPrerequisites().OptIns))
	return Role{
		Name: e.Called(estate.PrerequisiteDuty), Trust: function(account),
		Policy: document([]Statement{logs(e, account, estate.PrerequisiteDuty), dutyFailed(e, account)}, accountDuty(e, account, regions...)),
		Reason: "The function that sees to the backup account's own opt-ins and service-linked roles works as it.",
	}
}

// ManagementPrerequisites is the role of the function prerequisites in the management
// account.
func ManagementPrerequisites(e estate.Estate) Role {
	account := e.Accounts.Management
	return Role{
		Name: e.Called(estate.PrerequisiteDuty), Trust: function(account),
		Policy: document([]Statement{logs(e, account, estate.PrerequisiteDuty), dutyFailed(e, account)},
			organizationDuty(e, account), membersDuty(e, account)),
		Reason: "The function that sees to the organization's switches and, through the members' operator role, to their prerequisites works as it.",
	}
}

func dutyFailed(e estate.Estate, account string) Statement {
	return Statement{
		Sid: "ReportFailure", Effect: Allow, Action: []string{"sqs:SendMessage"}, Resource: []string{e.QueueARN(account, estate.DutyDLQ)},
		Reason: "Lambda keeps there, as this role, what it could not run.",
	}
}

// accountDuty is what the prerequisites of one account need, in some Regions.
func accountDuty(e estate.Estate, account string, regions ...string) []Statement {
	services := []string{"backup.amazonaws.com", "rds.amazonaws.com"}
	duty := []Statement{{
		Sid: "ServiceRoles", Effect: Allow, Action: []string{"iam:CreateServiceLinkedRole"}, Resource: serviceRoles(e, account, services...),
		Condition: when("StringEquals", "iam:AWSServiceName", services...),
		Reason:    "Copies into an account are made by its AWSServiceRoleForBackup, and databases are restored with AWSServiceRoleForRDS; AWS makes neither before a first use.",
	}, {
		Sid: "SeeServiceRoles", Effect: Allow, Action: []string{"iam:GetRole"}, Resource: serviceRoles(e, account, services...),
		Reason: "A role that is there already is not created again.",
	}}
	if len(regions) == 0 {
		return duty
	}
	return append(duty, Statement{
		Sid: "OptIn", Effect: Allow, Action: []string{"backup:DescribeRegionSettings", "backup:UpdateRegionSettings"}, Resource: []string{"*"},
		Condition: when("StringEquals", "aws:RequestedRegion", regions...),
		Reason:    "A plan passes over tagged resources of types that are not opted in, and says nothing.",
	})
}

// organizationDuty is what switches the organization's features on.
func organizationDuty(e estate.Estate, account string) []Statement {
	return []Statement{{
		Sid: "SeeOrganization", Effect: Allow,
		Action:   []string{"organizations:DescribeOrganization", "organizations:ListRoots", "organizations:ListAWSServiceAccessForOrganization"},
		Resource: []string{"*"},
		Reason:   "The organization must be the estate's, and what is on already is left alone.",
	}, {
		Sid: "EnableBackupPolicies", Effect: Allow, Action: []string{"organizations:EnablePolicyType"},
		Resource:  []string{e.ARNIn("", "organizations", account, "root/"+e.Organization+"/r-*")},
		Condition: when("StringEquals", "organizations:PolicyType", "BACKUP_POLICY"),
		Reason:    "Backup policies cannot be attached before; CloudFormation has no resource for it.",
	}, {
		Sid: "TrustServices", Effect: Allow, Action: []string{"organizations:EnableAWSServiceAccess"}, Resource: []string{"*"},
		Condition: when("StringEquals", "organizations:ServicePrincipal", "backup.amazonaws.com", stackSets, stackSetsMembers),
		Reason:    "AWS Backup and StackSets act in the members' accounts; CloudFormation activates its own access in the caller's name.",
	}, {
		Sid: "TrustStackSets", Effect: Allow,
		Action:   []string{"cloudformation:DescribeOrganizationsAccess", "cloudformation:ActivateOrganizationsAccess"},
		Resource: []string{"*"},
		Reason:   "Without it, \"You must enable organizations access to operate a service managed stack set\".",
	}, {
		Sid: "OrganizationRoles", Effect: Allow, Action: []string{"iam:CreateServiceLinkedRole"},
		Resource:  serviceRoles(e, account, "backup.amazonaws.com", stackSets),
		Condition: when("StringEquals", "iam:AWSServiceName", "backup.amazonaws.com", stackSets),
		Reason:    "A service that is trusted gets its role in the management account in the caller's name.",
	}, {
		Sid: "CopyAcrossAccounts", Effect: Allow, Action: []string{"backup:DescribeGlobalSettings", "backup:UpdateGlobalSettings"}, Resource: []string{"*"},
		Reason: "Without it, \"Copy job failed. Cross-account copy feature is not enabled for the current organization.\"",
	}}
}

// membersDuty is what finds the member accounts and works in them.
func membersDuty(e estate.Estate, account string) []Statement {
	return []Statement{{
		Sid: "FindMembers", Effect: Allow,
		Action: []string{"organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent"},
		Resource: []string{
			e.ARNIn("", "organizations", account, "root/"+e.Organization+"/r-*"),
			e.ARNIn("", "organizations", account, "ou/"+e.Organization+"/ou-*"),
		},
		Reason: "Accounts join and leave; the estate names units.",
	}, {
		// Whether AssumeRole carries aws:ResourceOrgID is UNCONFIRMED A95: it counts
		// where it is there, and the roles themselves trust this one only.
		Sid: "WorkInMembers", Effect: Allow, Action: []string{"sts:AssumeRole"}, Resource: []string{e.RoleARN("*", estate.OperatorRole)},
		Condition: when("StringEqualsIfExists", "aws:ResourceOrgID", e.Organization),
		Reason:    "Opt-ins and service-linked roles are an account's own.",
	}}
}

// Schedules is the role with which EventBridge Scheduler invokes functions in
// an account. It assumes it on behalf of the schedules' group
// [EventBridge Scheduler: confused deputy prevention].
func Schedules(e estate.Estate, account string) Role {
	functions := []string{e.FunctionARN(account, estate.PrerequisiteDuty)}
	if account == e.Accounts.Backup {
		functions = append(functions, e.FunctionARN(account, estate.VaultReconciler))
	}
	return Role{
		Name: e.Called(estate.SchedulesRole),
		Trust: byResource("scheduler.amazonaws.com", account, e.ScheduleGroupARN(account),
			"EventBridge Scheduler invokes for this one group as this role."),
		Policy: document([]Statement{{
			Sid: "Invoke", Effect: Allow, Action: []string{"lambda:InvokeFunction"}, Resource: functions,
			Reason: "The prerequisites run daily, for accounts that joined and switches that were turned; in the backup account the vaults are compared several times an hour.",
		}, {
			Sid: "ReportFailure", Effect: Allow, Action: []string{"sqs:SendMessage"}, Resource: []string{e.QueueARN(account, estate.SchedulesDLQ)},
			Reason: "What could not be invoked is kept there, with an alarm on it.",
		}}),
		Reason: "Without it schedules fire and nothing runs.",
	}
}
