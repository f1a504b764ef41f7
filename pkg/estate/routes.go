package estate

import (
	"fmt"
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// TwoHopTypes are the resource types that twohop copies: those that AWS Backup
// could not copy across accounts and Regions in one action before October 2025
// [AWS Backup: feature availability by resource].
var TwoHopTypes = []string{"RDS", "Aurora", "DocumentDB", "Neptune"}

// longestRetention is the most days that a lifecycle takes [AWS Backup API: Lifecycle].
const longestRetention = 36500

var roleARN = expression(`^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$`)

func checkRoutes(routes hop.Routes) faults {
	var found faults
	if len(routes) == 0 {
		found.add(envRoutes, "no route; at least one is needed")
	}
	owner := map[string]string{}
	for i, route := range routes {
		at := item(envRoutes, i)
		if route.Name == "" {
			found.add(at+".Name", "is not set")
		}
		if route.Source.ARN == "" {
			found.add(at+".Source", "is not set")
		}
		if home := routes[0].Source; route.Source.Account != home.Account || route.Source.Region != home.Region {
			found.add(at+".Source", "%s is not in account %s and Region %s as the first route's; an estate has one primary Region", route.Source, home.Account, home.Region)
		}
		if !roleARN.MatchString(route.Role) {
			found.add(at+".Role", "%q is not the ARN of a role", route.Role)
		}
		if len(route.Types) == 0 {
			found.add(at+".Types", "no resource type; some of %v are needed", TwoHopTypes)
		}
		for _, resourceType := range route.Types {
			oneHop(&found, at+".Types", resourceType)
			key := route.Source.ARN + " " + resourceType
			if other, taken := owner[key]; taken {
				found.add(at+".Types", "%s from %s is taken by route %q already", resourceType, route.Source, other)
			}
			owner[key] = route.Name
		}
		found = append(found, checkDestinations(at, route)...)
	}
	return found
}

func checkDestinations(at string, route hop.Route) faults {
	var found faults
	if len(route.Destinations) == 0 {
		found.add(at+".Destinations", "no vault; at least one is needed")
	}
	seen := map[string]bool{}
	for i, destination := range route.Destinations {
		at := item(at+".Destinations", i)
		vault, days := destination.Vault, destination.DeleteAfterDays
		switch {
		case vault.ARN == "":
			found.add(at+".Vault", "is not set")
		case vault.ARN == route.Source.ARN:
			found.add(at+".Vault", "%s is the route's own source", vault)
		case vault.Account != route.Source.Account:
			found.add(at+".Vault", "account %s is not the source's %s; the second hop stays in the backup account", vault.Account, route.Source.Account)
		case seen[vault.ARN]:
			found.add(at+".Vault", "%s is a destination of the route already", vault)
		}
		seen[vault.ARN] = true
		if cause := retentionFault(int(days), int(destination.MinDays), int(destination.MaxDays)); cause != "" {
			found.add(at+".DeleteAfterDays", "%s", cause)
		}
	}
	return found
}

// retentionFault says what is wrong with a retention in days, where a vault's lock
// has bounds that are not 0; empty: nothing.
func retentionFault(days, low, high int) string {
	switch {
	case days < 1 || days > longestRetention:
		return fmt.Sprintf("%d; 1 to %d are possible", days, longestRetention)
	case low > 0 && days < low:
		return fmt.Sprintf("%d is below the vault lock's minimum; use %d or more", days, low)
	case high > 0 && days > high:
		return fmt.Sprintf("%d is above the vault lock's maximum; use %d or less", days, high)
	}
	return ""
}

// oneHop finds a resource type that the second hop does not copy.
func oneHop(found *faults, at, resourceType string) {
	if !slices.Contains(TwoHopTypes, resourceType) {
		found.add(at, "%q does not travel in two hops%s; %s do", resourceType, nearest(resourceType, TwoHopTypes), list(TwoHopTypes))
	}
}
