package night

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/lag"
)

func TestOptionsNameEveryFault(t *testing.T) {
	err := Options{Points: 2, Nights: 3, Rates: Rates{Dropped: 0.6, Doubled: 0.6, Killed: -1}, Lag: lag.Config{Stale: 2}}.Check()
	require.ErrorContains(t, err, "2 points in 3 nights")
	require.ErrorContains(t, err, "dropped and doubled events: a rate of 1.2; 0 to 1 are possible")
	require.ErrorContains(t, err, "killed runs: a rate of -1")
	require.ErrorContains(t, err, "stale reads: a share of 2")
	require.NoError(t, Options{Points: 3, Nights: 3, Rates: Usual(), Lag: lag.Usual()}.Check())
}
