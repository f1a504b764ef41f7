package backup_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/backup/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/vaults"
	"github.com/twohop/twohop/test/awssim/wire"
)

func requireWire(t *testing.T, err error, code string) {
	t.Helper()
	var known *wire.Error
	require.ErrorAs(t, err, &known)
	assert.Equal(t, code, known.Code)
}

func (e *estate) describe(account, region, vault, point string) (*awsbackup.DescribeRecoveryPointOutput, error) {
	return e.client(account, region).DescribeRecoveryPoint(e.t.Context(),
		&awsbackup.DescribeRecoveryPointInput{BackupVaultName: &vault, RecoveryPointArn: &point})
}

func TestABackupIsNamedByItsService(t *testing.T) {
	const uuid = `[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$`
	for _, c := range []struct{ resourceType, resource, want string }{
		{"RDS", "arn:aws:rds:eu-central-1:111111111111:db:d", `^arn:aws:rds:eu-central-1:111111111111:snapshot:awsbackup:job-` + uuid},
		{"Aurora", "arn:aws:rds:eu-central-1:111111111111:cluster:a", `^arn:aws:rds:eu-central-1:111111111111:cluster-snapshot:awsbackup:job-` + uuid},
		{"DocumentDB", "arn:aws:rds:eu-central-1:111111111111:cluster:d", `^arn:aws:rds:eu-central-1:111111111111:cluster-snapshot:awsbackup:job-` + uuid},
		{"Neptune", "arn:aws:rds:eu-central-1:111111111111:cluster:n", `^arn:aws:rds:eu-central-1:111111111111:cluster-snapshot:awsbackup:job-` + uuid},
		{"EBS", "arn:aws:ec2:eu-central-1:111111111111:volume/vol-1", `^arn:aws:ec2:eu-central-1::snapshot/snap-[0-9a-f]{17}$`},
		{"S3", "arn:aws:s3:::ledger", `^arn:aws:backup:eu-central-1:111111111111:recovery-point:ledger-[0-9a-f]+$`},
	} {
		t.Run(c.resourceType, func(t *testing.T) {
			e := newEstate(t)
			arn := e.point(e.local, ofType(c.resourceType, c.resource))
			assert.Regexp(t, c.want, arn)
			got, err := e.describe(member, primary, "local", arn)
			require.NoError(t, err)
			assert.Equal(t, c.resource, *got.ResourceArn)
			assert.Equal(t, c.resourceType, *got.ResourceType)
			assert.Equal(t, types.RecoveryPointStatusCompleted, got.Status)
			assert.Equal(t, start, *got.CreationDate)
			assert.EqualValues(t, 100<<30, *got.BackupSizeInBytes)
			assert.EqualValues(t, 35, *got.Lifecycle.DeleteAfterDays)
			assert.Equal(t, start.AddDate(0, 0, 35), *got.CalculatedLifecycle.DeleteAt)
			assert.True(t, got.IsEncrypted)
			assert.Equal(t, types.StorageClassWarm, got.StorageClass)
			assert.Nil(t, got.SourceBackupVaultArn)
		})
	}
}

func TestBackupsAreRefused(t *testing.T) {
	e := newEstate(t)
	there := e.point(e.local, nil)
	for name, c := range map[string]struct {
		code   string
		change func(*backup.RecoveryPoint)
	}{
		"of a type not simulated":    {"InvalidParameterValueException", ofType("DynamoDB", "arn:aws:dynamodb:x")},
		"of no resource":             {"MissingParameterValueException", ofType("RDS", "")},
		"for a vault not there":      {"ResourceNotFoundException", func(p *backup.RecoveryPoint) { p.BackupVaultArn = "arn:x" }},
		"with an unknown status":     {"InvalidParameterValueException", func(p *backup.RecoveryPoint) { p.Status = "FINE" }},
		"with a bad lifecycle":       {"InvalidParameterValueException", func(p *backup.RecoveryPoint) { p.Lifecycle = vaults.DeleteAfter(0) }},
		"with a name already in use": {"AlreadyExistsException", func(p *backup.RecoveryPoint) { p.RecoveryPointArn = there }},
	} {
		t.Run(name, func(t *testing.T) {
			p := backup.RecoveryPoint{BackupVaultArn: e.local, ResourceType: "RDS", ResourceArn: "arn:aws:rds:eu-central-1:111111111111:db:d"}
			c.change(&p)
			_, err := e.service.AddRecoveryPoint(p)
			requireWire(t, err, c.code)
		})
	}
}

func TestAPointThatIsNotThere(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.intermediate, nil)
	e.vault(backup.Vault{Account: central, Region: primary, Name: "other"})
	for name, c := range map[string]struct{ code, account, region, vault, point string }{
		"in its vault":              {"ResourceNotFoundException", central, primary, "intermediate", "arn:aws:rds:eu-central-1:222222222222:snapshot:x"},
		"but in another vault":      {"ResourceNotFoundException", central, primary, "other", point},
		"without the vault":         {"AccessDeniedException", central, primary, "nowhere", point},
		"in another Region":         {"AccessDeniedException", central, secondary, "intermediate", point},
		"in another account":        {"AccessDeniedException", member, primary, "intermediate", point},
		"and is no ARN":             {"InvalidParameterValueException", central, primary, "intermediate", "x"},
		"in a vault without a name": {"InvalidParameterValueException", central, primary, "a b", point},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := e.describe(c.account, c.region, c.vault, c.point)
			requireCode(t, err, c.code)
			_, err = e.client(c.account, c.region).DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: &c.vault, RecoveryPointArn: &c.point})
			requireCode(t, err, c.code)
			_, err = e.client(c.account, c.region).UpdateRecoveryPointLifecycle(t.Context(), &awsbackup.UpdateRecoveryPointLifecycleInput{BackupVaultName: &c.vault, RecoveryPointArn: &c.point})
			requireCode(t, err, c.code)
		})
	}
}

