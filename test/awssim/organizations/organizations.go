// Package organizations is the local AWS Organizations: organizations with their
// units and accounts, set up in Go, and the API that reads them, enables policy
// types and gives services trusted access. Backup policies are kept by package
// policies below it; there are no others, and no delegated administrators.
package organizations

import (
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Organization is an organization with all features.
type Organization struct {
	ID         string // o-a1b2c3d4e5
	Root       string // r-ab12
	Management string // account id
}

// Unit is an organizational unit.
type Unit struct {
	ID     string // ou-ab12-11111111
	Parent string // the root, or another unit
	Name   string
}

// Account is an account of an organization.
type Account struct {
	ID     string // twelve digits
	Parent string // the root, or a unit
	Name   string
	// State and Status are given out as they are, empty ones not at all: Status
	// was retired in September 2026 in favour of State [API: Account]. An account
	// with neither is ACTIVE.
	State, Status string
}

// States of an account [API: AccountState].
const (
	Active         = "ACTIVE"
	Suspended      = "SUSPENDED"
	PendingClosure = "PENDING_CLOSURE"
	Closed         = "CLOSED"
)

var states = []string{"", "PENDING_ACTIVATION", Active, Suspended, PendingClosure, Closed}

// Service is the Organizations of all accounts, safe for concurrent use.
type Service struct {
	// Moved, if set, is told of every account that has come into an organization or
	// has another parent; what it returns is the error of AddAccount or Move.
	Moved func(account string) error

	clock *clock.Clock

	mu            sync.Mutex
	organizations []*organization
	enabling      int
}

type organization struct {
	Organization
	units    []Unit    // in the order in which they were added
	accounts []Account // likewise
	policies map[string]*policyType
	trusted  map[string]time.Time // since when, by service principal
}

// New returns a service without organizations.
func New(c *clock.Clock) *Service { return &Service{clock: c} }

var (
	organizationID = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)
	rootID         = regexp.MustCompile(`^r-[0-9a-z]{4,32}$`)
	unitID         = regexp.MustCompile(`^ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}$`)
	accountID      = regexp.MustCompile(`^\d{12}$`)
)

// AddOrganization makes an organization. Its management account is in the root.
func (s *Service) AddOrganization(o Organization) error {
	if !organizationID.MatchString(o.ID) || !rootID.MatchString(o.Root) {
		return fmt.Errorf("add organization: ids look like o-a1b2c3d4e5 and r-ab12, not %q and %q", o.ID, o.Root)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.organizations {
		if other.ID == o.ID || other.Root == o.Root {
			return fmt.Errorf("add organization %s: there is one with this id or root", o.ID)
		}
	}
	if !accountID.MatchString(o.Management) || s.of(o.Management) != nil {
		return fmt.Errorf("add organization %s: %q is no account, or in another organization", o.ID, o.Management)
	}
	s.organizations = append(s.organizations, &organization{
		Organization: o,
		accounts:     []Account{{ID: o.Management, Parent: o.Root, Name: "management", State: Active}},
		policies:     map[string]*policyType{}, trusted: map[string]time.Time{},
	})
	return nil
}

// AddUnit makes a unit below the root or another unit.
func (s *Service) AddUnit(u Unit) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.holding(u.Parent)
	switch {
	case !ok:
		return fmt.Errorf("add unit %s: there is no root or unit %q", u.ID, u.Parent)
	case !unitID.MatchString(u.ID):
		return fmt.Errorf("add unit: an id looks like ou-ab12-11111111, not %q", u.ID)
	case o.holds(u.ID):
		return fmt.Errorf("add unit %s: there is one", u.ID)
	}
	o.units = append(o.units, u)
	return nil
}

// AddAccount makes an account in the root or a unit.
func (s *Service) AddAccount(a Account) error {
	if err := s.add(a); err != nil {
		return err
	}
	return s.moved(a.ID)
}

