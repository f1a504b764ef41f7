package prerequisite

import (
	"fmt"
	"slices"
	"strings"
)

// Report is what became of all settings, in the order of the duties.
type Report []Finding

// Members is how many member accounts the report is about.
func (r Report) Members() int { return len(r.members(func(Finding) bool { return true })) }

// FailedMembers are the ids of the member accounts in which something is not in
// order, sorted.
func (r Report) FailedMembers() []string {
	return r.members(func(f Finding) bool { return f.Err != nil })
}

func (r Report) members(which func(Finding) bool) []string {
	var ids []string
	for _, f := range r {
		if f.Duty == TheMembers && f.Account != "" && which(f) {
			ids = append(ids, f.Account)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Err is *Unmet unless everything is in order.
func (r Report) Err() error {
	return r.unmet(func(f Finding) bool { return f.Err != nil })
}

// DeploymentErr is *Unmet if a deployment must fail: something of the account or
// of the organization failed, members could not be listed, or time was up. What
// failed in a single member is no reason: one closed account of hundreds must not
// roll the estate back.
func (r Report) DeploymentErr() error {
	return r.unmet(func(f Finding) bool {
		ofMember := f.Duty == TheMembers && f.Account != ""
		return f.Err != nil && (!ofMember || f.Outcome == NotDone)
	})
}

func (r Report) unmet(counts func(Finding) bool) error {
	if !slices.ContainsFunc(r, counts) {
		return nil
	}
	return &Unmet{Report: r}
}

// Unmet says which prerequisites are not met. Lambda shows its name as the type of
// the error.
type Unmet struct{ Report Report }

// Error names what failed with its cause, then what was not done, then what is as
// it should be: the beginning matters most, for the end may be cut off.
func (u *Unmet) Error() string {
	by := map[Outcome][]string{}
	for _, f := range u.Report {
		text := f.String()
		if f.Outcome == NotDone { // the same cause for all, said once
			text = Finding{Account: f.Account, Setting: f.Setting}.String()
		}
		by[f.Outcome] = append(by[f.Outcome], text)
	}
	var parts []string
	if failed := by[Failed]; len(failed) > 0 {
		parts = append(parts, "failed: "+strings.Join(failed, "; "))
	}
	if left := by[NotDone]; len(left) > 0 {
		first := slices.IndexFunc(u.Report, func(f Finding) bool { return f.Outcome == NotDone })
		parts = append(parts, fmt.Sprintf("not done, %v: %s", u.Report[first].Err, strings.Join(left, "; ")))
	}
	if changed := by[Changed]; len(changed) > 0 {
		parts = append(parts, "changed: "+strings.Join(changed, "; "))
	}
	parts = append(parts, fmt.Sprintf("in order: %d", len(by[InOrder])))
	return strings.Join(parts, ". ")
}
