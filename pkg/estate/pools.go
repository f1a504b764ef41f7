package estate

import (
	"slices"

	"github.com/twohop/twohop/pkg/hop"
)

// poolKeys are the words for a pool's parts where it is written down.
type poolKeys struct{ pools, types, size, headroom string }

var (
	environmentKeys = poolKeys{envPools, "Types", "Size", "Headroom"}
	fileKeys        = poolKeys{"pools", "types", "size", "headroom"}
)

// DefaultPools are the default quotas of concurrent cross-Region snapshot copies
// to one Region. Whether Aurora, DocumentDB and Neptune share one is UNCONFIRMED A37,
// so they are taken to. Each keeps a slot or two free for restores.
func DefaultPools() []hop.Pool {
	return []hop.Pool{
		{Types: []string{"RDS"}, Size: 20, Headroom: 2},
		{Types: []string{"Aurora", "DocumentDB", "Neptune"}, Size: 5, Headroom: 1},
	}
}

// checkPools checks the pools by themselves.
func checkPools(keys poolKeys, pools []hop.Pool) faults {
	var found faults
	pooled := map[string]int{}
	for i, pool := range pools {
		at := item(keys.pools, i)
		if pool.Size < 1 {
			found.add(join(at, keys.size), "%d; a quota of 1 or more is needed", pool.Size)
		}
		if pool.Headroom < 0 || pool.Headroom >= max(pool.Size, 1) {
			found.add(join(at, keys.headroom), "%d leaves no slot of %d to copy with; use 0 to %d", pool.Headroom, pool.Size, max(pool.Size-1, 0))
		}
		if len(pool.Types) == 0 {
			found.add(join(at, keys.types), "no resource type; some of %s are needed", list(TwoHopTypes))
		}
		for _, resourceType := range pool.Types {
			oneHop(&found, join(at, keys.types), resourceType)
			if pooled[resourceType]++; pooled[resourceType] == 2 {
				found.add(join(at, keys.types), "%s is in another pool already", resourceType)
			}
		}
	}
	return found
}

// use is a resource type, and who copies it.
type use struct{ resourceType, by string }

// checkPooled finds types that are copied without a quota.
func checkPooled(keys poolKeys, pools []hop.Pool, uses []use) faults {
	var found faults
	said := map[string]bool{}
	for _, use := range uses {
		holds := func(pool hop.Pool) bool { return slices.Contains(pool.Types, use.resourceType) }
		if said[use.resourceType] || slices.ContainsFunc(pools, holds) {
			continue
		}
		said[use.resourceType] = true
		found.add(keys.pools, "no pool holds %s, which %s copies", use.resourceType, use.by)
	}
	return found
}

// usesOf are the types that routes copy.
func usesOf(routes hop.Routes) []use {
	var uses []use
	for _, route := range routes {
		for _, resourceType := range route.Types {
			uses = append(uses, use{resourceType, "route \"" + route.Name + "\""})
		}
	}
	return uses
}
