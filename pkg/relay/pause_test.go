package relay_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/relay"
)

var errRefused = errors.New("refused")

// lamp is a switch in memory.
type lamp struct {
	name         string
	on           bool
	dark, broken error // of looking, of switching
	switched     *[]string
}

func (l *lamp) String() string { return l.name }

func (l *lamp) On(context.Context) (bool, error) { return l.on, l.dark }

func (l *lamp) Set(_ context.Context, on bool) error {
	if l.broken == nil {
		l.on = on
		*l.switched = append(*l.switched, l.name+" "+relay.OnOrOff(on))
	}
	return l.broken
}

// lamps are two schedules and a mapping.
func lamps(switched *[]string) (recent, full, mapping *lamp, all []relay.Switch) {
	recent, full, mapping = &lamp{name: "recent", on: true}, &lamp{name: "full", on: true}, &lamp{name: "mapping", on: true}
	for _, l := range []*lamp{recent, full, mapping} {
		l.switched = switched
		all = append(all, l)
	}
	return recent, full, mapping, all
}

func take(t *testing.T, steps []relay.Step) (progress []relay.Progress) {
	t.Helper()
	for _, step := range steps {
		progress = append(progress, step.Take(t.Context()).Progress)
	}
	return progress
}

func TestAPlanChangesNothing(t *testing.T) {
	var switched []string
	_, _, _, all := lamps(&switched)
	for _, step := range relay.PlanSteps(t.Context(), all, false) {
		assert.Equal(t, relay.StepDue, step.Progress)
	}
	assert.Empty(t, switched)
}

func TestWhatSendsIsSwitchedOffFirstAndOnLast(t *testing.T) {
	var switched []string
	_, _, _, all := lamps(&switched)
	take(t, relay.PlanSteps(t.Context(), all, false))
	assert.Equal(t, []string{"recent off", "full off", "mapping off"}, switched)
	switched = nil
	take(t, relay.PlanSteps(t.Context(), all, true))
	assert.Equal(t, []string{"mapping on", "full on", "recent on"}, switched)
}

func TestWhatIsAsWantedIsLeftAlone(t *testing.T) {
	var switched []string
	_, full, _, all := lamps(&switched)
	full.on = false
	steps := relay.PlanSteps(t.Context(), all, false)
	assert.Equal(t, []relay.Progress{relay.StepDone, relay.StepAlready, relay.StepDone}, take(t, steps))
	assert.Equal(t, []string{"recent off", "mapping off"}, switched)
	assert.Equal(t, []relay.Progress{relay.StepAlready, relay.StepAlready, relay.StepAlready}, take(t, relay.PlanSteps(t.Context(), all, false)))
}

func TestOneThatFailsKeepsNoOtherFromIt(t *testing.T) {
	var switched []string
	recent, full, _, all := lamps(&switched)
	recent.dark, full.broken = errRefused, errRefused
	steps := relay.PlanSteps(t.Context(), all, false)
	require.ErrorIs(t, steps[0].Err, errRefused)
	require.EqualError(t, steps[0].Err, "look at the recent: refused")
	assert.Equal(t, []relay.Progress{relay.StepFailed, relay.StepFailed, relay.StepDone}, take(t, steps))
	require.EqualError(t, steps[1].Take(t.Context()).Err, "switch the full off: refused")
	assert.Equal(t, []string{"mapping off"}, switched)
}
