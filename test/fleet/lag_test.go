package fleet_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/lag"
	"github.com/twohop/twohop/test/fleet"
)

// AWS Backup promises no list that is of now. However late it shows a change, up to the
// bound, no copy is made twice and no pool overshoots its quota.
func TestANightWhoseListsLag(t *testing.T) {
	r, err := fleet.Run(t.Context(), fleet.Config{Points: 1000, Seed: 1, Over: 10 * time.Hour, Pools: fleet.Quotas(1000), Lag: lag.Usual()})
	require.NoError(t, err)
	assert.Zero(t, r.Lost)
	assert.Zero(t, r.Doubled)
	assert.Zero(t, r.Rejected)
	for _, p := range r.Pools {
		assert.LessOrEqual(t, p.InFlight, p.Size, p.Types)
		assert.LessOrEqual(t, p.Ratio(), 1.1, p.Types)
	}
	t.Logf("%+v", r.Pools)
}
