package copies

import (
	"math"
	"slices"
	"strings"
)

// poolKey is one pool of one account towards one destination Region.
type poolKey struct{ account, region, types string }

// key names a pool by what it is for, so that its limit can be changed while
// copies run.
func (p Pool) key() string { return strings.Join(p.Types, "+") }

// poolOf is the pool that a job draws from, as configured when the job is
// created; nil for a copy within a Region and for types without a quota.
func (s *Jobs) poolOf(j *job) *poolKey {
	if j.home.Region == j.to.Region {
		return nil
	}
	for _, pool := range s.config.Pools {
		if slices.Contains(pool.Types, j.ResourceType) {
			return &poolKey{j.home.Account, j.to.Region, pool.key()}
		}
	}
	return nil
}

// limit is what the job's pool holds now. No pool, or one taken out of the
// configuration, limits nothing.
func (s *Jobs) limit(j *job) int {
	for _, pool := range s.config.Pools {
		if j.pool != nil && pool.key() == j.pool.types {
			return pool.Limit
		}
	}
	return math.MaxInt
}

// inFlight counts the jobs of the job's pool that run or wait.
func (s *Jobs) inFlight(j *job) int {
	if j.pool == nil {
		return 0
	}
	n := s.drawn[*j.pool]
	for _, other := range s.waiting {
		if other.pool != nil && *other.pool == *j.pool {
			n++
		}
	}
	return n
}

// overLimit are the messages of jobs that fail for a full pool: RDS's code in words that are
// not AWS's, and RDS's text without the code.
var overLimit = map[OverLimit]string{
	Fail: "Copy job failed. SnapshotQuotaExceeded: %d snapshot copies are in progress.", FailInWords: "Cannot copy more than %d snapshots across regions",
}
