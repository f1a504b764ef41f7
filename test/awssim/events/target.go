package events

import (
	"fmt"
	"maps"

	"github.com/twohop/twohop/test/awssim/events/delivery"
	"github.com/twohop/twohop/test/awssim/events/fault"
	"github.com/twohop/twohop/test/awssim/events/paging"
	"github.com/twohop/twohop/test/awssim/wire"
)

// maxTargets is how many targets a rule may have [EventBridge quotas].
const maxTargets = 5

type putTargetsInput struct {
	Rule, EventBusName string
	Targets            []delivery.Target
}

type targetsOutput struct {
	FailedEntryCount int
	FailedEntries    []failedTarget
}

type failedTarget struct{ TargetId, ErrorCode, ErrorMessage string }

// putTargets adds targets, or replaces those of the same id. Either all of them
// are taken or none.
func (s *Service) putTargets(r *wire.Request, in putTargetsInput) (targetsOutput, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, err := s.rule(r.Caller, in.EventBusName, in.Rule, "rule")
	if err != nil {
		return targetsOutput{}, err
	}
	if len(in.Targets) == 0 || len(in.Targets) > 100 {
		return targetsOutput{}, fault.Constraint(fmt.Sprintf("%d targets", len(in.Targets)), "targets", "have length between 1 and 100")
	}
	targets := maps.Clone(found.targets)
	for i, t := range in.Targets {
		if err := fault.TargetID.Check(t.Id, fmt.Sprintf("targets.%d.member.id", i+1)); err != nil {
			return targetsOutput{}, err
		}
		if err := t.Check(found.bus); err != nil {
			return targetsOutput{}, fault.Invalid("%v", err)
		}
		targets[t.Id] = t
	}
	if len(targets) > maxTargets {
		return targetsOutput{}, fault.New("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}
	found.targets = targets
	return targetsOutput{FailedEntries: []failedTarget{}}, nil
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
	if len(in.Ids) == 0 || len(in.Ids) > 100 {
		return targetsOutput{}, fault.Constraint(fmt.Sprintf("%d ids", len(in.Ids)), "ids", "have length between 1 and 100")
	}
	out := targetsOutput{FailedEntries: []failedTarget{}}
	for _, id := range in.Ids {
		if _, ok := found.targets[id]; !ok {
			out.FailedEntryCount++
			out.FailedEntries = append(out.FailedEntries, failedTarget{TargetId: id, ErrorCode: "ResourceNotFoundException",
				ErrorMessage: fmt.Sprintf("Rule %s does not have a target with the Id %s.", in.Rule, id)})
		}
		delete(found.targets, id)
	}
	return out, nil
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
