package backup_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	orders = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	ledger = "arn:aws:s3:::ledger"
)

func TestPointsOfAVaultAreFiltered(t *testing.T) {
	e := newEstate(t)
	old := e.point(e.local, func(p *backup.RecoveryPoint) { p.CreationDate = wire.Epoch{Time: start.Add(-48 * time.Hour)} })
	planned := e.point(e.local, func(p *backup.RecoveryPoint) {
		p.CreationDate = wire.Epoch{Time: start.Add(-24 * time.Hour)}
		p.CreatedBy = &backup.Creator{BackupPlanID: "plan-1", BackupPlanArn: "arn:aws:backup:eu-central-1:111111111111:backup-plan:plan-1"}
	})
	bucket := e.point(e.local, ofType("S3", ledger))
	for name, c := range map[string]struct {
		in   awsbackup.ListRecoveryPointsByBackupVaultInput
		want []string
	}{
		"no filter, newest first": {awsbackup.ListRecoveryPointsByBackupVaultInput{}, []string{bucket, planned, old}},
		"by resource":             {awsbackup.ListRecoveryPointsByBackupVaultInput{ByResourceArn: aws.String(orders)}, []string{planned, old}},
		"by type":                 {awsbackup.ListRecoveryPointsByBackupVaultInput{ByResourceType: aws.String("S3")}, []string{bucket}},
		"by plan":                 {awsbackup.ListRecoveryPointsByBackupVaultInput{ByBackupPlanId: aws.String("plan-1")}, []string{planned}},
		"created before":          {awsbackup.ListRecoveryPointsByBackupVaultInput{ByCreatedBefore: aws.Time(start.Add(-24 * time.Hour))}, []string{old}},
		"created after":           {awsbackup.ListRecoveryPointsByBackupVaultInput{ByCreatedAfter: aws.Time(start.Add(-48 * time.Hour))}, []string{bucket, planned}},
		"of a composite point":    {awsbackup.ListRecoveryPointsByBackupVaultInput{ByParentRecoveryPointArn: aws.String("arn:parent")}, nil},
		"of the own account":      {awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultAccountId: aws.String(member)}, []string{bucket, planned, old}},
	} {
		t.Run(name, func(t *testing.T) {
			c.in.BackupVaultName = aws.String("local")
			out, err := e.client(member, primary).ListRecoveryPointsByBackupVault(t.Context(), &c.in)
			require.NoError(t, err)
			var got []string
			for _, p := range out.RecoveryPoints {
				got = append(got, *p.RecoveryPointArn)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestListsOfPointsAreRefused(t *testing.T) {
	e := newEstate(t)
	for name, c := range map[string]struct {
		code string
		in   awsbackup.ListRecoveryPointsByBackupVaultInput
	}{
		"a vault not there":       {"AccessDeniedException", awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("nowhere")}},
		"another account's vault": {"AccessDeniedException", awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("local"), BackupVaultAccountId: aws.String(central)}},
		"no account id":           {"InvalidParameterValueException", awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("local"), BackupVaultAccountId: aws.String("x")}},
		"a bad type":              {"InvalidParameterValueException", awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("local"), ByResourceType: aws.String("a b")}},
		"too large a page":        {"InvalidParameterValueException", awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("local"), MaxResults: aws.Int32(1001)}},
		"an empty page":           {"InvalidParameterValueException", awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("local"), MaxResults: aws.Int32(0)}},
		"a bad token":             {"InvalidParameterValueException", awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("local"), NextToken: aws.String("%")}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.client(member, primary).ListRecoveryPointsByBackupVault(t.Context(), &c.in)
			requireCode(t, err, c.code)
		})
	}
}

func TestPagesOfPointsSurviveADeletion(t *testing.T) {
	e := newEstate(t)
	var added []string
	for i := range 250 {
		added = append(added, e.point(e.local, func(p *backup.RecoveryPoint) {
			p.CreationDate = wire.Epoch{Time: start.Add(time.Duration(-i) * time.Hour)}
		}))
	}
	c := e.client(member, primary)
	pages := awsbackup.NewListRecoveryPointsByBackupVaultPaginator(c, &awsbackup.ListRecoveryPointsByBackupVaultInput{BackupVaultName: aws.String("local")})
	var got []string
	for turned := 0; pages.HasMorePages(); turned++ {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, p := range page.RecoveryPoints {
			got = append(got, *p.RecoveryPointArn)
		}
		if turned == 0 { // the last one given out, where the next page begins
			_, err := c.DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: aws.String("local"), RecoveryPointArn: &got[len(got)-1]})
			require.NoError(t, err)
		}
	}
	assert.Equal(t, added, got)
}

func TestPointsOfAResourceAreListedOverAllVaults(t *testing.T) {
	e := newEstate(t)
	second := e.vault(backup.Vault{Account: member, Region: primary, Name: "second"})
	var want []string
	for i := range 25 {
		in := []string{e.local, second}[i%2]
		want = append(want, e.point(in, func(p *backup.RecoveryPoint) {
			p.CreationDate = wire.Epoch{Time: start.Add(time.Duration(-i) * time.Hour)}
		}))
	}
	e.point(e.local, ofType("S3", ledger))
	c := e.client(member, primary)
	pages := awsbackup.NewListRecoveryPointsByResourcePaginator(c, &awsbackup.ListRecoveryPointsByResourceInput{
		ResourceArn: aws.String(orders), MaxResults: aws.Int32(20), ManagedByAWSBackupOnly: true})
	var got []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		for _, p := range page.RecoveryPoints {
			got = append(got, *p.RecoveryPointArn)
			assert.EqualValues(t, 100<<30, *p.BackupSizeBytes)
		}
	}
	assert.Equal(t, want, got)

	for _, in := range []awsbackup.ListRecoveryPointsByResourceInput{
		{ResourceArn: aws.String("orders")},
		{ResourceArn: aws.String(orders), MaxResults: aws.Int32(19)},
	} {
		_, err := c.ListRecoveryPointsByResource(t.Context(), &in)
		requireCode(t, err, "InvalidParameterValueException")
	}
	none, err := c.ListRecoveryPointsByResource(t.Context(), &awsbackup.ListRecoveryPointsByResourceInput{ResourceArn: aws.String(fmt.Sprint(orders, "-2"))})
	require.NoError(t, err)
	assert.Empty(t, none.RecoveryPoints)
}
