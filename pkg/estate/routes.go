package estate

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// TwoHopTypes are the resource types that twohop copies: those that AWS Backup
// could not copy across accounts and Regions in one action before October 2025
// [AWS Backup: feature availability by resource].
var TwoHopTypes = []string{"RDS", "Aurora", "DocumentDB", "Neptune"}

// DefaultPools are the default quotas of concurrent cross-Region snapshot copies
// to one Region. Whether Aurora, DocumentDB and Neptune share one is UNCONFIRMED,
// so they are taken to. Each keeps a slot or two free for restores.
func DefaultPools() []hop.Pool {
	return []hop.Pool{
		{Types: []string{"RDS"}, Size: 20, Headroom: 2},
		{Types: []string{"Aurora", "DocumentDB", "Neptune"}, Size: 5, Headroom: 1},
	}
}

// longestRetention is the most days that a lifecycle takes [AWS Backup API: Lifecycle].
const longestRetention = 36500

var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+$`)

func checkRoutes(routes hop.Routes) []error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if len(routes) == 0 {
		fault("%s: no route; at least one is needed", envRoutes)
	}
	owner := map[string]string{}
	for i, route := range routes {
		at := fmt.Sprintf("%s[%d]", envRoutes, i)
		if route.Name == "" {
			fault("%s.Name: is not set", at)
		}
		if route.Source.ARN == "" {
			fault("%s.Source: is not set", at)
		}
		if home := routes[0].Source; route.Source.Account != home.Account || route.Source.Region != home.Region {
			fault("%s.Source: %s is not in account %s and Region %s as the first route's; an estate has one primary Region", at, route.Source, home.Account, home.Region)
		}
		if !roleARN.MatchString(route.Role) {
			fault("%s.Role: %q is not the ARN of a role", at, route.Role)
		}
		if len(route.Types) == 0 {
			fault("%s.Types: no resource type; some of %v are needed", at, TwoHopTypes)
		}
		for _, resourceType := range route.Types {
			if !slices.Contains(TwoHopTypes, resourceType) {
				fault("%s.Types: %q does not travel in two hops; %v do", at, resourceType, TwoHopTypes)
			}
			key := route.Source.ARN + " " + resourceType
			if other, taken := owner[key]; taken {
				fault("%s.Types: %s from %s is taken by route %q already", at, resourceType, route.Source, other)
			}
			owner[key] = route.Name
		}
		faults = append(faults, checkDestinations(at, route)...)
	}
	return faults
}

func checkDestinations(at string, route hop.Route) []error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if len(route.Destinations) == 0 {
		fault("%s.Destinations: no vault; at least one is needed", at)
	}
	seen := map[string]bool{}
	for i, destination := range route.Destinations {
		at := fmt.Sprintf("%s.Destinations[%d]", at, i)
		vault, days := destination.Vault, destination.DeleteAfterDays
		switch {
		case vault.ARN == "":
			fault("%s.Vault: is not set", at)
		case vault.ARN == route.Source.ARN:
			fault("%s.Vault: %s is the route's own source", at, vault)
		case vault.Account != route.Source.Account:
			fault("%s.Vault: account %s is not the source's %s; the second hop stays in the backup account", at, vault.Account, route.Source.Account)
		case seen[vault.ARN]:
			fault("%s.Vault: %s is a destination of the route already", at, vault)
		}
		seen[vault.ARN] = true
		switch {
		case days < 1 || days > longestRetention:
			fault("%s.DeleteAfterDays: %d; 1 to %d are possible", at, days, longestRetention)
		case destination.MinDays > 0 && days < destination.MinDays:
			fault("%s.DeleteAfterDays: %d is below the vault lock's minimum; use %d or more", at, days, destination.MinDays)
		case destination.MaxDays > 0 && days > destination.MaxDays:
			fault("%s.DeleteAfterDays: %d is above the vault lock's maximum; use %d or less", at, days, destination.MaxDays)
		}
	}
	return faults
}

func checkPools(pools []hop.Pool, routes hop.Routes) []error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	pooled := map[string]int{}
	for i, pool := range pools {
		at := fmt.Sprintf("%s[%d]", envPools, i)
		if pool.Size < 1 {
			fault("%s.Size: %d; a quota of 1 or more is needed", at, pool.Size)
		}
		if pool.Headroom < 0 || pool.Headroom >= max(pool.Size, 1) {
			fault("%s.Headroom: %d leaves no slot of %d to copy with; use 0 to %d", at, pool.Headroom, pool.Size, max(pool.Size-1, 0))
		}
		if len(pool.Types) == 0 {
			fault("%s.Types: no resource type; some of %v are needed", at, TwoHopTypes)
		}
		for _, resourceType := range pool.Types {
			if pooled[resourceType]++; pooled[resourceType] == 2 {
				fault("%s.Types: %s is in another pool already", at, resourceType)
			}
		}
	}
	for _, route := range routes {
		for _, resourceType := range route.Types {
			if pooled[resourceType] == 0 {
				pooled[resourceType] = 1 // once is enough to say it
				fault("%s: no pool holds %s, which route %q copies", envPools, resourceType, route.Name)
			}
		}
	}
	return faults
}
