package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// large is an estate of many recovery points: a week of them in the local and the
// intermediate vault, with their copy jobs, and the rest in the final one.
type large struct {
	world                      *awssim.World
	road                       *road
	resources, points, days    int // days: that the final vault's points go back
	local, intermediate, final string
}

// week is how long points are kept on the way, in days.
const week = 7

// newLarge makes it. Its databases are of one member account.
func newLarge(ctx context.Context, resources, points int) (*large, error) {
	l := &large{road: &road{}, resources: resources, days: max(week+1, points/resources-2*week)}
	var err error
	l.world, err = awssim.Start(awssim.Config{Seed: seed, Start: time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC),
		Intercept: l.road.pass, Backup: func(c *backup.Config) {
			c.Plan = func(backup.CopyJob) backup.Course { return backup.Course{Run: time.Minute} }
			c.Pools = nil
		}})
	if err != nil {
		return nil, err
	}
	return l, l.fill(ctx)
}

func (l *large) fill(ctx context.Context) error {
	for _, v := range []struct {
		to                    *string
		account, region, name string
	}{{&l.local, stage.Member, stage.Primary, "local"}, {&l.intermediate, stage.Backup, stage.Primary, "intermediate"}, {&l.final, stage.Backup, stage.Secondary, "final"}} {
		key := fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", v.region, v.account, v.name)
		arn, err := l.world.Backup.AddVault(backup.Vault{Account: v.account, Region: v.region, Name: "twohop-" + v.name, EncryptionKeyArn: key})
		if err != nil {
			return err
		}
		*v.to = arn
	}
	for _, part := range []string{"copies", "copies-dlq", "outcomes-dlq", "events-dlq", "reconciler-dlq", "schedules-dlq", "prerequisites-dlq"} {
		if _, err := l.world.SQS.Create(stage.Backup, stage.Primary, "twohop-"+part, nil, nil); err != nil {
			return err
		}
	}
	if _, err := l.world.SQS.Create(stage.Member, stage.Primary, "twohop-forward-dlq", nil, nil); err != nil {
		return err
	}
	now := l.world.Clock.Now()
	for day := l.days; day > week; day-- { // the oldest first
		for i := range l.resources {
			if _, err := l.put(l.final, i, now.AddDate(0, 0, week-day)); err != nil {
				return err
			}
		}
	}
	for range week {
		if err := l.night(ctx); err != nil {
			return err
		}
	}
	for _, vault := range []string{l.local, l.intermediate, l.final} {
		l.points += len(l.world.Backup.RecoveryPoints(vault))
	}
	return nil
}

func resource(i int) string {
	return fmt.Sprintf("arn:aws:rds:eu-central-1:111111111111:db:database-%04d", i)
}

func (l *large) put(vault string, i int, created time.Time) (string, error) {
	return l.world.Backup.AddRecoveryPoint(backup.RecoveryPoint{BackupVaultArn: vault, ResourceArn: resource(i), ResourceType: "RDS",
		CreationDate: wire.Epoch{Time: created.Add(time.Duration(i) * time.Second)}, CompletionDate: wire.Epoch{Time: created.Add(time.Hour)},
		EncryptionKeyArn: "arn:aws:kms:eu-central-1:111111111111:key/databases", IamRoleArn: "arn:aws:iam::111111111111:role/twohop-BackupandRestore",
		BackupSizeInBytes: 10 << 30})
}

// night backs all databases up and copies them on.
func (l *large) night(ctx context.Context) error {
	now := l.world.Clock.Now()
	for i := range l.resources {
		point, err := l.put(l.local, i, now)
		if err != nil {
			return err
		}
		if err := l.copy(stage.Member, point, "twohop-local", l.intermediate); err != nil {
			return err
		}
	}
	if err := l.world.Clock.Advance(ctx, time.Hour); err != nil {
		return err
	}
	for _, point := range l.world.Backup.RecoveryPoints(l.intermediate) {
		if point.CreationDate.Before(now) {
			continue
		}
		if err := l.copy(stage.Backup, point.RecoveryPointArn, "twohop-intermediate", l.final); err != nil {
			return err
		}
	}
	return l.world.Clock.Advance(ctx, 23*time.Hour)
}

func (l *large) copy(account, point, from, to string) error {
	_, err := l.world.Backup.StartCopy(account, stage.Primary, backup.StartCopyJobInput{RecoveryPointArn: point, SourceBackupVaultName: from,
		DestinationBackupVaultArn: to, IamRoleArn: "arn:aws:iam::" + account + ":role/twohop-copy"})
	return err
}
