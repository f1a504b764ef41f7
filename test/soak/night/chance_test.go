package night

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChanceDependsOnTheSeedAndTheThingAlone(t *testing.T) {
	again := chance(1)
	assert.InDelta(t, chance(1).of("a", 2), again.of("a", 2), 0)
	assert.NotEqual(t, chance(1).of("a", 2), chance(2).of("a", 2))
	assert.NotEqual(t, chance(1).of("a", 2), chance(1).of("a", 3))
}

func TestChanceIsEven(t *testing.T) {
	below := 0
	for i := range 10_000 {
		x := chance(1).of("event", i)
		require.GreaterOrEqual(t, x, 0.0)
		require.Less(t, x, 1.0)
		if x < 0.05 {
			below++
		}
	}
	assert.InDelta(t, 500, below, 75)
	d := chance(1).between(time.Minute, time.Hour, "x")
	assert.Greater(t, d, time.Minute)
	assert.Less(t, d, time.Hour)
}

func TestOptionsNameEveryFault(t *testing.T) {
	err := Options{Points: 2, Nights: 3, Rates: Rates{Dropped: 0.6, Doubled: 0.6, Killed: -1}}.Check()
	require.ErrorContains(t, err, "2 points in 3 nights")
	require.ErrorContains(t, err, "dropped and doubled events: a rate of 1.2; 0 to 1 are possible")
	require.ErrorContains(t, err, "killed runs: a rate of -1")
	require.NoError(t, Options{Points: 3, Nights: 3, Rates: Usual()}.Check())
}
