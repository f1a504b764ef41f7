package fleet_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/fleet"
)

func TestANightOfThousands(t *testing.T) {
	r, err := fleet.Run(t.Context(), fleet.Config{Points: 3000, Seed: 1})
	require.NoError(t, err)
	t.Logf("%+v", r)
	assert.Zero(t, r.Lost)
	assert.Zero(t, r.Doubled)
	for _, p := range r.Pools {
		assert.LessOrEqual(t, p.Ratio(), 1.1, p.Types)
		assert.LessOrEqual(t, p.Most, p.Size, p.Types)
	}
}
