package relay

import (
	"context"
	"fmt"
	"slices"
)

// Switch is something that must be on for second hops to be started.
type Switch interface {
	// String says what it is: "schedule twohop-recent".
	String() string
	// On tells whether it is on. Errors: hop.ErrNotFound where it does not exist,
	// *hop.Failure.
	On(ctx context.Context) (bool, error)
	// Set switches it on or off and leaves everything else about it as it is. Errors
	// as On.
	Set(ctx context.Context, on bool) error
}

// Progress is how far a step has come.
type Progress string

// Every progress.
const (
	StepAlready Progress = "already" // it is as wanted, nothing is to be done
	StepDue     Progress = "due"
	StepDone    Progress = "done" // it was due, and is as wanted now
	StepFailed  Progress = "failed"
)

// Step is what is to be done about one switch, or what became of that.
type Step struct {
	Switch   Switch
	On       bool // what is wanted
	Progress Progress
	Err      error // why it failed; nil otherwise
}

// PlanSteps looks at switches and says what is to be done so that all of them are on,
// or off; it changes nothing. The switches are given, and the steps returned, in the
// order in which they are switched off: what sends messages before what takes them.
// They are switched on the other way round. One that cannot be looked at is a failed
// step and keeps no other from being looked at.
func PlanSteps(ctx context.Context, switches []Switch, on bool) []Step {
	steps := make([]Step, len(switches))
	for i, s := range switches {
		steps[i] = look(ctx, s, on)
	}
	if on {
		slices.Reverse(steps)
	}
	return steps
}

func look(ctx context.Context, s Switch, on bool) Step {
	step := Step{Switch: s, On: on, Progress: StepDue}
	is, err := s.On(ctx)
	switch {
	case err != nil:
		step.Progress, step.Err = StepFailed, fmt.Errorf("look at the %s: %w", s, err)
	case is == on:
		step.Progress = StepAlready
	}
	return step
}

// Take does what is due and returns what became of it. A step that is not due stays as
// it is.
func (s Step) Take(ctx context.Context) Step {
	if s.Progress != StepDue {
		return s
	}
	s.Progress = StepDone
	if err := s.Switch.Set(ctx, s.On); err != nil {
		s.Progress, s.Err = StepFailed, fmt.Errorf("switch the %s %s: %w", s.Switch, OnOrOff(s.On), err)
	}
	return s
}

// OnOrOff is "on" or "off".
func OnOrOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
