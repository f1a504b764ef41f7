package backup_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestACopyJobLivesItsCourse(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.intermediate, nil)
	id := e.start(central, primary, e.hop2(point))
	assert.Equal(t, strings.ToUpper(id), id)

	created := e.job(central, primary, id)
	assert.Equal(t, types.CopyJobStateCreated, created.State)
	assert.Equal(t, central, *created.AccountId)
	assert.Equal(t, start, *created.CreationDate)
	assert.Nil(t, created.CompletionDate)
	assert.Equal(t, e.intermediate, *created.SourceBackupVaultArn)
	assert.Equal(t, point, *created.SourceRecoveryPointArn)
	assert.Equal(t, e.final, *created.DestinationBackupVaultArn)
	assert.Nil(t, created.DestinationRecoveryPointArn)
	assert.Equal(t, orders, *created.ResourceArn)
	assert.Equal(t, "RDS", *created.ResourceType)
	assert.EqualValues(t, 100<<30, *created.BackupSizeInBytes)
	assert.Equal(t, centralRole, *created.IamRoleArn)

	e.advance(time.Minute)
	assert.Equal(t, "RUNNING", e.state(id))
	e.advance(4 * time.Minute)
	assert.InDelta(t, 0.4, e.service.CopyJobs(central, primary)[0].Progress, 0.001)
	e.advance(6 * time.Minute)

	done := e.job(central, primary, id)
	assert.Equal(t, types.CopyJobStateCompleted, done.State)
	assert.Equal(t, start.Add(11*time.Minute), *done.CompletionDate)
	assert.Equal(t, "SUCCESS", *done.MessageCategory)
	assert.Equal(t, "arn:aws:rds:eu-north-1:222222222222:snapshot:awsbackup:copyjob-"+strings.ToLower(id), *done.DestinationRecoveryPointArn)
	assert.Equal(t, finalKey, *done.DestinationEncryptionKeyArn)
	assert.InDelta(t, 1, e.service.CopyJobs(central, primary)[0].Progress, 0)
	assert.Empty(t, e.service.CopyJobs(central, secondary), "a job is listed where it was started")

	copied, err := e.describe(central, secondary, "final", *done.DestinationRecoveryPointArn)
	require.NoError(t, err)
	assert.Equal(t, types.RecoveryPointStatusCompleted, copied.Status)
	assert.Equal(t, orders, *copied.ResourceArn)
	assert.Equal(t, "RDS", *copied.ResourceType)
	assert.Equal(t, finalKey, *copied.EncryptionKeyArn)
	assert.True(t, copied.IsEncrypted)
	assert.Equal(t, centralRole, *copied.IamRoleArn)
	assert.Equal(t, start.Add(11*time.Minute), *copied.CompletionDate)
}

func TestACopyIsNamedByItsService(t *testing.T) {
	for _, c := range []struct{ resourceType, resource, want string }{
		{"Aurora", "arn:aws:rds:eu-central-1:111111111111:cluster:a", `^arn:aws:rds:eu-north-1:222222222222:cluster-snapshot:awsbackup:copyjob-[0-9a-f-]{36}$`},
		{"DocumentDB", "arn:aws:rds:eu-central-1:111111111111:cluster:d", `^arn:aws:rds:eu-north-1:222222222222:cluster-snapshot:awsbackup:copyjob-[0-9a-f-]{36}$`},
		{"Neptune", "arn:aws:rds:eu-central-1:111111111111:cluster:n", `^arn:aws:rds:eu-north-1:222222222222:cluster-snapshot:awsbackup:copyjob-[0-9a-f-]{36}$`},
		{"EBS", "arn:aws:ec2:eu-central-1:111111111111:volume/vol-1", `^arn:aws:ec2:eu-north-1::snapshot/snap-[0-9a-f]{17}$`},
		{"S3", ledger, `^arn:aws:backup:eu-north-1:222222222222:recovery-point:ledger-[0-9a-f]+$`},
	} {
		t.Run(c.resourceType, func(t *testing.T) {
			e := newEstate(t)
			id := e.start(central, primary, e.hop2(e.point(e.intermediate, ofType(c.resourceType, c.resource))))
			e.advance(time.Hour)
			arn := *e.job(central, primary, id).DestinationRecoveryPointArn
			assert.Regexp(t, c.want, arn)
			_, err := e.describe(central, secondary, "final", arn)
			require.NoError(t, err)
		})
	}
}

func TestCopiesOfUnencryptedSources(t *testing.T) {
	for resourceType, encrypted := range map[string]bool{"RDS": true, "EBS": true, "S3": true, "Aurora": false, "DocumentDB": false, "Neptune": false} {
		t.Run(resourceType, func(t *testing.T) {
			e := newEstate(t)
			id := e.start(central, primary, e.hop2(e.point(e.intermediate, func(p *backup.RecoveryPoint) { p.ResourceType, p.EncryptionKeyArn = resourceType, "" })))
			e.advance(time.Hour)
			copied, err := e.describe(central, secondary, "final", *e.job(central, primary, id).DestinationRecoveryPointArn)
			require.NoError(t, err)
			assert.Equal(t, encrypted, copied.IsEncrypted)
			assert.Equal(t, encrypted, copied.EncryptionKeyArn != nil)
		})
	}
}

