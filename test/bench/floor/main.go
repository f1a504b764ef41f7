// Command floor is what the copystarter is measured against: the least that a
// Lambda function in Go can do to start the same copies. It makes the very same
// calls to AWS Backup, with the same concurrency and the same client settings,
// and nothing else: it decides, checks, logs and counts nothing.
//
// When the calls of the copystarter change, these must follow.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"golang.org/x/sync/errgroup"
)

func main() {
	loaded, err := config.LoadDefaultConfig(context.Background(),
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(10*time.Second).
			WithTransportOptions(func(t *http.Transport) { t.MaxIdleConnsPerHost = 32 })),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
	f := &floor{
		client:      backup.NewFromConfig(loaded),
		vault:       os.Getenv("FLOOR_VAULT"),
		destination: os.Getenv("FLOOR_DESTINATION"),
		role:        os.Getenv("FLOOR_ROLE"),
		daily:       os.Getenv("FLOOR_DAILY") == "true",
	}
	lambda.Start(f.handle)
}

type floor struct {
	client                   *backup.Client
	vault, destination, role string // source vault's name, destination vault's ARN, role's ARN
	daily                    bool   // the list of the last 24 hours is read once per batch
}

// handle starts one copy per event. It fails as a whole.
func (f *floor) handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	var inFlight errgroup.Group
	for _, state := range []types.CopyJobState{types.CopyJobStateCreated, types.CopyJobStateRunning} {
		inFlight.Go(func() error { return f.list(ctx, backup.ListCopyJobsInput{ByState: state}) })
	}
	if err := inFlight.Wait(); err != nil {
		return events.SQSEventResponse{}, err
	}
	day := sync.OnceValue(func() error { return f.listDay(ctx, event.Records[0]) })
	var copies errgroup.Group
	for _, record := range event.Records {
		copies.Go(func() error { return f.copy(ctx, record, day) })
	}
	return events.SQSEventResponse{}, copies.Wait()
}

func (f *floor) copy(ctx context.Context, record events.SQSMessage, day func() error) error {
	var event struct {
		Detail struct {
			Point string `json:"destinationRecoveryPointArn"`
		} `json:"detail"`
	}
	if err := json.Unmarshal([]byte(record.Body), &event); err != nil {
		return err
	}
	point := &event.Detail.Point
	var look errgroup.Group
	look.Go(func() error {
		_, err := f.client.DescribeRecoveryPoint(ctx, &backup.DescribeRecoveryPointInput{
			BackupVaultName: &f.vault, RecoveryPointArn: point,
		})
		return err
	})
	look.Go(func() error {
		return f.list(ctx, backup.ListCopyJobsInput{BySourceRecoveryPointArn: point, ByDestinationVaultArn: &f.destination})
	})
	look.Go(day)
	if err := look.Wait(); err != nil {
		return err
	}
	_, err := f.client.StartCopyJob(ctx, &backup.StartCopyJobInput{
		RecoveryPointArn: point, SourceBackupVaultName: &f.vault, DestinationBackupVaultArn: &f.destination,
		IamRoleArn: &f.role, IdempotencyToken: &record.MessageId, Lifecycle: &types.Lifecycle{DeleteAfterDays: aws.Int64(35)},
	})
	return err
}

func (f *floor) listDay(ctx context.Context, record events.SQSMessage) error {
	if !f.daily {
		return nil
	}
	received, err := strconv.ParseInt(record.Attributes["ApproximateFirstReceiveTimestamp"], 10, 64)
	if err != nil {
		return err
	}
	return f.list(ctx, backup.ListCopyJobsInput{ByCreatedAfter: aws.Time(time.UnixMilli(received).Add(-24 * time.Hour))})
}

func (f *floor) list(ctx context.Context, filter backup.ListCopyJobsInput) error {
	filter.MaxResults = aws.Int32(1000)
	_, err := f.client.ListCopyJobs(ctx, &filter)
	return err
}
