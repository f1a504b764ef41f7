package organizations_test

import (
	"testing"

	api "github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/organizations"
)

func TestALineageGoesFromTheRootToTheAccount(t *testing.T) {
	service, _ := serve(t)
	require.NoError(t, service.AddUnit(organizations.Unit{ID: "ou-ab12-22222222", Parent: unit}))
	require.NoError(t, service.AddAccount(organizations.Account{ID: "400000000000", Parent: "ou-ab12-22222222"}))
	for account, want := range map[string][]string{
		"400000000000": {"r-ab12", unit, "ou-ab12-22222222", "400000000000"},
		member:         {"r-ab12", unit, member},
		management:     {"r-ab12", management},
	} {
		got, ok := service.Lineage(account)
		assert.True(t, ok)
		assert.Equal(t, want, got)
	}
	_, ok := service.Lineage("500000000000")
	assert.False(t, ok)
	assert.ElementsMatch(t, []string{member, management, "400000000000"}, service.Accounts())

	for _, target := range []string{"r-ab12", unit, member, management} {
		assert.True(t, service.Manages(management, target), target)
		assert.False(t, service.Manages(member, target), target)
	}
	assert.False(t, service.Manages(management, "ou-ab12-99999999"))
	assert.False(t, service.Manages("500000000000", unit))
}

func TestAPolicyTypeCountsOnceItIsEnabled(t *testing.T) {
	service, as := serve(t)
	service.EnableSlowly(1)
	assert.False(t, service.PolicyTypeEnabled(member, "BACKUP_POLICY"))
	root := "r-ab12"
	_, err := as(management).EnablePolicyType(t.Context(), &api.EnablePolicyTypeInput{RootId: &root, PolicyType: types.PolicyTypeBackupPolicy})
	require.NoError(t, err)
	assert.False(t, service.PolicyTypeEnabled(member, "BACKUP_POLICY"), "about to be")
	_, err = as(management).ListRoots(t.Context(), &api.ListRootsInput{})
	require.NoError(t, err)
	assert.True(t, service.PolicyTypeEnabled(member, "BACKUP_POLICY"))
	assert.False(t, service.PolicyTypeEnabled("500000000000", "BACKUP_POLICY"))
}
