package plans

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/jobs"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/cron"
)

// document is an effective policy [orgs_manage_policies_backup_syntax]. Numbers are
// strings in it.
type document struct {
	Plans map[string]planText `json:"plans"`
}

type planText struct {
	Regions    []string            `json:"regions"`
	Rules      map[string]ruleText `json:"rules"`
	Selections struct {
		Tags map[string]selectionText `json:"tags"`
	} `json:"selections"`
}

type ruleText struct {
	Schedule       string              `json:"schedule_expression"`
	Vault          string              `json:"target_backup_vault_name"`
	StartWindow    string              `json:"start_backup_window_minutes"`
	CompleteWindow string              `json:"complete_backup_window_minutes"`
	Lifecycle      lifecycleText       `json:"lifecycle"`
	Tags           map[string]tagText  `json:"recovery_point_tags"`
	Copies         map[string]copyText `json:"copy_actions"`
}

type lifecycleText struct {
	DeleteAfterDays string `json:"delete_after_days"`
}

type copyText struct {
	Target    string        `json:"target_backup_vault_arn"`
	Lifecycle lifecycleText `json:"lifecycle"`
}

type tagText struct {
	Key   string `json:"tag_key"`
	Value string `json:"tag_value"`
}

type selectionText struct {
	Role   string   `json:"iam_role_arn"`
	Key    string   `json:"tag_key"`
	Values []string `json:"tag_value"`
}

// Quotas of a plan [aws-backup-limits].
const (
	mostRules  = 10
	mostCopies = 5
)

// faults are those of a policy, with their paths.
type faults []error

func (f *faults) add(path, format string, args ...any) {
	*f = append(*f, fmt.Errorf("%s: "+format, append([]any{path}, args...)...))
}

// read makes the plans of an effective policy, by name. The error names everything
// that is missing or cannot be.
func read(policy json.RawMessage) ([]Plan, error) {
	var d document
	decoder := json.NewDecoder(bytes.NewReader(policy))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("read effective policy: %w", err)
	}
	var f faults
	var found []Plan
	for _, name := range slices.Sorted(maps.Keys(d.Plans)) {
		found = append(found, d.Plans[name].read(&f, "plans."+name, name))
	}
	return found, errors.Join(f...)
}

func (t planText) read(f *faults, path, name string) Plan {
	p := Plan{Name: name, Regions: t.Regions}
	if len(t.Regions) == 0 {
		f.add(path+".regions", "a plan needs a Region")
	}
	if n := len(t.Rules); n == 0 || n > mostRules {
		f.add(path+".rules", "a plan has from 1 to %d rules, not %d", mostRules, n)
	}
	for _, rule := range slices.Sorted(maps.Keys(t.Rules)) {
		p.Rules = append(p.Rules, t.Rules[rule].read(f, path+".rules."+rule, rule))
	}
	if len(t.Selections.Tags) == 0 {
		f.add(path+".selections.tags", "a plan needs a selection")
	}
	for _, selection := range slices.Sorted(maps.Keys(t.Selections.Tags)) {
		s, at := t.Selections.Tags[selection], path+".selections.tags."+selection
		if _, ok := arn.RoleAccount(s.Role); !ok {
			f.add(at+".iam_role_arn", "%q is no role's ARN", s.Role)
		}
		if s.Key == "" || len(s.Values) == 0 {
			f.add(at, "a selection needs tag_key and a tag_value")
		}
		p.Selections = append(p.Selections, Selection{Name: selection, Role: s.Role, TagKey: s.Key, TagValues: s.Values})
	}
	return p
}

func (t ruleText) read(f *faults, path, name string) Rule {
	r := Rule{Name: name, Vault: t.Vault, Lifecycle: t.Lifecycle.read(f, path), Tags: map[string]string{}}
	var err error
	if r.Schedule, err = cron.Parse(t.Schedule); err != nil {
		f.add(path+".schedule_expression", "%w", err)
	}
	if !arn.IsVaultName(t.Vault) {
		f.add(path+".target_backup_vault_name", "%q is no vault's name", t.Vault)
	}
	r.StartWindow = minutes(f, path+".start_backup_window_minutes", t.StartWindow)
	if t.StartWindow != "" && r.StartWindow < time.Hour {
		f.add(path+".start_backup_window_minutes", "it must be at least 60, not %s", t.StartWindow)
	}
	r.CompleteWindow = minutes(f, path+".complete_backup_window_minutes", t.CompleteWindow)
	for _, tag := range t.Tags {
		r.Tags[tag.Key] = tag.Value
	}
	if n := len(t.Copies); n > mostCopies {
		f.add(path+".copy_actions", "a rule has at most %d copy actions, not %d", mostCopies, n)
	}
	for _, target := range slices.Sorted(maps.Keys(t.Copies)) {
		c, at := t.Copies[target], path+".copy_actions."+target
		if _, _, ok := arn.ParseVault(target); !ok || c.Target != "" && c.Target != target {
			f.add(at, "the key must be a vault's ARN, and target_backup_vault_arn the same, not %q", c.Target)
		}
		r.Copies = append(r.Copies, jobs.Copy{VaultARN: target, Lifecycle: c.Lifecycle.read(f, at)})
	}
	return r
}

func (t lifecycleText) read(f *faults, path string) vaults.Lifecycle {
	if t.DeleteAfterDays == "" {
		return vaults.Lifecycle{}
	}
	days, err := strconv.ParseInt(t.DeleteAfterDays, 10, 32)
	l := vaults.DeleteAfter(days)
	if err == nil {
		err = l.Validate()
	}
	if err != nil {
		f.add(path+".lifecycle.delete_after_days", "%w", err)
	}
	return l
}

func minutes(f *faults, path, text string) time.Duration {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil || n < 1 {
		f.add(path, "%q is no number of minutes", text)
	}
	return time.Duration(n) * time.Minute
}
