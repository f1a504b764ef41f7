package estate

import "slices"

// States in which copy jobs end. PARTIAL, ABORTED and EXPIRED are not documented in
// events of copy jobs (UNCONFIRMED A4); they would be failures too.
var (
	completed = []string{"COMPLETED"}
	failed    = []string{"FAILED", "PARTIAL", "ABORTED", "EXPIRED"}
)

// CopyEvents is the event pattern that matches every event about a copy job.
func CopyEvents() map[string]any {
	return map[string]any{"source": []string{"aws.backup"}, "detail-type": []string{"Copy Job State Change"}}
}

// RulePattern is the event pattern of one of the estate's rules, by its part; nil for a part
// that is no rule.
func (e Estate) RulePattern(part string) map[string]any {
	switch part {
	case ForwardRule:
		return endedCopies(map[string]any{"destinationBackupVaultArn": e.PlanTargets()})
	case HopRule:
		return e.firstHops(completed)
	case FailedRule:
		return e.firstHops(failed)
	case OutcomeRule:
		return e.secondHops()
	default:
		return nil
	}
}

// secondHops matches the events of ended second hops: from an intermediate vault into
// a final one.
func (e Estate) secondHops() map[string]any {
	var finals []string
	for _, route := range e.Routes() {
		for _, destination := range route.Destinations {
			finals = append(finals, destination.Vault.ARN)
		}
	}
	slices.Sort(finals)
	return endedCopies(map[string]any{"sourceBackupVaultArn": e.Intermediates(), "destinationBackupVaultArn": slices.Compact(finals)})
}

// firstHops matches the events of first hops that ended in one of some states: into
// an intermediate vault, from an account that is not the backup account. The second
// condition keeps the restore detour, which may end in the same vault, from being
// copied onward again.
func (e Estate) firstHops(states []string) map[string]any {
	return copies(states, map[string]any{
		"destinationBackupVaultArn": e.Intermediates(),
		"sourceBackupVaultArn": []any{map[string]any{"anything-but": map[string]any{
			"wildcard": e.ARNIn("*", "backup", e.Accounts.Backup, "backup-vault:*"),
		}}},
	})
}

// endedCopies matches the events of copy jobs that have ended.
func endedCopies(detail map[string]any) map[string]any {
	return copies(slices.Concat(completed, failed), detail)
}

func copies(states []string, detail map[string]any) map[string]any {
	detail["state"] = states
	pattern := CopyEvents()
	pattern["detail"] = detail
	return pattern
}
