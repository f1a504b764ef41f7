package awsbackup

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
)

// Protected lists what the account has recovery points of in the primary Region, by
// whatever made them (ListProtectedResources). What was never backed up is not in it.
func (a *Account) Protected(ctx context.Context) ([]hop.Protected, error) {
	pages := backup.NewListProtectedResourcesPaginator(a.client, &backup.ListProtectedResourcesInput{MaxResults: aws.Int32(pageSize)})
	var found []hop.Protected
	for page, err := range awscall.Pages(ctx, pages, func(page *backup.ListProtectedResourcesOutput) *string { return page.NextToken }, in(a.region)) {
		if err != nil {
			return nil, fmt.Errorf("list protected resources: %w", classify(err))
		}
		for _, r := range page.Results {
			if err := complete("ListProtectedResources", resourceMembers(r)...); err != nil {
				return nil, fmt.Errorf("list protected resources: %w", err)
			}
			found = append(found, hop.Protected{
				Resource: hop.Resource{ARN: aws.ToString(r.ResourceArn), Type: aws.ToString(r.ResourceType), Newest: aws.ToTime(r.LastBackupTime).UTC()},
				Point:    aws.ToString(r.LastRecoveryPointArn), Vault: a.vaultOf(r.LastBackupVaultArn),
			})
		}
	}
	return found, nil
}

// Size is a recovery point's size in bytes, 0 where AWS Backup tells none
// (DescribeRecoveryPoint). hop.ErrNotFound when vault or point do not exist.
func (a *Account) Size(ctx context.Context, vault hop.Vault, point string) (int64, error) {
	if err := inVault(vault, point); err != nil {
		return 0, fmt.Errorf("describe recovery point: %w", err)
	}
	out, err := a.client.DescribeRecoveryPoint(ctx, &backup.DescribeRecoveryPointInput{BackupVaultName: &vault.Name, RecoveryPointArn: &point}, in(vault.Region))
	if err != nil {
		return 0, fmt.Errorf("describe recovery point %s in %s: %w", point, vault, classify(err))
	}
	return aws.ToInt64(out.BackupSizeInBytes), nil
}
