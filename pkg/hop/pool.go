package hop

import "slices"

// Pool is a quota of concurrent cross-Region snapshot copies, per destination
// Region: RDS 20, Aurora, DocumentDB and Neptune 5 each by default. Whether the
// latter three share one quota is UNCONFIRMED; an estate that puts them in one
// pool is right either way.
type Pool struct {
	Types    []string // resource types that draw from it
	Size     int      // the quota
	Headroom int      // slots never used by twohop: for restores, and for overshoot
}

// Slots counts the copies that may still be started in one invocation. It is not
// safe for concurrent use.
type Slots struct {
	pools []Pool
	left  map[slot]int
}

type slot struct {
	pool   int
	region string
}

// NewSlots works out what an invocation may start: at most half of the free
// slots of each pool and Region, and at least one where any is free. Two
// invocations at once then overshoot by one slot at the most, which the headroom
// takes in. inFlight are the jobs now CREATED or RUNNING, whoever started them.
func NewSlots(pools []Pool, inFlight []CopyJob) *Slots {
	s := &Slots{pools: pools, left: map[slot]int{}}
	used := map[slot]int{}
	for _, job := range inFlight {
		if at, ok := s.slot(job.ResourceType, job.Destination.Region); ok && crossesRegions(job) {
			used[at]++
		}
	}
	for at, n := range used {
		s.left[at] = share(pools[at.pool].free() - n)
	}
	return s
}

// crossesRegions: the quota is on cross-Region copies. A job is listed where its
// source vault is, and its source's ARN names that Region.
func crossesRegions(job CopyJob) bool {
	return regionOf(job.Source) != job.Destination.Region
}

func (p Pool) free() int { return p.Size - p.Headroom }

func share(free int) int {
	if free <= 0 {
		return 0
	}
	return max(1, free/2)
}

func (s *Slots) slot(resourceType, region string) (slot, bool) {
	for i, pool := range s.pools {
		if slices.Contains(pool.Types, resourceType) {
			return slot{pool: i, region: region}, true
		}
	}
	return slot{}, false
}

// Room reports whether a copy of the type to the Region may start now. A type
// without a pool, or a copy inside one Region, has no quota.
func (s *Slots) Room(resourceType string, from, to Vault) bool {
	at, ok := s.slot(resourceType, to.Region)
	if !ok || from.Region == to.Region {
		return true
	}
	return s.leftAt(at) > 0
}

// Take uses one slot up.
func (s *Slots) Take(resourceType string, from, to Vault) {
	at, ok := s.slot(resourceType, to.Region)
	if !ok || from.Region == to.Region {
		return
	}
	s.left[at] = s.leftAt(at) - 1
}

func (s *Slots) leftAt(at slot) int {
	if left, ok := s.left[at]; ok {
		return left
	}
	return share(s.pools[at.pool].free())
}

// Spare reports whether a copy for a restore may start now: it may use the headroom, and
// every slot that second hops leave. inFlight are the jobs now CREATED or RUNNING in any
// Region. Whether AWS counts a copy to another account for the account that starts it
// is UNCONFIRMED; it is taken to.
func Spare(pools []Pool, inFlight []CopyJob, resourceType string, from, to Vault) bool {
	s := Slots{pools: pools}
	at, ok := s.slot(resourceType, to.Region)
	if !ok || from.Region == to.Region {
		return true
	}
	used := 0
	for _, job := range inFlight {
		if other, ok := s.slot(job.ResourceType, job.Destination.Region); ok && other == at && crossesRegions(job) {
			used++
		}
	}
	return used < pools[at.pool].Size
}
