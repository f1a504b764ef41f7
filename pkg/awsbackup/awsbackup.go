// Package awsbackup is AWS Backup as twohop uses it: the interfaces of package
// relay on the AWS SDK. Times are UTC, lists are whole (all pages), and errors
// are those of package hop (errors.go).
package awsbackup

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/twohop/twohop/pkg/awscall"
	"github.com/twohop/twohop/pkg/diagnose"
	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/pkg/relay"
)

// Account is AWS Backup of one account, in every Region.
type Account struct {
	client *backup.Client
	region string   // the primary Region: where the copy jobs are started and listed
	keys   sync.Map // of vaults, by ARN
	vaults sync.Map // taken apart, by ARN: lists of a hundred thousand entries name a few
}

// New returns AWS Backup of the account whose credentials config carries; jobs
// are started and listed in config's Region.
func New(config aws.Config) *Account {
	client := backup.NewFromConfig(config, func(o *backup.Options) { o.APIOptions = append(o.APIOptions, awscall.RequireBody) })
	return &Account{client: client, region: config.Region}
}

func in(region string) func(*backup.Options) {
	return func(o *backup.Options) { o.Region = region }
}

// Point describes a recovery point in its vault's Region (DescribeRecoveryPoint).
// hop.ErrNotFound when vault or point do not exist.
func (a *Account) Point(ctx context.Context, vault hop.Vault, arn string) (hop.RecoveryPoint, error) {
	if err := inVault(vault, arn); err != nil {
		return hop.RecoveryPoint{}, fmt.Errorf("describe recovery point: %w", err)
	}
	out, err := a.client.DescribeRecoveryPoint(ctx, &backup.DescribeRecoveryPointInput{
		BackupVaultName:  &vault.Name,
		RecoveryPointArn: &arn,
	}, in(vault.Region))
	if err != nil {
		return hop.RecoveryPoint{}, fmt.Errorf("describe recovery point %s in %s: %w", arn, vault, classify(err))
	}
	if err := complete("DescribeRecoveryPoint", pointMembers(out.RecoveryPointArn, out.ResourceArn, out.ResourceType, string(out.Status), out.CreationDate)...); err != nil {
		return hop.RecoveryPoint{}, fmt.Errorf("describe recovery point %s in %s: %w", arn, vault, err)
	}
	point := hop.RecoveryPoint{
		ARN:          aws.ToString(out.RecoveryPointArn),
		ResourceARN:  aws.ToString(out.ResourceArn),
		ResourceType: aws.ToString(out.ResourceType),
		Status:       hop.PointStatus(out.Status),
		Created:      aws.ToTime(out.CreationDate).UTC(),
		SourceVault:  a.vaultOf(out.SourceBackupVaultArn),
		KeyARN:       aws.ToString(out.EncryptionKeyArn),
		KeyType:      hop.KeyType(out.EncryptionKeyType),
		Bytes:        aws.ToInt64(out.BackupSizeInBytes),
		Encrypted:    out.IsEncrypted,
	}
	if out.CompletionDate != nil {
		point.Completed = out.CompletionDate.UTC()
	}
	if out.CalculatedLifecycle != nil && out.CalculatedLifecycle.DeleteAt != nil {
		point.DeleteAt = out.CalculatedLifecycle.DeleteAt.UTC()
	}
	return point, nil
}

// Start starts a copy (StartCopyJob) in the source vault's Region. The lifecycle
// is always sent, so that nothing is inherited from the source.
func (a *Account) Start(ctx context.Context, order hop.Order) (relay.Started, error) {
	out, err := a.client.StartCopyJob(ctx, &backup.StartCopyJobInput{
		RecoveryPointArn:          &order.Point,
		SourceBackupVaultName:     &order.Source.Name,
		DestinationBackupVaultArn: &order.Destination.ARN,
		IamRoleArn:                &order.Role,
		IdempotencyToken:          &order.Token,
		Lifecycle:                 &types.Lifecycle{DeleteAfterDays: aws.Int64(int64(order.DeleteAfterDays))},
	}, in(order.Source.Region))
	if err != nil {
		return relay.Started{}, fmt.Errorf("start copy of %s to %s: %w", order.Point, order.Destination, classify(err))
	}
	// Without its job nobody knows whether the copy was started; with the same token it is
	// not started twice.
	if err := complete("StartCopyJob", member{"CopyJobId", given(out.CopyJobId)}, member{"CreationDate", out.CreationDate != nil}); err != nil {
		return relay.Started{}, fmt.Errorf("start copy of %s to %s: %w", order.Point, order.Destination, err)
	}
	return relay.Started{JobID: aws.ToString(out.CopyJobId), Created: aws.ToTime(out.CreationDate).UTC()}, nil
}

