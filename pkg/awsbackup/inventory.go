package awsbackup

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

var _ interface {
	relay.Inventory
	relay.AllJobs
	relay.Vaults
	relay.Retention
} = (*Account)(nil)

// From lists every job of a recovery point (ListCopyJobs).
func (a *Account) From(ctx context.Context, point string) ([]hop.CopyJob, error) {
	return a.list(ctx, backup.ListCopyJobsInput{BySourceRecoveryPointArn: &point})
}

// Into lists the account's own jobs of a Region into a vault (ListCopyJobs).
func (a *Account) Into(ctx context.Context, region string, vault hop.Vault) ([]hop.CopyJob, error) {
	return a.listIn(ctx, region, backup.ListCopyJobsInput{ByDestinationVaultArn: &vault.ARN})
}

// Made lists the recovery points of a vault by their creation
// (ListRecoveryPointsByBackupVault), a thousand at a time. AWS does not say whether the
// bounds are within; what is on one may be listed or not (UNCONFIRMED A49).
func (a *Account) Made(ctx context.Context, vault hop.Vault, after, before time.Time, visit func([]hop.RecoveryPoint) error) error {
	for points, err := range a.points(ctx, vault, backup.ListRecoveryPointsByBackupVaultInput{
		ByCreatedAfter: &after, ByCreatedBefore: &before, MaxResults: aws.Int32(pageSize),
	}) {
		if err != nil {
			return err
		}
		if err := visit(points); err != nil {
			return err
		}
	}
	return nil
}

// points lists recovery points of a vault by a filter, page by page
// (ListRecoveryPointsByBackupVault).
func (a *Account) points(ctx context.Context, vault hop.Vault, filter backup.ListRecoveryPointsByBackupVaultInput) iter.Seq2[[]hop.RecoveryPoint, error] {
	filter.BackupVaultName = &vault.Name
	return func(yield func([]hop.RecoveryPoint, error) bool) {
		if err := named(param{"BackupVaultName", filter.BackupVaultName}, param{"ByResourceArn", filter.ByResourceArn}); err != nil {
			yield(nil, fmt.Errorf("list recovery points: %w", err))
			return
		}
		for page, err := range awscall.Pages(ctx, backup.NewListRecoveryPointsByBackupVaultPaginator(a.client, &filter),
			func(page *backup.ListRecoveryPointsByBackupVaultOutput) *string { return page.NextToken }, in(vault.Region)) {
			if err != nil {
				yield(nil, fmt.Errorf("list recovery points of %s: %w", vault, classify(err)))
				return
			}
			points := make([]hop.RecoveryPoint, 0, len(page.RecoveryPoints))
			for _, p := range page.RecoveryPoints {
				if err := complete("ListRecoveryPointsByBackupVault", pointMembers(p.RecoveryPointArn, p.ResourceArn, p.ResourceType, string(p.Status), p.CreationDate)...); err != nil {
					yield(nil, fmt.Errorf("list recovery points of %s: %w", vault, err))
					return
				}
				points = append(points, a.listed(p))
			}
			if !yield(points, nil) {
				return
			}
		}
	}
}

func (a *Account) listed(p types.RecoveryPointByBackupVault) hop.RecoveryPoint {
	point := hop.RecoveryPoint{
		ARN:          aws.ToString(p.RecoveryPointArn),
		ResourceARN:  aws.ToString(p.ResourceArn),
		ResourceType: aws.ToString(p.ResourceType),
		Status:       hop.PointStatus(p.Status),
		Created:      aws.ToTime(p.CreationDate).UTC(),
		SourceVault:  a.vaultOf(p.SourceBackupVaultArn),
		KeyARN:       aws.ToString(p.EncryptionKeyArn),
		RoleARN:      aws.ToString(p.IamRoleArn),
		KeyType:      hop.KeyType(p.EncryptionKeyType),
		Bytes:        aws.ToInt64(p.BackupSizeInBytes),
		Encrypted:    p.IsEncrypted,
	}
	if p.CompletionDate != nil {
		point.Completed = p.CompletionDate.UTC()
	}
	if p.CalculatedLifecycle != nil && p.CalculatedLifecycle.DeleteAt != nil {
		point.DeleteAt = p.CalculatedLifecycle.DeleteAt.UTC()
	}
	return point
}

