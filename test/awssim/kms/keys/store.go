// Package keys keeps KMS keys with their policies, states, aliases and grants, and
// judges who may do what with them: package kms without the wire.
package keys

import (
	"sync"

	"github.com/twohop/twohop/test/awssim/authz/policy"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
)

// Principals tells which roles and users there are.
type Principals interface {
	// Exists reports whether there is a role or user of this ARN.
	Exists(arn string) bool
}

// Identities has the policies of roles.
type Identities interface {
	// Policies are a role's own; false where there is no such role.
	Policies(roleARN string) ([]policy.Document, bool)
}

// Organizations tells where accounts stand.
type Organizations interface {
	// Of is the id of the organization that an account is in, and its paths there such
	// as o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/; empty without one.
	Of(account string) (id string, paths []string)
}

// Config is what a Store works with. All of it is needed.
type Config struct {
	Clock         *clock.Clock
	IDs           *ids.Source
	Principals    Principals
	Identities    Identities
	Organizations Organizations
}

// Store has the keys of all accounts and Regions, safe for concurrent use.
type Store struct {
	config Config

	mu      sync.Mutex
	keys    []*key // in the order in which they were made
	aliases []*alias
}

// New returns a store without keys.
func New(config Config) *Store { return &Store{config: config} }

// Place is where a key is.
type Place struct{ Account, Region string }