// Job describes a copy job (DescribeCopyJob). hop.ErrNotFound when there is none, or none
// any more.
func (a *Account) Job(ctx context.Context, id string) (hop.CopyJob, error) {
	out, err := a.client.DescribeCopyJob(ctx, &backup.DescribeCopyJobInput{CopyJobId: &id})
	if err != nil {
		return hop.CopyJob{}, fmt.Errorf("describe copy job %s: %w", id, classify(err))
	}
	members := []member{{"CopyJob", out.CopyJob != nil}}
	if out.CopyJob != nil {
		members = jobMembers(*out.CopyJob)
	}
	if err := complete("DescribeCopyJob", members...); err != nil {
		return hop.CopyJob{}, fmt.Errorf("describe copy job %s: %w", id, err)
	}
	return a.jobOf(*out.CopyJob), nil
}

// vaultOf is the vault of an ARN that AWS gave. One that is no backup vault's
// keeps its ARN alone; none is the zero vault.
func (a *Account) vaultOf(arn *string) hop.Vault {
	if known, ok := a.vaults.Load(aws.ToString(arn)); ok {
		return known.(hop.Vault)
	}
	vault, err := hop.ParseVault(aws.ToString(arn))
	if err != nil {
		vault = hop.Vault{ARN: aws.ToString(arn)}
	}
	a.vaults.Store(vault.ARN, vault)
	return vault
}

func (a *Account) jobOf(job types.CopyJob) hop.CopyJob {
	message := aws.ToString(job.StatusMessage)
	converted := hop.CopyJob{
		ID:           aws.ToString(job.CopyJobId),
		State:        hop.State(job.State),
		Created:      aws.ToTime(job.CreationDate).UTC(),
		Source:       aws.ToString(job.SourceRecoveryPointArn),
		Destination:  a.vaultOf(job.DestinationBackupVaultArn),
		Copy:         aws.ToString(job.DestinationRecoveryPointArn),
		ResourceARN:  aws.ToString(job.ResourceArn),
		ResourceType: aws.ToString(job.ResourceType),
		Message:      message,
		Class:        diagnose.Text(message).Class,
	}
	if job.CompletionDate != nil {
		converted.Completed = job.CompletionDate.UTC()
	}
	return converted
}

var _ interface {
	relay.Points
	relay.Jobs
	relay.Copies
} = (*Account)(nil)

// pageSize is the most that ListCopyJobs gives at once.
const pageSize = 1000

func (a *Account) list(ctx context.Context, filter backup.ListCopyJobsInput) ([]hop.CopyJob, error) {
	return a.listIn(ctx, a.region, filter)
}

func (a *Account) listIn(ctx context.Context, region string, filter backup.ListCopyJobsInput) ([]hop.CopyJob, error) {
	filter.MaxResults = aws.Int32(pageSize)
	if err := named(param{"BySourceRecoveryPointArn", filter.BySourceRecoveryPointArn}, param{"ByDestinationVaultArn", filter.ByDestinationVaultArn},
		param{"ByResourceArn", filter.ByResourceArn}); err != nil {
		return nil, fmt.Errorf("list copy jobs: %w", err)
	}
	var jobs []hop.CopyJob
	for page, err := range awscall.Pages(ctx, backup.NewListCopyJobsPaginator(a.client, &filter),
		func(page *backup.ListCopyJobsOutput) *string { return page.NextToken }, in(region)) {
		if err != nil {
			return nil, fmt.Errorf("list copy jobs: %w", classify(err))
		}
		for _, job := range page.CopyJobs {
			if err := complete("ListCopyJobs", jobMembers(job)...); err != nil {
				return nil, fmt.Errorf("list copy jobs: %w", err)
			}
			jobs = append(jobs, a.jobOf(job))
		}
	}
	return jobs, nil
}

// Of lists every job of a recovery point to a vault (ListCopyJobs). How far back
// AWS Backup lists jobs is UNCONFIRMED A43 (30 days are assumed); where an old
// COMPLETED job is no longer listed, StartCopyJob makes the copy again.
func (a *Account) Of(ctx context.Context, point string, destination hop.Vault) ([]hop.CopyJob, error) {
	return a.list(ctx, backup.ListCopyJobsInput{
		BySourceRecoveryPointArn: &point,
		ByDestinationVaultArn:    &destination.ARN,
	})
}

// Since lists the jobs created after t (ListCopyJobs).
func (a *Account) Since(ctx context.Context, t time.Time) ([]hop.CopyJob, error) {
	return a.list(ctx, backup.ListCopyJobsInput{ByCreatedAfter: &t})
}
