package backuptest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/hop"
)

func holdsPoints(t *testing.T, s Stage) {
	other := s.Add(t, "arn:aws:rds:eu-central-1:111111111111:cluster:other")
	held, err := s.Backup.PointsOf(t.Context(), s.Source, s.Point.ResourceARN)
	require.NoError(t, err)
	assert.Equal(t, []hop.Held{{Vault: s.Source, RecoveryPoint: s.Point}}, held)
	held, err = s.Backup.PointsOf(t.Context(), s.Source, "arn:aws:rds:eu-central-1:111111111111:cluster:other")
	require.NoError(t, err)
	require.Len(t, held, 1)
	assert.Equal(t, other, held[0].ARN)
	held, err = s.Backup.PointsOf(t.Context(), s.Destination, s.Point.ResourceARN)
	require.NoError(t, err)
	assert.Empty(t, held)
}
