package backup_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestResourcesOfAnAccountHaveTheirNewestPointOfAnyVault(t *testing.T) {
	e := newEstate(t)
	second := e.vault(backup.Vault{Account: member, Region: primary, Name: "second"})
	e.point(e.local, func(p *backup.RecoveryPoint) { p.CreationDate = wire.Epoch{Time: start.Add(-48 * time.Hour)} })
	younger := e.point(second, func(p *backup.RecoveryPoint) { p.CreationDate = wire.Epoch{Time: start.Add(-24 * time.Hour)} })
	e.point(e.local, ofType("S3", ledger))
	e.point(e.intermediate, nil)

	pages := awsbackup.NewListProtectedResourcesPaginator(e.client(member, primary), &awsbackup.ListProtectedResourcesInput{MaxResults: aws.Int32(1)})
	var found []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		require.Len(t, page.Results, 1)
		found = append(found, *page.Results[0].ResourceArn)
		if *page.Results[0].ResourceType == "RDS" {
			assert.Equal(t, younger, *page.Results[0].LastRecoveryPointArn)
			assert.Equal(t, second, *page.Results[0].LastBackupVaultArn)
			assert.Equal(t, start.Add(-24*time.Hour), page.Results[0].LastBackupTime.UTC())
		}
	}
	assert.Equal(t, []string{orders, ledger}, found)
	elsewhere, err := e.client(member, secondary).ListProtectedResources(t.Context(), &awsbackup.ListProtectedResourcesInput{})
	require.NoError(t, err)
	assert.Empty(t, elsewhere.Results)
}
