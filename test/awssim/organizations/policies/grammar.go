package policies

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// grammar is what may stand at one place of a backup policy
// [orgs_manage_policies_backup_syntax]. It is one of: fields (fixed keys), each
// (keys that users choose), or a setting.
type grammar struct {
	fields  map[string]*grammar
	missing []string // keys that AWS knows besides fields
	each    *grammar
	list    bool // a setting of many values
	// check tells what is wrong with a value of a setting, if anything.
	check func(value string) error
}

func policyGrammar() *grammar {
	text := &grammar{check: notEmpty}
	days := &grammar{check: number}
	tags := &grammar{each: &grammar{fields: map[string]*grammar{"tag_key": text, "tag_value": {check: anything}}}}
	lifecycle := &grammar{
		fields:  map[string]*grammar{"delete_after_days": days},
		missing: []string{"move_to_cold_storage_after_days", "opt_in_to_archive_for_supported_resources"},
	}
	// Schedules are in UTC: the syntax has no key for a time zone (A84).
	rule := &grammar{
		fields: map[string]*grammar{
			"schedule_expression": text, "target_backup_vault_name": text,
			"start_backup_window_minutes": days, "complete_backup_window_minutes": days, "lifecycle": lifecycle, "recovery_point_tags": tags,
			"copy_actions": {each: &grammar{fields: map[string]*grammar{"target_backup_vault_arn": text, "lifecycle": lifecycle}}},
		},
		missing: []string{"enable_continuous_backup", "target_logically_air_gapped_backup_vault_arn", "index_actions", "scan_actions"},
	}
	selection := &grammar{
		fields:  map[string]*grammar{"iam_role_arn": text, "tag_key": text, "tag_value": {list: true, check: anything}},
		missing: []string{"conditions"},
	}
	plan := &grammar{
		fields: map[string]*grammar{
			"regions": {list: true, check: notEmpty}, "rules": {each: rule},
			"selections": {fields: map[string]*grammar{"tags": {each: selection}}, missing: []string{"resources"}},
		},
		missing: []string{"advanced_backup_settings", "backup_plan_tags", "scan_settings"},
	}
	return &grammar{fields: map[string]*grammar{"plans": {each: plan}}}
}

func anything(string) error { return nil }

func notEmpty(value string) error {
	if value == "" {
		return fmt.Errorf("it is empty")
	}
	return nil
}

func number(value string) error {
	if n, err := strconv.ParseInt(value, 10, 32); err != nil || n < 0 {
		return fmt.Errorf("%q is no whole number, written as a string", value)
	}
	return nil
}

// faults of a part of a document.
func (g *grammar) faults(n *node) []error {
	if n.fields == nil {
		return []error{n.fault("a JSON object belongs here, not %s", n.kind())}
	}
	if g.fields == nil && g.each == nil {
		return g.settingFaults(n)
	}
	var found []error
	for _, key := range slices.Sorted(maps.Keys(n.fields)) {
		child, under := n.fields[key], g.each
		if g.fields != nil {
			under = g.fields[key]
		}
		switch {
		case strings.HasPrefix(key, "@@"):
			found = append(found, child.fault("awssim evaluates no operators beside keys; @@assign, @@append and @@remove stand in settings"))
		case slices.Contains(g.missing, key):
			found = append(found, child.fault("awssim does not simulate this key of AWS's"))
		case under == nil:
			found = append(found, child.fault("no such key; here can be %q", slices.Sorted(maps.Keys(g.fields))))
		default:
			found = append(found, under.faults(child)...)
		}
	}
	return found
}

// operators that set values [policy-operators]; all but the first are for settings
// of many values.
var operators = []string{"@@assign", "@@append", "@@remove"}

func (g *grammar) settingFaults(n *node) []error {
	var found []error
	if len(n.fields) == 0 {
		found = append(found, n.fault("a setting has an operator: %q", operators))
	}
	for _, key := range slices.Sorted(maps.Keys(n.fields)) {
		child := n.fields[key]
		switch {
		case key == "@@operators_allowed_for_child_policies":
			found = append(found, child.fault("awssim does not evaluate child control operators"))
		case !slices.Contains(operators, key):
			found = append(found, child.fault("no such operator; there are %q", operators))
		case !g.list && key != operators[0]:
			found = append(found, child.fault("this setting has one value: @@assign alone can be used"))
		case g.list && child.list == nil:
			found = append(found, child.fault("a list of strings belongs here, not %s", child.kind()))
		case !g.list && child.text == nil:
			found = append(found, child.fault("a string belongs here, not %s", child.kind()))
		default:
			for _, value := range child.values() {
				if err := g.check(value); err != nil {
					found = append(found, child.fault("%w", err))
				}
			}
		}
	}
	return found
}
