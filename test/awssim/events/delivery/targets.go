package delivery

import (
	"fmt"
	"maps"

	"github.com/twohop/twohop/test/awssim/events/fault"
)

// Targets are those of a rule, by id.
type Targets map[string]Target

// FailedTarget is one that could not be taken away.
type FailedTarget struct{ TargetId, ErrorCode, ErrorMessage string }

// maxTargets is how many targets a rule may have [EventBridge quotas].
const maxTargets = 5

// With are the targets with others added, or put in the place of those of the same id:
// all of them or none.
func (t Targets) With(b Bus, added []Target) (Targets, error) {
	if len(added) == 0 || len(added) > 100 {
		return nil, fault.Constraint(fmt.Sprintf("%d targets", len(added)), "targets", "have length between 1 and 100")
	}
	targets := maps.Clone(t)
	for i, one := range added {
		if err := fault.TargetID.Check(one.Id, fmt.Sprintf("targets.%d.member.id", i+1)); err != nil {
			return nil, err
		}
		if err := one.Check(b); err != nil {
			return nil, fault.Invalid("%v", err)
		}
		targets[one.Id] = one
	}
	if len(targets) > maxTargets {
		return nil, fault.New("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}
	return targets, nil
}

// Remove takes targets away, and tells which were not there.
func (t Targets) Remove(rule string, ids []string) ([]FailedTarget, error) {
	if len(ids) == 0 || len(ids) > 100 {
		return nil, fault.Constraint(fmt.Sprintf("%d ids", len(ids)), "ids", "have length between 1 and 100")
	}
	failed := []FailedTarget{}
	for _, id := range ids {
		if _, ok := t[id]; !ok {
			failed = append(failed, FailedTarget{TargetId: id, ErrorCode: "ResourceNotFoundException",
				ErrorMessage: fmt.Sprintf("Rule %s does not have a target with the Id %s.", rule, id)})
		}
		delete(t, id)
	}
	return failed, nil
}
