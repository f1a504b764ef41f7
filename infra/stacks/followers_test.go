package stacks_test

import (
	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// followers: who follows copies to their end, and compares the vaults, starts none.
var followers = map[string]check{
	"the outcometracker looks, asks and shortens in the intermediate vaults; it starts and deletes nothing": {trackerIsBound, map[string]func(*draft){
		"it sees no jobs":       func(d *draft) { d.dropStatement(stacks.Primary, "OutcometrackerRole", "ListJobs") },
		"it sees no points":     func(d *draft) { d.dropStatement(stacks.Primary, "OutcometrackerRole", "DescribePoints") },
		"it sees no vault keys": func(d *draft) { d.dropStatement(stacks.Primary, "OutcometrackerRole", "DescribeVaults") },
		"it cannot ask":         func(d *draft) { d.dropStatement(stacks.Primary, "OutcometrackerRole", "AskAndReject") },
		"it starts copies": func(d *draft) {
			d.say(stacks.Primary, "OutcometrackerRole", `"backup:ListCopyJobs"`, `"backup:ListCopyJobs","backup:StartCopyJob"`)
		},
		"it shortens where nothing is to be": func(d *draft) {
			d.say(stacks.Primary, "OutcometrackerRole", `"backup:ListCopyJobs"`, `"backup:ListCopyJobs","backup:UpdateRecoveryPointLifecycle"`)
		},
	}, map[string]func(*draft){
		"it shortens nothing": func(d *draft) { d.dropStatement(stacks.Primary, "OutcometrackerRole", "Shorten") },
		"it shortens finals": func(d *draft) {
			d.statement(stacks.Primary, "OutcometrackerRole", "Shorten")["Resource"] = []any{"arn:aws:rds:*:222222222222:snapshot:awsbackup:*"}
		},
		"the vault does not let it": func(d *draft) {
			d.say(stacks.Primary, "VaultIntermediate", "role/payroll-outcometracker", "role/payroll-copystarter")
		},
	}},
	"the reconciler looks, asks and tells; it starts and changes nothing": {reconcilerIsBound, map[string]func(*draft){
		"it sees no jobs":      func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "ListJobs") },
		"it sees no vaults":    func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "ListVaults") },
		"it cannot ask":        func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "Ask") },
		"it cannot count":      func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "CountWaiting") },
		"it reads no rejected": func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "ReadRejected") },
		"it takes the rejected": func(d *draft) {
			d.say(stacks.Primary, "ReconcilerRole", `"sqs:ReceiveMessage","sqs:ChangeMessageVisibility"],"Effect":"Allow","Resource":["arn:aws:sqs:eu-central-1:222222222222:twohop-copies-dlq"]`, `"sqs:ReceiveMessage","sqs:DeleteMessage"],"Effect":"Allow","Resource":["arn:aws:sqs:eu-central-1:222222222222:twohop-copies-dlq"]`)
		},
		"it tells nobody":         func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "Tell") },
		"without the topic's key": func(d *draft) { d.dropStatement(stacks.Primary, "ReconcilerRole", "EncryptTold") },
		"it opens any key": func(d *draft) {
			d.dropCondition(stacks.Primary, "ReconcilerRole", "EncryptTold", "StringEquals", "kms:ViaService")
		},
		"it shortens": func(d *draft) {
			d.say(stacks.Primary, "ReconcilerRole", `"backup:ListCopyJobs"`, `"backup:ListCopyJobs","backup:UpdateRecoveryPointLifecycle"`)
		},
	}, nil},
}

// harms are actions on points that no follower has a right to anywhere.
var harms = []string{"backup:StartCopyJob", "backup:CopyFromBackupVault", "backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy"}

