package hop

import "slices"

// Route says which recovery points of an intermediate vault go where.
type Route struct {
	Name         string
	Source       Vault    // the intermediate vault
	Types        []string // resource types that travel by this route
	Destinations []Destination
	Role         string // ARN of the role that AWS Backup makes the copies with
}

// Destination is one final vault of a route.
type Destination struct {
	Vault Vault
	// DeleteAfterDays is the copy's retention in days from the recovery point's
	// original creation. It is always sent, so that a copy never inherits what
	// a member account chose.
	DeleteAfterDays int32
	// MinDays and MaxDays are the retention bounds of the vault's lock; 0: none.
	MinDays, MaxDays int32
}

// Routes are all routes of an estate. No two of them share a source vault and a
// resource type.
type Routes []Route

// From reports whether any route starts at the vault.
func (routes Routes) From(vault string) bool {
	return slices.ContainsFunc(routes, func(r Route) bool { return r.Source.ARN == vault })
}

// Lead reports whether any route leads from a vault to another.
func (routes Routes) Lead(from, to string) bool {
	return slices.ContainsFunc(routes, func(r Route) bool {
		_, ok := r.Destination(to)
		return ok && r.Source.ARN == from
	})
}

// For is the route of a resource type from a vault; false when there is none.
func (routes Routes) For(vault, resourceType string) (Route, bool) {
	for _, route := range routes {
		if route.Source.ARN == vault && slices.Contains(route.Types, resourceType) {
			return route, true
		}
	}
	return Route{}, false
}

// Destination finds one of the route's final vaults by ARN; false when the route
// does not lead there.
func (r Route) Destination(vault string) (Destination, bool) {
	for _, destination := range r.Destinations {
		if destination.Vault.ARN == vault {
			return destination, true
		}
	}
	return Destination{}, false
}
