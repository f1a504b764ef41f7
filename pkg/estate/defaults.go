package estate

import (
	"slices"
	"time"
)

// defaultRPO is the age that the newest final copy may reach: a night, and the
// hours that the next one's copies take.
const defaultRPO = 26 * time.Hour

// defaults is an estate without its ids, as an empty file would give it.
func defaults() Estate {
	return Estate{
		Name:      "twohop",
		Admission: Admission{By: ByOrganization},
		Vaults: map[string]Vault{
			"local":        {Account: MemberAccount, Region: PrimaryRegion},
			"intermediate": {Account: BackupAccount, Region: PrimaryRegion},
			"final":        {Account: BackupAccount, Region: SecondaryRegions},
		},
		TagKey:      "backup",
		Plans:       defaultPlans(),
		Restore:     Restore{DetourVault: "intermediate"},
		Copies:      Copies{DailyCeiling: 500, Attempts: 4},
		Pools:       filePools(),
		RPO:         map[string]time.Duration{},
		Reconciling: Reconciling{RecentEvery: 15 * time.Minute, RecentDays: 3, FullEvery: 24 * time.Hour},
		Logs:        Logs{RetentionDays: 90, ArchiveDays: 30},
	}
}

// defaultPlans start an hour apart: the copies of one are under way when the next
// one's begin.
func defaultPlans() map[string]Plan {
	simple, crossRegion, special := newPlan("simple"), newPlan("cross-region"), newPlan("cross-region-special")

	simple.Strategy = Direct
	simple.Schedule = "cron(0 1 * * ? *)"
	simple.Retention = map[string]int{"local": 35}
	simple.Types = append([]string{"S3", "EBS"}, TwoHopTypes...)

	crossRegion.Strategy = Direct
	crossRegion.Schedule = "cron(0 2 * * ? *)"
	crossRegion.Retention = map[string]int{"local": 7, "final": 35}
	crossRegion.Types = []string{"S3", "EBS"}

	special.Schedule = "cron(0 3 * * ? *)"
	special.Retention = map[string]int{"local": 7, "intermediate": 7, "final": 35}
	special.Types = slices.Clone(TwoHopTypes)

	return map[string]Plan{"simple": simple, "cross-region": crossRegion, "cross-region-special": special}
}

// newPlan is a plan of which only the name is known.
func newPlan(name string) Plan {
	return Plan{
		Enabled:               true,
		Tag:                   name,
		Strategy:              TwoHop,
		Timezone:              "Etc/UTC",
		StartWindowMinutes:    60,
		CompleteWindowMinutes: 7 * 24 * 60, // AWS Backup's own default [AWS Backup: backup plan options]
	}
}

func filePools() []Pool {
	var pools []Pool
	for _, pool := range DefaultPools() {
		pools = append(pools, Pool(pool))
	}
	return pools
}

// fillDependent gives the defaults that depend on what the file says; given tells
// which paths are in it.
func (e *Estate) fillDependent(given func(at string) bool) {
	for key, vault := range e.Vaults {
		if !given("vaults." + word(key) + ".name") {
			vault.Name = e.Called(key)
			e.Vaults[key] = vault
		}
	}
	for _, resourceType := range e.twoHopTypes() {
		if _, given := e.RPO[resourceType]; !given {
			e.RPO[resourceType] = defaultRPO
		}
	}
}

// twoHopTypes are the resource types of all two-hop plans in force.
func (e Estate) twoHopTypes() []string {
	var types []string
	for _, name := range e.EnabledPlans() {
		if e.Plans[name].Strategy == TwoHop {
			types = append(types, e.Plans[name].Types...)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}