func trackerIsBound(d deployment) (found faults) {
	e, s := d.estate, d.primary()
	account := e.Accounts.Backup
	role := s.find(aRole, e.RoleARN(account, estate.OutcomeTracker))
	if role == nil {
		return faults{"no role of the outcometracker"}
	}
	found.may(role, allowed, "*", nil, "backup:ListCopyJobs")
	for _, queue := range []string{estate.CopiesQueue, estate.CopiesDLQ, estate.OutcomesQueue, estate.OutcomesDLQ} {
		found.may(role, allowed, e.QueueARN(account, queue), nil, "sqs:SendMessage")
	}
	found.may(role, silent, e.QueueARN(account, estate.CopiesDLQ), nil, "sqs:ReceiveMessage", "sqs:DeleteMessage")
	for _, route := range e.Routes() {
		for _, destination := range route.Destinations {
			in := map[string]string{"aws:RequestedRegion": destination.Vault.Region}
			found.may(role, allowed, e.ARNIn(destination.Vault.Region, "rds", account, "snapshot:awsbackup:copyjob-1"), in, "backup:DescribeRecoveryPoint")
			found.may(role, allowed, destination.Vault.ARN, nil, "backup:DescribeBackupVault")
			found.may(role, silent, e.ARNIn(destination.Vault.Region, "rds", account, "snapshot:awsbackup:copyjob-1"), in, "backup:UpdateRecoveryPointLifecycle")
		}
	}
	shortens := map[bool]string{true: allowed, false: silent}[e.IntermediateRetentionDays > 0]
	for _, kind := range []string{"snapshot", "cluster-snapshot"} {
		point := e.ARNIn(e.Regions.Primary, "rds", account, kind+":awsbackup:copyjob-1")
		found.may(role, shortens, point, nil, "backup:UpdateRecoveryPointLifecycle")
		found.may(role, silent, point, nil, harms...)
		if shortens == allowed {
			found.letsShorten(d, role, point)
		}
	}
	return found
}

// letsShorten adds a fault where an intermediate vault does not let a role shorten a
// point, or lets another.
func (f *faults) letsShorten(d deployment, role *resource, point string) {
	for _, arn := range d.estate.Intermediates() {
		vault := d.find(aVault, arn)
		if vault == nil {
			continue // of another check
		}
		by := call{action: "backup:UpdateRecoveryPointLifecycle", resource: point, account: d.estate.Accounts.Backup, keys: map[string]string{"aws:PrincipalArn": role.arn()}}
		f.decided(vault, decide(vault.at("AccessPolicy"), by), silent, "shortening by the outcometracker")
		by.keys["aws:PrincipalArn"] = d.estate.RoleARN(d.estate.Accounts.Backup, estate.CopyStarter)
		f.decided(vault, decide(vault.at("AccessPolicy"), by), denied, "shortening by another")
	}
}

func reconcilerIsBound(d deployment) (found faults) {
	e, s := d.estate, d.primary()
	account := e.Accounts.Backup
	role := s.find(aRole, e.RoleARN(account, estate.VaultReconciler))
	if role == nil {
		return faults{"no role of the reconciler"}
	}
	looks := []string{"backup:ListRecoveryPointsByBackupVault", "backup:ListProtectedResourcesByBackupVault", "backup:DescribeBackupVault"}
	found.may(role, allowed, "*", nil, "backup:ListCopyJobs")
	for _, route := range e.Routes() {
		found.may(role, allowed, route.Source.ARN, nil, looks...)
		for _, destination := range route.Destinations {
			found.may(role, allowed, destination.Vault.ARN, nil, looks...)
		}
	}
	for _, queue := range []string{estate.CopiesQueue, estate.OutcomesQueue, estate.SweepsQueue, estate.ReconcilerDLQ} {
		found.may(role, allowed, e.QueueARN(account, queue), nil, "sqs:SendMessage")
	}
	rejected := e.QueueARN(account, estate.CopiesDLQ)
	found.may(role, allowed, e.QueueARN(account, estate.CopiesQueue), nil, "sqs:GetQueueAttributes")
	found.may(role, allowed, rejected, nil, "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
	found.may(role, silent, rejected, nil, "sqs:DeleteMessage", "sqs:SendMessage")
	found.may(role, allowed, e.TopicARN(), nil, "sns:Publish")
	key := e.ARNIn(e.Regions.Primary, "kms", account, "key/1")
	found.may(role, allowed, key, map[string]string{"kms:ViaService": "sns." + e.Regions.Primary + ".amazonaws.com"}, "kms:GenerateDataKey", "kms:Decrypt")
	found.may(role, silent, key, nil, "kms:GenerateDataKey", "kms:Decrypt")
	point := e.ARNIn(e.Regions.Primary, "rds", account, "snapshot:awsbackup:copyjob-1")
	found.may(role, silent, point, nil, append([]string{"backup:UpdateRecoveryPointLifecycle"}, harms...)...)
	return found
}
