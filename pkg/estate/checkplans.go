package estate

import (
	"slices"
	"strings"
)

// ResourceTypes are the resource types that plans can name, as the service opt-in names
// them [DescribeRegionSettings].
var ResourceTypes = []string{"Aurora", "CloudFormation", "DSQL", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "Redshift",
	"Redshift Serverless", "S3", "SAP HANA on Amazon EC2", "Storage Gateway", "VirtualMachine"}

const (
	mostPlans       = 10                  // backup policies attached to a root, unit or account [Organizations quotas]
	longestPlanName = 50                  // [CreateBackupPlan]; so may a rule's and a selection's be
	shortestStart   = 60                  // minutes [BackupRule, StartWindowMinutes]
	longestWindow   = 100 * 365 * 24 * 60 // minutes [BackupRule]
)

func (c *checker) plans() {
	byTag := map[string]string{}
	for _, name := range keys(c.e.Plans) {
		at, plan := "plans."+word(name), c.e.Plans[name]
		c.key(at, name, "cross-region")
		if full := c.e.Called(name); c.named(name) && len(full) > longestPlanName {
			c.add(at, "its full name %s has %d characters; %d are possible", full, len(full), longestPlanName)
		}
		c.plan(at, plan)
		c.way(at, name, plan)
		c.policy(at, name) // which is deployed whether the plan is in force or not
		if !plan.Enabled {
			continue
		}
		if other, taken := byTag[plan.Tag]; taken {
			c.add(at+".tag", "%q selects plan %s already; give each plan a value of its own", plan.Tag, other)
		}
		byTag[plan.Tag] = name
	}
	if n := len(c.e.EnabledPlans()); n > mostPlans {
		c.add("plans", "%d are in force; each is a backup policy, of which a unit or an account takes %d: set enabled: false for %d of them", n, mostPlans, n-mostPlans)
	}
	if !slices.ContainsFunc(c.e.EnabledPlans(), func(name string) bool { return c.e.Plans[name].Strategy == TwoHop }) {
		c.add("plans", "none in force makes two hops, and direct ones alone need no twohop; set enabled: true and strategy: two-hop for one of %s", list(keys(c.e.Plans)))
	}
}

// plan checks what a plan says for itself.
func (c *checker) plan(at string, plan Plan) {
	c.tag(at+".tag", plan.Tag, 256)
	c.oneOf(at+".strategy", string(plan.Strategy), string(TwoHop), string(Direct))
	c.schedule(at+".schedule", plan.Schedule)
	if cause := timezoneFault(plan.Timezone, plan.Schedule); cause != "" {
		c.add(at+".timezone", "%s", cause)
	}
	c.between(at+".startWindowMinutes", plan.StartWindowMinutes, shortestStart, longestWindow, "minutes")
	c.between(at+".completeWindowMinutes", plan.CompleteWindowMinutes, 1, longestWindow, "minutes")
	if plan.CompleteWindowMinutes <= plan.StartWindowMinutes {
		c.add(at+".completeWindowMinutes", "%d is not above startWindowMinutes %d; both count from the schedule's time", plan.CompleteWindowMinutes, plan.StartWindowMinutes)
	}
	if len(plan.Types) == 0 {
		c.add(at+".types", "names no resource type; it would look like [RDS, Aurora]")
	}
	c.each(at+".types", plan.Types, func(at, resourceType string) { c.oneOf(at, resourceType, ResourceTypes...) })
}

func (c *checker) schedule(at, text string) {
	if text == "" {
		c.add(at, "is not set; it would look like cron(0 1 * * ? *)")
		return
	}
	if causes := scheduleFaults(text); len(causes) > 0 {
		c.add(at, "%q is not a schedule: %s; it would look like cron(0 1 * * ? *)", text, strings.Join(causes, "; "))
	}
}

// retention checks the days in each vault; false where there is none, or one that
// does not exist.
func (c *checker) retention(at string, plan Plan) bool {
	if len(plan.Retention) == 0 {
		c.add(at+".retention", "names no vault; it would look like {local: 7, final: 35}")
		return false
	}
	known := true
	for _, vault := range keys(plan.Retention) {
		at, days := at+".retention."+word(vault), plan.Retention[vault]
		there, exists := c.e.Vaults[vault]
		if !exists {
			known = false
			c.add(at, "no such vault%s; the estate's vaults are %s", nearest(vault, keys(c.e.Vaults)), list(keys(c.e.Vaults)))
		}
		low, high := 0, 0
		if there.Lock != nil {
			low, high = there.Lock.MinDays, there.Lock.MaxDays
		}
		if cause := retentionFault(days, low, high); cause != "" {
			c.add(at, "%s", cause)
		}
	}
	return known
}
