// Package picture is what an estate looks like at one moment: where the newest recovery
// point of each resource is, which copies are under way, and what stands in their way.
//
// It keeps nothing and judges nothing by itself: vaults and copy jobs are read from AWS
// Backup (Viewer), copies are judged by hop.Look and ages by hop.Late, as the function
// reconciler does. A picture is of memory that grows with resources and with the copies
// of the last days, not with recovery points.
package picture

import (
	"fmt"
	"slices"
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Picture is an estate at a moment.
type Picture struct {
	Now    time.Time
	Since  time.Time // single copies are told of points made from then on
	Places []Place   // vaults that were looked into, in the order of the way
	Unseen []Unseen  // what of the estate the picture lacks
	Off    []string  // switches that are off: second hops are paused, or not verified
	// WithoutMembers says that no member account was to be looked into.
	WithoutMembers bool
	Resources      []Resource // the worst first
	Points         int        // recovery points in all places
	Waiting        int        // messages in the queue `copies`
	Letters        int        // messages in all dead-letter queues that could be read
	// DeadLetters are those messages by the queue's name; queues without any are left out.
	DeadLetters map[string]int
	Flights     []Flight // copies on the way that began within a Night, in the order of their beginning
}

// Night is how far back flights go.
const Night = 24 * time.Hour

// Flight is a copy job on the way, whatever its state. A restore on its way back is none.
type Flight struct {
	Hop int // 1, 2 or Direct
	hop.CopyJob
}

// Direct is, in the place of a hop's number, a plan's copy from a local vault straight to a
// final one.
const Direct = 0

// StepName is what a copy is called, by its hop.
func StepName(number int) string {
	if number == Direct {
		return "direct copy"
	}
	return fmt.Sprintf("hop %d", number)
}

// Role is what a vault is to a recovery point on its way.
type Role string

// The three vaults of the way.
const (
	Local        Role = "local"
	Intermediate Role = "intermediate"
	Final        Role = "final"
)

// Place is a vault on the way.
type Place struct {
	Vault hop.Vault
	Role  Role
	// Types are the resource types that plans copy into a final vault.
	Types []string
	// KeptDays is about how many days points are kept there, so that a list can be
	// read in parts at once. Points that are older are found too.
	KeptDays int
}

// Unseen is what could not be looked into, and why.
type Unseen struct {
	Account string
	Vault   hop.Vault // zero: the account as a whole, or What
	What    string    // what is no vault, such as a queue; empty: the vault or the account
	Err     error
}

// String names it: "account 111111111111", for one.
func (u Unseen) String() string {
	switch {
	case u.What != "":
		return u.What
	case u.Vault.ARN != "":
		return "vault " + u.Vault.ARN
	default:
		return "account " + u.Account
	}
}

// Resource is a database, or whatever else plans back up.
type Resource struct {
	ARN, Type string
	Account   string        // its owner; of a bucket, whose ARN names none, the local vault's, or "" where that was not seen
	Objective time.Duration // the age that its newest final copy may reach; zero: none
	// Newest are the newest usable recovery points, by the vault's ARN.
	Newest map[string]hop.RecoveryPoint
	// Copies are those that are not made: under way, waiting, failed; of the newest
	// points first. A first hop is among them once a copy job tells of it.
	Copies   []Copy
	Unrouted int         // points in an intermediate vault that no route takes on
	LateIn   []hop.Vault // final vaults whose newest copy is older than the objective
	Weak     []Weak      // newest copies in final vaults that are not under the vault's key
	Unusable []Unusable  // recovery points that are no backup
	// Deleted are how many copies that second hops made are gone before their retention is
	// over, with their sources: nothing makes them again.
	Deleted int
	State   State
}

// Unusable are recovery points of a resource in a vault that cannot be restored or copied:
// EXPIRED ones, which AWS Backup could not delete, and those that it is DELETING.
type Unusable struct {
	Vault  hop.Vault
	Status hop.PointStatus
	Points int
}

// Copy is one copy that is not made, or no longer there.
type Copy struct {
	Hop int // 1, 2 or Direct
	hop.Leg
	// Overtaken says that the vault has a newer point of the resource.
	Overtaken bool
}

// Failed tells whether nobody but a person goes on with the copy.
func (c Copy) Failed() bool {
	return c.Standing == hop.Rejected || c.Hop != 2 && c.Standing == hop.Failing // AWS Backup repeats no copy of a plan
}

// FailedJob is the copy's job, of a copy whose job failed.
func (c Copy) FailedJob() hop.FailedJob {
	kind := hop.SecondHop
	if c.Hop == 1 {
		kind = hop.FirstHop
	}
	f := c.Leg.Failed(kind)
	f.Rejected = c.Failed()
	return f
}

// State is how a resource is: the worst that is to be said of it.
type State string

// Every state there is, the worst first.
const (
	Late   State = "late"   // beyond its objective in a final vault
	Failed State = "failed" // a copy failed, and a person has to act
	// Missing: a copy of the newest points was made and is no longer in its vault.
	Missing State = "missing"
	Stuck   State = "stuck" // a copy is under way for too long
	// Underprotected: a newest final copy is not under the key of its vault.
	Underprotected State = "underprotected"
	// Expired: recovery points are EXPIRED, which are no backup and cost as before.
	Expired State = "expired"

	Untold    State = "untold"     // a point is older than the list of copy jobs, and has no job
	Unrouted  State = "unrouted"   // no route takes its points on
	Retrying  State = "retrying"   // a copy failed, and will be tried again
	Waiting   State = "waiting"    // a second hop is yet to be started
	Copying   State = "copying"    // a copy is under way
	Fine      State = "ok"         // everything is where it should be
	LocalOnly State = "local only" // backed up, and copied nowhere
	Retired   State = "retired"    // without a new backup for so long that it is taken for gone
)

// States are all states, the worst first.
var States = []State{Late, Failed, Missing, Stuck, Underprotected, Expired, Untold, Unrouted, Retrying, Waiting, Copying, Fine, LocalOnly, Retired}

// Bad tells whether a person has to look at it.
func (s State) Bad() bool {
	return slices.Contains([]State{Late, Failed, Missing, Stuck, Underprotected, Expired}, s)
}

// Reached is the newest point in any vault of a role; false where there is none.
func (p Picture) Reached(r Resource, role Role) (hop.RecoveryPoint, bool) {
	var newest hop.RecoveryPoint
	for _, place := range p.Places {
		if point, ok := r.Newest[place.Vault.ARN]; ok && place.Role == role && point.Created.After(newest.Created) {
			newest = point
		}
	}
	return newest, newest.ARN != ""
}

// Count is how many resources are in each state.
func (p Picture) Count() map[State]int {
	count := map[State]int{}
	for _, r := range p.Resources {
		count[r.State]++
	}
	return count
}

// Unread tells whether a vault of a role could not be read.
func (p Picture) Unread(role Role) bool {
	return slices.ContainsFunc(p.Unseen, func(u Unseen) bool {
		return slices.ContainsFunc(p.Places, func(place Place) bool { return place.Role == role && place.Vault == u.Vault })
	})
}
