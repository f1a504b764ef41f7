package estate

import "slices"

// OptIns are the resource types to opt in, by Region, as the service opt-in names
// them [DescribeRegionSettings]. AWS Backup passes over tagged resources whose type
// is not opted in, and says nothing.
type OptIns map[string][]string

// backupOptIns are the types of the plans in force in the Regions where the backup
// account has a vault of theirs. No Region has to have more: one that lacks a type
// would refuse it.
func (e Estate) backupOptIns() OptIns {
	optIns := OptIns{}
	for _, plan := range e.EnabledPlans() {
		for _, place := range e.backupPlaces(plan) {
			optIns.add(place.region, e.Plans[plan].Types)
		}
	}
	return optIns
}

// memberOptIns are the types of all plans in force in the primary Region, where the
// members' backups are made.
func (e Estate) memberOptIns() OptIns {
	optIns := OptIns{}
	for _, plan := range e.EnabledPlans() {
		optIns.add(e.Regions.Primary, e.Plans[plan].Types)
	}
	return optIns
}

// add keeps the types of a Region sorted, each once.
func (o OptIns) add(region string, types []string) {
	all := slices.Concat(o[region], types)
	slices.Sort(all)
	o[region] = slices.Compact(all)
}

// check finds Regions and types that there are not, and Regions without types.
func (o OptIns) check(c *checker, at string) {
	for _, region := range keys(o) {
		at, types := at+"."+word(region), o[region]
		c.region(at, region)
		if len(types) == 0 {
			c.add(at, "no resource type; some of %s are needed", list(ResourceTypes))
		}
		c.each(at, types, func(at, name string) { c.oneOf(at, name, ResourceTypes...) })
	}
}
