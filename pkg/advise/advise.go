// Package advise says which way the backups of a resource take into another account and
// Region, with which tag of the estate, and what that stores and transfers. It is pure
// functions of the estate's file and of what AWS Backup tells of a resource.
package advise

import (
	"slices"
	"strings"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

// Way is how backups come into the other account and Region.
type Way string

// Every way there is.
const (
	SingleAction Way = "single action"    // a copy action of the plan
	TwoHops      Way = "two hops"         // one of the plan, and one of twohop
	NoCopy       Way = "cannot be copied" // AWS Backup does not
)

// PlanOf is the enabled plan that a tag's value selects for a resource type; empty where none
// does.
func PlanOf(e estate.Estate, value, resourceType string) string {
	for _, plan := range e.EnabledPlans() {
		if e.Plans[plan].Tag == value && slices.Contains(e.Plans[plan].Types, resourceType) {
			return plan
		}
	}
	return ""
}

// Advice is which way a resource needs, and by which plan it has it.
type Advice struct {
	Way  Way
	Why  string
	Plan string // of the estate, that takes the resource this way; empty: no enabled one does
	Tag  string // of Plan, "backup=cross-region"; empty without one
	Lack string // what the estate's file would need, where no plan takes it this way
}

// For advises on a resource of one of the estate's members.
func For(e estate.Estate, resourceType, arn string) Advice {
	if why := uncopyable(e.Regions, resourceType, arn); why != "" {
		a := Advice{Way: NoCopy, Why: why}
		a.take(e, func(plan string) bool { return len(e.CopyTargets(plan)) == 0 }, resourceType)
		if a.Plan == "" {
			a.Lack = "no plan in force backs up " + resourceType + " in the member account alone"
		}
		return a
	}
	isTwoHop := func(plan string) bool { return e.Plans[plan].Strategy == estate.TwoHop }
	copiesDirectly := func(plan string) bool { return !isTwoHop(plan) && len(e.CopyTargets(plan)) > 0 }
	if !slices.Contains(estate.TwoHopTypes, resourceType) {
		a := Advice{Way: SingleAction, Why: "one copy action crosses accounts and Regions"}
		if resourceType != "S3" && resourceType != "EBS" {
			a.Why = "AWS Backup's table of features by resource says whether a copy crosses accounts and Regions; where it does, one action is enough"
		}
		a.take(e, copiesDirectly, resourceType)
		a.lack("direct", resourceType)
		return a
	}
	if hasSingleAction(e.Regions, resourceType) {
		a := Advice{Way: SingleAction, Why: "one copy action crosses accounts and Regions, for this type and here since October 2025, and a direct plan takes it"}
		if a.take(e, copiesDirectly, resourceType); a.Plan != "" {
			return a
		}
	}
	a := Advice{Way: TwoHops, Why: "AWS Backup has no action here that crosses accounts and Regions together for this type; each hop crosses one of the two"}
	if hasSingleAction(e.Regions, resourceType) {
		a.Why = "the estate copies it this way, which leaves a copy in the backup account's " + e.Regions.Primary +
			" too and takes one transfer between accounts, whatever the number of Regions; where only one remote copy is wanted, a direct plan with this type does it in one action, since October 2025"
	}
	a.take(e, isTwoHop, resourceType)
	a.lack("two-hop", resourceType)
	return a
}

// take finds the plan in force of a kind that takes the type.
func (a *Advice) take(e estate.Estate, is func(plan string) bool, resourceType string) {
	for _, plan := range e.EnabledPlans() {
		if is(plan) && slices.Contains(e.Plans[plan].Types, resourceType) {
			a.Plan, a.Tag = plan, e.TagKey+"="+e.Plans[plan].Tag
			return
		}
	}
}

func (a *Advice) lack(strategy, resourceType string) {
	if a.Plan == "" {
		a.Lack = "no plan in force takes it: add " + resourceType + " to the types of a plan of strategy " + strategy + " that copies, and deploy"
	}
}

// uncopyable says why AWS Backup cannot bring a resource's backups into another account
// and Region; empty: it can [AWS Backup: feature availability by resource, by Region].
func uncopyable(regions estate.Regions, resourceType, arn string) string {
	switch {
	case hop.IsMultiAZCluster(resourceType, arn):
		return "AWS Backup does not copy Multi-AZ DB clusters"
	case estate.Partition(regions.Primary) == "aws-cn":
		return "AWS Backup has no cross-account copies in China"
	case resourceType == "DocumentDB" && (optIn[regions.Primary] || all(regions.Secondary)):
		return "AWS Backup does not copy DocumentDB in Regions that an account opts in to"
	case resourceType == "Neptune" && optIn[regions.Primary]:
		return "AWS Backup does not copy Neptune between accounts in Regions that an account opts in to"
	default:
		return ""
	}
}

func all(regions []string) bool {
	return !slices.ContainsFunc(regions, func(region string) bool { return !optIn[region] })
}

// hasSingleAction tells whether one action takes a database across accounts and Regions
// together, to each of the secondary Regions.
func hasSingleAction(regions estate.Regions, resourceType string) bool {
	between := append([]string{regions.Primary}, regions.Secondary...)
	return resourceType != "DocumentDB" && resourceType != "Neptune" || !slices.ContainsFunc(between, func(region string) bool { return optIn[region] })
}

// optIn are the Regions that an account has to opt in to [Account Management: Regions].
var optIn = set("af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 " +
	"ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1")

func set(words string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		set[word] = true
	}
	return set
}
