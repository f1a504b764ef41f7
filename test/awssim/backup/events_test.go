package backup_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
)

const createdEvent = `{
	"creationDate": "2026-11-01T03:00:00.000Z",
	"state": "CREATED",
	"sourceBackupVaultArn": "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate",
	"destinationBackupVaultArn": "arn:aws:backup:eu-north-1:222222222222:backup-vault:final"
}`

const runningEvent = `{
	"copyJobId": "JOB",
	"backupSizeInBytes": 107374182400,
	"creationDate": "2026-11-01T03:00:00.000Z",
	"iamRoleArn": "arn:aws:iam::222222222222:role/copy",
	"resourceArn": "arn:aws:rds:eu-central-1:111111111111:db:orders",
	"resourceType": "RDS",
	"sourceBackupVaultArn": "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate",
	"state": "RUNNING",
	"destinationBackupVaultArn": "arn:aws:backup:eu-north-1:222222222222:backup-vault:final",
	"destinationRecoveryPointArn": {}
}`

const completedEvent = `{
	"copyJobId": "JOB",
	"backupSizeInBytes": 107374182400,
	"creationDate": "2026-11-01T03:00:00.000Z",
	"iamRoleArn": "arn:aws:iam::222222222222:role/copy",
	"resourceArn": "arn:aws:rds:eu-central-1:111111111111:db:orders",
	"resourceType": "RDS",
	"sourceBackupVaultArn": "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate",
	"state": "COMPLETED",
	"completionDate": "2026-11-01T03:11:00.000Z",
	"destinationBackupVaultArn": "arn:aws:backup:eu-north-1:222222222222:backup-vault:final",
	"destinationRecoveryPointArn": "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-UUID"
}`

// endedEvent is FAILED, PARTIAL or ABORTED; MESSAGE is the member it may have.
const endedEvent = `{
	"copyJobId": "JOB",
	"backupSizeInBytes": 107374182400,
	"creationDate": "2026-11-01T03:00:00.000Z",
	"iamRoleArn": "arn:aws:iam::222222222222:role/copy",
	"resourceArn": "arn:aws:rds:eu-central-1:111111111111:db:orders",
	"resourceType": "RDS",
	"sourceBackupVaultArn": "arn:aws:backup:eu-central-1:222222222222:backup-vault:intermediate",
	"state": "STATE",
	MESSAGE
	"completionDate": "2026-11-01T03:11:00.000Z",
	"destinationBackupVaultArn": "arn:aws:backup:eu-north-1:222222222222:backup-vault:final",
	"destinationRecoveryPointArn": {}
}`

func filled(text, id string) string {
	return strings.NewReplacer("JOB", id, "UUID", strings.ToLower(id)).Replace(text)
}

func TestTheEventOfEachState(t *testing.T) {
	ended := func(state, message string) string {
		return strings.NewReplacer("STATE", state, "MESSAGE", message).Replace(endedEvent)
	}
	for end, last := range map[string]string{
		"COMPLETED": completedEvent,
		"FAILED":    ended("FAILED", `"statusMessage": "Access denied exception while trying to list tags",`),
		"PARTIAL":   ended("PARTIAL", ""),
		"ABORTED":   ended("ABORTED", ""),
	} {
		t.Run(end, func(t *testing.T) {
			e := newEstate(t)
			e.configure(func(c *backup.Config) {
				c.Plan = plan(backup.Course{Wait: time.Minute, Run: 10 * time.Minute, End: end, Message: "Access denied exception while trying to list tags"})
			})
			point := e.point(e.intermediate, nil)
			id := e.start(central, primary, e.hop2(point))
			e.advance(time.Hour)
			got := e.events.take()
			require.Len(t, got, 3)
			for i, want := range []struct {
				at     time.Duration
				detail string
			}{{0, createdEvent}, {time.Minute, runningEvent}, {11 * time.Minute, last}} {
				assert.JSONEq(t, filled(want.detail, id), got[i].Detail)
				got[i].Detail = ""
				assert.Equal(t, told{central, primary, "Copy Job State Change", []string{point}, "", start.Add(want.at)}, got[i])
			}
		})
	}
}

func TestAPlansEventsNameIt(t *testing.T) {
	e := newEstate(t)
	id, err := e.service.StartCopy(central, primary, backup.StartCopyJobInput{
		RecoveryPointArn: e.point(e.intermediate, nil), SourceBackupVaultName: "intermediate",
		DestinationBackupVaultArn: e.final, IamRoleArn: centralRole,
		CreatedBy: &backup.Creator{BackupPlanID: "p", BackupPlanArn: "arn:p", BackupPlanVersion: "v", BackupRuleID: "r"},
	})
	require.NoError(t, err)
	e.advance(time.Minute)
	got := e.events.take()
	require.Len(t, got, 2)
	assert.JSONEq(t, createdEvent, got[0].Detail)
	withPlan := strings.Replace(runningEvent, `"state": "RUNNING",`,
		`"state": "RUNNING", "createdBy": {"backupPlanId": "p", "backupPlanArn": "arn:p", "backupPlanVersion": "v", "backupPlanRuleId": "r"},`, 1)
	assert.JSONEq(t, filled(withPlan, id.CopyJobID), got[1].Detail)
}

func TestEventsComeInBatches(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.EventBatch = 5 * time.Minute })
	e.advance(30 * time.Second)
	e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	e.advance(time.Hour)
	var at []string
	for _, e := range e.events.take() {
		at = append(at, e.At.Sub(start).String())
	}
	// Created after 30 s, run from 1 min 30 s to 11 min 30 s.
	assert.Equal(t, []string{"5m0s", "5m0s", "15m0s"}, at)
	ran, err := e.clock.Step(t.Context())
	require.NoError(t, err)
	assert.False(t, ran, "no batch is due without events")
}

func TestWhatWaitsForABatchLeavesWhenBatchesEnd(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.EventBatch = 5 * time.Minute })
	e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	assert.Empty(t, e.events.take())
	e.configure(func(c *backup.Config) { c.EventBatch = 0 })
	assert.Len(t, e.events.take(), 1)
}

func TestTheDestinationCanBeToldToo(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.EventsAtDestination = true })
	e.start(member, primary, e.hop1(e.point(e.local, nil)))
	var got []string
	for _, e := range e.events.take() {
		got = append(got, fmt.Sprint(e.Account, " ", e.Region))
	}
	assert.Equal(t, []string{member + " " + primary, central + " " + primary}, got)
}

func TestNobodyNeedListen(t *testing.T) {
	c := clock.New(start)
	config := backup.DefaultConfig()
	config.EventBatch = 0
	s := backup.New(c, ids.New(1), nil, config)
	from, err := s.AddVault(backup.Vault{Account: central, Region: primary, Name: "intermediate"})
	require.NoError(t, err)
	to, err := s.AddVault(backup.Vault{Account: central, Region: secondary, Name: "final"})
	require.NoError(t, err)
	point, err := s.AddRecoveryPoint(backup.RecoveryPoint{BackupVaultArn: from, ResourceType: "RDS", ResourceArn: orders})
	require.NoError(t, err)
	_, err = s.StartCopy(central, primary, backup.StartCopyJobInput{RecoveryPointArn: point, SourceBackupVaultName: "intermediate", DestinationBackupVaultArn: to, IamRoleArn: centralRole})
	require.NoError(t, err)
	require.NoError(t, c.Advance(t.Context(), time.Hour))
	assert.Len(t, s.RecoveryPoints(to), 1)
}