// Older reports whether a vault has points that were made before t
// (ListRecoveryPointsByBackupVault, one).
func (a *Account) Older(ctx context.Context, vault hop.Vault, t time.Time) (bool, error) {
	for points, err := range a.points(ctx, vault, backup.ListRecoveryPointsByBackupVaultInput{ByCreatedBefore: &t, MaxResults: aws.Int32(1)}) {
		if err != nil || len(points) > 0 { // an empty page is not the last one
			return err == nil, err
		}
	}
	return false, nil
}

// Resources lists what a vault has recovery points of
// (ListProtectedResourcesByBackupVault).
func (a *Account) Resources(ctx context.Context, vault hop.Vault) ([]hop.Resource, error) {
	if err := named(param{"BackupVaultName", &vault.Name}); err != nil {
		return nil, fmt.Errorf("list resources: %w", err)
	}
	pages := backup.NewListProtectedResourcesByBackupVaultPaginator(a.client, &backup.ListProtectedResourcesByBackupVaultInput{
		BackupVaultName: &vault.Name, MaxResults: aws.Int32(pageSize),
	})
	var resources []hop.Resource
	for page, err := range awscall.Pages(ctx, pages,
		func(page *backup.ListProtectedResourcesByBackupVaultOutput) *string { return page.NextToken }, in(vault.Region)) {
		if err != nil {
			return nil, fmt.Errorf("list resources of %s: %w", vault, classify(err))
		}
		for _, r := range page.Results {
			if err := complete("ListProtectedResourcesByBackupVault", resourceMembers(r)...); err != nil {
				return nil, fmt.Errorf("list resources of %s: %w", vault, err)
			}
			resources = append(resources, hop.Resource{
				ARN: aws.ToString(r.ResourceArn), Type: aws.ToString(r.ResourceType), Newest: aws.ToTime(r.LastBackupTime).UTC(),
			})
		}
	}
	return resources, nil
}

// Key is the ARN of a vault's key (DescribeBackupVault), which no vault ever changes:
// it is asked for once.
func (a *Account) Key(ctx context.Context, vault hop.Vault) (string, error) {
	if known, ok := a.keys.Load(vault.ARN); ok {
		return known.(string), nil
	}
	if err := named(param{"BackupVaultName", &vault.Name}); err != nil {
		return "", fmt.Errorf("describe vault: %w", err)
	}
	out, err := a.client.DescribeBackupVault(ctx, &backup.DescribeBackupVaultInput{BackupVaultName: &vault.Name}, in(vault.Region))
	if err != nil {
		return "", fmt.Errorf("describe vault %s: %w", vault, classify(err))
	}
	if err := complete("DescribeBackupVault", member{"EncryptionKeyArn", given(out.EncryptionKeyArn)}); err != nil {
		return "", fmt.Errorf("describe vault %s: %w", vault, err)
	}
	a.keys.Store(vault.ARN, *out.EncryptionKeyArn)
	return *out.EncryptionKeyArn, nil
}

// Keep changes a recovery point's retention (UpdateRecoveryPointLifecycle). Of the four
// engines no point moves to cold storage, so the days are all that a lifecycle has.
func (a *Account) Keep(ctx context.Context, vault hop.Vault, point string, days int64) error {
	if err := inVault(vault, point); err != nil {
		return fmt.Errorf("shorten the retention: %w", err)
	}
	out, err := a.client.UpdateRecoveryPointLifecycle(ctx, &backup.UpdateRecoveryPointLifecycleInput{
		BackupVaultName: &vault.Name, RecoveryPointArn: &point, Lifecycle: &types.Lifecycle{DeleteAfterDays: &days},
	}, in(vault.Region))
	if err != nil {
		return fmt.Errorf("shorten the retention of %s in %s: %w", point, vault, classify(err))
	}
	if err := complete("UpdateRecoveryPointLifecycle", member{"RecoveryPointArn", given(out.RecoveryPointArn)}); err != nil {
		return fmt.Errorf("shorten the retention of %s in %s: %w", point, vault, err)
	}
	return nil
}
