package stacks_test

// explanation is why findings of cdk-nag stand.
type explanation struct {
	at       []string // stacks and constructs; each has each of the findings
	findings []string
	because  string
}

// explained are the findings of cdk-nag's AwsSolutions that stand. Account ids,
// Regions and the estate's name are replaced by words.
var explained = []explanation{{
	at: []string{
		"BackupPrimary/CopiesQueue", "BackupPrimary/CopiesDlqQueue", "BackupPrimary/EventsDlqQueue", "BackupPrimary/PrerequisitesDlqQueue",
		"BackupPrimary/OutcomesQueue", "BackupPrimary/OutcomesDlqQueue", "BackupPrimary/SweepsQueue", "BackupPrimary/ReconcilerDlqQueue",
		"BackupPrimary/SchedulesDlqQueue", "Management/PrerequisitesDlqQueue", "Management/SchedulesDlqQueue", "Member/ForwardDlqQueue",
	},
	findings: []string{"AwsSolutions-SQS4"},
	because:  "its policy refuses clear text, as a check of these tests evaluates; cdk-nag does not see a condition whose value stands in a list",
}, {
	at:       []string{"BackupPrimary/EventsDlqQueue", "BackupPrimary/SchedulesDlqQueue", "Management/SchedulesDlqQueue", "Member/ForwardDlqQueue"},
	findings: []string{"AwsSolutions-SQS3"},
	because:  "it is itself the dead-letter queue of rules' targets or of a schedule; cdk-nag knows those of queues and functions only",
}, {
	at:       []string{"BackupPrimary/CopyRole", "Member/BackupRole"},
	findings: []string{"AwsSolutions-IAM4[Policy::arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]"},
	because:  "AWS keeps this policy in step with what AWS Backup calls on a job's behalf; only AWS Backup may assume the role",
}, {
	at: []string{"BackupPrimary/RestoreRole", "Member/BackupRole"},
	findings: []string{
		"AwsSolutions-IAM4[Policy::arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores]",
		"AwsSolutions-IAM4[Policy::arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore]",
	},
	because: "AWS keeps these policies in step with what AWS Backup calls for restores; only AWS Backup may assume the role",
}, {
	at:       []string{"Member/BackupRole"},
	findings: []string{"AwsSolutions-IAM4[Policy::arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup]"},
	because:  "AWS keeps this policy in step with what AWS Backup calls for S3; only AWS Backup may assume the role",
}, {
	at: []string{
		"BackupPrimary/CopystarterRole", "BackupPrimary/OutcometrackerRole", "BackupPrimary/ReconcilerRole",
		"BackupPrimary/PrerequisitesRole", "Management/PrerequisitesRole", "Member/OperatorRole", "Member/ReaderRole",
	},
	findings: []string{"AwsSolutions-IAM5[Resource::*]"},
	because:  "its actions on * are those that AWS authorizes on no resource, as a check of these tests has them listed",
}, {
	at:       []string{"BackupPrimary/CopystarterRole"},
	findings: []string{"AwsSolutions-IAM5[Resource::arn:aws:logs:<primary>:<backup>:log-group:/aws/lambda/<estate>-copystarter:log-stream:*]"},
	because:  "Lambda makes up the names of the streams in the function's own log group",
}, {
	at:       []string{"BackupPrimary/OutcometrackerRole"},
	findings: []string{"AwsSolutions-IAM5[Resource::arn:aws:logs:<primary>:<backup>:log-group:/aws/lambda/<estate>-outcometracker:log-stream:*]"},
	because:  "Lambda makes up the names of the streams in the function's own log group",
}, {
	at:       []string{"BackupPrimary/ReconcilerRole"},
	findings: []string{"AwsSolutions-IAM5[Resource::arn:aws:logs:<primary>:<backup>:log-group:/aws/lambda/<estate>-reconciler:log-stream:*]"},
	because:  "Lambda makes up the names of the streams in the function's own log group",
}, {
	at:       []string{"BackupPrimary/ReconcilerRole"},
	findings: []string{"AwsSolutions-IAM5[Resource::arn:aws:kms:<primary>:<backup>:key/*]"},
	because:  "the topic's key has no ARN before it is made; the keys are used through SNS only, by a condition",
}, {
	at:       []string{"BackupPrimary/PrerequisitesRole"},
	findings: []string{"AwsSolutions-IAM5[Resource::arn:aws:logs:<primary>:<backup>:log-group:/aws/lambda/<estate>-prerequisites:log-stream:*]"},
	because:  "Lambda makes up the names of the streams in the function's own log group",
}, {
	at:       []string{"Management/PrerequisitesRole"},
	findings: []string{"AwsSolutions-IAM5[Resource::arn:aws:logs:<primary>:<management>:log-group:/aws/lambda/<estate>-prerequisites:log-stream:*]"},
	because:  "Lambda makes up the names of the streams in the function's own log group",
}, {
	at: []string{"BackupPrimary/CopystarterRole", "BackupPrimary/OutcometrackerRole"},
	findings: []string{
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<backup>:snapshot:awsbackup:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<backup>:cluster-snapshot:awsbackup:*]",
	},
	because: "AWS Backup makes up the names of recovery points; these are its own snapshots of one account and Region",
}, {
	at: []string{"Member/OperatorRole", "Member/ReaderRole"},
	findings: []string{
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<member>:snapshot:awsbackup:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<member>:cluster-snapshot:awsbackup:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:ec2:<primary>::snapshot/*]",
		"AwsSolutions-IAM5[Resource::arn:aws:backup:<primary>:<member>:recovery-point:*]",
	},
	because: "AWS makes up the names of recovery points, and those of EBS name no account",
}, {
	at: []string{"BackupPrimary/PrerequisitesRole"},
	findings: []string{
		"AwsSolutions-IAM5[Resource::arn:aws:iam::<backup>:role/aws-service-role/backup.amazonaws.com/*]",
		"AwsSolutions-IAM5[Resource::arn:aws:iam::<backup>:role/aws-service-role/rds.amazonaws.com/*]",
	},
	because: "AWS names service-linked roles; below this path there are those of the one service only",
}, {
	at: []string{"Management/PrerequisitesRole"},
	findings: []string{
		"AwsSolutions-IAM5[Resource::arn:aws:iam::<management>:role/aws-service-role/backup.amazonaws.com/*]",
		"AwsSolutions-IAM5[Resource::arn:aws:iam::<management>:role/aws-service-role/stacksets.cloudformation.amazonaws.com/*]",
	},
	because: "AWS names service-linked roles; below this path there are those of the one service only",
}, {
	at: []string{"Member/OperatorRole"},
	findings: []string{
		"AwsSolutions-IAM5[Resource::arn:aws:iam::<member>:role/aws-service-role/backup.amazonaws.com/*]",
		"AwsSolutions-IAM5[Resource::arn:aws:iam::<member>:role/aws-service-role/rds.amazonaws.com/*]",
	},
	because: "AWS names service-linked roles; below this path there are those of the one service only",
}, {
	at: []string{"Management/PrerequisitesRole"},
	findings: []string{
		"AwsSolutions-IAM5[Resource::arn:aws:organizations::<management>:root/<organization>/r-*]",
		"AwsSolutions-IAM5[Resource::arn:aws:organizations::<management>:ou/<organization>/ou-*]",
	},
	because: "an organization has one root, whose id the estate does not name, and members are looked for below its units at any depth",
}, {
	at:       []string{"Management/PrerequisitesRole"},
	findings: []string{"AwsSolutions-IAM5[Resource::arn:aws:iam::*:role/<estate>-Operator]"},
	because:  "accounts join and leave; the role of this one name is assumed in each member, and trusts this function's only",
}, {
	at: []string{"Member/ReaderRole"},
	findings: []string{
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<member>:db:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<member>:cluster:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<member>:snapshot:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<member>:cluster-snapshot:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:rds:<primary>:<member>:og:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:kms:<primary>:<member>:key/*]",
		"AwsSolutions-IAM5[Resource::arn:aws:backup:<primary>:<member>:backup-plan:*]",
		"AwsSolutions-IAM5[Resource::arn:aws:cloudwatch:<primary>:<member>:alarm:*]",
	},
	because: "it looks, in one account and Region, at databases, keys and plans whose names others give, and changes nothing",
}}
