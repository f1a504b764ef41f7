package night_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/soak/night"
)

// play plays one small night with more faults than usual.
func play(t *testing.T, without night.Variant) night.Result {
	t.Helper()
	rates := night.Usual()
	rates.Dropped, rates.FailsAwhile, rates.FailsForGood, rates.Killed = 0.15, 0.10, 0.08, 0.03
	result, err := night.Play(t.Context(), night.Options{Seed: 7, Points: 48, Nights: 1, Rates: rates, Without: without, Dir: t.TempDir()})
	require.NoError(t, err)
	return result
}

func TestNothingIsLostInANightOfFaults(t *testing.T) {
	result := play(t, night.Variant{})
	assert.Empty(t, result.Faults)
	assert.Empty(t, result.CauselessAlarms)
	assert.Equal(t, 48, result.Points)
	assert.Zero(t, result.Lost)
	assert.Zero(t, result.Doubled)
	assert.Zero(t, result.WronglyRejected)
	assert.Positive(t, result.RightlyRejected, "some copies fail for good")
	assert.Positive(t, result.Alarms, "and are heard")
}

func TestTheNaiveDesignLosesAndDoubles(t *testing.T) {
	for _, v := range night.Variants() {
		if v.Name == "naive" {
			result := play(t, v)
			assert.Positive(t, result.Lost, "events that never arrive")
			assert.Positive(t, result.Doubled, "events that arrive twice")
			assert.False(t, result.Sound())
			return
		}
	}
	require.Fail(t, "there is no naive design")
}
