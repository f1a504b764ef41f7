package deploy_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
)

const (
	localVault        = "arn:aws:backup:eu-central-1:111111111111:backup-vault:twohop-local"
	intermediateVault = "arn:aws:backup:eu-central-1:222222222222:backup-vault:twohop-intermediate"
	finalVault        = "arn:aws:backup:eu-north-1:222222222222:backup-vault:twohop-final"
)

// copyTo copies the newest point of a resource in one of the backup account's vaults
// to another vault, with the role of the estate's copies, and lets it end.
func copyTo(t *testing.T, world *awssim.World, resource, from, fromRegion, to string) backup.CopyJob {
	t.Helper()
	vault := "arn:aws:backup:" + fromRegion + ":222222222222:backup-vault:" + from
	var point string
	for _, p := range world.Backup.RecoveryPoints(vault) {
		if p.ResourceArn == resource {
			point = p.RecoveryPointArn
			break // the newest
		}
	}
	require.NotEmpty(t, point, "no point of %s in %s", resource, vault)
	started, err := world.Backup.StartCopy(central, fromRegion, backup.StartCopyJobInput{
		RecoveryPointArn: point, SourceBackupVaultName: from, DestinationBackupVaultArn: to, IamRoleArn: "arn:aws:iam::222222222222:role/twohop-copy",
	})
	require.NoError(t, err)
	require.NoError(t, world.Clock.Advance(t.Context(), 3*time.Hour), "before the next night")
	for _, job := range world.Backup.CopyJobs(central, fromRegion) {
		if job.CopyJobID == started.CopyJobID {
			return job
		}
	}
	require.Fail(t, "the job is gone")
	return backup.CopyJob{}
}

// TestADatabaseComesBackByTheDetour: final vault, intermediate vault, member. What
// comes into the intermediate vault on its way back is not copied onward again.
func TestADatabaseComesBackByTheDetour(t *testing.T) {
	world, err := estate(t, asItIs)
	require.NoError(t, err)
	database.add(t, world)
	require.NoError(t, world.Clock.Advance(t.Context(), 20*time.Hour))
	require.Len(t, world.Backup.RecoveryPoints(finalVault), 1)

	first := copyTo(t, world, database.arn, "twohop-final", "eu-north-1", intermediateVault)
	require.Equal(t, "COMPLETED", first.State, first.StatusMessage)
	second := copyTo(t, world, database.arn, "twohop-intermediate", region, localVault)
	assert.Equal(t, "COMPLETED", second.State, second.StatusMessage)

	onward := 0
	for _, job := range world.Backup.CopyJobs(central, region) {
		if job.DestinationBackupVaultArn == finalVault {
			onward++
		}
	}
	assert.Equal(t, 1, onward, "the night's second hop, and no other")
}

func TestAVolumeComesBackInOneStep(t *testing.T) {
	world, err := estate(t, asItIs)
	require.NoError(t, err)
	volume.add(t, world)
	require.NoError(t, world.Clock.Advance(t.Context(), 20*time.Hour))
	back := copyTo(t, world, volume.arn, "twohop-final", "eu-north-1", localVault)
	assert.Equal(t, "COMPLETED", back.State, back.StatusMessage)
}

// TestAVaultsKeyThatDoesNotAdmitTheMember keeps the member from what is in the vault.
func TestAVaultsKeyThatDoesNotAdmitTheMember(t *testing.T) {
	world, err := estate(t, func(name, text string) string {
		if name != "TwohopBackupSecondary-eu-north-1" {
			return text
		}
		require.Contains(t, text, `"kms:CreateGrant"`)
		return strings.ReplaceAll(text, `"kms:CreateGrant"`, `"kms:DescribeKey"`)
	})
	require.NoError(t, err)
	volume.add(t, world)
	require.NoError(t, world.Clock.Advance(t.Context(), 20*time.Hour))
	back := copyTo(t, world, volume.arn, "twohop-final", "eu-north-1", localVault)
	assert.Equal(t, "FAILED", back.State)
	assert.Equal(t, "Given key ID is not accessible", back.StatusMessage)
}
