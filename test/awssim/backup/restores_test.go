package backup_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/arn"
	"github.com/twohop/twohop/test/awssim/backup/restores"
)

var place = arn.Place{Account: member, Region: primary}

// restorable is a point of each type in the member's local vault.
func (e *estate) restorable(resourceType, resource string) string {
	e.t.Helper()
	point, err := e.service.AddRecoveryPoint(backup.RecoveryPoint{
		BackupVaultArn: e.local, ResourceArn: resource, ResourceType: resourceType, BackupSizeInBytes: 1 << 30,
		EncryptionKeyArn: "arn:aws:kms:eu-central-1:111111111111:key/own", Tags: map[string]string{"team": "orders"},
	})
	require.NoError(e.t, err)
	return point
}

func TestARestoreIsToldOfAndTakesTheTagsAlong(t *testing.T) {
	e := newEstate(t)
	point := e.restorable("EBS", "arn:aws:ec2:eu-central-1:111111111111:volume/vol-0123456789abcdef0")
	started, err := e.client(member, primary).StartRestoreJob(t.Context(), &awsbackup.StartRestoreJobInput{
		RecoveryPointArn: &point, IamRoleArn: aws.String(memberRole), Metadata: map[string]string{"availabilityZone": "eu-central-1b"},
		CopySourceTagsToRestoredResource: true,
	})
	require.NoError(t, err)
	require.NoError(t, e.clock.Advance(t.Context(), time.Hour))
	var statuses []string
	for _, event := range e.events.take() {
		require.Equal(t, "Restore Job State Change", event.DetailType)
		assert.Equal(t, []string{point}, event.Resources)
		var detail struct{ RestoreJobID, Status, CreatedResourceArn string }
		require.NoError(t, json.Unmarshal([]byte(event.Detail), &detail))
		assert.Equal(t, *started.RestoreJobId, detail.RestoreJobID)
		assert.Equal(t, detail.Status == "COMPLETED", detail.CreatedResourceArn != "", detail.Status)
		statuses = append(statuses, detail.Status)
	}
	assert.Equal(t, []string{"PENDING", "RUNNING", "COMPLETED"}, statuses)
	job := e.service.RestoreJobs(member, primary)[0]
	made, ok := e.service.Resources.Get(place, job.CreatedResourceArn)
	require.True(t, ok)
	assert.Equal(t, map[string]string{"team": "orders"}, made.Tags)
	assert.Equal(t, int64(1<<30), made.SizeBytes)
}

func TestWhatARestoreIsRefusedFor(t *testing.T) {
	e := newEstate(t)
	volume := e.restorable("EBS", "arn:aws:ec2:eu-central-1:111111111111:volume/vol-0123456789abcdef0")
	bucket := e.restorable("S3", "arn:aws:s3:::ledger")
	zone := map[string]string{"availabilityZone": "eu-central-1a"}
	into := func(more map[string]string) map[string]string {
		m := map[string]string{"DestinationBucketName": "back", "NewBucket": "true"}
		for name, value := range more {
			m[name] = value
		}
		return m
	}
	for sentence, test := range map[string]struct {
		in   awsbackup.StartRestoreJobInput
		want string
	}{
		"a point that is not there":      {awsbackup.StartRestoreJobInput{RecoveryPointArn: aws.String(volume + "0"), Metadata: zone}, "Cannot find recovery point"},
		"another type":                   {awsbackup.StartRestoreJobInput{RecoveryPointArn: &volume, Metadata: zone, ResourceType: aws.String("RDS")}, "is of type EBS, not RDS"},
		"another account's role":         {awsbackup.StartRestoreJobInput{RecoveryPointArn: &volume, Metadata: zone, IamRoleArn: aws.String(centralRole)}, "no role of account"},
		"a zone elsewhere":               {awsbackup.StartRestoreJobInput{RecoveryPointArn: &volume, Metadata: map[string]string{"availabilityZone": "eu-north-1a"}}, "is not in eu-central-1"},
		"a volume without encryption":    {awsbackup.StartRestoreJobInput{RecoveryPointArn: &volume, Metadata: map[string]string{"availabilityZone": "eu-central-1a", "encrypted": "false"}}, "is encrypted"},
		"a bucket neither new nor there": {awsbackup.StartRestoreJobInput{RecoveryPointArn: &bucket, Metadata: into(map[string]string{"NewBucket": "yes"})}, "it must be true or false"},
		"a key without SSE-KMS":          {awsbackup.StartRestoreJobInput{RecoveryPointArn: &bucket, Metadata: into(map[string]string{"KMSKey": "arn:k"})}, "SSE-KMS needs a key"},
		"all that is wrong at once":      {awsbackup.StartRestoreJobInput{RecoveryPointArn: &bucket, Metadata: map[string]string{"a": "b", "c": "d"}}, "DestinationBucketName is missing; NewBucket is missing; a is not known"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if test.in.IamRoleArn == nil {
				test.in.IamRoleArn = aws.String(memberRole)
			}
			_, err := e.client(member, primary).StartRestoreJob(t.Context(), &test.in)
			require.ErrorContains(t, err, test.want)
		})
	}
	assert.Empty(t, e.service.RestoreJobs(member, primary))
	_, err := e.client(member, primary).ListRestoreJobs(t.Context(), &awsbackup.ListRestoreJobsInput{ByStatus: "DONE"})
	require.ErrorContains(t, err, `Invalid restore job status: "DONE"`)
}

// noKeys let nobody use any key.
type noKeys struct{}

func (noKeys) MayRestore(string, string, string) error { return errors.New("the policy names nobody") }

func TestARestoreFailsWhereItCannotBeDone(t *testing.T) {
	for sentence, test := range map[string]struct {
		change func(*estate, string)
		want   string
	}{
		"as it was planned": {func(e *estate, _ string) {
			e.configure(func(c *backup.Config) {
				c.Restores.Plan = func(restores.Job) backup.Course {
					return backup.Course{Run: time.Minute, End: "FAILED", Message: "no capacity"}
				}
			})
		}, "no capacity"},
		"a key that is closed": {func(e *estate, _ string) { e.configure(func(c *backup.Config) { c.Restores.Keys = noKeys{} }) }, "the policy names nobody"},
		"a point that goes meanwhile": {func(e *estate, point string) {
			e.clock.At(start.Add(2*time.Minute), func() {
				_, err := e.client(member, primary).DeleteRecoveryPoint(e.t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: aws.String("local"), RecoveryPointArn: &point})
				assert.NoError(e.t, err)
			})
		}, "is no longer there"},
	} {
		t.Run(sentence, func(t *testing.T) {
			e := newEstate(t)
			point := e.restorable("RDS", "arn:aws:rds:eu-central-1:111111111111:db:orders")
			test.change(e, point)
			_, err := e.client(member, primary).StartRestoreJob(t.Context(), &awsbackup.StartRestoreJobInput{
				RecoveryPointArn: &point, IamRoleArn: aws.String(memberRole), Metadata: map[string]string{"DBInstanceIdentifier": "back"},
			})
			require.NoError(t, err)
			require.NoError(t, e.clock.Advance(t.Context(), time.Hour))
			job := e.service.RestoreJobs(member, primary)[0]
			assert.Equal(t, "FAILED", job.Status)
			assert.Contains(t, job.StatusMessage, test.want)
			assert.Empty(t, job.CreatedResourceArn)
			assert.Empty(t, e.service.Resources.In(place))
		})
	}
}
