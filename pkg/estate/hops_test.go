package estate_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

func TestAMembersOwnCopiesGoWhereItsPlansSendThem(t *testing.T) {
	e, err := estate.Load("../../infra/stacks/testdata/whole.yaml")
	require.NoError(t, err)
	routes := e.FirstHops("444444444444")
	local := "arn:aws:backup:eu-central-1:444444444444:backup-vault:payroll-local"
	for resourceType, want := range map[string]struct {
		to   string
		days int32
	}{
		"RDS": {"arn:aws:backup:eu-central-1:222222222222:backup-vault:payroll-intermediate", 7},
		"S3":  {"arn:aws:backup:eu-north-1:222222222222:backup-vault:payroll-direct", 60},
	} {
		route, ok := routes.For(local, resourceType)
		require.True(t, ok, resourceType)
		require.Len(t, route.Destinations, 1)
		assert.Equal(t, want.to, route.Destinations[0].Vault.ARN)
		assert.Equal(t, want.days, route.Destinations[0].DeleteAfterDays)
		assert.Equal(t, "arn:aws:iam::444444444444:role/payroll-BackupandRestore", route.Role)
	}
	_, ok := routes.For(local, "DynamoDB")
	assert.False(t, ok)
}

func TestTypesAreCopiedIntoAVaultByEitherHopAndByDirectPlans(t *testing.T) {
	e := parse(t, over(""))
	databases := []string{"Aurora", "DocumentDB", "Neptune", "RDS"}
	types := map[string][]string{}
	for _, vault := range e.BackupVaults() {
		types[vault.Name] = e.CopiedTypes(vault)
	}
	assert.Equal(t, map[string][]string{"twohop-intermediate": databases, "twohop-final": {"Aurora", "DocumentDB", "EBS", "Neptune", "RDS", "S3"}}, types)
	disabled := parse(t, over("plans: {cross-region: {enabled: false}}\n"))
	for _, vault := range disabled.BackupVaults() {
		assert.Equal(t, databases, disabled.CopiedTypes(vault))
	}
}

func TestTheLongestRetentionOfAVaultCounts(t *testing.T) {
	e, err := estate.Load("../../infra/config/example.yaml")
	require.NoError(t, err)
	for name, days := range map[string]int{"twohop-local": 35, "twohop-intermediate": 7, "twohop-final": 35, "another": 0} {
		assert.Equal(t, days, e.KeptDays(name), name)
	}
}
