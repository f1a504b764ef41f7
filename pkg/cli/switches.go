package cli

import (
	"context"

	"github.com/twohop/twohop/pkg/awscheck"
	"github.com/twohop/twohop/pkg/awslogin"
	"github.com/twohop/twohop/pkg/awsswitch"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/picture"
)

// rule is a rule of EventBridge as a switch.
type rule struct {
	events    awscheck.Events
	bus, name string // an empty bus is the default one
	where     string // added to the name that it is reported by
}

func (r rule) String() string { return "rule " + r.name + r.where }

func (r rule) On(ctx context.Context) (bool, error) {
	live, err := r.events.Rule(ctx, r.bus, r.name)
	return live.On, err
}

// switchesOf are everything of the backup account that must be on for second hops to be started
// and followed: what pause switches off, the mappings of the other functions, and the rules.
func switchesOf(config awslogin.Config, e estate.Estate) []picture.Switch {
	var switches []picture.Switch
	for _, s := range awsswitch.SecondHop(config, namesOf(e)) {
		switches = append(switches, s)
	}
	for function, queue := range map[string]string{estate.OutcomeTracker: estate.OutcomesQueue, estate.VaultReconciler: estate.SweepsQueue} {
		names := awsswitch.Names{Function: e.Called(function), QueueARN: e.QueueARN(e.Accounts.Backup, queue)}
		for _, s := range awsswitch.SecondHop(config, names) {
			switches = append(switches, s)
		}
	}
	events := awscheck.NewEvents(config)
	for _, part := range []string{estate.HopRule, estate.FailedRule} {
		switches = append(switches, rule{events, e.Name, e.Called(part), " on the bus " + e.Name})
	}
	for _, part := range []string{estate.HopRule, estate.OutcomeRule} {
		switches = append(switches, rule{events, "", e.Called(part), " on the default bus"})
	}
	return switches
}

// isPaused reports whether the mapping of the function that starts second hops is off; false
// where that cannot be read, since a replay needs no right to read it.
func (a *access) isPaused(ctx context.Context) bool {
	config, err := a.backup(ctx)
	if err != nil {
		return false
	}
	names := namesOf(a.estate)
	names.Schedules = nil
	for _, s := range awsswitch.SecondHop(config, names) {
		if on, err := s.On(ctx); err == nil && !on {
			return true
		}
	}
	return false
}
