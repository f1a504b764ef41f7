package fleet_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/fleet"
)

// First hops complete nearly as slowly as the second ones can: points wait for room all
// the time, but not for the whole night, which would take the test long.
func TestANightOfThousandsOfPoints(t *testing.T) {
	r, err := fleet.Run(t.Context(), fleet.Config{Points: 2000, Seed: 1, Over: 20 * time.Hour, Pools: fleet.Quotas(2000)})
	require.NoError(t, err)
	t.Logf("%+v", r)
	assert.Equal(t, 2000, r.Points)
	assert.Zero(t, r.Lost)
	assert.Zero(t, r.Doubled)
	assert.Zero(t, r.Rejected)
	assert.Positive(t, r.Retried, "some copies fail once")
	assert.Positive(t, r.Reasons[hop.ReasonPoolFull], "points wait for room")
	require.Len(t, r.Pools, 2)
	for _, p := range r.Pools {
		assert.LessOrEqual(t, p.Ratio(), 1.1, p.Types)
		assert.GreaterOrEqual(t, p.Ratio(), 1.0, "nothing is faster than the bound")
		assert.LessOrEqual(t, p.Most, p.Size, p.Types)
		assert.GreaterOrEqual(t, p.Most, p.Slots, "all slots are used")
	}
}

func TestANightWithoutPoints(t *testing.T) {
	_, err := fleet.Run(t.Context(), fleet.Config{})
	require.Error(t, err)
}
