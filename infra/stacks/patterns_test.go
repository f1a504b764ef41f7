package stacks_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/twohop/twohop/infra/stacks"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/test/awssim/eventpattern"
)

// patterns: rules and the archive take the events that they are for, as recorded.
var patterns = map[string]check{
	"every event pattern is valid": {patternsAreValid, map[string]func(*draft){
		"a scalar":            func(d *draft) { d.set(stacks.Member, "ForwardRule", "aws.backup", "EventPattern", "source") },
		"an empty list":       func(d *draft) { d.set(stacks.Primary, "Archive", []any{}, "EventPattern", "source") },
		"an unknown operator": func(d *draft) { d.say(stacks.Primary, "HopRule", "anything-but", "nothing-but") },
		"no pattern":          func(d *draft) { d.drop(stacks.Primary, "OwnHopRule", "EventPattern") },
		"a list of lists": func(d *draft) {
			d.set(stacks.Primary, "OutcomeRule", []any{[]any{"x"}}, "EventPattern", "detail", "state")
		},
	}, nil},
	"a member's rule forwards ended first hops into the vaults that plans copy to, and nothing else": {forwardRuleMatches, map[string]func(*draft){
		"another detail-type": func(d *draft) {
			d.say(stacks.Member, "ForwardRule", "Copy Job State Change", "Backup Job State Change")
		},
		"another source":   func(d *draft) { d.say(stacks.Member, "ForwardRule", `"aws.backup"`, `"aws.rds"`) },
		"any detail-type":  func(d *draft) { d.drop(stacks.Member, "ForwardRule", "EventPattern", "detail-type") },
		"a vault misspelt": func(d *draft) { d.say(stacks.Member, "ForwardRule", ":twohop-intermediate", ":twohop-intermediat") },
		"any vault": func(d *draft) {
			d.drop(stacks.Member, "ForwardRule", "EventPattern", "detail", "destinationBackupVaultArn")
		},
		"no COMPLETED":   func(d *draft) { d.say(stacks.Member, "ForwardRule", `"COMPLETED",`, "") },
		"no FAILED":      func(d *draft) { d.say(stacks.Member, "ForwardRule", `"FAILED",`, "") },
		"RUNNING":        func(d *draft) { d.say(stacks.Member, "ForwardRule", `"PARTIAL"`, `"RUNNING"`) },
		"any state":      func(d *draft) { d.drop(stacks.Member, "ForwardRule", "EventPattern", "detail", "state") },
		"it has no rule": func(d *draft) { d.remove(stacks.Member, "ForwardRule") },
	}, nil},
	"the archive keeps what members forward": {archiveMatches, map[string]func(*draft){
		"completed only": func(d *draft) {
			d.resource(stacks.Primary, "Archive")["Properties"].(map[string]any)["EventPattern"].(map[string]any)["detail"] = map[string]any{"state": []any{"COMPLETED"}}
		},
		"another detail-type": func(d *draft) { d.say(stacks.Primary, "Archive", "Copy Job State Change", "Copy Job") },
	}, nil},
}

func patternsAreValid(d deployment) (found faults) {
	for _, r := range d.all(aRule, anArchive) {
		if _, err := compile(r); err != nil {
			found.add("%s: %v", r, err)
		}
	}
	return found
}

func compile(r *resource) (*eventpattern.Pattern, error) {
	pattern, err := json.Marshal(r.at("EventPattern"))
	if err != nil {
		return nil, err
	}
	return eventpattern.Compile(string(pattern))
}

// occurrence is a recorded event with other vaults, or another origin.
type occurrence struct {
	what     string
	event    map[string]any
	state    string
	copyJob  bool
	firstHop bool // into one of the estate's intermediate vaults, from a member
	byPlan   bool // into one of the vaults that plans copy to
	// From one of the estate's intermediate vaults into a final one.
	secondHop bool
}

// changed is one way in which recorded events are changed.
type changed struct {
	what             string
	from, to         any
	source, kind     string // where it is not AWS Backup's, about a copy job
	firstHop, byPlan bool
	secondHop        bool
}

