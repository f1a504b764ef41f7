package estate

import (
	"slices"
	"strings"
)

// regionName holds the parts of the world and the directions that Regions have been
// named after, so that a slip in one is found; Regions themselves come and go.
var regionName = expression(`^(us-gov|af|ap|ca|cn|eu|il|me|mx|sa|us)-(central|(north|south)(east|west)?|east|west)-[1-9]\d?$`)

func (c *checker) regions() {
	primary, secondary := c.e.Regions.Primary, c.e.Regions.Secondary
	c.region("regions.primary", primary)
	for i, region := range secondary {
		at := item("regions.secondary", i)
		c.region(at, region)
		switch {
		case region == "", Partition(region) == "aws-cn": // refused already
		case region == primary:
			c.add(at, "%s is the primary Region; a copy there is in no other Region", region)
		case Partition(region) != Partition(primary) && regionName.MatchString(primary):
			c.add(at, "%s is in partition %s, the primary Region in %s; copies do not leave a partition", region, Partition(region), Partition(primary))
		}
	}
	c.once("regions.secondary", secondary)
	if plan, vault, needed := c.secondaryNeeded(); needed && len(secondary) == 0 {
		c.add("regions.secondary", "names no Region, but plan %s copies to vault %s in the secondary Regions; one would look like eu-north-1", plan, vault)
	}
}

func (c *checker) region(at, region string) {
	c.matches(regionName, at, region, "the name of a Region", "eu-central-1")
	if strings.HasPrefix(region, "cn-") {
		c.add(at, "%s is in China, where AWS Backup makes no copies to other accounts; use Regions elsewhere", region)
	}
}

// secondaryNeeded finds a plan in force that copies to the secondary Regions.
func (c *checker) secondaryNeeded() (plan, vault string, needed bool) {
	for _, plan := range c.e.EnabledPlans() {
		for _, vault := range c.e.planVaults(plan) {
			if c.e.Vaults[vault].Region == SecondaryRegions {
				return plan, vault, true
			}
		}
	}
	return "", "", false
}

// all are the estate's Regions, the primary one first.
func (r Regions) all() []string { return slices.Concat([]string{r.Primary}, r.Secondary) }
