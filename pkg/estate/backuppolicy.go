package estate

import "strconv"

// Tags that a plan gives its recovery points, so that each tells where it is from.
const (
	EstateTag = "twohop:estate" // the estate's name
	PlanTag   = "twohop:plan"   // the plan's key in the estate's file
)

// BackupPlan is the Organizations backup policy of one plan, a document for
// AWS::Organizations::Policy [Organizations: backup policy syntax]. Its values are
// literal and its numbers are texts, as the syntax wants them. The plan in it, and
// the policy, are called Called(plan).
func (e Estate) BackupPlan(plan string) map[string]any {
	p, local := e.Plans[plan], e.LocalVault(plan)
	copies := map[string]any{}
	for _, target := range e.copies(plan) {
		arn := e.VaultARN(target.vault, target.region)
		copies[arn] = map[string]any{
			"target_backup_vault_arn": assign(arn),
			"lifecycle":               lifecycle(p.Retention[target.vault]),
		}
	}
	rule := map[string]any{
		"schedule_expression":            assign(p.Schedule),
		"start_backup_window_minutes":    assign(strconv.Itoa(p.StartWindowMinutes)),
		"complete_backup_window_minutes": assign(strconv.Itoa(p.CompleteWindowMinutes)),
		"target_backup_vault_name":       assign(e.Vaults[local].Name),
		"lifecycle":                      lifecycle(p.Retention[local]),
		"recovery_point_tags": map[string]any{
			"estate": map[string]any{"tag_key": assign(EstateTag), "tag_value": assign(e.Name)},
			"plan":   map[string]any{"tag_key": assign(PlanTag), "tag_value": assign(plan)},
		},
	}
	if len(copies) > 0 {
		rule["copy_actions"] = copies
	}
	return map[string]any{"plans": map[string]any{e.Called(plan): map[string]any{
		"regions": assign([]string{e.Regions.Primary}),
		"rules":   map[string]any{plan: rule},
		"selections": map[string]any{"tags": map[string]any{plan: map[string]any{
			"iam_role_arn": assign(e.RoleARN("$account", BackupRole)), // AWS puts the member's id in
			"tag_key":      assign(e.TagKey),
			"tag_value":    assign([]string{p.Tag}),
		}}},
	}}}
}

func lifecycle(days int) map[string]any {
	return map[string]any{"delete_after_days": assign(strconv.Itoa(days))}
}

// assign sets a value whatever a policy higher up in the organization says.
func assign(value any) map[string]any { return map[string]any{"@@assign": value} }
