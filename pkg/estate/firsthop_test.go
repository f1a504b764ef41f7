package estate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

func TestAFirstHopIsThePlans(t *testing.T) {
	e, err := estate.Load("../../infra/config/example.yaml")
	require.NoError(t, err)
	local, err := hop.ParseVault("arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local")
	require.NoError(t, err)
	between, err := hop.ParseVault("arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate")
	require.NoError(t, err)
	final, err := hop.ParseVault("arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final")
	require.NoError(t, err)
	other, err := hop.ParseVault("arn:aws:backup:eu-central-1:111111111111:backup-vault:other")
	require.NoError(t, err)

	route, known := e.FirstHop(local, between, "Aurora")
	require.True(t, known)
	assert.Equal(t, "arn:aws:iam::111111111111:role/twohop-BackupandRestore", route.Role)
	plan := e.Plans["cross-region-special"]
	assert.Equal(t, []hop.Destination{{Vault: between, DeleteAfterDays: int32(plan.Retention["intermediate"])}}, route.Destinations)

	for sentence, c := range map[string]struct {
		from, to     hop.Vault
		resourceType string
	}{
		"straight to the final vault":   {local, final, "Aurora"},
		"from a vault of somebody else": {other, between, "Aurora"},
		"from the backup account":       {between, between, "Aurora"},
		"of what travels in one hop":    {local, between, "S3"},
	} {
		_, known := e.FirstHop(c.from, c.to, c.resourceType)
		assert.False(t, known, sentence)
	}

	longer := plan
	longer.Retention = map[string]int{"local": 7, "intermediate": 90, "final": 100}
	e.Plans["archive"] = longer
	route, _ = e.FirstHop(local, between, "Aurora")
	assert.Equal(t, int32(90), route.Destinations[0].DeleteAfterDays, "the longest counts")
}
