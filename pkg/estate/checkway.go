package estate

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	mostCopyActions = 5     // of a rule [AWS Backup quotas]
	longestPolicy   = 10000 // characters [Organizations quotas: backup policy]

	// leastHopDays: a point may wait a night for the quota of concurrent copies, and
	// what fails has to be mended while its source still exists, and before the copy
	// would expire on arrival.
	leastHopDays = 2
)

// way checks that a plan's vaults make up the way of its strategy.
func (c *checker) way(at, name string, plan Plan) {
	if !c.retention(at, plan) {
		return // what would be missing may be the vault whose name has a slip
	}
	local, primary, elsewhere := c.split(name)
	if len(local) != 1 {
		c.add(at+".retention", "names %s; exactly one vault of the member accounts is needed, in which the backups are made, such as local: 35", count(local))
	}
	switch plan.Strategy {
	case TwoHop:
		c.twoHops(at, plan, primary, elsewhere)
	case Direct:
		if targets := c.e.CopyTargets(name); len(targets) > mostCopyActions {
			c.add(at+".retention", "makes %d copies; a rule of AWS Backup makes %d, so name fewer vaults or Regions", len(targets), mostCopyActions)
		}
	}
	if plan.Enabled {
		c.taken(at, name, plan)
	}
}

// split says which of a plan's vaults are the members', which are the backup
// account's in the primary Region, and which elsewhere.
func (c *checker) split(plan string) (local, primary, elsewhere []string) {
	for _, name := range c.e.planVaults(plan) {
		switch vault := c.e.Vaults[name]; {
		case vault.Account == MemberAccount:
			local = append(local, name)
		case vault.Region == PrimaryRegion || vault.Region == c.e.Regions.Primary:
			primary = append(primary, name)
		default:
			elsewhere = append(elsewhere, name)
		}
	}
	return local, primary, elsewhere
}

func (c *checker) twoHops(at string, plan Plan, primary, elsewhere []string) {
	if len(primary) != 1 {
		c.add(at+".retention", "names %s; two hops need exactly one vault of the backup account in the primary Region, such as intermediate: 7", count(primary))
	}
	for _, vault := range primary {
		if days := plan.Retention[vault]; days >= 1 && days < leastHopDays {
			c.add(at+".retention."+word(vault), "%d is too short for the second hop, which may wait a night; use %d or more", days, leastHopDays)
		}
	}
	for _, vault := range elsewhere {
		if days := plan.Retention[vault]; days >= 1 && days < leastHopDays {
			c.add(at+".retention."+word(vault), "%d is too short for the second hop, which may wait a night: the copy would expire on arrival and is not made; use %d or more", days, leastHopDays)
		}
	}
	if len(elsewhere) == 0 {
		c.add(at+".retention", "names no vault of the backup account in a secondary Region; two hops need one or more, such as final: 35")
	}
	for i, resourceType := range plan.Types {
		if slices.Contains(ResourceTypes, resourceType) { // else another fault says so
			oneHop(&c.faults, item(at+".types", i), resourceType)
		}
	}
}

// taken finds points that two plans' second hops, or a second hop and a direct
// plan, would both claim: routes are told apart by vault and resource type.
func (c *checker) taken(at, name string, plan Plan) {
	for _, other := range c.e.EnabledPlans() {
		theirs := c.e.Plans[other]
		if other == name || theirs.Strategy != TwoHop || plan.Strategy == TwoHop && other > name {
			continue
		}
		vault := c.e.Intermediate(other)
		if _, shared := plan.Retention[vault]; !shared {
			continue
		}
		for _, resourceType := range plan.Types {
			if slices.Contains(theirs.Types, resourceType) {
				c.add(at+".retention."+word(vault), "%s from this vault is copied on by plan %s; use another vault, or another type", resourceType, other)
			}
		}
	}
}

// policy measures a plan's Organizations policy.
func (c *checker) policy(at, name string) {
	text := &strings.Builder{}
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c.e.BackupPlan(name)); err != nil {
		c.add(at, "its Organizations policy cannot be written: %v", err)
		return
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(text.String())); n > longestPolicy {
		c.add(at, "its Organizations policy has %d characters, %d above what AWS takes; name fewer vaults in retention, or shorter names", n, n-longestPolicy)
	}
}

// count names the vaults that a fault is about.
func count(vaults []string) string {
	if len(vaults) == 0 {
		return "none"
	}
	return list(vaults)
}
