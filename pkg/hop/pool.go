package hop

import (
	"iter"
	"maps"
	"slices"
	"time"
)

// Pool is a quota of concurrent cross-Region snapshot copies, per destination
// Region: RDS 20, Aurora, DocumentDB and Neptune 5 each by default. Whether the
// latter three share one quota is UNCONFIRMED A37; an estate that puts them in one
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
	share func(pool Pool, free int) int
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
	// later. It is how long a list may take (10 s), is used (3 s) and a start may take
	// (10 s), and twice the lag of lists that the bound of NewSlots holds for (6 s).
	OwnRecent = 35 * time.Second
	// OwnUnlisted is how long an own start that is not listed counts twice. A job that
	// ended before it was listed holds slots for so long.
	OwnUnlisted = 90 * time.Second
)

// InUse is what an environment knows of the slots in use.
type InUse struct {
	Jobs []CopyJob // now CREATED or RUNNING, whoever started them
	Own  []Own     // the environment's own starts of the last OwnUnlisted
	// Unknown reports that copies may have been started lately that are in neither: the
	// environment is new, and others hold messages, one of which may have ended.
	Unknown bool
}

// NewSlots works out what an invocation may start: at most half of the free slots of each
// pool and Region, at least one where any is free. What its environment has started lately
// belongs to that half.
//
// Two environments that work side by side then use one slot more than Size - Headroom at
// the most, where both take the last one, as long as lists show a new job within 6 s
// (see OwnRecent). Where they lag for longer, each OwnRecent of lag may add half of the
// slots that seem free. An environment that ends forgets what it has started; so while
// that may matter a new one takes no more than the headroom could take in a third time.
func NewSlots(pools []Pool, use InUse) *Slots {
	s := &Slots{pools: pools, left: map[slot]int{}, share: share}
	if use.Unknown {
		s.share = cautious
	}
	type copied struct{ point, to string }
	twice, started := map[copied]Own{}, map[string]bool{}
	for _, o := range use.Own {
		twice[copied{o.Point, o.To.ARN}] = o
		started[ending(o.Point)] = true
	}
	used, double := map[slot]int{}, map[slot]int{}
	for _, job := range use.Jobs {
		if started[ending(job.Source)] {
			key := copied{job.Source, job.Destination.ARN}
			if o, ok := twice[key]; ok {
				if o.Age < OwnRecent {
					continue // counted below
				}
				delete(twice, key)
				job.ResourceType = o.ResourceType
			}
		}
		for at := range s.slots(job) {
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
		s.left[at] = s.share(pools[at.pool], pools[at.pool].free()-n) - double[at]
	}
	return s
}

// Clone is a copy that counts for itself.
func (s *Slots) Clone() *Slots {
	return &Slots{pools: s.pools, left: maps.Clone(s.left), share: s.share}
}

// ending is the part of an ARN in which most differ: thousands of jobs are compared with a
// few starts.
func ending(arn string) string { return arn[max(0, len(arn)-8):] }

// slots are those that a job in flight may use: of a job whose type AWS Backup does not
// show yet while it is CREATED (UNCONFIRMED A46), one of each pool.
func (s *Slots) slots(job CopyJob) iter.Seq[slot] {
	return func(yield func(slot) bool) {
		if !crossesRegions(job) {
			return
		}
		for i, pool := range s.pools {
			if job.ResourceType != "" && !slices.Contains(pool.Types, job.ResourceType) {
				continue
			}
			if !yield(slot{pool: i, region: job.Destination.Region}) || job.ResourceType != "" {
				return
			}
		}
	}
}

// crossesRegions: the quota is on cross-Region copies. A job is listed where its
// source vault is, and its source's ARN names that Region.
func crossesRegions(job CopyJob) bool {
	return regionOf(job.Source) != job.Destination.Region
}

func (p Pool) free() int { return p.Size - p.Headroom }

// share is half of what is free, one at least. It is rounded up where the headroom takes in
// one slot too many and another one, of an environment that was replaced.
func share(pool Pool, free int) int {
	switch {
	case free <= 0:
		return 0
	case pool.Headroom >= 2:
		return (free + 1) / 2
	default:
		return max(1, free/2)
	}
}

// cautious is the share of an environment whose predecessor and whose neighbor may have
// taken as much each: all of it where the headroom takes in what that is too many, else one
// slot, and not the last.
func cautious(pool Pool, free int) int {
	if n := share(pool, free); 3*n-free <= pool.Headroom {
		return n
	}
	return min(1, max(0, free-1))
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
	return s.share(s.pools[at.pool], s.pools[at.pool].free())
}

// Spare reports whether a copy for a restore may start now: it may use the headroom, and
// every slot that second hops leave. inFlight are the jobs now CREATED or RUNNING in any
// Region. Whether AWS counts a copy to another account for the account that starts it
// is UNCONFIRMED A38; it is taken to.
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