func changes(e estate.Estate) []changed {
	primary, backup := e.Regions.Primary, e.Accounts.Backup
	local, between := e.VaultARNIn(member, "local", primary), e.VaultARN("intermediate", primary)
	final, last := e.VaultARN("final", e.Regions.Secondary[0]), e.VaultARN("final", e.Regions.Secondary[len(e.Regions.Secondary)-1])
	planned := func(vault string) bool { return slices.Contains(e.PlanTargets(), vault) }
	return []changed{
		{what: "hop 1", from: local, to: between, firstHop: true, byPlan: true},
		{what: "hop 1 from another vault", from: e.ARNIn(primary, "backup", member, "backup-vault:Default"), to: between, firstHop: true, byPlan: true},
		{what: "hop 2", from: between, to: final, byPlan: planned(final), secondHop: true},
		{what: "hop 2 into the last Region", from: between, to: last, byPlan: planned(last), secondHop: true},
		{what: "another vault into a final one", from: e.ARNIn(primary, "backup", backup, "backup-vault:other"), to: final, byPlan: planned(final)},
		{what: "straight into a final vault", from: local, to: final, byPlan: planned(final)},
		{what: "from an intermediate vault elsewhere", from: between, to: e.ARNIn(primary, "backup", backup, "backup-vault:other")},
		{what: "restore detour", from: final, to: between, byPlan: true},
		{what: "restore detour within the Region", from: e.ARNIn(primary, "backup", backup, "backup-vault:other"), to: between, byPlan: true},
		{what: "copy back to the member", from: between, to: local},
		{what: "into another vault", from: local, to: between + "-2"},
		{what: "into another Region's", from: local, to: e.VaultARN("intermediate", "us-east-1")},
		{what: "into another account's", from: local, to: e.VaultARNIn("555555555555", "intermediate", primary)},
		{what: "about a backup job", from: local, to: between, kind: "Backup Job State Change"},
		{what: "of another service", from: local, to: between, source: "aws.rds"},
		// A null is anything but a text, so it passes. Triage never sees it: to the
		// function it is the ARN of no vault, and the message a broken one.
		{what: "null as the source", from: nil, to: between, firstHop: true, byPlan: true},
	}
}

// occurrences are the recorded events, changed in every way.
func occurrences(e estate.Estate) ([]occurrence, error) {
	files, err := filepath.Glob("../../pkg/awsevent/testdata/*.json")
	if err != nil {
		return nil, err
	}
	var all []occurrence
	for _, file := range files {
		recorded, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, c := range changes(e) {
			var event map[string]any
			if err := json.Unmarshal(recorded, &event); err != nil {
				return nil, err
			}
			o := c.apply(event)
			o.what = strings.TrimSuffix(filepath.Base(file), ".json") + ", " + c.what
			all = append(all, o)
		}
	}
	return all, nil
}

func (c changed) apply(event map[string]any) occurrence {
	detail := event["detail"].(map[string]any)
	if _, copies := detail["destinationBackupVaultArn"]; copies {
		detail["sourceBackupVaultArn"], detail["destinationBackupVaultArn"] = c.from, c.to
	}
	if c.source != "" {
		event["source"] = c.source
	}
	if c.kind != "" {
		event["detail-type"] = c.kind
	}
	copyJob := event["source"] == "aws.backup" && event["detail-type"] == "Copy Job State Change"
	return occurrence{
		event: event, state: text(detail, "state"), copyJob: copyJob,
		firstHop: copyJob && c.firstHop, byPlan: copyJob && c.byPlan, secondHop: copyJob && c.secondHop,
	}
}

// takes adds a fault for each occurrence that a pattern takes, or not, against
// what is wanted.
func (f *faults) takes(d deployment, r *resource, wanted func(occurrence) bool) {
	pattern, err := compile(r)
	if err != nil {
		return // of another check
	}
	all, err := occurrences(d.estate)
	if err != nil {
		f.add("read recorded events: %v", err)
	}
	for _, o := range all {
		event, _ := json.Marshal(o.event)
		matched, err := pattern.Match(event)
		if err != nil || matched != wanted(o) {
			f.add("%s: takes %s: %v (%v)", r, o.what, matched, err)
		}
	}
}

func ended(state string) bool { return state != "CREATED" && state != "RUNNING" }

func forwardRuleMatches(d deployment) (found faults) {
	rules := d.members().all(aRule)
	for _, rule := range rules {
		found.takes(d, rule, func(o occurrence) bool { return o.byPlan && ended(o.state) })
	}
	if len(rules) == 0 {
		found.add("the members have no rule")
	}
	return found
}

func archiveMatches(d deployment) (found faults) {
	for _, archive := range d.all(anArchive) {
		found.takes(d, archive, func(o occurrence) bool { return o.copyJob })
	}
	return found
}
