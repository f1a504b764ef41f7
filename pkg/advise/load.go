package advise

import (
	"maps"
	"slices"

	"github.com/twohop/twohop/pkg/estate"
)

// Load is what a plan stores and transfers for one resource.
type Load struct {
	// Runs is how many backups a day the plan makes; EveryDay tells whether it makes them
	// each day. Where it does not, Kept is the most there can be.
	Runs     int
	EveryDay bool
	Kept     []Kept
	// Account and Region count the transfers of each backup: into another account of the
	// same Region, and into another Region.
	Account, Region int
}

// Kept is how many points of a resource a vault holds at a time.
type Kept struct {
	Vault, Region string
	Days          int
	// TrimmedTo is the retention in days once all copies are verified; 0: as Days.
	TrimmedTo int
	Points    int
}

// Of is what a plan of the estate means for one resource.
func Of(e estate.Estate, plan string) Load {
	p := e.Plans[plan]
	runs, every := p.RunsADay()
	load := Load{Runs: runs, EveryDay: every}
	for _, name := range slices.Sorted(maps.Keys(p.Retention)) {
		vault := e.Vaults[name]
		for _, region := range e.VaultRegions(name) {
			kept := Kept{Vault: vault.Name, Region: region, Days: p.Retention[name]}
			isIntermediate := p.Strategy == estate.TwoHop && vault.Account == estate.BackupAccount && region == e.Regions.Primary
			if trim := e.IntermediateRetentionDays; isIntermediate && trim > 0 && trim < kept.Days {
				kept.TrimmedTo = trim
			}
			kept.Points = kept.Lasting() * runs
			load.Kept = append(load.Kept, kept)
			switch {
			case vault.Account == estate.MemberAccount:
			case region == e.Regions.Primary:
				load.Account++
			default:
				load.Region++
			}
		}
	}
	return load
}

// Lasting is for how many days a point stays in the vault when all goes well.
func (k Kept) Lasting() int {
	if k.TrimmedTo > 0 {
		return k.TrimmedTo
	}
	return k.Days
}
