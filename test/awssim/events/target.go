package events

import (
	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/events/paging"
	"github.com/twohop/twohop/test/awssim/wire"
)

type putTargetsInput struct {
	Rule, EventBusName string
	Targets            []delivery.Target
}

type targetsOutput struct {
	FailedEntryCount int
	FailedEntries    []delivery.FailedTarget
}

// putTargets adds targets, or replaces those of the same id. Either all of them
// are taken or none.
func (s *Service) putTargets(r *wire.Request, in putTargetsInput) (targetsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.rule(r.Caller, in.EventBusName, in.Rule, "rule")
	if err != nil {
		return targetsOutput{}, err
	}
	targets, err := found.targets.With(found.bus, in.Targets)
	if err != nil {
		return targetsOutput{}, err
	}
	found.targets = targets
	return targetsOutput{FailedEntries: []delivery.FailedTarget{}}, nil
}

type removeTargetsInput struct {
	Rule, EventBusName string
	Ids                []string
	Force              bool // for rules that AWS services manage; there are none here
}

func (s *Service) removeTargets(r *wire.Request, in removeTargetsInput) (targetsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.rule(r.Caller, in.EventBusName, in.Rule, "rule")
	if err != nil {
		return targetsOutput{}, err
	}
	failed, err := found.targets.Remove(in.Rule, in.Ids)
	return targetsOutput{FailedEntryCount: len(failed), FailedEntries: failed}, err
}

type listTargetsInput struct {
	Rule, EventBusName, NextToken string
	Limit                         *int
}

type listTargetsOutput struct {
	Targets   []delivery.Target
	NextToken string `json:",omitempty"`
}

func (s *Service) listTargetsByRule(r *wire.Request, in listTargetsInput) (listTargetsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.rule(r.Caller, in.EventBusName, in.Rule, "rule")
	if err != nil {
		return listTargetsOutput{}, err
	}
	targets, next, err := paging.Page(found.targets, "", in.NextToken, in.Limit)
	return listTargetsOutput{Targets: targets, NextToken: next}, err
}
