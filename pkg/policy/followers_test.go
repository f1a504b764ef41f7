package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

const queues = "arn:aws:sqs:eu-central-1:222222222222:twohop-"

func TestWhatTheOutcometrackerMayDo(t *testing.T) {
	keeps := func(e *estate.Estate) { e.IntermediateRetentionDays = 3 }
	role := policy.OutcomeTracker(estateWith(t, keeps)).Policy
	for sentence, test := range map[string]struct {
		request
		want string
	}{
		"it takes outcomes":                           {call("sqs:ReceiveMessage", queues+"outcomes"), allowed},
		"and sends them again":                        {call("sqs:SendMessage", queues+"outcomes"), allowed},
		"it asks for copies":                          {call("sqs:SendMessage", queues+"copies"), allowed},
		"and takes none of those requests":            {call("sqs:ReceiveMessage", queues+"copies"), silent},
		"it rejects copies":                           {call("sqs:SendMessage", queues+"copies-dlq"), allowed},
		"and what it cannot read":                     {call("sqs:SendMessage", queues+"outcomes-dlq"), allowed},
		"it lists copy jobs":                          {call("backup:ListCopyJobs", "*"), allowed},
		"it describes a copy in the final Region":     {inRegion(secondary, "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-1"), allowed},
		"it describes the final vault":                {call("backup:DescribeBackupVault", finalVault), allowed},
		"it shortens a point's retention":             {call("backup:UpdateRecoveryPointLifecycle", point), allowed},
		"not in the final Region":                     {call("backup:UpdateRecoveryPointLifecycle", "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-1"), silent},
		"it deletes nothing":                          {call("backup:DeleteRecoveryPoint", point), silent},
		"it starts nothing":                           {call("backup:StartCopyJob", point, finalVault), silent},
		"it gives nobody a role":                      {call("iam:PassRole", "arn:aws:iam::222222222222:role/twohop-copy"), silent},
		"it does not see what the members' vaults do": {call("backup:DescribeBackupVault", intermediateVault), silent},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Equal(t, test.want, decide(t, role, test.request))
		})
	}
	as := policy.OutcomeTracker(estateWith(t)).Policy
	assert.Equal(t, silent, decide(t, as, call("backup:UpdateRecoveryPointLifecycle", point)), "where the estate keeps points as they are")
	none := policy.OutcomeTracker(estateWith(t, without("cross-region-special"))).Policy
	assert.Equal(t, silent, decide(t, none, call("backup:DescribeBackupVault", finalVault)), "no second hop, nothing to describe")
}

func TestWhatTheReconcilerMayDo(t *testing.T) {
	topic := "arn:aws:sns:eu-central-1:222222222222:twohop-alarms"
	key := "arn:aws:kms:eu-central-1:222222222222:key/1"
	via := func(service string) request {
		r := call("kms:GenerateDataKey", key)
		r.context["kms:ViaService"] = []string{service + ".eu-central-1.amazonaws.com"}
		return r
	}
	role := policy.Reconciler(estateWith(t)).Policy
	for sentence, test := range map[string]struct {
		request
		want string
	}{
		"it lists the intermediate vault":      {call("backup:ListRecoveryPointsByBackupVault", intermediateVault), allowed},
		"and the final one":                    {call("backup:ListRecoveryPointsByBackupVault", finalVault), allowed},
		"and what they hold copies of":         {call("backup:ListProtectedResourcesByBackupVault", finalVault), allowed},
		"and no other vault":                   {call("backup:ListRecoveryPointsByBackupVault", finalVault+"-2"), silent},
		"it lists copy jobs":                   {call("backup:ListCopyJobs", "*"), allowed},
		"it sees a vault's key":                {call("backup:DescribeBackupVault", finalVault), allowed},
		"it asks for copies":                   {call("sqs:SendMessage", queues+"copies"), allowed},
		"it asks for outcomes":                 {call("sqs:SendMessage", queues+"outcomes"), allowed},
		"it takes no request for a copy":       {call("sqs:ReceiveMessage", queues+"copies"), silent},
		"it reads what was rejected":           {call("sqs:ReceiveMessage", queues+"copies-dlq"), allowed},
		"and takes nothing of it away":         {call("sqs:DeleteMessage", queues+"copies-dlq"), silent},
		"it goes on by a message":              {call("sqs:SendMessage", queues+"sweeps"), allowed},
		"which it takes":                       {call("sqs:DeleteMessage", queues+"sweeps"), allowed},
		"its failed runs are kept":             {call("sqs:SendMessage", queues+"reconciler-dlq"), allowed},
		"it tells people":                      {call("sns:Publish", topic), allowed},
		"by the topic's key":                   {via("sns"), allowed},
		"and uses no key but through SNS":      {via("rds"), silent},
		"it starts nothing":                    {call("backup:StartCopyJob", point, finalVault), silent},
		"it shortens nothing":                  {call("backup:UpdateRecoveryPointLifecycle", point), silent},
		"it deletes nothing":                   {call("backup:DeleteRecoveryPoint", point), silent},
		"it does not even describe a point":    {call("backup:DescribeRecoveryPoint", point), silent},
		"its schedules invoke it, not it them": {call("lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:222222222222:function:twohop-reconciler"), silent},
	} {
		t.Run(sentence, func(t *testing.T) {
			assert.Equal(t, test.want, decide(t, role, test.request))
		})
	}
}

func TestSchedulesInvokeTheReconcilerInTheBackupAccountAlone(t *testing.T) {
	e := estateWith(t)
	for account, want := range map[string]string{backup: allowed, management: silent} {
		r := call("lambda:InvokeFunction", e.FunctionARN(account, estate.VaultReconciler))
		assert.Equal(t, want, decide(t, policy.Schedules(e, account).Policy, r), account)
	}
}
