package policy

import "github.com/twohop/twohop/pkg/estate"

// Doctor is what `twohop doctor` needs in the backup account: to look at everything
// that copies depend on, and to enter the members as their reader. It changes nothing.
func Doctor(e estate.Estate) Document {
	account, regions := e.Accounts.Backup, append([]string{e.Regions.Primary}, e.Regions.Secondary...)
	return document(seeOwnBackups(e, regions), seeOwnRoles(e), []Statement{{
		Sid: "SeeKeys", Effect: Allow, Action: []string{"kms:DescribeKey", "kms:GetKeyPolicy"}, Resource: inRegions(e, regions, "kms", "key/*"),
		Reason: "The keys of vaults and topic have no ARNs before they are made.",
	}, {
		Sid: "SeeEvents", Effect: Allow, Action: []string{"events:DescribeEventBus", "events:DescribeRule", "events:ListTargetsByRule"},
		Resource: []string{
			e.BusARN(), e.BusRuleARN(estate.HopRule), e.BusRuleARN(estate.FailedRule), e.RuleARN(account, estate.HopRule), e.RuleARN(account, estate.OutcomeRule),
		},
		Reason: "Whether the ends of hops reach the queues.",
	}, {
		Sid: "SeeArchive", Effect: Allow, Action: []string{"events:DescribeArchive"}, Resource: []string{e.ARNIn(e.Regions.Primary, "events", account, "archive/"+e.Name)},
		Reason: "Whether events can be replayed.",
	}, {
		Sid: "SeeQueues", Effect: Allow, Action: []string{"sqs:GetQueueAttributes"}, Resource: []string{e.ARNIn(e.Regions.Primary, "sqs", account, e.Called("*"))},
		Reason: "The policies of the estate's queues, and how many dead letters there are.",
	}, {
		Sid: "ReadMessages", Effect: Allow, Action: []string{"sqs:ReceiveMessage"}, Resource: []string{e.QueueARN(account, estate.CopiesDLQ)},
		Reason: "An account whose first hops all fail is known from their dead-letter messages alone; they are read and left there.",
	}, {
		Sid: "SeeMappings", Effect: Allow, Action: []string{"lambda:ListEventSourceMappings"}, Resource: []string{"*"},
		Reason: "Whether the functions read their queues; the action knows no resources.",
	}, {
		Sid: "SeeLoops", Effect: Allow, Action: []string{"lambda:GetFunctionRecursionConfig"}, Resource: recursive(e),
		Reason: "Whether Lambda lets the functions re-send messages to their own queues.",
	}, {
		Sid: "SeeFunctions", Effect: Allow, Action: []string{"lambda:GetFunctionConfiguration", "lambda:GetFunctionConcurrency"},
		Resource: append(recursive(e), e.FunctionARN(account, estate.PrerequisiteDuty)),
		Reason:   "Whether the functions are invoked, work by the estate's file, and end before their messages are received again.",
	}, {
		Sid: "SeeSchedules", Effect: Allow, Action: []string{"scheduler:GetSchedule"},
		Resource: []string{e.ARNIn(e.Regions.Primary, "scheduler", account, "schedule/"+e.Name+"/*")},
		Reason:   "Whether the vaults are compared, and the prerequisites seen to.",
	}, {
		Sid: "SeeLimits", Effect: Allow, Action: []string{"servicequotas:ListServiceQuotas", "rds:DescribeDBEngineVersions"}, Resource: []string{"*"},
		Condition: when("StringEquals", "aws:RequestedRegion", regions...),
		Reason:    "Quotas and engines where copies go; the actions know no resources.",
	}, {
		Sid: "SeeTopic", Effect: Allow, Action: []string{"sns:GetTopicAttributes"}, Resource: []string{e.TopicARN()},
		Reason: "Whether alarms and digests can be published.",
	}}, seeSubscriptions(e), enterMembers(e))
}

