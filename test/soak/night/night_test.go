package night_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/soak/night"
)

// play plays one small night with more faults than usual.
func play(t *testing.T, points int, without night.Variant) night.Result {
	t.Helper()
	rates := night.Usual()
	rates.Dropped, rates.FailsAwhile, rates.FailsForGood, rates.Killed = 0.15, 0.10, 0.08, 0.03
	result, err := night.Play(t.Context(), night.Options{Seed: 7, Points: points, Nights: 1, Rates: rates, Lag: lag.Usual(), Without: without})
	require.NoError(t, err)
	return result
}

func TestNothingIsLostInANightOfFaults(t *testing.T) {
	t.Parallel()
	result := play(t, 48, night.Variant{})
	assert.Empty(t, result.Faults)
	assert.Empty(t, result.CauselessAlarms)
	assert.Equal(t, 48, result.Points)
	assert.Zero(t, result.Lost)
	assert.Zero(t, result.Doubled)
	assert.Zero(t, result.WronglyRejected)
	assert.Len(t, result.InFlight, 2, "both pools are drawn from")
	assert.Positive(t, result.RightlyRejected, "some copies fail for good")
	assert.Positive(t, result.Alarms, "and are heard")
}

// variant is the design of that name.
func variant(t *testing.T, name string) night.Variant {
	t.Helper()
	all := night.Variants()
	i := slices.IndexFunc(all, func(v night.Variant) bool { return v.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return all[i]
}

func TestTheNaiveDesignLosesAndDoubles(t *testing.T) {
	t.Parallel()
	result := play(t, 48, variant(t, "naive"))
	assert.Positive(t, result.Lost, "events that never arrive")
	assert.Positive(t, result.Doubled, "events that arrive twice")
	assert.False(t, result.Sound())
}

// TestWithoutTheirSettingLambdaEndsTheFunctionsWaits: in a night that is large enough for
// messages to wait for more than 16 invocations.
func TestWithoutTheirSettingLambdaEndsTheFunctionsWaits(t *testing.T) {
	t.Parallel()
	result := play(t, 160, variant(t, "no loops"))
	assert.Positive(t, result.WronglyRejected, "messages that waited too often, without a reason")
	assert.NotEmpty(t, result.CauselessAlarms)
	assert.False(t, result.Sound())
}
