package estate

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/hop"
)

// maxReceives is how often the queue of copies hands a message out before it goes
// to the dead-letter queue: a count of crashes, since waiting is not a receive.
const maxReceives = 5

// Routes are the ways of the second hop, one for each two-hop plan in force, named
// after it: from its intermediate vault to each of its final vaults in each of
// their Regions.
func (e Estate) Routes() hop.Routes {
	var routes hop.Routes
	for _, plan := range e.EnabledPlans() {
		if e.Plans[plan].Strategy != TwoHop {
			continue
		}
		route := hop.Route{
			Name:   plan,
			Source: e.hopVault(e.Intermediate(plan), e.Regions.Primary),
			Types:  e.Plans[plan].Types,
			Role:   e.RoleARN(e.Accounts.Backup, CopyRole),
		}
		for _, final := range e.finals(plan) {
			destination := hop.Destination{
				Vault:           e.hopVault(final.vault, final.region),
				DeleteAfterDays: int32(e.Plans[plan].Retention[final.vault]),
			}
			if lock := e.Vaults[final.vault].Lock; lock != nil {
				destination.MinDays, destination.MaxDays = int32(lock.MinDays), int32(lock.MaxDays)
			}
			route.Destinations = append(route.Destinations, destination)
		}
		routes = append(routes, route)
	}
	return routes
}

// BackupVaults are the vaults of the backup account, each in each of its Regions, sorted
// by ARN.
func (e Estate) BackupVaults() []hop.Vault {
	return e.vaultsOf(BackupAccount, e.Accounts.Backup)
}

// MemberVaults are the vaults of a member account, sorted by ARN.
func (e Estate) MemberVaults(account string) []hop.Vault {
	return e.vaultsOf(MemberAccount, account)
}

func (e Estate) vaultsOf(owner Owner, account string) []hop.Vault {
	var vaults []hop.Vault
	for vault, v := range e.Vaults {
		if v.Account != owner {
			continue
		}
		for _, region := range e.VaultRegions(vault) {
			vaults = append(vaults, hop.Vault{ARN: e.VaultARNIn(account, vault, region), Account: account, Region: region, Name: v.Name})
		}
	}
	slices.SortFunc(vaults, func(a, b hop.Vault) int { return strings.Compare(a.ARN, b.ARN) })
	return vaults
}

func (e Estate) hopVault(vault, region string) hop.Vault {
	return hop.Vault{ARN: e.VaultARN(vault, region), Account: e.Accounts.Backup, Region: region, Name: e.Vaults[vault].Name}
}

func (e Estate) hopPools() []hop.Pool {
	var pools []hop.Pool
	for _, pool := range e.Pools {
		pools = append(pools, pool.hop())
	}
	return pools
}

// Starter is the configuration of the function copystarter.
func (e Estate) Starter() Starter {
	return Starter{
		Estate:       e.Name,
		QueueURL:     e.QueueURL(CopiesQueue),
		DeadLetters:  e.QueueURL(CopiesDLQ),
		MaxReceives:  maxReceives,
		Attempts:     e.Copies.Attempts,
		DailyCeiling: e.Copies.DailyCeiling,
		Routes:       e.Routes(),
		Pools:        e.hopPools(),
	}
}

// Tracker is the configuration of the function outcometracker.
func (e Estate) Tracker() Tracker {
	return Tracker{
		Estate:      e.Name,
		QueueURL:    e.QueueURL(OutcomesQueue),
		DeadLetters: e.QueueURL(OutcomesDLQ),
		Copies:      e.QueueURL(CopiesQueue),
		Rejected:    e.QueueURL(CopiesDLQ),
		MaxReceives: maxReceives,
		Attempts:    e.Copies.Attempts,
		KeepDays:    e.IntermediateRetentionDays,
		Routes:      e.Routes(),
	}
}

// Reconciler is the configuration of the function reconciler.
func (e Estate) Reconciler() Reconciler {
	return Reconciler{
		Estate:     e.Name,
		Copies:     e.QueueURL(CopiesQueue),
		Rejected:   e.QueueURL(CopiesDLQ),
		Outcomes:   e.QueueURL(OutcomesQueue),
		Sweeps:     e.QueueURL(SweepsQueue),
		Topic:      e.TopicARN(),
		Attempts:   e.Copies.Attempts,
		KeepDays:   e.IntermediateRetentionDays,
		Every:      e.Reconciling.RecentEvery,
		RecentDays: e.Reconciling.RecentDays,
		Objectives: e.RPO,
		Routes:     e.Routes(),
	}
}

// BackupPrerequisites is the configuration of the function prerequisites in the
// backup account: its own account, in every Region with a vault of a plan in force.
func (e Estate) BackupPrerequisites() Prerequisites {
	return Prerequisites{
		Estate:  e.Name,
		Account: e.Accounts.Backup,
		OptIns:  e.backupOptIns(),
	}
}

// ManagementPrerequisites is the configuration of the function prerequisites in the
// management account: the organization and the members. The account itself makes
// no backups, so nothing is put in order there.
func (e Estate) ManagementPrerequisites() Prerequisites {
	return Prerequisites{
		Estate:       e.Name,
		Account:      e.Accounts.Management,
		Organization: &OrganizationDuty{ID: e.Organization},
		Members: &MembersDuty{
			Units:    e.Members.Units,
			Accounts: e.Members.Accounts,
			Except:   []string{e.Accounts.Backup, e.Accounts.Management},
			Role:     e.Called(OperatorRole),
			OptIns:   e.memberOptIns(),
		},
	}
}