// seeSubscriptions is empty where nobody is to hear the alarms by mail.
func seeSubscriptions(e estate.Estate) []Statement {
	if len(e.Alarms.Emails) == 0 {
		return nil
	}
	return []Statement{{
		Sid: "SeeSubscriptions", Effect: Allow, Action: []string{"sns:ListSubscriptionsByTopic"}, Resource: []string{e.TopicARN()},
		Reason: "Whether the addresses that are to hear the alarms are subscribed and confirmed.",
	}}
}

func seeOwnBackups(e estate.Estate, regions []string) []Statement {
	var vaults []string
	for _, region := range regions {
		for _, vault := range e.VaultsIn(estate.BackupAccount, region) {
			vaults = append(vaults, e.VaultARN(vault, region))
		}
	}
	see := []string{"backup:DescribeBackupVault", "backup:GetBackupVaultAccessPolicy", "backup:ListRecoveryPointsByBackupVault", "backup:ListProtectedResourcesByBackupVault"}
	return []Statement{{
		Sid: "SeeSettings", Effect: Allow, Action: []string{"backup:DescribeGlobalSettings", "backup:DescribeRegionSettings"}, Resource: []string{"*"},
		Reason: "The switch of copies between accounts, and the opt-ins of the account's Regions.",
	}, {
		Sid: "SeeVaults", Effect: Allow, Action: see, Resource: vaults,
		Reason: "Whether the vaults and the copies in them are as the estate has them, and whose copies they have.",
	}}
}

func seeOwnRoles(e estate.Estate) []Statement {
	var own []string
	for _, part := range []string{
		estate.CopyStarter, estate.OutcomeTracker, estate.VaultReconciler, estate.CopyRole, estate.RestoreRole, estate.PrerequisiteDuty, estate.SchedulesRole,
	} {
		own = append(own, e.RoleARN(e.Accounts.Backup, part))
	}
	return []Statement{{
		Sid: "SeeRoles", Effect: Allow, Action: []string{"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"}, Resource: own,
		Reason: "A role that is missing fails with the same text as one without its policies.",
	}, {
		Sid: "SeeServiceRoles", Effect: Allow, Action: []string{"iam:GetRole"},
		Resource: seenServiceRoles(e, e.Accounts.Backup),
		Reason:   "Copies into the account are made as the one, restores as the other.",
	}}
}

// seenServiceRoles are the service-linked roles that copies and restores are made with, by
// their names too: IAM knows a role's path only if the role exists, so that without the
// name a role that is missing could not be told from a right that is.
func seenServiceRoles(e estate.Estate, account string) []string {
	return []string{
		e.ServiceLinkedRoleARN(account), e.ARNIn("", "iam", account, "role/AWSServiceRoleForBackup"),
		e.ARNIn("", "iam", account, "role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"), e.ARNIn("", "iam", account, "role/AWSServiceRoleForRDS"),
	}
}

// enterMembers is empty where the estate names no operators: there is no role to assume,
// and members are reached by profiles of their own.
func enterMembers(e estate.Estate) []Statement {
	if len(e.Operators) == 0 {
		return nil
	}
	readers := []string{e.RoleARN("*", estate.ReaderRole)}
	if len(e.Members.Accounts) > 0 {
		readers = nil
		for _, account := range e.Members.Accounts {
			readers = append(readers, e.RoleARN(account, estate.ReaderRole))
		}
	}
	return []Statement{{
		Sid: "EnterMembers", Effect: Allow, Action: []string{"sts:AssumeRole"}, Resource: readers,
		Reason: "Databases and their keys are in the members, where this role looks.",
	}}
}

// recursive are the ARNs of the functions that must allow recursive loops.
func recursive(e estate.Estate) []string {
	var arns []string
	for _, part := range estate.Recursive {
		arns = append(arns, e.FunctionARN(e.Accounts.Backup, part))
	}
	return arns
}

// inRegions are the ARNs of something in several Regions of the backup account.
func inRegions(e estate.Estate, regions []string, service, resource string) []string {
	var arns []string
	for _, region := range regions {
		arns = append(arns, e.ARNIn(region, service, e.Accounts.Backup, resource))
	}
	return arns
}
