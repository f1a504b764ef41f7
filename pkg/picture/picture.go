// Package picture is what an estate looks like at one moment: where the newest recovery
// point of each resource is, which copies are under way, and what stands in their way.
//
// It keeps nothing and judges nothing by itself: vaults and copy jobs are read from AWS
// Backup (Viewer), copies are judged by hop.Look and ages by hop.Late, as the function
// reconciler does. A picture is of memory that grows with resources and with the copies
// of the last days, not with recovery points.
package picture

import (
	"time"

	"github.com/twohop/twohop/pkg/hop"
)

// Picture is an estate at a moment.
type Picture struct {
	Now       time.Time
	Since     time.Time // single copies are told of points made from then on
	Places    []Place   // vaults that were looked into, in the order of the way
	Unseen    []Unseen
	Resources []Resource // the worst first
	Points    int        // recovery points in all places
	Waiting   int        // messages in the queue `copies`
	Letters   int        // messages in its dead-letter queue
	Flights   []Flight   // copies on the way that began within a Night, in the order of their beginning
}

// Night is how far back flights go.
const Night = 24 * time.Hour

// Flight is a copy job on the way, whatever its state. A restore on its way back is none.
type Flight struct {
	Hop int // 1 or 2; 1 too for a plan's copy straight to a final vault
	hop.CopyJob
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
	Vault   hop.Vault // zero: the account as a whole
	Err     error
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
	State    State
}

// Copy is one copy that is not made.
type Copy struct {
	Hop int // 1 or 2
	hop.Leg
	// Overtaken says that the vault has a newer point of the resource.
	Overtaken bool
}

// Failed tells whether nobody but a person goes on with the copy.
func (c Copy) Failed() bool {
	return c.Standing == hop.Rejected || c.Hop == 1 && c.Standing == hop.Failing // AWS Backup repeats no first hop
}

// State is how a resource is: the worst that is to be said of it.
type State string

// Every state there is, the worst first.
const (
	Late   State = "late"   // beyond its objective in a final vault
	Failed State = "failed" // a copy failed, and a person has to act
	Stuck  State = "stuck"  // a copy is under way for too long
	// Underprotected: a newest final copy is not under the key of its vault.
	Underprotected State = "underprotected"

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
var States = []State{Late, Failed, Stuck, Underprotected, Untold, Unrouted, Retrying, Waiting, Copying, Fine, LocalOnly, Retired}

// Bad tells whether a person has to look at it.
func (s State) Bad() bool { return s == Late || s == Failed || s == Stuck || s == Underprotected }

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

// Dark tells whether a vault of the backup account could not be looked into, so that the
// picture is not whole where it matters most.
func (p Picture) Dark(account string) bool {
	for _, u := range p.Unseen {
		if u.Account == account {
			return true
		}
	}
	return false
}
