package checkup

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Plans are the backup plans that an account has.
type Plans interface {
	// Plans lists them, those of the organization's policies among them.
	Plans(ctx context.Context) ([]Plan, error)
	// Rules are the rules of one of them.
	Rules(ctx context.Context, id string) ([]PlanRule, error)
}

// Plan is a backup plan.
type Plan struct{ ID, Name string }

// PlanRule is a rule of a backup plan.
type PlanRule struct {
	Schedule string
	Vault    string         // name of the vault of its backups
	Days     int            // that they are kept; 0: for good
	Copies   map[string]int // and their copies, by the ARN of the vault
}

// Planned checks that the organization's plans have reached a member account, and that each
// backs up and copies as the estate's file says. AWS takes a while to bring them there.
func Planned(e estate.Estate, account, file string, plans Plans) []Check {
	at := Place{Account: account, Region: e.Regions.Primary}
	deploy := deploysOf(e, file, e.Accounts.Management, policy.ManagementAccount, e.Regions.Primary).String()
	return []Check{{Name: "backup plans", Place: at, Right: "backup:ListBackupPlans", Look: func(ctx context.Context) ([]Finding, error) {
		live, err := plans.Plans(ctx)
		if err != nil {
			return nil, err
		}
		var found []Finding
		for _, name := range e.EnabledPlans() {
			i := slices.IndexFunc(live, func(p Plan) bool { return p.Name == e.Called(name) })
			if i < 0 {
				found = append(found, broken("the plan "+e.Called(name)+" has not reached the account", "none: nothing that it selects is backed up, and nothing says so",
					"see that the account is below members.units of the estate's file, then "+deploy)...)
				continue
			}
			rules, err := plans.Rules(ctx, live[i].ID)
			if err != nil {
				return found, err
			}
			found = append(found, ruled(e, name, rules, deploy)...)
		}
		return found, nil
	}}}
}

// ruled compares the rules of a live plan with the one that the estate's plan has.
func ruled(e estate.Estate, plan string, rules []PlanRule, deploy string) []Finding {
	p, local, name := e.Plans[plan], e.LocalVault(plan), e.Called(plan)
	i := slices.IndexFunc(rules, func(r PlanRule) bool { return r.Vault == e.Vaults[local].Name })
	if i < 0 {
		return broken(fmt.Sprintf("the plan %s has no rule that backs up into the vault %s", name, e.Vaults[local].Name),
			"none: nothing that it selects is backed up there, and nothing says so", deploy)
	}
	var found []Finding
	warn := func(problem, causes string) {
		found = append(found, Finding{Kind: Warning, Problem: problem, Causes: causes, Mend: deploy})
	}
	live := rules[i]
	if live.Schedule != p.Schedule {
		warn(fmt.Sprintf("the plan %s runs at %s, and the estate's at %s", name, live.Schedule, p.Schedule), "none: objectives count on the estate's schedule")
	}
	if live.Days != p.Retention[local] {
		warn(fmt.Sprintf("the plan %s keeps backups for %d days (0: for good), and the estate's for %d", name, live.Days, p.Retention[local]), "none: backups expire earlier or later than the estate says")
	}
	wanted := e.CopyRetentions(plan)
	for _, target := range slices.Sorted(maps.Keys(wanted)) {
		switch kept, copied := live.Copies[target]; {
		case !copied:
			found = append(found, broken(fmt.Sprintf("the plan %s does not copy to %s", name, target), "none: its backups stay in the member account, and nothing says so", deploy)...)
		case kept != wanted[target]:
			warn(fmt.Sprintf("the plan %s keeps copies in %s for %d days (0: for good), and the estate's for %d", name, target, kept, wanted[target]), "none: copies expire earlier or later than the estate says")
		}
	}
	return found
}
