package fleet

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Of a night.
const (
	begin = 3 * time.Hour // after midnight: the first hop 1 completes
	each  = 1.2           // points of a resource, on average

	lost    = 0.05 // share of events that AWS never sends
	doubled = 0.05 // share of those sent that come twice
	failing = 0.005
	crashes = 0.001
	tick    = 5 * time.Minute  // AWS Backup sends events so often
	slowest = 10 * time.Minute // the second of two events is behind the first at most

	middle   = 22 * time.Minute // median of a copy's duration
	spread   = 0.5              // of its logarithm
	shortest = 5 * time.Minute
	longer   = 75 * time.Minute // no copy takes longer
)

// The vaults and the Regions of the example estate.
var (
	member, backup = "111111111111", "222222222222"
	intermediate   = vault("eu-central-1", backup, "twohop-intermediate")
	final          = vault("eu-north-1", backup, "twohop-final")
	local          = vault("eu-central-1", member, "twohop-local")
)

func vault(region, account, name string) hop.Vault {
	return hop.Vault{ARN: "arn:aws:backup:" + region + ":" + account + ":backup-vault:" + name, Account: account, Region: region, Name: name}
}

// point is a recovery point of a night, and what will become of it.
type point struct {
	hop.RecoveryPoint
	duration time.Duration // of its copy
	fails    bool          // the first copy fails half-way
	begun    bool
	copied   bool
	events   []time.Time // when the queue `copies` has those of hop 1
}

var clusterTypes = []string{"Aurora", "DocumentDB", "Neptune"}

// night makes up the points of a night, from a seed: four of five are RDS's, as their
// slots are.
func night(c Config, random *rand.Rand) []*point {
	points := make([]*point, c.Points)
	for i := range points {
		resource := random.IntN(1 + int(float64(c.Points)/each))
		resourceType, kind, snapshot := "RDS", "db", "snapshot"
		if resource%5 == 0 {
			resourceType, kind, snapshot = clusterTypes[resource/5%3], "cluster", "cluster-snapshot"
		}
		arrived := midnight.Add(begin + within(c.Over, random))
		takes := duration(random)
		points[i] = &point{
			RecoveryPoint: hop.RecoveryPoint{
				ARN:         fmt.Sprintf("arn:aws:rds:%s:%s:%s:awsbackup:copyjob-%08d", intermediate.Region, backup, snapshot, i),
				ResourceARN: fmt.Sprintf("arn:aws:rds:%s:%s:%s:database-%d", intermediate.Region, member, kind, resource), ResourceType: resourceType,
				Status: hop.PointCompleted, Created: arrived.Add(-time.Hour - within(2*time.Hour, random)), Completed: arrived,
				DeleteAt: arrived.AddDate(0, 0, 7), SourceVault: local, KeyARN: key(intermediate), Bytes: size(takes, random),
			},
			duration: takes,
			fails:    random.Float64() < failing,
			events:   events(arrived, random),
		}
	}
	return points
}

func key(v hop.Vault) string { return "arn:aws:kms:" + v.Region + ":" + v.Account + ":key/" + v.Name }

// duration is log-normal: most copies are short, some take hours.
func duration(random *rand.Rand) time.Duration {
	d := time.Duration(float64(middle) * math.Exp(spread*random.NormFloat64()))
	return min(max(d, shortest), longer).Round(time.Second)
}

// size is that of a backup, in bytes, from how long its copy takes: a minute for 2 GiB, and
// up to half as much more or less.
func size(takes time.Duration, random *rand.Rand) int64 {
	return int64(takes.Minutes() * (0.5 + random.Float64()) * (2 << 30))
}

// events are when the events of something that happened at a time are delivered: none,
// one or two.
func events(t time.Time, random *rand.Rand) []time.Time {
	if random.Float64() < lost {
		return nil
	}
	sent := t.Truncate(tick).Add(tick)
	all := []time.Time{sent.Add(within(5*time.Second, random))}
	if random.Float64() < doubled {
		all = append(all, all[0].Add(within(slowest, random)))
	}
	return all
}

func within(d time.Duration, random *rand.Rand) time.Duration {
	return time.Duration(random.Int64N(int64(d)))
}
