package stacks_test

import (
	"slices"

	"github.com/twohop/twohop/infra/stacks"
)

// planOrder: what backup policies wait for while a stack is deployed.
var planOrder = map[string]check{
	"every plan waits until the members have their vaults, roles and opt-ins": {plansWait, map[string]func(*draft){
		"one does not":          func(d *draft) { d.attribute(stacks.Management, "PlanSimple", nil, "DependsOn") },
		"one waits for another": func(d *draft) { d.attribute(stacks.Management, "PlanCrossRegion", []any{"PlanSimple"}, "DependsOn") },
	}, nil},
	"plans are created one after another, since AWS Organizations refuses overlapping changes": {plansAreChained, map[string]func(*draft){
		"the last waits for none": func(d *draft) { d.attribute(stacks.Management, "PlanSimple", []any{memberDuties}, "DependsOn") },
		"the second waits for none": func(d *draft) {
			d.attribute(stacks.Management, "PlanCrossRegionSpecial", []any{memberDuties}, "DependsOn")
		},
		"two wait for the first": func(d *draft) {
			d.attribute(stacks.Management, "PlanSimple", []any{memberDuties, "PlanCrossRegion"}, "DependsOn")
		},
	}, map[string]func(*draft){
		"one that is not in force waits for none": func(d *draft) { d.attribute(stacks.Management, "PlanSimple", []any{memberDuties}, "DependsOn") },
	}},
}

func plansWait(d deployment) (found faults) {
	for _, plan := range d.all(aPlan) {
		if !slices.Contains(plan.after, memberDuties) {
			found.add("%s: waits for %v", plan, plan.after)
		}
	}
	return found
}

func plansAreChained(d deployment) (found faults) {
	created := d.management().all(aPlan)
	for i, plan := range created {
		for _, other := range created[:i] {
			if !plan.waitsFor(other) && !other.waitsFor(plan) {
				found.add("%s and %s may be created at the same time", plan, other)
			}
		}
	}
	return found
}

// waitsFor reports whether a resource depends on another of its stack by word, itself
// or through others. The stack has no circles.
func (r *resource) waitsFor(other *resource) bool {
	return slices.ContainsFunc(r.stack.standing, func(between *resource) bool {
		return slices.Contains(r.after, between.id) && (between == other || between.waitsFor(other))
	})
}
