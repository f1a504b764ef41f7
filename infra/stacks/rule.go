package stacks

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"

	"github.com/twohop/twohop/pkg/estate"
)

// rule is an event rule with one target.
type rule struct {
	id          string
	part        string
	bus         string // empty: the default bus
	description string
	pattern     map[string]any
	target      *string // ARN
	role        *string // ARN, where the target wants one
	deadLetters string  // part of the queue in this account
	alarms      string  // what its alarms' names begin with
	again       string  // how events in the dead-letter queue are sent again
	remedy      string  // what to do about events that are lost
}

// addRule adds a rule. Its target is tried for a day, which is what AWS does
// unless it is told otherwise; what is left then goes to the dead-letter queue.
func (s *stack) addRule(r rule) {
	target := &awsevents.CfnRule_TargetProperty{
		Id: str("target"), Arn: r.target, RoleArn: r.role,
		DeadLetterConfig: &awsevents.CfnRule_DeadLetterConfigProperty{Arn: s.queues[r.deadLetters].AttrArn()},
		RetryPolicy: &awsevents.CfnRule_RetryPolicyProperty{
			MaximumEventAgeInSeconds: number(day), MaximumRetryAttempts: number(185),
		},
	}
	name := s.Estate.Called(r.part)
	properties := &awsevents.CfnRuleProps{
		Name: str(name), Description: str(r.description), EventPattern: r.pattern, State: str("ENABLED"),
	}
	if r.bus != "" {
		properties.EventBusName = str(r.bus)
	}
	properties.Targets = []any{target}
	awsevents.NewCfnRule(s.scope, str(r.id), properties)
	s.alarmRule(r)
}

// endedCopies matches the events of copy jobs that have ended, into the vaults that
// plans copy to.
func endedCopies(e estate.Estate) map[string]any {
	return copies(slices.Concat(completed, failed), map[string]any{"destinationBackupVaultArn": e.PlanTargets()})
}

// States in which copy jobs end. PARTIAL, ABORTED and EXPIRED are not documented in
// events of copy jobs (UNCONFIRMED A4); they would be failures too.
var (
	completed = []string{"COMPLETED"}
	failed    = []string{"FAILED", "PARTIAL", "ABORTED", "EXPIRED"}
)

// secondHops matches the events of ended second hops: from an intermediate vault into
// a final one.
func secondHops(e estate.Estate) map[string]any {
	var finals []string
	for _, route := range e.Routes() {
		for _, destination := range route.Destinations {
			finals = append(finals, destination.Vault.ARN)
		}
	}
	slices.Sort(finals)
	return copies(slices.Concat(completed, failed), map[string]any{
		"sourceBackupVaultArn": e.Intermediates(), "destinationBackupVaultArn": slices.Compact(finals),
	})
}

// firstHops matches the events of first hops that ended in one of some states: into
// an intermediate vault, from an account that is not the backup account. The second
// condition keeps the restore detour, which may end in the same vault, from being
// copied onward again.
func firstHops(e estate.Estate, states []string) map[string]any {
	return copies(states, map[string]any{
		"destinationBackupVaultArn": e.Intermediates(),
		"sourceBackupVaultArn": []any{map[string]any{"anything-but": map[string]any{
			"wildcard": e.ARNIn("*", "backup", e.Accounts.Backup, "backup-vault:*"),
		}}},
	})
}

func copies(states []string, detail map[string]any) map[string]any {
	detail["state"] = states
	pattern := copyEvents()
	pattern["detail"] = detail
	return pattern
}

// copyEvents matches every event about a copy job.
func copyEvents() map[string]any {
	return map[string]any{"source": []string{"aws.backup"}, "detail-type": []string{"Copy Job State Change"}}
}
