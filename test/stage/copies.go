package stage

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"

	"github.com/twohop/twohop/pkg/hop"
	"github.com/twohop/twohop/test/awssim/backup"
)

// week is the retention of what is backed up on demand, in days.
const week = 7

// HopOne backs resources of the first member up on demand and copies them to the
// intermediate vault, as a person does who cannot wait for the plan. It returns once
// the copy jobs are started.
func (s *Stage) HopOne(ctx context.Context, all ...Resource) error {
	client := awsbackup.NewFromConfig(s.Client(Member, Primary))
	role, lifecycle := aws.String(s.Role(Member, "BackupandRestore")), &types.Lifecycle{DeleteAfterDays: aws.Int64(week)}
	for _, r := range all {
		if _, err := client.StartBackupJob(ctx, &awsbackup.StartBackupJobInput{
			BackupVaultName: &s.Local.Name, ResourceArn: &r.ARN, IamRoleArn: role, Lifecycle: lifecycle,
		}); err != nil {
			return fmt.Errorf("back up %s: %w", r.Name, err)
		}
	}
	for _, r := range all {
		point, err := s.backedUp(ctx, r)
		if err != nil {
			return err
		}
		if _, err := client.StartCopyJob(ctx, &awsbackup.StartCopyJobInput{
			RecoveryPointArn: &point, SourceBackupVaultName: &s.Local.Name, DestinationBackupVaultArn: &s.Intermediate.ARN,
			IamRoleArn: role, Lifecycle: lifecycle,
		}); err != nil {
			return fmt.Errorf("start hop 1 of %s: %w", r.Name, err)
		}
	}
	return nil
}

// backedUp waits for a resource's newest point in the local vault.
func (s *Stage) backedUp(ctx context.Context, r Resource) (string, error) {
	for range 24 {
		for _, point := range s.In(s.Local, r) {
			if point.Status == "COMPLETED" {
				return point.RecoveryPointArn, nil
			}
		}
		if err := s.World.Clock.Advance(ctx, time.Hour/6); err != nil {
			return "", err
		}
	}
	for _, job := range s.World.Backup.BackupJobs(Member, Primary) {
		if job.ResourceArn == r.ARN {
			return "", fmt.Errorf("back up %s: the job is %s after four hours: %s", r.Name, job.State, job.StatusMessage)
		}
	}
	return "", fmt.Errorf("back up %s: there is no backup job", r.Name)
}

// In returns the recovery points of a resource in a vault.
func (s *Stage) In(vault hop.Vault, r Resource) []backup.RecoveryPoint {
	var found []backup.RecoveryPoint
	for _, point := range s.World.Backup.RecoveryPoints(vault.ARN) {
		if point.ResourceArn == r.ARN {
			found = append(found, point)
		}
	}
	return found
}

// InFlight is how many backup and copy jobs of all accounts are yet to end.
func (s *Stage) InFlight() int {
	n := 0
	for _, account := range append([]string{Backup}, s.estate.members...) {
		for _, region := range append([]string{Primary}, s.estate.secondary...) {
			for _, job := range s.World.Backup.CopyJobs(account, region) {
				if job.State == "CREATED" || job.State == "RUNNING" {
					n++
				}
			}
			for _, job := range s.World.Backup.BackupJobs(account, region) {
				if job.CompletionDate.IsZero() {
					n++
				}
			}
		}
	}
	return n
}

// waiting is how many messages the functions are yet to settle.
func (s *Stage) waiting() int {
	n := 0
	for _, queue := range []Queue{s.Copies, s.Outcomes, s.Sweeps} {
		n += len(s.World.SQS.Peek(queue.ARN))
	}
	return n
}

// Settle runs the simulated time until nothing is in flight, the queues are empty and
// every event has had the time to arrive, but no longer than limit.
func (s *Stage) Settle(ctx context.Context, limit time.Duration) error {
	end := s.World.Clock.Now().Add(limit)
	// Events come in batches of five minutes: three quiet looks in a row span two
	// batches, which is silence.
	for quiet := 0; quiet < 3; {
		if err := s.World.Clock.Advance(ctx, 5*time.Minute); err != nil {
			return err
		}
		if s.InFlight() == 0 && s.waiting() == 0 {
			quiet++
		} else {
			quiet = 0
		}
		if s.World.Clock.Now().After(end) {
			return fmt.Errorf("not settled after %s: %d jobs in flight, %d messages in the queues",
				limit, s.InFlight(), s.waiting())
		}
	}
	return nil
}
