package awsbackup

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
)

// Held lists the recovery points that a vault has of a resource
// (ListRecoveryPointsByBackupVault).
func (a *Account) Held(ctx context.Context, vault hop.Vault, resource string) ([]hop.RecoveryPoint, error) {
	var found []hop.RecoveryPoint
	for points, err := range a.points(ctx, vault, backup.ListRecoveryPointsByBackupVaultInput{ByResourceArn: &resource, MaxResults: aws.Int32(pageSize)}) {
		if err != nil {
			return nil, fmt.Errorf("resource %s: %w", resource, err)
		}
		found = append(found, points...)
	}
	return found, nil
}

// CopiesOf lists the copy jobs of a resource that were started in the account, whatever
// their state (ListCopyJobs).
func (a *Account) CopiesOf(ctx context.Context, resource string) ([]hop.CopyJob, error) {
	return a.list(ctx, backup.ListCopyJobsInput{ByResourceArn: &resource})
}

// BackupsOf lists the backup jobs of a resource (ListBackupJobs).
func (a *Account) BackupsOf(ctx context.Context, resource string) ([]hop.BackupJob, error) {
	if err := named(param{"ByResourceArn", &resource}); err != nil {
		return nil, fmt.Errorf("list backup jobs: %w", err)
	}
	pages := backup.NewListBackupJobsPaginator(a.client, &backup.ListBackupJobsInput{ByResourceArn: &resource, MaxResults: aws.Int32(pageSize)})
	var jobs []hop.BackupJob
	for page, err := range awscall.Pages(ctx, pages, func(page *backup.ListBackupJobsOutput) *string { return page.NextToken }, in(a.region)) {
		if err != nil {
			return nil, fmt.Errorf("list backup jobs of %s: %w", resource, classify(err))
		}
		for _, job := range page.BackupJobs {
			if err := complete("ListBackupJobs", member{"BackupJobId", given(job.BackupJobId)}, member{"State", job.State != ""}, member{"CreationDate", job.CreationDate != nil}); err != nil {
				return nil, fmt.Errorf("list backup jobs of %s: %w", resource, err)
			}
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
