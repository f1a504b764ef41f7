package hop

import (
	"slices"
	"time"
)

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

// Own is a copy that an environment of the function has started itself, or is starting.
type Own struct {
	Point        string // recovery point ARN in the source vault
	ResourceType string
	From, To     Vault
	Age          time.Duration // since the environment decided to start it
}

const (
	// OwnRecent is how long an own start counts twice, listed or not: the other environment
	// may work with a list from before it, and may have started as many that are listed
	// later. It is how long a list is used (3 s) and a start may take (10 s), and twice the
	// lag of lists that the bound of NewSlots holds for (23 s).
	OwnRecent = 60 * time.Second
	// OwnUnlisted is how long an own start that is not listed counts twice. A job that
	// ended before it was listed holds slots for so long.
	OwnUnlisted = 90 * time.Second
)

// NewSlots works out what an invocation may start: at most half of the free slots of each
// pool and Region, at least one where any is free, and what its environment has started
// lately is part of that half. inFlight are the jobs now CREATED or RUNNING, whoever
// started them; own are the environment's own starts of the last OwnUnlisted.
//
// Two environments that work side by side then use one slot more than Size - Headroom at
// the most, where both take the last one, as long as lists show a new job within 20 s
// (see OwnRecent). Where they lag for longer, each OwnRecent of lag may add half of the
// slots that seem free. An environment that ends forgets what it has started: its successor
// may use those slots once more until the jobs are listed.
func NewSlots(pools []Pool, inFlight []CopyJob, own []Own) *Slots {
	s := &Slots{pools: pools, left: map[slot]int{}}
	type copied struct{ point, to string }
	twice := map[copied]Own{}
	for _, o := range own {
		twice[copied{o.Point, o.To.ARN}] = o
	}
	used, double := map[slot]int{}, map[slot]int{}
	for _, job := range inFlight {
		key := copied{job.Source, job.Destination.ARN}
		if o, ok := twice[key]; ok {
			if o.Age < OwnRecent {
				continue // counted below
			}
			delete(twice, key)
		}
		if at, ok := s.slot(job.ResourceType, job.Destination.Region); ok && crossesRegions(job) {
			used[at]++
		}
	}
	for _, o := range twice {
		if at, ok := s.slot(o.ResourceType, o.To.Region); ok && o.From.Region != o.To.Region {
			double[at]++
			used[at] += 0 // so that the slot is worked out below
		}
	}
	for at, n := range used {
		s.left[at] = share(pools[at.pool].free()-n) - double[at]
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
