package estate

import (
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// FirstHop is the first hop of a resource type from a member's local vault to an
// intermediate vault, as the plans in force make it: with their retention and the
// member's role. Where several plans do, the longest retention counts. False where none
// does, which is so for every vault that is not the estate's.
func (e Estate) FirstHop(from, to hop.Vault, resourceType string) (hop.Route, bool) {
	if from.Account == e.Accounts.Backup {
		return hop.Route{}, false
	}
	var found hop.Route
	for _, name := range e.EnabledPlans() {
		plan, between := e.Plans[name], e.Intermediate(name)
		if plan.Strategy != TwoHop || !slices.Contains(plan.Types, resourceType) ||
			e.VaultARNIn(from.Account, e.LocalVault(name), e.Regions.Primary) != from.ARN || e.VaultARN(between, e.Regions.Primary) != to.ARN {
			continue
		}
		days := int32(plan.Retention[between])
		if len(found.Destinations) == 0 || days > found.Destinations[0].DeleteAfterDays {
			found = hop.Route{
				Name: name, Source: from, Types: []string{resourceType}, Role: e.RoleARN(from.Account, BackupRole),
				Destinations: []hop.Destination{{Vault: to, DeleteAfterDays: days}},
			}
		}
	}
	return found, found.Name != ""
}
