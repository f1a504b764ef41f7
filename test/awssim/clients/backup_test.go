package clients_test

import (
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
)

const orders = "arn:aws:rds:eu-central-1:111111111111:cluster:orders"

// admitsCopies is the policy of a vault that takes copies from everywhere.
const admitsCopies = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"backup:CopyIntoBackupVault","Resource":"*"}]}`

// addVault makes a vault in process, where its making is not what is tested.
func (l *local) addVault(account, region, name string) (arn string) {
	l.t.Helper()
	arn, err := l.Backup.AddVault(backup.Vault{Account: account, Region: region, Name: name, EncryptionKeyArn: l.openKey(account, region)})
	require.NoError(l.t, err)
	return arn
}

// addPoint backs the cluster orders up; the API has no call that does.
func (l *local) addPoint(vault string) (arn string) {
	l.t.Helper()
	arn, err := l.Backup.AddRecoveryPoint(backup.RecoveryPoint{
		BackupVaultArn: vault, ResourceArn: orders, ResourceType: "Aurora", ResourceName: "orders", IamRoleArn: memberRole,
		BackupSizeInBytes: 3 << 30, Lifecycle: backup.Lifecycle{DeleteAfterDays: new(int64(7))},
		EncryptionKeyArn: l.ordersKey(), Tags: map[string]string{"team": "orders"},
	})
	require.NoError(l.t, err)
	return arn
}
