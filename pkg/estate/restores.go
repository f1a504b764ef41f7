package estate

import (
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// HomeVault is the vault of a member account in which backups of a resource type are
// made, and to which they come back: that of the first plan in force that takes the
// type, else the vault local.
func (e Estate) HomeVault(account, resourceType string) hop.Vault {
	name := "local"
	for _, plan := range e.EnabledPlans() {
		if slices.Contains(e.Plans[plan].Types, resourceType) {
			name = e.LocalVault(plan)
			break
		}
	}
	return hop.Vault{ARN: e.VaultARNIn(account, name, e.Regions.Primary), Account: account, Region: e.Regions.Primary, Name: e.Vaults[name].Name}
}

// WayBack is the way of a backup back into a member account: what the estate says of
// it, and nothing that AWS Backup has to tell. Without direct, the four engines go over
// the vault of restore.detourVault.
func (e Estate) WayBack(account string, backup hop.Backup, direct bool) hop.WayBack {
	way := hop.WayBack{
		Backup: backup, Local: e.HomeVault(account, backup.ResourceType),
		Role: e.RoleARN(e.Accounts.Backup, CopyRole), Bounds: map[string]hop.Bounds{},
	}
	if slices.Contains(TwoHopTypes, backup.ResourceType) && !direct && e.Restore.DetourVault != "" {
		way.Detour = e.hopVault(e.Restore.DetourVault, e.Regions.Primary)
	}
	for name, vault := range e.Vaults {
		if vault.Lock != nil {
			owner := map[Owner]string{MemberAccount: account, BackupAccount: e.Accounts.Backup}[vault.Account]
			for _, region := range e.VaultRegions(name) {
				way.Bounds[e.VaultARNIn(owner, name, region)] = hop.Bounds{Min: vault.Lock.MinDays, Max: vault.Lock.MaxDays}
			}
		}
	}
	for _, pool := range e.Pools {
		way.Pools = append(way.Pools, pool.hop())
	}
	return way
}
