package checkup_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/hop"
)

func TestRecoveryPointsThatAreStillStoredPastTheirRetentionAreFoundInEachVault(t *testing.T) {
	now := time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)
	of := func(arn, role string, status hop.PointStatus, days int) hop.RecoveryPoint {
		return hop.RecoveryPoint{ARN: arn, ResourceARN: "db:" + arn, Status: status, RoleARN: role, Created: now.AddDate(0, 0, -days).Add(-time.Hour)}
	}
	held := stored{
		of("old", "role/a", hop.PointExpired, 40), of("older", "role/a", hop.PointExpired, 90), of("other", "", hop.PointExpired, 36),
		of("kept", "role/a", hop.PointCompleted, 400), of("deleted by hand", "role/a", hop.PointExpired, 3),
	}
	e := example(t)
	found := checkup.Run(t.Context(), checkup.Expired(e, member, "eu-central-1", estate.MemberAccount, now, vaultUnder("key"), held))
	require.Len(t, found, 2)
	assert.Contains(t, found[0].Problem, "1 recovery points in vault twohop-local")
	assert.Contains(t, found[0].Mend, "the role that made it (IamRoleArn of aws backup describe-recovery-point) must exist")
	assert.Equal(t, checkup.Broken, found[1].Kind)
	assert.Equal(t, "arn:aws:backup:eu-central-1:"+member+":backup-vault:twohop-local", found[1].Resource)
	assert.Contains(t, found[1].Problem, "3 recovery points in vault twohop-local are EXPIRED: they are no backup, and still stored")
	assert.Contains(t, found[1].Problem, "the oldest is older of db:older")
	assert.Contains(t, found[1].Mend, "the role role/a must exist")
	assert.Contains(t, found[1].Mend, "breakGlassRole")
	assert.Contains(t, found[1].Mend, "aws backup delete-recovery-point --region eu-central-1 --backup-vault-name twohop-local")

	assert.Empty(t, checkup.Run(t.Context(), checkup.Expired(e, member, "eu-central-1", estate.MemberAccount, now, noVault{}, held)), "the vault's own check reports it")
}

// noVault has no vault.
type noVault struct{}

func (noVault) Vault(context.Context, string, string) (checkup.Vault, error) {
	return checkup.Vault{}, checkup.ErrNotFound
}
func (noVault) VaultPolicy(context.Context, string, string) (string, error) {
	return "", checkup.ErrNotFound
}
