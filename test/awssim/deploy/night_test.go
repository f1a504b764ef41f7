package deploy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/kms"
)

var (
	documents = tagged{"arn:aws:rds:eu-central-1:111111111111:cluster:documents", "DocumentDB", "cross-region-special", databaseKey}
	graph     = tagged{"arn:aws:rds:eu-central-1:111111111111:cluster:graph", "Neptune", "cross-region-special", databaseKey}
	onlyLocal = tagged{"arn:aws:rds:eu-central-1:111111111111:db:scratch", "RDS", "simple", ownPolicy}
)

// pointOf is the one point of a resource in a vault; false where there is none.
func pointOf(t *testing.T, world *awssim.World, vault, resource string) (backup.RecoveryPoint, bool) {
	t.Helper()
	var found []backup.RecoveryPoint
	for _, p := range world.Backup.RecoveryPoints(vault) {
		if p.ResourceArn == resource {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return backup.RecoveryPoint{}, false
	}
	require.Len(t, found, 1, "of %s in %s", resource, vault)
	return found[0], true
}

// TestANight lets one night of the plans pass over one resource of each kind, and
// looks where its points are and with which keys.
func TestANight(t *testing.T) {
	world, err := estate(t, asItIs)
	require.NoError(t, err)
	all := []tagged{bucket, volume, database, cluster, documents, graph, onlyLocal}
	for _, r := range all {
		r.add(t, world)
	}
	require.NoError(t, world.Backup.Resources.Add(resources.Resource{
		ARN: "arn:aws:rds:eu-central-1:111111111111:db:untagged", Type: "RDS", Account: member, Region: region,
	}))
	require.NoError(t, world.Clock.Advance(t.Context(), 24*time.Hour))

	keyOf := map[string]string{}
	for vault, alias := range map[string]string{localVault: "alias/twohop-local", intermediateVault: "alias/twohop-intermediate", finalVault: "alias/twohop-final"} {
		keyOf[vault] = vaultKey(t, world, vault, alias)
	}
	for _, r := range all {
		local, ok := pointOf(t, world, localVault, r.arn)
		require.True(t, ok, r.arn)
		if r.kind == "S3" {
			assert.Equal(t, keyOf[localVault], local.EncryptionKeyArn, "S3 is encrypted anew at once")
		} else {
			assert.NotEqual(t, keyOf[localVault], local.EncryptionKeyArn, "%s keeps its own key until it is copied", r.kind)
		}
		between, ok := pointOf(t, world, intermediateVault, r.arn)
		assert.Equal(t, r.plan == "cross-region-special", ok, r.arn)
		if ok {
			assert.Equal(t, keyOf[intermediateVault], between.EncryptionKeyArn)
		}
		final, ok := pointOf(t, world, finalVault, r.arn)
		assert.Equal(t, r.plan != "simple", ok, r.arn)
		if ok {
			assert.Equal(t, keyOf[finalVault], final.EncryptionKeyArn)
			assert.Equal(t, local.CreationDate, final.CreationDate, "retention counts from the backup")
		}
	}
	assert.Len(t, world.Backup.RecoveryPoints(localVault), len(all), "none of what carries no tag")
	assert.Empty(t, world.Events.Dropped())
	assert.Empty(t, world.SQS.Peek("arn:aws:sqs:eu-central-1:222222222222:twohop-copies-dlq"))
}

func vaultKey(t *testing.T, world *awssim.World, vault, alias string) string {
	t.Helper()
	account, place := central, region
	switch vault {
	case localVault:
		account = member
	case finalVault:
		place = "eu-north-1"
	}
	found, err := world.KMS.ByAlias(kms.Place{Account: account, Region: place}, alias)
	require.NoError(t, err, alias)
	return found
}
