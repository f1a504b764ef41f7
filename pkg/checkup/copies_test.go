package checkup_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/hop"
)

// stored are the recovery points of a vault, page by page.
type stored []hop.RecoveryPoint

func (s stored) Made(_ context.Context, _ hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	for _, p := range s {
		if p.Created.After(after) && p.Created.Before(before) {
			if err := visit([]hop.RecoveryPoint{p}); err != nil {
				return err
			}
		}
	}
	return nil
}

// vaultUnder is a vault under a key.
type vaultUnder string

func (v vaultUnder) Vault(context.Context, string, string) (checkup.Vault, error) {
	return checkup.Vault{KeyARN: string(v)}, nil
}
func (vaultUnder) VaultPolicy(context.Context, string, string) (string, error) { return "", nil }

func TestTheNewestCopyOfAResourceMustBeUnderItsVaultsKey(t *testing.T) {
	now := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	of := func(resource, key string, days int) hop.RecoveryPoint {
		return hop.RecoveryPoint{ARN: "copy", ResourceARN: resource, ResourceType: "Aurora", Status: hop.PointCompleted, KeyARN: key, Created: now.AddDate(0, 0, -days).Add(-time.Hour)}
	}
	owned, foreign, expired, direct := of("owned", "", 0), of("table", "", 0), of("expired", "", 0), of("z-bucket", "other", 0)
	owned.KeyType, foreign.ResourceType, expired.Status, direct.ResourceType = hop.AWSOwnedKey, "DynamoDB", hop.PointExpired, "S3"
	found := checkup.Run(t.Context(), checkup.Copied(example(t), now, vaultUnder("key"), stored{
		of("right", "key", 0), of("right", "", 1), of("weak", "", 2), of("weak", "", 1), of("gone", "", 20), owned, foreign, expired, direct,
	}))
	require.Len(t, found, 3)
	assert.Contains(t, found[0].Problem, "the newest copy of owned in vault twohop-final is protected less than asked: it is under a key that AWS owns")
	assert.Contains(t, found[1].Problem, "the newest copy of weak in vault twohop-final is protected less than asked: it is not encrypted, or under a key")
	assert.Contains(t, found[2].Problem, "the newest copy of z-bucket in vault twohop-final is protected less than asked: it is under the key other", "a plan copied it straight there")
	for _, f := range found {
		assert.Equal(t, checkup.Broken, f.Kind)
		assert.Contains(t, f.Mend, "customer managed key")
	}
}

func TestDatabasesWithoutACustomersKeyAreToldApart(t *testing.T) {
	for sentence, c := range map[string]struct {
		arn   string
		d     checkup.Database
		kind  checkup.Kind
		tells string
	}{
		"a cluster that is not encrypted":   {ledger, checkup.Database{Engine: "aurora-mysql", Encryption: checkup.NotEncrypted}, checkup.Broken, "it is not encrypted"},
		"a cluster under a key of AWS":      {ledger, checkup.Database{Engine: "aurora-mysql", Encryption: checkup.AWSOwnedKey}, checkup.Unconfirmed, "under a key that AWS owns"},
		"an instance, whose copies will be": {orders, checkup.Database{Engine: "postgres", Encryption: checkup.NotEncrypted}, "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			d := databases{tagged: []checkup.Tagged{{ARN: c.arn, Value: "cross-region-special"}}, described: map[string]checkup.Database{c.arn: c.d}}
			found := checkup.Run(t.Context(), checkup.Databased(example(t), member, d, nothing{}, everywhere{}))
			if c.kind == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1)
			assert.Equal(t, c.kind, found[0].Kind)
			assert.Contains(t, found[0].Problem, c.tells)
			assert.Contains(t, found[0].Mend, "restore-db-cluster-from-snapshot --kms-key-id", "a copy of an unencrypted snapshot cannot be encrypted")
		})
	}
}
