package stacks_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
)

// plans: AWS Organizations takes the backup policies, and what they name is there.
var plans = map[string]check{
	"plans in force are attached to the members as backup policies, the others to nobody": {plansAreAttached, map[string]func(*draft){
		"one is missing": func(d *draft) { d.remove(stacks.Management, "PlanSimple") },
		"to others":      func(d *draft) { d.set(stacks.Management, "PlanSimple", []any{"ou-ab12-22222222"}, "TargetIds") },
		"an empty one":   func(d *draft) { d.drop(stacks.Management, "PlanSimple", "Content", "plans") },
		"one without a rule": func(d *draft) {
			d.drop(stacks.Management, "PlanSimple", "Content", "plans", "twohop-simple", "rules", "simple")
		},
		"to nobody":            func(d *draft) { d.drop(stacks.Management, "PlanCrossRegion", "TargetIds") },
		"as a tag policy":      func(d *draft) { d.set(stacks.Management, "PlanCrossRegion", "TAG_POLICY", "Type") },
		"under another's name": func(d *draft) { d.set(stacks.Management, "PlanCrossRegion", "twohop-simple", "Name") },
	}, map[string]func(*draft){
		"one that is not in force":                            func(d *draft) { d.set(stacks.Management, "PlanSimple", []any{"111111111111"}, "TargetIds") },
		"one that is not in force leaves, attached as it was": func(d *draft) { d.remove(stacks.Management, "PlanSimple") },
	}},
	"each plan is selected by its own tag": {plansAreSelected, map[string]func(*draft){
		"another's tag": func(d *draft) {
			d.say(stacks.Management, "PlanCrossRegion", `"tag_value":{"@@assign":["cross-region"]}`, `"tag_value":{"@@assign":["simple"]}`)
		},
		"another key": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"tag_key":{"@@assign":"backup"}`, `"tag_key":{"@@assign":"backups"}`)
		},
		"by nothing": func(d *draft) {
			d.drop(stacks.Management, "PlanSimple", "Content", "plans", "twohop-simple", "selections")
		},
	}, nil},
	"every plan is in the syntax of backup policies": {plansAreWritten, map[string]func(*draft){
		"a number": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"delete_after_days":{"@@assign":"35"}`, `"delete_after_days":{"@@assign":35}`)
		},
		"nothing assigned": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"schedule_expression":{"@@assign":"cron(0 1 * * ? *)"}`, `"schedule_expression":"cron(0 1 * * ? *)"`)
		},
		"a short window": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"start_backup_window_minutes":{"@@assign":"60"}`, `"start_backup_window_minutes":{"@@assign":"59"}`)
		},
		"no end of it": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"complete_backup_window_minutes"`, `"complete_window_minutes"`)
		},
		"points of nobody": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"tag_value":{"@@assign":"twohop"}`, `"tag_value":{"@@assign":"payroll"}`)
		},
		"another Region": func(d *draft) {
			d.say(stacks.Management, "PlanCrossRegion", `"@@assign":["eu-central-1"]`, `"@@assign":["eu-north-1"]`)
		},
		"six fields missing": func(d *draft) { d.say(stacks.Management, "PlanSimple", "cron(0 1 * * ? *)", "cron(0 1 * * *)") },
		"a function in it": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"@@assign":"twohop-local"`, `"@@assign":{"Ref":"Schedules"}`)
		},
		"a long one": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", "cron(0 1 * * ? *)", "cron(0 1 * * ? *)"+strings.Repeat(" ", 10_000))
		},
		"a cold tier": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", `"delete_after_days"`, `"move_to_cold_storage_after_days"`)
		},
	}, nil},
	"every copy action goes to the vault that its key names": {copyActionsAgree, map[string]func(*draft){
		"to another vault": func(d *draft) {
			d.say(stacks.Management, "PlanCrossRegionSpecial", `"@@assign":"arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate"`, `"@@assign":"arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final"`)
		},
		"to no vault": func(d *draft) {
			d.say(stacks.Management, "PlanCrossRegion", `"target_backup_vault_arn"`, `"target_vault"`)
		},
		"to two fewer vaults": func(d *draft) { d.say(stacks.Management, "PlanCrossRegion", `"copy_actions"`, `"copies"`) },
	}, nil},
	"every vault that a plan names is there, and its lock takes the plan's retention": {planVaultsStand, map[string]func(*draft){
		"no local vault":        func(d *draft) { d.set(stacks.Member, "VaultLocal", "local", "BackupVaultName") },
		"another name":          func(d *draft) { d.say(stacks.Management, "PlanSimple", `"twohop-local"`, `"twohop-locals"`) },
		"no intermediate vault": func(d *draft) { d.remove(stacks.Primary, "VaultIntermediate") },
		"no final vault":        func(d *draft) { d.remove(finals, "VaultFinal") },
		"a stricter lock": func(d *draft) {
			d.add(finals, "VaultFinal", "LockConfiguration", map[string]any{"MinRetentionDays": 36})
		},
		"a shorter lock": func(d *draft) {
			d.add(stacks.Member, "VaultLocal", "LockConfiguration", map[string]any{"MinRetentionDays": 1, "MaxRetentionDays": 7})
		},
	}, nil},
	"every plan's role is one that the member stack makes": {planRolesStand, map[string]func(*draft){
		"the role is renamed": func(d *draft) { d.set(stacks.Member, "BackupRole", "twohop-Backup", "RoleName") },
		"the plan's is another": func(d *draft) {
			d.say(stacks.Management, "PlanSimple", "twohop-BackupandRestore", "AWSBackupDefaultServiceRole")
		},
		"in one account": func(d *draft) { d.say(stacks.Management, "PlanSimple", "$account", "222222222222") },
	}, nil},
}

// planned is one rule of a backup policy, with its plan.
type planned struct {
	on   *resource
	name string // of the rule: the plan's in the estate
	plan any
	rule any
}

func (d deployment) planned() []planned {
	var all []planned
	for _, on := range d.all(aPlan) {
		for _, plan := range object(on.at("Content", "plans")) {
			for name, rule := range object(at(plan, "rules")) {
				all = append(all, planned{on, name, plan, rule})
			}
		}
	}
	return all
}

// copies are the copy actions by their keys.
func (p planned) copies() map[string]any { return object(at(p.rule, "copy_actions")) }

func plansAreAttached(d deployment) (found faults) {
	var names, want []string
	members := d.estate.Members.Units
	if len(d.estate.Members.Accounts) > 0 {
		members = d.estate.Members.Accounts
	}
	for _, plan := range d.management().all(aPlan) {
		targets := members
		if !d.estate.Plans[strings.TrimPrefix(plan.text("Name"), d.estate.Called(""))].Enabled {
			targets = nil
		}
		names = append(names, plan.text("Name"))
		if rules := object(plan.at("Content", "plans", plan.text("Name"), "rules")); len(object(plan.at("Content", "plans"))) != 1 || len(rules) != 1 {
			found.add("%s: is not one plan of its name with one rule: %v", plan, plan.at("Content"))
		}
		// An empty list is there to take away what was attached.
		if _, given := plan.at("TargetIds").([]any); !given || plan.text("Type") != "BACKUP_POLICY" || !same(plan.texts("TargetIds"), targets) {
			found.add("%s: is a %s for %v", plan, plan.text("Type"), plan.at("TargetIds"))
		}
	}
	for plan := range d.estate.Plans {
		want = append(want, d.estate.Called(plan))
	}
	if !same(names, want) {
		found.add("the policies are %v, should be %v", names, want)
	}
	return found
}

func plansAreSelected(d deployment) (found faults) {
	for _, p := range d.planned() {
		tags := object(at(p.plan, "selections", "tags"))
		if len(tags) != 1 {
			found.add("%s: has %d selections", p.on, len(tags))
		}
		for _, tag := range tags {
			key, values := text(tag, "tag_key", "@@assign"), texts(at(tag, "tag_value", "@@assign"))
			if key != d.estate.TagKey || !same(values, []string{d.estate.Plans[p.name].Tag}) {
				found.add("%s: is selected by %s = %v", p.on, key, values)
			}
		}
	}
	return found
}

var sixFields = regexp.MustCompile(`^cron\(\S+ \S+ \S+ \S+ \S+ \S+\)$`)

// known are the keys of a rule and of a lifecycle that the four database types
// have a use for [Organizations: backup policy syntax].
var known = []string{
	"schedule_expression", "start_backup_window_minutes", "complete_backup_window_minutes",
	"target_backup_vault_name", "lifecycle", "recovery_point_tags", "copy_actions",
}

func plansAreWritten(d deployment) (found faults) {
	for _, p := range d.planned() {
		for key := range object(p.rule) {
			if !slices.Contains(known, key) {
				found.add("%s: the key %s is not known", p.on, key)
			}
		}
		start, _ := strconv.Atoi(text(p.rule, "start_backup_window_minutes", "@@assign"))
		complete, _ := strconv.Atoi(text(p.rule, "complete_backup_window_minutes", "@@assign"))
		if start < 60 || complete < start+60 {
			found.add("%s: the windows are %d and %d minutes", p.on, start, complete)
		}
		for kind, tag := range map[string][2]string{"estate": {estate.EstateTag, d.estate.Name}, "plan": {estate.PlanTag, p.name}} {
			if is := at(p.rule, "recovery_point_tags", kind); text(is, "tag_key", "@@assign") != tag[0] || text(is, "tag_value", "@@assign") != tag[1] {
				found.add("%s: the tag %s of recovery points is %v", p.on, kind, is)
			}
		}
		lifecycles := []any{at(p.rule, "lifecycle")}
		for _, action := range p.copies() {
			lifecycles = append(lifecycles, at(action, "lifecycle"))
		}
		for _, lifecycle := range lifecycles {
			if days, err := strconv.Atoi(text(lifecycle, "delete_after_days", "@@assign")); err != nil || days < 1 || len(object(lifecycle)) != 1 {
				found.add("%s: the lifecycle %v", p.on, lifecycle)
			}
		}
		if regions := texts(at(p.plan, "regions", "@@assign")); !same(regions, []string{d.estate.Regions.Primary}) || !sixFields.MatchString(text(p.rule, "schedule_expression", "@@assign")) {
			found.add("%s: runs in %v, %v", p.on, regions, at(p.rule, "schedule_expression"))
		}
	}
	for _, plan := range d.all(aPlan) {
		content, _ := json.Marshal(plan.at("Content"))
		if written, _ := json.Marshal(at(plan.stack.resources()[plan.id], "Properties", "Content")); string(written) != string(content) {
			found.add("%s: has functions in it, which AWS Organizations does not resolve", plan)
		}
		if len(content) > 10_000 {
			found.add("%s: %d characters; AWS Organizations takes 10,000", plan, len(content))
		}
	}
	return found
}

func copyActionsAgree(d deployment) (found faults) {
	for _, p := range d.planned() {
		for key, action := range p.copies() {
			if target := text(action, "target_backup_vault_arn", "@@assign"); target != key {
				found.add("%s: the copy action %s goes to %q", p.on, key, target)
			}
		}
		if targets := d.estate.CopyTargets(p.name); !same(slices.Collect(maps.Keys(p.copies())), targets) {
			found.add("%s: copies to %v, should copy to %v", p.on, slices.Collect(maps.Keys(p.copies())), targets)
		}
	}
	return found
}

func planVaultsStand(d deployment) (found faults) {
	stands := func(p planned, vault *resource, name string, lifecycle any) {
		days, _ := strconv.ParseFloat(text(lifecycle, "delete_after_days", "@@assign"), 64)
		low, high := 0.0, 0.0
		if vault != nil {
			low, high = vault.number("LockConfiguration", "MinRetentionDays"), vault.number("LockConfiguration", "MaxRetentionDays")
		}
		if vault == nil || days < low || high > 0 && days > high {
			found.add("%s: no vault %s that keeps points for %v days", p.on, name, days)
		}
	}
	for _, p := range d.planned() {
		local := text(p.rule, "target_backup_vault_name", "@@assign")
		stands(p, d.members().find(aVault, d.estate.ARNIn(d.members().region, "backup", member, "backup-vault:"+local)), local, at(p.rule, "lifecycle"))
		for arn, action := range p.copies() {
			stands(p, d.find(aVault, arn), arn, at(action, "lifecycle"))
		}
	}
	return found
}

func planRolesStand(d deployment) (found faults) {
	for _, p := range d.planned() {
		tags := object(at(p.plan, "selections", "tags"))
		for _, tag := range tags {
			arn := text(tag, "iam_role_arn", "@@assign")
			if !strings.Contains(arn, "$account") || d.members().find(aRole, strings.ReplaceAll(arn, "$account", member)) == nil {
				found.add("%s: no role %s in the members", p.on, arn)
			}
		}
	}
	return found
}
