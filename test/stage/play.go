package stage

import (
	"context"
	"fmt"
	"time"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
)

// Database is a resource with one recovery point in the local vault.
type Database struct {
	Name         string
	ResourceType string // RDS, Aurora, DocumentDB, Neptune
	ResourceARN  string
	Point        string // recovery point ARN in the local vault
}

// AddDatabase makes a backup of a database in the member's local vault, as a
// backup plan does: made now, kept for a week.
func (s *Stage) AddDatabase(name, resourceType string, bytes int64) (Database, error) {
	kind := "cluster"
	if resourceType == "RDS" {
		kind = "db"
	}
	d := Database{Name: name, ResourceType: resourceType,
		ResourceARN: fmt.Sprintf("arn:aws:rds:%s:%s:%s:%s", Primary, Member, kind, name)}
	week := int64(7)
	arn, err := s.World.Backup.AddRecoveryPoint(backup.RecoveryPoint{
		BackupVaultArn: s.Local.ARN, ResourceArn: d.ResourceARN, ResourceType: resourceType, ResourceName: name,
		IamRoleArn: memberRole, CreationDate: wire.Epoch{Time: s.World.Clock.Now()}, BackupSizeInBytes: bytes,
		Lifecycle:        backup.Lifecycle{DeleteAfterDays: &week},
		EncryptionKeyArn: fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", Primary, Member, name),
	})
	if err != nil {
		return Database{}, fmt.Errorf("back up %s: %w", name, err)
	}
	d.Point = arn
	return d, nil
}

// StartHopOne starts the copy that a backup plan's copy action makes.
func (s *Stage) StartHopOne(d Database) error {
	week := int64(7)
	_, err := s.World.Backup.StartCopy(Member, Primary, backup.StartCopyJobInput{
		RecoveryPointArn: d.Point, SourceBackupVaultName: s.Local.Name, DestinationBackupVaultArn: s.Intermediate.ARN,
		IamRoleArn: memberRole, Lifecycle: &backup.Lifecycle{DeleteAfterDays: &week},
		CreatedBy: &backup.Creator{BackupPlanID: "cr-special", BackupPlanVersion: "1", BackupRuleID: "nightly",
			BackupPlanArn: fmt.Sprintf("arn:aws:backup:%s:%s:backup-plan:cr-special", Primary, Member)},
	})
	if err != nil {
		return fmt.Errorf("start hop 1 of %s: %w", d.Name, err)
	}
	return nil
}

// In returns the recovery points of a database in a vault.
func (s *Stage) In(vault string, d Database) []backup.RecoveryPoint {
	var found []backup.RecoveryPoint
	for _, point := range s.World.Backup.RecoveryPoints(vault) {
		if point.ResourceArn == d.ResourceARN {
			found = append(found, point)
		}
	}
	return found
}

// InFlight is how many copy jobs of both accounts are CREATED or RUNNING.
func (s *Stage) InFlight() int {
	n := 0
	for _, account := range []string{Member, Backup} {
		for _, job := range s.World.Backup.CopyJobs(account, Primary) {
			if job.State == "CREATED" || job.State == "RUNNING" {
				n++
			}
		}
	}
	return n
}

// Settle runs the simulated time until nothing is in flight, the queue is empty
// and every event has had the time to arrive, but no longer than limit.
func (s *Stage) Settle(ctx context.Context, limit time.Duration) error {
	end := s.World.Clock.Now().Add(limit)
	// Events come in batches of five minutes: three quiet looks in a row span two
	// batches, which is silence.
	for quiet := 0; quiet < 3; {
		if err := s.World.Clock.Advance(ctx, 5*time.Minute); err != nil {
			return err
		}
		if s.InFlight() == 0 && len(s.World.SQS.Peek(s.Copies.ARN)) == 0 {
			quiet++
		} else {
			quiet = 0
		}
		if s.World.Clock.Now().After(end) {
			return fmt.Errorf("not settled after %s: %d jobs in flight, %d messages in the queue",
				limit, s.InFlight(), len(s.World.SQS.Peek(s.Copies.ARN)))
		}
	}
	return nil
}
