package fleet_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/fleet"
)

// A storm of copies passes at the pace of the daily ceiling, for as many days as it takes;
// what waits is neither rejected nor forgotten.
func TestAStormPassesAtThePaceOfTheCeiling(t *testing.T) {
	const points, ceiling = 9, 3
	r, err := fleet.Run(t.Context(), fleet.Config{Points: points, Seed: 1, Over: time.Hour, Pools: fleet.Quotas(1000), Ceiling: ceiling})
	require.NoError(t, err)
	assert.Zero(t, r.Lost)
	assert.Zero(t, r.Doubled)
	assert.Zero(t, r.Rejected)
	assert.Positive(t, r.Reasons[hop.ReasonCeiling], "copies wait for the next day")
	assert.LessOrEqual(t, r.MostInADay, ceiling)
	assert.GreaterOrEqual(t, r.MostInADay, ceiling-1, "the ceiling is used up")
}