// TestCopiesOfSourcesUnderAnAWSOwnedKey stay under such a key, which is reported or not.
func TestCopiesOfSourcesUnderAnAWSOwnedKey(t *testing.T) {
	for _, shown := range []bool{true, false} {
		e := newEstate(t)
		e.configure(func(c *backup.Config) { c.ShowAWSOwnedKeys = shown })
		id := e.start(central, primary, e.hop2(e.point(e.intermediate, func(p *backup.RecoveryPoint) {
			p.ResourceType, p.EncryptionKeyArn, p.AWSOwned = "Aurora", "", true
		})))
		e.advance(time.Hour)
		copied, err := e.describe(central, secondary, "final", *e.job(central, primary, id).DestinationRecoveryPointArn)
		require.NoError(t, err)
		assert.Nil(t, copied.EncryptionKeyArn)
		assert.Equal(t, shown, copied.IsEncrypted)
		assert.Equal(t, shown, copied.EncryptionKeyType == types.EncryptionKeyTypeAwsOwnedKmsKey)
	}
}

func TestTheSourceVaultOfACopy(t *testing.T) {
	e := newEstate(t)
	first := e.start(member, primary, e.hop1(e.point(e.local, func(p *backup.RecoveryPoint) { p.Tags = map[string]string{"a": "b"} })))
	e.advance(time.Hour)
	hop1 := *e.job(member, primary, first).DestinationRecoveryPointArn
	crossAccount, err := e.describe(central, primary, "intermediate", hop1)
	require.NoError(t, err)
	assert.Equal(t, e.local, *crossAccount.SourceBackupVaultArn)
	assert.Empty(t, e.service.RecoveryPoints(e.intermediate)[0].Tags, "tags are not promised across accounts")

	second := e.start(central, primary, e.hop2(hop1))
	e.advance(time.Hour)
	hop2 := *e.job(central, primary, second).DestinationRecoveryPointArn
	sameAccount, err := e.describe(central, secondary, "final", hop2)
	require.NoError(t, err)
	assert.Nil(t, sameAccount.SourceBackupVaultArn)
	e.configure(func(c *backup.Config) { c.ShowSameAccountSource = true })
	sameAccount, err = e.describe(central, secondary, "final", hop2)
	require.NoError(t, err)
	assert.Equal(t, e.intermediate, *sameAccount.SourceBackupVaultArn)
}

