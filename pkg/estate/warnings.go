package estate

import (
	"strconv"
	"time"
)

// Warnings lists settings that are valid but not recommended, each with its key and a better
// value.
func (e Estate) Warnings() []string {
	var found faults
	for i, pool := range e.Pools {
		if pool.Headroom == 0 {
			found.add(join(item(fileKeys.pools, i), fileKeys.headroom),
				"0; two invocations that take the last slot at once use one more than the quota of %d, and no slot is kept for restores: use 1 or more", pool.Size)
		}
	}
	for _, plan := range e.EnabledPlans() {
		e.fullCopies(&found, plan)
	}
	if len(e.Operators) == 0 {
		found.add("operators", "empty; members have no role for twohop status, trace, doctor and dlq replay to assume, so that first hops are not checked "+
			"and status exits with 3: name the roles or users of the backup account that operate the estate, or give profiles of the members to each command")
	}
	var lines []string
	for _, one := range found {
		lines = append(lines, one.Error())
	}
	return lines
}

// fullCopies warns of vaults that recovery points of a plan leave before the next ones
// are copied: a copy is a full one when its predecessor is gone [AWS Backup: copy
// concurrency].
func (e Estate) fullCopies(found *faults, plan string) {
	p := e.Plans[plan]
	interval := p.Interval()
	if len(p.Retention) < 2 || interval == 0 {
		return
	}
	needed := int(interval/(24*time.Hour)) + 1
	const text = "%d; backups of plan %s are up to %s apart, so a recovery point has left the vault when the next one is copied, and each copy is a full one: use %d or more"
	for _, vault := range keys(p.Retention) {
		if days := p.Retention[vault]; days < needed {
			found.add("plans."+word(plan)+".retention."+word(vault), text, days, plan, apart(interval), needed)
		}
	}
	if days := e.IntermediateRetentionDays; p.Strategy == TwoHop && days > 0 && days < needed {
		found.add("intermediateRetentionDays", text, days, plan, apart(interval), needed)
	}
}

// apart writes an interval in days where it is whole ones, else in hours.
func apart(interval time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case interval == day:
		return "1 day"
	case interval%day == 0:
		return strconv.Itoa(int(interval/day)) + " days"
	default:
		return strconv.Itoa(int(interval.Hours())) + " hours"
	}
}