func TestALifecycleIsReplacedAsAWhole(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.intermediate, nil)
	update := func(l *types.Lifecycle) (*awsbackup.UpdateRecoveryPointLifecycleOutput, error) {
		return e.client(central, primary).UpdateRecoveryPointLifecycle(t.Context(), &awsbackup.UpdateRecoveryPointLifecycleInput{
			BackupVaultName: aws.String("intermediate"), RecoveryPointArn: &point, Lifecycle: l})
	}
	out, err := update(&types.Lifecycle{DeleteAfterDays: aws.Int64(3)})
	require.NoError(t, err)
	assert.EqualValues(t, 3, *out.Lifecycle.DeleteAfterDays)
	assert.Equal(t, start.AddDate(0, 0, 3), *out.CalculatedLifecycle.DeleteAt)

	for name, l := range map[string]*types.Lifecycle{
		"no day":              {DeleteAfterDays: aws.Int64(0)},
		"less than -1":        {DeleteAfterDays: aws.Int64(-2)},
		"more than a century": {DeleteAfterDays: aws.Int64(36501)},
		"cold storage":        {DeleteAfterDays: aws.Int64(100), MoveToColdStorageAfterDays: aws.Int64(1)},
		"archive":             {OptInToArchiveForSupportedResources: aws.Bool(true)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := update(l)
			assert.Contains(t, requireCode(t, err, "InvalidParameterValueException"), "Invalid lifecycle. ")
		})
	}
	for name, l := range map[string]*types.Lifecycle{"an omitted one clears": nil, "an empty one clears": {}, "-1 clears": {DeleteAfterDays: aws.Int64(-1), MoveToColdStorageAfterDays: aws.Int64(-1)}} {
		t.Run(name, func(t *testing.T) {
			_, err := update(&types.Lifecycle{DeleteAfterDays: aws.Int64(3)})
			require.NoError(t, err)
			out, err := update(l)
			require.NoError(t, err)
			assert.Nil(t, out.Lifecycle)
			assert.Nil(t, out.CalculatedLifecycle)
		})
	}
	e.advance(100 * 24 * time.Hour)
	_, err = e.describe(central, primary, "intermediate", point)
	require.NoError(t, err, "without a lifecycle it is kept")
}

func TestAPointExpires(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.local, nil)
	kept := e.point(e.local, func(p *backup.RecoveryPoint) { p.Lifecycle = backup.Lifecycle{} })
	e.advance(35*24*time.Hour - time.Millisecond)
	_, err := e.describe(member, primary, "local", point)
	require.NoError(t, err)
	e.advance(time.Millisecond)
	_, err = e.describe(member, primary, "local", point)
	requireCode(t, err, "ResourceNotFoundException")
	left := e.service.RecoveryPoints(e.local)
	require.Len(t, left, 1)
	assert.Equal(t, kept, left[0].RecoveryPointArn)
	ran, err := e.clock.Step(t.Context())
	require.NoError(t, err)
	assert.False(t, ran, "retention keeps no clock running")
}

func TestWhatCannotBeDeletedStaysExpired(t *testing.T) {
	e := newEstate(t)
	e.configure(func(c *backup.Config) { c.Deletes = func(backup.RecoveryPoint) bool { return false } })
	deleted, aged := e.point(e.local, nil), e.point(e.local, nil)
	_, err := e.client(member, primary).DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: aws.String("local"), RecoveryPointArn: &deleted})
	require.NoError(t, err, "AWS answers 200")
	e.advance(36 * 24 * time.Hour)
	for _, arn := range []string{deleted, aged} {
		got, err := e.describe(member, primary, "local", arn)
		require.NoError(t, err)
		assert.Equal(t, types.RecoveryPointStatusExpired, got.Status)
		_, err = e.client(member, primary).StartCopyJob(t.Context(), e.hop1(arn))
		requireCode(t, err, "InvalidRequestException")
	}
}

func TestADeletedPointIsGone(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.local, nil)
	_, err := e.client(member, primary).DeleteRecoveryPoint(t.Context(), &awsbackup.DeleteRecoveryPointInput{BackupVaultName: aws.String("local"), RecoveryPointArn: &point})
	require.NoError(t, err)
	_, err = e.describe(member, primary, "local", point)
	requireCode(t, err, "ResourceNotFoundException")
	assert.Empty(t, e.service.RecoveryPoints(e.local))
	assert.Nil(t, e.service.RecoveryPoints("arn:nowhere"))
}

func TestTagsAreListedInPages(t *testing.T) {
	e := newEstate(t)
	point := e.point(e.local, func(p *backup.RecoveryPoint) {
		ofType("S3", "arn:aws:s3:::ledger")(p)
		p.Tags = map[string]string{"a": "1", "b": "2", "c": "3"}
	})
	c := e.client(member, primary)
	first, err := c.ListTags(t.Context(), &awsbackup.ListTagsInput{ResourceArn: &point, MaxResults: aws.Int32(2)})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "1", "b": "2"}, first.Tags)
	second, err := c.ListTags(t.Context(), &awsbackup.ListTagsInput{ResourceArn: &point, NextToken: first.NextToken})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"c": "3"}, second.Tags)
	assert.Nil(t, second.NextToken)
	_, err = c.ListTags(t.Context(), &awsbackup.ListTagsInput{ResourceArn: &e.intermediate})
	requireCode(t, err, "ResourceNotFoundException")
}