func TestCopiesAreRefused(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.intermediate, nil)
	creating := e.point(e.intermediate, func(p *backup.RecoveryPoint) { p.Status = "CREATING" })
	for name, c := range map[string]struct {
		code   string
		change func(*awsbackup.StartCopyJobInput)
	}{
		"without a point":             {"MissingParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.RecoveryPointArn = aws.String("") }},
		"without a source vault":      {"MissingParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.SourceBackupVaultName = aws.String("") }},
		"without a destination":       {"MissingParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.DestinationBackupVaultArn = aws.String("") }},
		"without a role":              {"MissingParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.IamRoleArn = aws.String("") }},
		"of what is no ARN":           {"InvalidParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.RecoveryPointArn = aws.String("x") }},
		"from a vault's ARN":          {"InvalidParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.SourceBackupVaultName = aws.String("arn:x") }},
		"to a vault's name":           {"InvalidParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.DestinationBackupVaultArn = aws.String("final") }},
		"with a user":                 {"InvalidParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.IamRoleArn = aws.String("arn:aws:iam::222222222222:user/u") }},
		"with another account's role": {"AccessDeniedException", func(in *awsbackup.StartCopyJobInput) { in.IamRoleArn = aws.String(memberRole) }},
		"with a bad lifecycle":        {"InvalidParameterValueException", func(in *awsbackup.StartCopyJobInput) { in.Lifecycle = &types.Lifecycle{DeleteAfterDays: aws.Int64(0)} }},
		"with cold storage": {"InvalidParameterValueException", func(in *awsbackup.StartCopyJobInput) {
			in.Lifecycle = &types.Lifecycle{MoveToColdStorageAfterDays: aws.Int64(1)}
		}},
		"from a vault not there":    {"ResourceNotFoundException", func(in *awsbackup.StartCopyJobInput) { in.SourceBackupVaultName = aws.String("nowhere") }},
		"of a point not there":      {"ResourceNotFoundException", func(in *awsbackup.StartCopyJobInput) { in.RecoveryPointArn = aws.String(point + "0") }},
		"of a point in the making":  {"InvalidRequestException", func(in *awsbackup.StartCopyJobInput) { in.RecoveryPointArn = &creating }},
		"to an own vault not there": {"ResourceNotFoundException", func(in *awsbackup.StartCopyJobInput) { in.DestinationBackupVaultArn = aws.String(e.final + "-2") }},
		"to the vault it is in":     {"InvalidRequestException", func(in *awsbackup.StartCopyJobInput) { in.DestinationBackupVaultArn = &e.intermediate }},
	} {
		t.Run(name, func(t *testing.T) {
			in := e.hop2(point)
			c.change(in)
			_, err := e.client(central, primary).StartCopyJob(t.Context(), in)
			requireCode(t, err, c.code)
		})
	}
	_, err := e.client(central, secondary).StartCopyJob(t.Context(), e.hop2(point))
	requireCode(t, err, "ResourceNotFoundException") // the source vault's name means another one there
	assert.Empty(t, e.service.CopyJobs(central, primary))
	assert.Empty(t, e.events.take())
}

func TestBothAtOnceIsRefusedUnlessSwitchedOn(t *testing.T) {
	e := newEstate(t)
	in := e.hop1(e.point(e.local, ofType("Aurora", "arn:aws:rds:eu-central-1:111111111111:cluster:a")))
	in.DestinationBackupVaultArn = &e.final
	_, err := e.client(member, primary).StartCopyJob(t.Context(), in)
	assert.Equal(t, "Copy job from eu-central-1 to eu-north-1 cannot be initiated for Aurora resources. Feature is not supported for provided resource type.",
		requireCode(t, err, "InvalidRequestException"))

	volume := e.hop1(e.point(e.local, ofType("EBS", "arn:aws:ec2:eu-central-1:111111111111:volume/vol-1")))
	volume.DestinationBackupVaultArn = &e.final
	e.start(member, primary, volume)

	e.configure(func(c *backup.Config) {
		c.SingleAction = func(_, _, resourceType string) bool { return resourceType != "Aurora" }
	})
	_, err = e.client(member, primary).StartCopyJob(t.Context(), in)
	requireCode(t, err, "InvalidRequestException") // not for the type
	e.configure(func(c *backup.Config) { c.SingleAction = func(from, _, _ string) bool { return from == secondary } })
	_, err = e.client(member, primary).StartCopyJob(t.Context(), in)
	requireCode(t, err, "InvalidRequestException") // not out of the Region
	e.configure(func(c *backup.Config) {
		c.SingleAction = func(from, to, resourceType string) bool {
			return from == primary && to == secondary && resourceType == "Aurora"
		}
	})
	id := e.start(member, primary, in)
	e.advance(time.Hour)
	assert.Equal(t, types.CopyJobStateCompleted, e.job(member, primary, id).State)
	assert.Len(t, e.service.RecoveryPoints(e.final), 2)
}

func TestMalformedRequests(t *testing.T) {
	e := newEstate(t)
	for name, c := range map[string]struct{ method, path, body, code string }{
		"a member that the API does not have": {"PUT", "/copy-jobs", `{"Speed":1}`, "SerializationException"},
		"a parameter that it does not have":   {"GET", "/copy-jobs?speed=1", "", "SerializationException"},
		"no JSON":                             {"PUT", "/copy-jobs", `{`, "SerializationException"},
		"an operation that it does not have":  {"DELETE", "/copy-jobs/1", "", "UnknownOperationException"},
		"a flag that is none":                 {"GET", "/backup-vaults?shared=perhaps", "", "InvalidParameterValueException"},
		"a page that is no number":            {"GET", "/copy-jobs/?maxResults=ten", "", "InvalidParameterValueException"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), c.method, e.server.URL+c.path, strings.NewReader(c.body))
			require.NoError(t, err)
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+central+"/20261101/eu-central-1/backup/aws4_request, SignedHeaders=host, Signature=0")
			answer, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			defer answer.Body.Close()
			assert.Equal(t, c.code, answer.Header.Get("X-Amzn-Errortype"))
			assert.GreaterOrEqual(t, answer.StatusCode, 400)
		})
	}
}

func TestAnUnknownEndOfAPlanIsAnError(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.Plan = plan(backup.Course{End: "WELL"}) })
	_, err := e.client(central, primary).StartCopyJob(t.Context(), e.hop2(e.point(e.intermediate, nil)))
	requireCode(t, err, "InternalFailure")
	assert.Empty(t, e.service.CopyJobs(central, primary))
}

func TestTheDefaultCourseTakesTensOfMinutes(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.Plan = nil })
	id := e.start(central, primary, e.hop2(e.point(e.intermediate, nil)))
	e.advance(time.Minute)
	assert.Equal(t, "RUNNING", e.state(id))
	e.advance(20 * time.Minute)
	assert.Equal(t, "RUNNING", e.state(id))
	e.advance(15 * time.Minute)
	assert.Equal(t, "COMPLETED", e.state(id))
}

func TestAnUnavailableServiceStartsNothing(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.intermediate, nil)
	e.server.Config.Handler.(*wire.Server).Intercept = func(c wire.Call) wire.Fault {
		if c.Service != "backup" || c.Action != "StartCopyJob" {
			return wire.Fault{}
		}
		return wire.Fault{Err: &wire.Error{Status: http.StatusInternalServerError, Code: "ServiceUnavailableException", Message: "try again"}}
	}
	_, err := e.client(central, primary).StartCopyJob(t.Context(), e.hop2(point))
	requireCode(t, err, "ServiceUnavailableException")
	assert.Empty(t, e.list(awsbackup.ListCopyJobsInput{}))
}
