package stacks

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// addReconciler adds the function reconciler, its two schedules, the feed by which full
// runs go on, and the alarms on what it measures. As many of its runs may be at work as
// the account lets: they do each other no harm.
func (s *stack) addReconciler() {
	e := s.Estate
	environment, err := e.Reconciler().Environment()
	s.fault(err)
	reconciler := s.addFunction(function{
		part:        estate.VaultReconciler,
		description: "Compares the vaults, for what events did not tell, and measures how far the copies are",
		role:        policy.Reconciler(e),
		environment: environment,
		timeout:     estate.ReconcilerTimeout,
		memory:      largeMemory,
		deadLetters: estate.ReconcilerDLQ,
	})
	s.addMapping(estate.SweepsQueue, reconciler)
	recent := s.addSchedule(s.runs(estate.RecentRuns, "Compares the points of the last days", e.Reconciling.RecentEvery, reconciler))
	full := s.addSchedule(s.runs(estate.FullRuns, "Compares all points", e.Reconciling.FullEvery, reconciler))
	s.alarmAges()
	s.alarmRuns(recent, full)
}

// runs are the reconciler's, of one kind. A run that cannot be started is not worth more
// tries than there is time until the next.
func (s *stack) runs(part, description string, every time.Duration, f awslambda.CfnFunction) schedule {
	return schedule{
		part: part, description: description, rate: fmt.Sprintf("rate(%d minutes)", int(every.Minutes())),
		patience: min(hour, seconds(every)), function: f,
		input: map[string]any{"run": part, "scheduled": "<aws.scheduler.scheduled-time>"},
	}
}

func seconds(d time.Duration) int { return int(d.Seconds()) }
