package chance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/chance"
)

func TestANumberDependsOnTheSeedAndTheThingAlone(t *testing.T) {
	again := chance.Seed(1)
	assert.InDelta(t, chance.Seed(1).Of("a", 2), again.Of("a", 2), 0)
	assert.NotEqual(t, chance.Seed(1).Of("a", 2), chance.Seed(2).Of("a", 2))
	assert.NotEqual(t, chance.Seed(1).Of("a", 2), chance.Seed(1).Of("a", 3))
}

func TestNumbersAreEven(t *testing.T) {
	below := 0
	for i := range 10_000 {
		x := chance.Seed(1).Of("event", i)
		require.GreaterOrEqual(t, x, 0.0)
		require.Less(t, x, 1.0)
		if x < 0.05 {
			below++
		}
	}
	assert.InDelta(t, 500, below, 75)
	d := chance.Seed(1).Between(time.Minute, time.Hour, "x")
	assert.Greater(t, d, time.Minute)
	assert.Less(t, d, time.Hour)
}
