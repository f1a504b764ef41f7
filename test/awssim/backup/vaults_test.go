package backup_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
)

func TestAVaultIsCreatedAndDescribed(t *testing.T) {
	e := newEstate(t)
	c := e.client(central, primary)
	created, err := c.CreateBackupVault(t.Context(), &awsbackup.CreateBackupVaultInput{
		BackupVaultName: aws.String("detour"), EncryptionKeyArn: aws.String(intermediateKey),
		BackupVaultTags: map[string]string{"team": "platform"}, CreatorRequestId: aws.String("once"),
	})
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:backup:eu-central-1:222222222222:backup-vault:detour", *created.BackupVaultArn)
	assert.Equal(t, start, *created.CreationDate)

	e.point(*created.BackupVaultArn, nil)
	got, err := c.DescribeBackupVault(t.Context(), &awsbackup.DescribeBackupVaultInput{
		BackupVaultName: aws.String("detour"), BackupVaultAccountId: aws.String(central)})
	require.NoError(t, err)
	assert.Equal(t, intermediateKey, *got.EncryptionKeyArn)
	assert.Equal(t, types.EncryptionKeyTypeCustomerManagedKmsKey, got.EncryptionKeyType)
	assert.Equal(t, types.VaultTypeBackupVault, got.VaultType)
	assert.Equal(t, types.VaultStateAvailable, got.VaultState)
	assert.EqualValues(t, 1, got.NumberOfRecoveryPoints)
	assert.Equal(t, "once", *got.CreatorRequestId)
	assert.False(t, *got.Locked)

	tags, err := c.ListTags(t.Context(), &awsbackup.ListTagsInput{ResourceArn: created.BackupVaultArn})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"team": "platform"}, tags.Tags)
}

func TestAVaultWithoutAKeyHasTheManagedOne(t *testing.T) {
	e := newEstate(t)
	got, err := e.client(member, primary).DescribeBackupVault(t.Context(), &awsbackup.DescribeBackupVaultInput{BackupVaultName: aws.String("local")})
	require.NoError(t, err)
	assert.Regexp(t, `^arn:aws:kms:eu-central-1:111111111111:key/`, *got.EncryptionKeyArn)
	assert.Empty(t, got.EncryptionKeyType)
}

func TestCreatingAVaultAgain(t *testing.T) {
	e := newEstate(t)
	create := func(id *string) error {
		_, err := e.client(member, secondary).CreateBackupVault(t.Context(), &awsbackup.CreateBackupVaultInput{
			BackupVaultName: aws.String("twice"), CreatorRequestId: id})
		return err
	}
	require.NoError(t, create(aws.String("one")))
	require.NoError(t, create(aws.String("one")), "the same request id is the same request")
	requireCode(t, create(aws.String("two")), "AlreadyExistsException")
	requireCode(t, create(nil), "AlreadyExistsException")
}

func TestVaultsAreRefused(t *testing.T) {
	e := newEstate(t)
	for name, in := range map[string]*awsbackup.CreateBackupVaultInput{
		"with a bad name":           {BackupVaultName: aws.String("a b")},
		"with a key's alias":        {BackupVaultName: aws.String("v1"), EncryptionKeyArn: aws.String("arn:aws:kms:eu-central-1:222222222222:alias/x")},
		"with another Region's key": {BackupVaultName: aws.String("v1"), EncryptionKeyArn: aws.String(finalKey)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.client(central, primary).CreateBackupVault(t.Context(), in)
			requireCode(t, err, "InvalidParameterValueException")
		})
	}
	_, err := e.service.AddVault(backup.Vault{Account: "1", Region: primary, Name: "v1"})
	requireWire(t, err, "InvalidParameterValueException")
}

func TestAVaultThatIsNotThereIsDenied(t *testing.T) {
	e := newEstate(t)
	for name, account := range map[string]*string{"final": nil, "intermediate": aws.String(member)} {
		_, err := e.client(central, primary).DescribeBackupVault(t.Context(), &awsbackup.DescribeBackupVaultInput{
			BackupVaultName: &name, BackupVaultAccountId: account})
		message := requireCode(t, err, "AccessDeniedException")
		assert.Equal(t, "Insufficient privileges to perform this action.", message)
	}
}

func TestVaultsAreListedByNameInPages(t *testing.T) {
	e := newEstate(t)
	for i := range 5 {
		e.vault(backup.Vault{Account: member, Region: primary, Name: fmt.Sprintf("vault-%d", i)})
	}
	pages := awsbackup.NewListBackupVaultsPaginator(e.client(member, primary), &awsbackup.ListBackupVaultsInput{MaxResults: aws.Int32(4)})
	var names []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, v := range page.BackupVaultList {
			names = append(names, *v.BackupVaultName)
		}
	}
	assert.Equal(t, []string{"local", "vault-0", "vault-1", "vault-2", "vault-3", "vault-4"}, names)

	for name, in := range map[string]*awsbackup.ListBackupVaultsInput{
		"no vault is shared":           {ByShared: true},
		"no vault is logically gapped": {ByVaultType: types.VaultTypeLogicallyAirGappedBackupVault},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := e.client(member, primary).ListBackupVaults(t.Context(), in)
			require.NoError(t, err)
			assert.Empty(t, out.BackupVaultList)
		})
	}
	_, err := e.client(member, primary).ListBackupVaults(t.Context(), &awsbackup.ListBackupVaultsInput{ByVaultType: "other"})
	requireCode(t, err, "InvalidParameterValueException")
}

func TestALockIsKept(t *testing.T) {
	e := newEstate(t)
	c := e.client(central, secondary)
	put := func(minimum, maximum, changeable *int64) error {
		_, err := c.PutBackupVaultLockConfiguration(t.Context(), &awsbackup.PutBackupVaultLockConfigurationInput{
			BackupVaultName: aws.String("final"), MinRetentionDays: minimum, MaxRetentionDays: maximum, ChangeableForDays: changeable})
		return err
	}
	for name, err := range map[string]error{
		"minimum of no day":       put(aws.Int64(0), nil, nil),
		"minimum above maximum":   put(aws.Int64(9), aws.Int64(8), nil),
		"maximum above a century": put(nil, aws.Int64(36501), nil),
		"less than three days":    put(nil, nil, aws.Int64(2)),
	} {
		t.Run(name, func(t *testing.T) { requireCode(t, err, "InvalidParameterValueException") })
	}
	require.NoError(t, put(aws.Int64(7), aws.Int64(365), aws.Int64(3)))
	got, err := c.DescribeBackupVault(t.Context(), &awsbackup.DescribeBackupVaultInput{BackupVaultName: aws.String("final")})
	require.NoError(t, err)
	assert.True(t, *got.Locked)
	assert.EqualValues(t, 7, *got.MinRetentionDays)
	assert.EqualValues(t, 365, *got.MaxRetentionDays)
	assert.Equal(t, start.Add(72*time.Hour), *got.LockDate)

	point := e.point(e.final, nil)
	_, err = c.DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: aws.String("final"), RecoveryPointArn: &point})
	requireCode(t, err, "InvalidRequestException")
	_, err = c.UpdateRecoveryPointLifecycle(t.Context(), &awsbackup.UpdateRecoveryPointLifecycleInput{BackupVaultName: aws.String("final"), RecoveryPointArn: &point})
	requireCode(t, err, "InvalidRequestException")

	e.advance(71 * time.Hour)
	require.NoError(t, put(aws.Int64(14), nil, aws.Int64(3)), "it can still be changed")
	e.advance(72 * time.Hour)
	requireCode(t, put(nil, nil, nil), "InvalidRequestException")
}
