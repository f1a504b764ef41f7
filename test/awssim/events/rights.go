package events

import "github.com/twohop/twohop/test/awssim/wire"

// on has an action take the right to itself on a bus, named as callers name one, or
// on a rule of it, if about tells one [Service Authorization Reference: Amazon
// EventBridge].
func on[In any](op wire.Op, about func(In) (bus, rule string)) wire.Op {
	return wire.Takes(op, func(r *wire.Request, action string, in In) []wire.Need {
		bus, rule := about(in)
		key, err := named(r.Caller, bus)
		if err != nil {
			return nil // the action itself refuses it
		}
		if rule != "" {
			return []wire.Need{{Action: "events:" + action, Resource: key.RuleARN(rule)}}
		}
		return []wire.Need{{Action: "events:" + action, Resource: key.ARN()}}
	})
}

// onEntries is the right to each bus that an entry goes to.
func onEntries(r *wire.Request, action string, in putEventsInput) []wire.Need {
	var needs []wire.Need
	for _, e := range in.Entries {
		if key, err := named(r.Caller, e.EventBusName); err == nil {
			needs = append(needs, wire.Need{Action: "events:" + action, Resource: key.ARN(), Context: e.Context()})
		}
	}
	return needs
}

// onTargets is the right to the rule, and to pass each target's role on.
func onTargets(r *wire.Request, action string, in putTargetsInput) []wire.Need {
	key, err := named(r.Caller, in.EventBusName)
	if err != nil {
		return nil
	}
	needs := []wire.Need{{Action: "events:" + action, Resource: key.RuleARN(in.Rule)}}
	for _, target := range in.Targets {
		if target.RoleArn != "" {
			needs = append(needs, wire.Need{Action: "iam:PassRole", Resource: target.RoleArn,
				Context: map[string][]string{"iam:PassedToService": {"events.amazonaws.com"}}})
		}
	}
	return needs
}
