package estate

import (
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// FirstHops are the ways of a member account's own copies, one for each vault that plans
// in force back up into and resource type: to every vault of the backup account that a
// plan of the type copies to. Role is that of AWS Backup there.
func (e Estate) FirstHops(account string) hop.Routes {
	var routes hop.Routes
	for _, plan := range e.EnabledPlans() {
		local := e.LocalVault(plan)
		source := hop.Vault{ARN: e.VaultARNIn(account, local, e.Regions.Primary), Account: account, Region: e.Regions.Primary, Name: e.Vaults[local].Name}
		for _, resourceType := range e.Plans[plan].Types {
			i := slices.IndexFunc(routes, func(r hop.Route) bool { return r.Source == source && r.Types[0] == resourceType })
			if i < 0 {
				i = len(routes)
				routes = append(routes, hop.Route{Name: "plans", Source: source, Types: []string{resourceType}, Role: e.RoleARN(account, BackupRole)})
			}
			routes[i].Destinations = e.addTargets(routes[i].Destinations, plan)
		}
	}
	return routes
}

// addTargets adds the vaults that a plan's own copy actions go to; where two plans go to
// one, the longer retention counts.
func (e Estate) addTargets(to []hop.Destination, plan string) []hop.Destination {
	for _, place := range e.copies(plan) {
		vault, days := e.hopVault(place.vault, place.region), int32(e.Plans[plan].Retention[place.vault])
		i := slices.IndexFunc(to, func(d hop.Destination) bool { return d.Vault == vault })
		if i < 0 {
			to = append(to, hop.Destination{Vault: vault, DeleteAfterDays: days})
			continue
		}
		to[i].DeleteAfterDays = max(to[i].DeleteAfterDays, days)
	}
	return to
}

// KeptDays is how many days plans in force keep recovery points in a vault of that name in
// AWS, at the most; 0: no plan has it.
func (e Estate) KeptDays(name string) int {
	most := 0
	for _, plan := range e.EnabledPlans() {
		for vault, days := range e.Plans[plan].Retention {
			if e.Vaults[vault].Name == name {
				most = max(most, days)
			}
		}
	}
	return most
}

// CopiedTypes are the resource types that plans in force copy into a vault of the backup
// account, by either hop, sorted; none where no plan does.
func (e Estate) CopiedTypes(vault hop.Vault) []string {
	var types []string
	for _, plan := range e.EnabledPlans() {
		for _, place := range e.backupPlaces(plan) {
			if e.VaultARN(place.vault, place.region) == vault.ARN {
				types = append(types, e.Plans[plan].Types...)
			}
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// CopyRetentions are for how many days the copies of a plan's own copy actions are kept, by the
// ARN of the vault.
func (e Estate) CopyRetentions(plan string) map[string]int {
	days := map[string]int{}
	for _, target := range e.copies(plan) {
		days[e.VaultARN(target.vault, target.region)] = e.Plans[plan].Retention[target.vault]
	}
	return days
}