// Move gives an account another parent in its organization.
func (s *Service) Move(account, parent string) error {
	if err := s.move(account, parent); err != nil {
		return err
	}
	return s.moved(account)
}

func (s *Service) moved(account string) error {
	if s.Moved == nil {
		return nil
	}
	return s.Moved(account)
}

func (s *Service) move(account, parent string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(account)
	switch {
	case o == nil:
		return fmt.Errorf("move account %s: it is in no organization", account)
	case !o.holds(parent):
		return fmt.Errorf("move account %s: its organization has no root or unit %q", account, parent)
	}
	for i := range o.accounts {
		if o.accounts[i].ID == account {
			o.accounts[i].Parent = parent
		}
	}
	return nil
}

func (s *Service) add(a Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.holding(a.Parent)
	switch {
	case !ok:
		return fmt.Errorf("add account %s: there is no root or unit %q", a.ID, a.Parent)
	case !accountID.MatchString(a.ID):
		return fmt.Errorf("add account: an id has twelve digits, not %q", a.ID)
	case s.of(a.ID) != nil:
		return fmt.Errorf("add account %s: it is in an organization", a.ID)
	case !slices.Contains(states, a.State) || !slices.Contains(states, a.Status):
		return fmt.Errorf("add account %s: %q and %q; the states are %q", a.ID, a.State, a.Status, states)
	}
	if a.State == "" && a.Status == "" {
		a.State = Active
	}
	o.accounts = append(o.accounts, a)
	return nil
}

// Management is the management account of the organization that an account is
// in; false if it is in none.
func (s *Service) Management(account string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o := s.of(account); o != nil {
		return o.Management, true
	}
	return "", false
}

// Of is the organization of an account: its id, and the paths by which the account
// is below it, of which there is one [IAM: aws:PrincipalOrgPaths]; false if it is
// in none.
func (s *Service) Of(account string) (id string, paths []string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.of(account)
	if o == nil {
		return "", nil, false
	}
	path := ""
	for _, a := range o.accounts {
		if a.ID == account {
			path = o.path(a.Parent)
		}
	}
	return o.ID, []string{path}, true
}

// path is that of a root or unit, as condition keys have it.
func (o *organization) path(parent string) string {
	for _, u := range o.units {
		if u.ID == parent {
			return o.path(u.Parent) + parent + "/"
		}
	}
	return o.ID + "/" + o.Root + "/"
}

// of is the organization of an account, nil if it is in none. s.mu is held.
func (s *Service) of(account string) *organization {
	for _, o := range s.organizations {
		if slices.ContainsFunc(o.accounts, func(a Account) bool { return a.ID == account }) {
			return o
		}
	}
	return nil
}

// holding is the organization of a root or unit. s.mu is held.
func (s *Service) holding(parent string) (*organization, bool) {
	for _, o := range s.organizations {
		if o.holds(parent) {
			return o, true
		}
	}
	return nil, false
}

func (o *organization) holds(parent string) bool {
	return parent == o.Root || slices.ContainsFunc(o.units, func(u Unit) bool { return u.ID == parent })
}

// Handler is the service on the wire, for the signing name "organizations".
func (s *Service) Handler() wire.Handler {
	return wire.NewJSON("1.1", "AWSOrganizationsV20161128", map[string]wire.Op{
		"DescribeOrganization":                wire.NewOp(s.describeOrganization).OnAll(),
		"ListRoots":                           wire.NewOp(s.listRoots).OnAll(),
		"ListOrganizationalUnitsForParent":    wire.Takes(wire.NewOp(s.listUnits), s.onParent),
		"ListAccountsForParent":               wire.Takes(wire.NewOp(s.listAccounts), s.onParent),
		"EnablePolicyType":                    wire.Takes(wire.NewOp(s.enablePolicyType), s.onRoot),
		"ListAWSServiceAccessForOrganization": wire.NewOp(s.listServiceAccess).OnAll(),
		"EnableAWSServiceAccess":              wire.Takes(wire.NewOp(s.enableServiceAccess), onService),
	})
}
