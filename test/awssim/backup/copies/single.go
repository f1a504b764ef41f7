package copies

import "strings"

// SinceOctober2025 is where one job copies a database across accounts and Regions
// together: for all four types between Regions that every account has on. With a Region
// that an account must opt in to, there is none for DocumentDB, which has no copies
// there, nor for Neptune, which has none between accounts. In China there are none
// between accounts, in GovCloud only between its own two Regions
// [backup-feature-availability]. Multi-AZ clusters, which cannot be copied, are not
// simulated.
func SinceOctober2025(fromRegion, toRegion, resourceType string) bool {
	switch {
	case isIn("cn-", fromRegion) || isIn("cn-", toRegion) || isIn("us-gov-", fromRegion) != isIn("us-gov-", toRegion):
		return false
	case resourceType == "DocumentDB" || resourceType == "Neptune":
		return !optIn[fromRegion] && !optIn[toRegion]
	default:
		return true
	}
}

func isIn(partition, region string) bool { return strings.HasPrefix(region, partition) }

// optIn are the Regions that an account must opt in to [Account Management: Regions].
var optIn = map[string]bool{
	"af-south-1": true, "ap-east-1": true, "ap-east-2": true, "ap-south-2": true, "ap-southeast-3": true, "ap-southeast-4": true,
	"ap-southeast-5": true, "ap-southeast-6": true, "ap-southeast-7": true, "ca-west-1": true, "eu-central-2": true, "eu-south-1": true,
	"eu-south-2": true, "il-central-1": true, "me-central-1": true, "me-south-1": true, "mx-central-1": true,
}
