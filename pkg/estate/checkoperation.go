package estate

import (
	"net/mail"
	"slices"
	"time"
)

// logRetentions are the days that a log group can keep its events [PutRetentionPolicy].
var logRetentions = []int{1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

// Bounds of the reconciler.
const (
	shortestRecent = 5 * time.Minute
	longestRecent  = 24 * time.Hour
	longestFull    = 72 * time.Hour
	// longestJobHistory: how long AWS Backup lists copy jobs is UNCONFIRMED A43 and taken
	// to be 30 days; a recent window that reaches further back would see points
	// whose jobs it can no longer see.
	longestJobHistory = 30
)

// copies checks the second hop, and the way back.
func (c *checker) copies() {
	if c.e.Copies.DailyCeiling < 0 {
		c.add("copies.dailyCeiling", "%d is below 0; use 1 or more copies in 24 hours, or 0 for no ceiling", c.e.Copies.DailyCeiling)
	}
	if c.e.Copies.Attempts < 1 {
		c.add("copies.attempts", "%d is below 1; the first attempt counts", c.e.Copies.Attempts)
	}
	c.faults = append(c.faults, checkPools(fileKeys, c.e.hopPools())...)
	var uses []use
	for _, resourceType := range c.e.twoHopTypes() {
		uses = append(uses, use{resourceType: resourceType, by: "a two-hop plan"})
	}
	c.faults = append(c.faults, checkPooled(fileKeys, c.e.hopPools(), uses)...)
	c.intermediateRetention()
	c.detour()
	c.rpo()
}

func (c *checker) intermediateRetention() {
	const at = "intermediateRetentionDays"
	days := c.e.IntermediateRetentionDays
	c.between(at, days, 0, longestRetention, "days")
	if days < 1 {
		return
	}
	for _, name := range c.e.EnabledPlans() {
		plan, vault := c.e.Plans[name], c.e.Intermediate(name)
		if plan.Strategy != TwoHop || vault == "" {
			continue
		}
		if days > plan.Retention[vault] {
			c.add(at, "%d is above the %d days that plan %s gives vault %s; retention is only ever shortened, so use %d or less", days, plan.Retention[vault], name, vault, plan.Retention[vault])
		}
		if c.e.Vaults[vault].Lock != nil { // [AWS Backup: vault lock]
			c.add(at, "%d can never be set: the lock of vault %s forbids to change the lifecycle of its points; use 0, or take vaults.%s.lock out", days, vault, vault)
		}
	}
}

func (c *checker) detour() {
	const at = "restore.detourVault"
	key := c.e.Restore.DetourVault
	vault, exists := c.e.Vaults[key]
	switch {
	case key == "":
		c.add(at, "is not set; it would look like intermediate")
	case !exists:
		c.add(at, "%q is no vault of the estate%s; they are %s", key, nearest(key, keys(c.e.Vaults)), list(keys(c.e.Vaults)))
	case vault.Account != BackupAccount || !slices.Contains(c.e.VaultRegions(key), c.e.Regions.Primary):
		c.add(at, "%q is not in the backup account's primary Region, through which points come back; it would look like intermediate", key)
	}
}

func (c *checker) rpo() {
	types := c.e.twoHopTypes()
	for _, resourceType := range keys(c.e.RPO) {
		at := "rpo." + word(resourceType)
		if !slices.Contains(types, resourceType) {
			c.add(at, "no two-hop plan in force makes copies of this type%s; those that are made: %s", nearest(resourceType, types), count(types))
		}
		if c.e.RPO[resourceType] <= 0 {
			c.add(at, "%s is no age; it would look like 26h", c.e.RPO[resourceType])
		}
	}
}

// operation checks who watches, who is told and what is kept.
func (c *checker) operation() {
	reconciler := c.e.Reconciling
	c.period("reconciler.recentEvery", reconciler.RecentEvery)
	c.period("reconciler.fullEvery", reconciler.FullEvery)
	if every := reconciler.RecentEvery; every < shortestRecent || every > longestRecent {
		c.add("reconciler.recentEvery", "%s is out of bounds; 5m to 24h are possible", every)
	}
	if reconciler.FullEvery > longestFull {
		c.add("reconciler.fullEvery", "%s is above %s, and an alarm that waits for two runs waits for a week at the most; use 72h or less", reconciler.FullEvery, longestFull)
	}
	if reconciler.FullEvery < reconciler.RecentEvery {
		c.add("reconciler.fullEvery", "%s is below recentEvery %s; the full sweep holds the recent one", reconciler.FullEvery, reconciler.RecentEvery)
	}
	c.between("reconciler.recentDays", reconciler.RecentDays, 1, longestJobHistory, "days")
	c.each("alarms.emails", c.e.Alarms.Emails, c.email)
	c.operators()
	c.breakGlass()
	if !slices.Contains(logRetentions, c.e.Logs.RetentionDays) {
		c.add("logs.retentionDays", "%d is not possible; CloudWatch Logs takes %v days", c.e.Logs.RetentionDays, logRetentions)
	}
	c.between("logs.archiveDays", c.e.Logs.ArchiveDays, 1, longestRetention, "days")
}

// period: schedules run at whole minutes.
func (c *checker) period(at string, period time.Duration) {
	if period%time.Minute != 0 {
		c.add(at, "%s is not a number of whole minutes; it would look like 15m or 24h", period)
	}
}

func (c *checker) email(at, email string) {
	if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email {
		c.add(at, "%q is not an address alone; it would look like on-call@example.com", email)
	}
}
