// Package settings keeps what AWS Backup is told once: which resource types an
// account opts in to in a Region, and which cross-account options an
// organization uses.
package settings

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/fault"
	"github.com/twohop/twohop/test/awssim/clock"
)

// Organizations tells whose organization an account is in.
type Organizations interface {
	// Management is the management account; false for an account without an
	// organization.
	Management(account string) (string, bool)
}

// Config says how the settings behave where AWS leaves a choice or says nothing.
type Config struct {
	// Organizations: nil is one in which nobody is.
	Organizations Organizations
	// OmittedIsOff: what an update leaves out is off afterwards. Whether AWS
	// keeps it is UNCONFIRMED A90; by default it is kept.
	OmittedIsOff bool
	// Unsupported are resource types that a Region does not have, by Region.
	Unsupported map[string][]string
}

// resourceTypes are those of the service opt-in, by their names there, and
// whether a new account has them on.
var resourceTypes = map[string]bool{
	"Aurora": true, "CloudFormation": false, "DocumentDB": false, "DynamoDB": true, "EBS": true, "EC2": true, "EFS": true,
	"FSx": true, "Neptune": false, "RDS": true, "Redshift": false, "S3": false, "SAP HANA on Amazon EC2": false,
	"Storage Gateway": true, "Timestream": false, "VirtualMachine": true,
}

// managed are the types whose full management is a choice.
var managed = map[string]bool{"DynamoDB": false, "EFS": true}

// crossAccount is the option that copies between accounts need; the others stand
// beside it [API: UpdateGlobalSettings].
const crossAccount = "isCrossAccountBackupEnabled"

var options = []string{crossAccount, "isMpaEnabled", "isDelegatedAdministratorEnabled"}

// Store keeps the settings of all accounts and Regions, safe for concurrent use.
type Store struct {
	clock *clock.Clock

	mu            sync.Mutex
	config        Config
	regions       map[arn.Place]region
	organizations map[string]global // by management account
}

// region is what an account chose in a Region.
type region struct{ optIn, managed map[string]bool }

// global is what an organization chose.
type global struct {
	options map[string]string
	updated time.Time // zero: never
}

// New returns a store in which everything is as in a new account.
func New(c *clock.Clock, config Config) *Store {
	return &Store{clock: c, config: config, regions: map[arn.Place]region{}, organizations: map[string]global{}}
}

// SetConfig changes the configuration.
func (s *Store) SetConfig(config Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.config = config
}

// OptIns are the resource types of a Region and whether they are opted in.
func (s *Store) OptIns(account, name string) map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.region(arn.Place{Account: account, Region: name}).optIn)
}

// CopiesAcross names the organization of an account, by its management account, and
// tells whether copies between its accounts are on; empty for an account without one.
func (s *Store) CopiesAcross(account string) (organization string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	management, err := s.management(account)
	if err != nil {
		return "", false
	}
	return management, s.global(management).options[crossAccount] == "true"
}

// region is a copy. s.mu is held.
func (s *Store) region(p arn.Place) region {
	if chosen, ok := s.regions[p]; ok {
		return region{optIn: maps.Clone(chosen.optIn), managed: maps.Clone(chosen.managed)}
	}
	fresh := region{optIn: maps.Clone(resourceTypes), managed: maps.Clone(managed)}
	for _, name := range s.config.Unsupported[p.Region] {
		delete(fresh.optIn, name)
		delete(fresh.managed, name)
	}
	return fresh
}

// update changes what an account chose in a Region; nil maps change nothing.
func (s *Store) update(p arn.Place, optIn, managed map[string]bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.region(p)
	for name := range optIn {
		if _, known := now.optIn[name]; !known {
			return fault.InvalidValue("Element present in resource type opt in preference has invalid values. " +
				"Please use describeRegionSettings API to know the supported resource types")
		}
	}
	for name := range managed {
		if _, known := now.managed[name]; !known {
			return fault.InvalidValue("awssim: %q has no choice of management", name)
		}
	}
	if optIn != nil && s.config.OmittedIsOff {
		for name := range now.optIn {
			now.optIn[name] = false
		}
	}
	maps.Copy(now.optIn, optIn)
	maps.Copy(now.managed, managed)
	s.regions[p] = now
	return nil
}

// management is the key of an account's organization. s.mu is held.
func (s *Store) management(account string) (string, error) {
	if s.config.Organizations != nil {
		if management, ok := s.config.Organizations.Management(account); ok {
			return management, nil
		}
	}
	return "", notInOrganization()
}

// global is a copy. s.mu is held.
func (s *Store) global(management string) global {
	now := global{options: map[string]string{}, updated: s.organizations[management].updated}
	for _, name := range options {
		now.options[name] = "false"
	}
	maps.Copy(now.options, s.organizations[management].options)
	return now
}

func (s *Store) updateGlobal(account string, given map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	management, err := s.management(account)
	if err != nil {
		return err
	}
	if management != account {
		return notManagement()
	}
	now := s.global(management)
	if s.config.OmittedIsOff {
		clear(now.options)
	}
	for name, value := range given {
		if !slices.Contains(options, name) {
			return fault.InvalidValue("%q is no global setting; %v are", name, options)
		}
		if value != "true" && value != "false" {
			return fault.InvalidValue("%s is true or false, not %q", name, value)
		}
		now.options[name] = value
	}
	now.updated = s.clock.Now()
	s.organizations[management] = now
	return nil
}
