package backup_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestACopysRetentionCountsFromTheOriginal(t *testing.T) {
	const day = 24 * time.Hour
	made := start.Add(-5 * day)
	for name, c := range map[string]struct {
		source backup.Lifecycle
		asked  *types.Lifecycle
		want   time.Duration // after the original was made; 0: never
	}{
		"as asked for":              {backup.Lifecycle{}, &types.Lifecycle{DeleteAfterDays: aws.Int64(10)}, 10 * day},
		"as asked for, not as kept": {vaultsDays(35), &types.Lifecycle{DeleteAfterDays: aws.Int64(10)}, 10 * day},
		"inherited when omitted":    {vaultsDays(35), nil, 35 * day},
		"inherited when empty":      {vaultsDays(35), &types.Lifecycle{}, 35 * day},
		"inherited for -1":          {vaultsDays(35), &types.Lifecycle{DeleteAfterDays: aws.Int64(-1)}, 35 * day},
		"inherited, and endless":    {backup.Lifecycle{}, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t)
			in := e.hop2(e.point(e.intermediate, func(p *backup.RecoveryPoint) {
				p.CreationDate, p.Lifecycle = wire.Epoch{Time: made}, c.source
			}))
			in.Lifecycle = c.asked
			id := e.start(central, primary, in)
			e.advance(time.Hour)
			arn := *e.job(central, primary, id).DestinationRecoveryPointArn
			copied, err := e.describe(central, secondary, "final", arn)
			require.NoError(t, err)
			assert.Equal(t, made, *copied.CreationDate)
			if c.want == 0 {
				assert.Nil(t, copied.CalculatedLifecycle)
				e.advance(10000 * day)
				assert.Len(t, e.service.RecoveryPoints(e.final), 1)
				return
			}
			assert.Equal(t, made.Add(c.want), *copied.CalculatedLifecycle.DeleteAt)
			assert.EqualValues(t, c.want/day, *copied.Lifecycle.DeleteAfterDays)
			e.advance(made.Add(c.want).Sub(e.clock.Now()) - time.Second)
			assert.Len(t, e.service.RecoveryPoints(e.final), 1)
			e.advance(time.Second)
			assert.Empty(t, e.service.RecoveryPoints(e.final))
		})
	}
}

func vaultsDays(days int64) backup.Lifecycle { return backup.Lifecycle{DeleteAfterDays: &days} }

func TestALockedDestinationFailsOtherRetentions(t *testing.T) {
	const outside = "Copy job failed. The retention specified in the job is not within the range specified for the target Backup Vault."
	for name, c := range map[string]struct {
		days   *int64
		failed string
	}{
		"shorter than the minimum": {aws.Int64(6), outside},
		"the minimum":              {aws.Int64(7), ""},
		"the maximum":              {aws.Int64(30), ""},
		"longer than the maximum":  {aws.Int64(31), outside},
		"without end":              {nil, outside},
	} {
		t.Run(name, func(t *testing.T) {
			e := newEstate(t)
			_, err := e.client(central, secondary).PutBackupVaultLockConfiguration(t.Context(), &awsbackup.PutBackupVaultLockConfigurationInput{
				BackupVaultName: aws.String("final"), MinRetentionDays: aws.Int64(7), MaxRetentionDays: aws.Int64(30)})
			require.NoError(t, err)
			in := e.hop2(e.point(e.intermediate, func(p *backup.RecoveryPoint) { p.Lifecycle = backup.Lifecycle{} }))
			in.Lifecycle = &types.Lifecycle{DeleteAfterDays: c.days}
			id := e.start(central, primary, in)
			e.advance(time.Hour)
			job := e.job(central, primary, id)
			if c.failed == "" {
				assert.Equal(t, types.CopyJobStateCompleted, job.State)
				return
			}
			assert.Equal(t, types.CopyJobStateFailed, job.State)
			assert.Equal(t, c.failed, *job.StatusMessage)
		})
	}
}

func TestDestinationsThatMakeACopyFail(t *testing.T) {
	e := newEstate(t)
	managed := e.vault(backup.Vault{Account: central, Region: primary, Name: "managed"})
	point := e.point(e.local, nil)
	for name, c := range map[string]struct{ destination, message, category string }{
		"another account's vault that is not there": {e.intermediate + "-2", "Access Denied trying to call AWS Backup service.", "AccessDenied"},
		"another account's vault on aws/backup": {managed, "Copy job failed because the destination Backup vault is encrypted with the default Backup service managed key. " +
			"The contents of this vault cannot be copied. Only the contents of a Backup vault encrypted by an AWS KMS key may be copied.", "FAILURE"},
	} {
		t.Run(name, func(t *testing.T) {
			in := e.hop1(point)
			in.DestinationBackupVaultArn = &c.destination
			id := e.start(member, primary, in)
			assert.Equal(t, types.CopyJobStateCreated, e.job(member, primary, id).State)
			e.advance(time.Hour)
			job := e.job(member, primary, id)
			assert.Equal(t, types.CopyJobStateFailed, job.State)
			assert.Equal(t, c.message, *job.StatusMessage)
			assert.Equal(t, c.category, *job.MessageCategory)
			assert.Nil(t, job.DestinationRecoveryPointArn)
		})
	}
	t.Run("not the own account's vault on aws/backup", func(t *testing.T) {
		in := e.hop2(e.point(e.intermediate, nil))
		in.DestinationBackupVaultArn = &managed
		id := e.start(central, primary, in)
		e.advance(time.Hour)
		assert.Equal(t, "COMPLETED", e.state(id))
	})
}
