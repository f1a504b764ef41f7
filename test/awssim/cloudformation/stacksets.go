package cloudformation

import (
	"errors"
	"fmt"
	"slices"
)

// StackSet is a StackSet with service-managed permissions.
type StackSet struct {
	Management string // account id
	Name       string
	// AutoDeployment has accounts that are targeted later get their stacks, and those
	// that are targeted no more keep them, on their own.
	AutoDeployment bool
	// FailureTolerance is how many accounts of a Region may fail before the operation
	// does, in percent of the accounts, rounded down.
	FailureTolerance int
	// Regions are where an account is to have a stack, as things stand; none: nowhere.
	Regions func(account string) []string
	// Deploy makes the stack in an account and Region.
	Deploy func(account, region string) error
}

// Statuses of an instance [API: StackInstance].
const (
	Current  = "CURRENT"
	Outdated = "OUTDATED" // it could not be deployed
)

// Instance is a stack of a StackSet.
type Instance struct {
	Account, Region string
	Status          string
	Reason          string // of a status other than CURRENT
}

type stackSet struct {
	StackSet
	instances []Instance
}

// CreateStackSet makes a StackSet and deploys its stacks, account after account. It
// fails where more accounts of a Region fail than are tolerated; the set stays, as its
// stacks do.
func (s *Service) CreateStackSet(set StackSet) error {
	if err := s.manages(set.Management); err != nil {
		return err
	}
	if !s.config.Organizations.Trusts(set.Management, stackSets) {
		return errors.New("you must enable organizations access to operate a service managed stack set")
	}
	made := &stackSet{StackSet: set}
	s.setsMu.Lock()
	defer s.setsMu.Unlock()
	if s.find(set.Management, set.Name) != nil {
		return fmt.Errorf("NameAlreadyExistsException: there is a StackSet %s", set.Name)
	}
	s.sets = append(s.sets, made)
	for _, account := range s.config.Organizations.Accounts() {
		made.deploy(account)
	}
	return made.outcome()
}

// deploy makes what an account lacks.
func (s *stackSet) deploy(account string) {
	for _, region := range s.Regions(account) {
		if slices.ContainsFunc(s.instances, func(i Instance) bool { return i.Account == account && i.Region == region }) {
			continue
		}
		instance := Instance{Account: account, Region: region, Status: Current}
		if err := s.Deploy(account, region); err != nil {
			instance.Status, instance.Reason = Outdated, err.Error()
		}
		s.instances = append(s.instances, instance)
	}
}

// outcome is an error where too many accounts of a Region have failed.
func (s *stackSet) outcome() error {
	accounts, failed := map[string]int{}, map[string][]error{}
	for _, i := range s.instances {
		accounts[i.Region]++
		if i.Status != Current {
			failed[i.Region] = append(failed[i.Region], fmt.Errorf("deploy into account %s: %s", i.Account, i.Reason))
		}
	}
	var faults []error
	for region, of := range failed {
		if len(of) > accounts[region]*s.FailureTolerance/100 {
			faults = append(faults, of...)
		}
	}
	return errors.Join(faults...)
}

// FollowAccount has StackSets follow an account that has come or moved: it gets the
// stacks of the sets that deploy by themselves and target it now, and keeps those of the
// sets that target it no more, which forget it. AWS does so some time later; here at
// once.
func (s *Service) FollowAccount(account string) {
	s.setsMu.Lock()
	defer s.setsMu.Unlock()
	for _, set := range s.sets {
		if !set.AutoDeployment || !s.config.Organizations.Trusts(set.Management, stackSets) {
			continue
		}
		targeted := set.Regions(account)
		set.instances = slices.DeleteFunc(set.instances, func(i Instance) bool {
			return i.Account == account && !slices.Contains(targeted, i.Region)
		})
		set.deploy(account)
	}
}

// Instances are the stacks of a management account's StackSet in the order of their
// making; none where there is no such set.
func (s *Service) Instances(management, name string) []Instance {
	s.setsMu.Lock()
	defer s.setsMu.Unlock()
	if set := s.find(management, name); set != nil {
		return slices.Clone(set.instances)
	}
	return nil
}

// find needs s.setsMu held.
func (s *Service) find(management, name string) *stackSet {
	for _, set := range s.sets {
		if set.Management == management && set.Name == name {
			return set
		}
	}
	return nil
}
