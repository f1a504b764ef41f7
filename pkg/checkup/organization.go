package checkup

import (
	"context"
	"slices"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/estate"
)

// Switch is the organization's switch of copies between accounts, as any of its accounts
// sees it.
type Switch interface {
	CopiesAcrossAccounts(ctx context.Context) (bool, error)
}

// Organization is the organization as its management account sees it.
type Organization interface {
	BackupPolicies(ctx context.Context) (enabled bool, err error)
	TrustedServices(ctx context.Context) ([]string, error) // principals
}

// CrossAccount checks the switch, as an account sees it. AWS reports the organization's
// setting to member accounts too (A89).
func CrossAccount(e estate.Estate, from string, s Switch) []Check {
	at := Place{Account: from}
	return []Check{{Name: "cross-account backup", Place: at, Right: "backup:DescribeGlobalSettings", Look: func(ctx context.Context) ([]Finding, error) {
		on, err := s.CopiesAcrossAccounts(ctx)
		if err != nil || on {
			return nil, err
		}
		return broken("cross-account backup is off in the organization", diagnose.SaysCrossAccountOff,
			"in the management account "+e.Accounts.Management+" run: aws backup update-global-settings --global-settings isCrossAccountBackupEnabled=true --region "+e.Regions.Primary), nil
	}}}
}

// Trusted are the service principals that the estate needs the organization to trust, and
// what fails without it.
var trusted = []struct{ principal, causes string }{
	{"backup.amazonaws.com", "backup policies reach no account: no plan runs, and nothing says so"},
	{"member.org.stacksets.cloudformation.amazonaws.com", "You must enable organizations access to operate a service managed stack set"},
}

// Switches checks what only the management account can see.
func Switches(e estate.Estate, o Organization) []Check {
	at := Place{Account: e.Accounts.Management}
	return []Check{{Name: "policy type BACKUP_POLICY", Place: at, Right: "organizations:ListRoots", Look: func(ctx context.Context) ([]Finding, error) {
		on, err := o.BackupPolicies(ctx)
		if err != nil || on {
			return nil, err
		}
		return broken("the policy type BACKUP_POLICY is not enabled in the organization",
			"PolicyTypeNotEnabledException when a plan is attached; no plan runs in the members",
			"in the management account run: aws organizations enable-policy-type --policy-type BACKUP_POLICY --root-id \"$(aws organizations list-roots --query Roots[0].Id --output text)\""), nil
	}}, {Name: "trusted access", Place: at, Right: "organizations:ListAWSServiceAccessForOrganization", Look: func(ctx context.Context) ([]Finding, error) {
		services, err := o.TrustedServices(ctx)
		if err != nil {
			return nil, err
		}
		var found []Finding
		for _, t := range trusted {
			if !slices.Contains(services, t.principal) {
				found = append(found, broken("the organization does not trust "+t.principal, t.causes,
					"in the management account run: aws organizations enable-aws-service-access --service-principal "+t.principal)...)
			}
		}
		return found, nil
	}}}
}

// NoManagement says that what Switches checks was not checked, for want of a way into
// the management account.
func NoManagement(e estate.Estate) []Check {
	at := Place{Account: e.Accounts.Management}
	why := "only the management account sees it, and no profile of it was given"
	mend := "give one: --profile " + e.Accounts.Management + "=NAME"
	return []Check{Unmade("policy type BACKUP_POLICY", at, why, mend), Unmade("trusted access", at, why, mend)}
}
