package prerequisite

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// atOnce is how many members are in hand at a time: enough for hundreds within one
// invocation, few enough not to be throttled.
const atOnce = 8

// Members are the member accounts.
type Members struct {
	Units  []string // of the organization
	Only   []string // narrow the units down to these; none: every account of the units
	Except []string // are never members

	Directory Directory
	Entrance  Entrance
}

// members puts every member in order. One that fails keeps no other from it.
func (r *Runner) members(ctx context.Context) []Finding {
	accounts, unlisted := r.list(ctx)
	findings := make([][]Finding, len(accounts))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, account := range accounts {
		group.Go(func() error {
			findings[i] = r.member(ctx, account)
			return nil
		})
	}
	group.Wait() //nolint:errcheck // no member returns an error: each is a finding
	return append(unlisted, slices.Concat(findings...)...)
}

// list returns the members, sorted, and what kept accounts from being among them.
func (r *Runner) list(ctx context.Context) (accounts []string, unlisted []Finding) {
	whole := true
	for _, unit := range r.Members.Units {
		f := Finding{Duty: TheMembers, Setting: "list of the accounts of " + unit}
		f.Err = attempt(ctx, func() error {
			found, err := r.Members.Directory.Accounts(ctx, unit)
			accounts = append(accounts, found...)
			return err
		})
		if f.Err != nil {
			unlisted, whole = append(unlisted, r.observed(f.settled(ctx))), false
		}
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	if whole { // else an account that was named may be in the unit that could not be listed
		unlisted = append(unlisted, r.absent(accounts)...)
	}
	return slices.DeleteFunc(accounts, func(account string) bool { return !r.Members.include(account) }), unlisted
}

func (m *Members) include(account string) bool {
	return !slices.Contains(m.Except, account) && (len(m.Only) == 0 || slices.Contains(m.Only, account))
}

// absent finds the accounts that are named and not in the units.
func (r *Runner) absent(accounts []string) []Finding {
	var findings []Finding
	for _, account := range r.Members.Only {
		if !slices.Contains(accounts, account) {
			findings = append(findings, r.observed(Finding{Duty: TheMembers, Account: account, Setting: "membership", Outcome: Failed,
				Err: fmt.Errorf("no active account of %s; take it out of the estate's file, or move it there", strings.Join(r.Members.Units, ", "))}))
		}
	}
	return findings
}

func (r *Runner) member(ctx context.Context, account string) []Finding {
	f := Finding{Duty: TheMembers, Account: account, Setting: "access"}
	var settings []Setting
	f.Err = attempt(ctx, func() (err error) {
		settings, err = r.Members.Entrance.Enter(ctx, account)
		return err
	})
	if f.Err != nil {
		return []Finding{r.observed(f.settled(ctx))}
	}
	return r.all(ctx, TheMembers, account, settings)
}
