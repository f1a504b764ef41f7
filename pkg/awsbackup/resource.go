package awsbackup

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"

	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// Held lists the recovery points that a vault has of a resource
// (ListRecoveryPointsByBackupVault).
func (a *Account) Held(ctx context.Context, vault hop.Vault, resource string) ([]hop.RecoveryPoint, error) {
	pages := backup.NewListRecoveryPointsByBackupVaultPaginator(a.client, &backup.ListRecoveryPointsByBackupVaultInput{
		BackupVaultName: &vault.Name, ByResourceArn: &resource, MaxResults: aws.Int32(pageSize),
	})
	var points []hop.RecoveryPoint
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, in(vault.Region))
		if err != nil {
			return nil, fmt.Errorf("list recovery points of %s in %s: %w", resource, vault, classify(err))
		}
		for _, point := range page.RecoveryPoints {
			points = append(points, a.listed(point))
		}
	}
	return points, nil
}

// CopiesOf lists the copy jobs of a resource that were started in the account, whatever
// their state (ListCopyJobs).
func (a *Account) CopiesOf(ctx context.Context, resource string) ([]hop.CopyJob, error) {
	return a.list(ctx, backup.ListCopyJobsInput{ByResourceArn: &resource})
}

// BackupsOf lists the backup jobs of a resource (ListBackupJobs).
func (a *Account) BackupsOf(ctx context.Context, resource string) ([]hop.BackupJob, error) {
	pages := backup.NewListBackupJobsPaginator(a.client, &backup.ListBackupJobsInput{ByResourceArn: &resource, MaxResults: aws.Int32(pageSize)})
	var jobs []hop.BackupJob
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx, in(a.region))
		if err != nil {
			return nil, fmt.Errorf("list backup jobs of %s: %w", resource, classify(err))
		}
		for _, job := range page.BackupJobs {
			message := aws.ToString(job.StatusMessage)
			converted := hop.BackupJob{
				ID: aws.ToString(job.BackupJobId), State: hop.State(job.State), Created: aws.ToTime(job.CreationDate).UTC(),
				Point: aws.ToString(job.RecoveryPointArn), Vault: a.vaultOf(job.BackupVaultArn), Message: message, Class: diagnose.Text(message).Class,
			}
			if job.CompletionDate != nil {
				converted.Completed = job.CompletionDate.UTC()
			}
			jobs = append(jobs, converted)
		}
	}
	return jobs, nil
}
