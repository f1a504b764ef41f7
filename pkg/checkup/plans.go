package checkup

import (
	"context"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Plans are the backup plans that an account has.
type Plans interface {
	// Plans are their names, those of the organization's policies among them.
	Plans(ctx context.Context) ([]string, error)
}

// Planned checks that the organization's plans have reached a member account. AWS takes
// a while to bring them there.
func Planned(e estate.Estate, account, file string, plans Plans) []Check {
	at := Place{Account: account, Region: e.Regions.Primary}
	return []Check{{Name: "backup plans", Place: at, Right: "backup:ListBackupPlans", Look: func(ctx context.Context) ([]Finding, error) {
		there, err := plans.Plans(ctx)
		if err != nil {
			return nil, err
		}
		var found []Finding
		for _, plan := range e.EnabledPlans() {
			if !slices.Contains(there, e.Called(plan)) {
				found = append(found, broken("the plan "+e.Called(plan)+" has not reached the account", "none: nothing that it selects is backed up, and nothing says so",
					"see that the account is below members.units of the estate's file, then "+deploysOf(e, file, e.Accounts.Management, policy.ManagementAccount, e.Regions.Primary).String())...)
			}
		}
		return found, nil
	}}}
}
