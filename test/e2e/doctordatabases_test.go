package e2e

import (
	"testing"
	"time"

	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/kms"
	"github.com/twohop/twohop/test/awssim/rds"
	"github.com/twohop/twohop/test/awssim/wire"
	"github.com/twohop/twohop/test/stage"
)

// What can be wrong with databases and their keys.

const (
	dbARN      = "arn:aws:rds:eu-central-1:111111111111:db:"
	clusterARN = "arn:aws:rds:eu-central-1:111111111111:cluster:"
	saysClosed = "The source snapshot KMS key [ARN] does not exist, is not enabled or you do not have permissions to access it."
)

// key is a new one of the first member.
func (c *clinic) key(t *testing.T, open bool) string {
	t.Helper()
	policy, err := c.KeyPolicy(stage.Member, open)
	require.NoError(t, err)
	return c.keyWith(t, policy)
}

func (c *clinic) keyWith(t *testing.T, policy string) string {
	t.Helper()
	arn, err := c.World.KMS.AddKey(kms.Key{Account: stage.Member, Region: stage.Primary, Policy: policy})
	require.NoError(t, err)
	return arn
}

// under is a database under a key that a function makes.
func under(key func(*testing.T, *clinic) string) func(*testing.T, *clinic) func() {
	return func(t *testing.T, c *clinic) func() {
		t.Helper()
		return patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS", KeyARN: key(t, c)}, nil)(t, c)
	}
}

func here(resource, problem, causes, mend string) said {
	return said{Account: stage.Member, Region: stage.Primary, Resource: resource, Problem: problem, Causes: causes, Mend: mend}
}

const ownAccount = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"}`

var illDatabases = map[string]illness{
	"a key that admits its own account alone": {
		under(func(t *testing.T, c *clinic) string { return c.key(t, false) }),
		here(dbARN+"ill", "does not admit the backup account", saysClosed, `"Sid": "BackupAccountCopiesGrants"`), 0},
	"a key that admits the use and no grants": {
		under(func(t *testing.T, c *clinic) string {
			return c.keyWith(t, `{"Version":"2012-10-17","Statement":[`+ownAccount+`,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},
				"Action":["kms:DescribeKey","kms:Decrypt","kms:Encrypt","kms:ReEncrypt*","kms:GenerateDataKey*"],"Resource":"*"}]}`)
		}),
		here(dbARN+"ill", "does not admit the backup account", saysClosed, `"kms:CreateGrant"`), 0},
	"a key that admits the backup account through one service, which only AWS can judge": {
		under(func(t *testing.T, c *clinic) string {
			return c.keyWith(t, `{"Version":"2012-10-17","Statement":[`+ownAccount+`,{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},
				"Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"rds.eu-central-1.amazonaws.com"}}}]}`)
		}),
		said{Kind: "not checked", Account: stage.Member, Region: stage.Primary, Resource: dbARN + "ill", Problem: "only AWS can judge", Causes: saysClosed, Mend: "kms:ViaService"}, 0},
	"a key of another account": {
		under(func(t *testing.T, c *clinic) string {
			arn, err := c.World.KMS.AddKey(kms.Key{Account: stage.Second, Region: stage.Primary})
			require.NoError(t, err)
			return arn
		}),
		said{Kind: "not checked", Account: stage.Member, Region: stage.Primary, Resource: dbARN + "ill", Problem: "is another account's", Causes: saysClosed, Mend: "in account 444444444444"}, 0},
	"a key that is disabled": {
		under(func(t *testing.T, c *clinic) string {
			arn := c.key(t, true)
			require.NoError(t, c.World.KMS.SetEnabled(arn, false))
			return arn
		}),
		here(dbARN+"ill", "is Disabled", saysClosed, "aws kms enable-key --key-id arn:aws:kms:"), 0},
	"a key that is to be deleted": {
		under(func(t *testing.T, c *clinic) string {
			arn := c.key(t, true)
			require.NoError(t, c.World.KMS.ScheduleDeletion(arn, 7))
			return arn
		}),
		here(dbARN+"ill", "is PendingDeletion", saysClosed, "aws kms cancel-key-deletion --key-id arn:aws:kms:"), 0},
	"the key aws/rds": {
		patient(resources.Resource{Name: "managed", ARN: dbARN + "ill", Type: "RDS"}, nil),
		here(dbARN+"ill", "it is under the key aws/rds", "Snapshots encrypted with the AWS managed key can't be shared.", "copy a snapshot of it"), 0},
	"no encryption": {
		patient(resources.Resource{ARN: clusterARN + "ill", Type: "Aurora", Unencrypted: true}, nil),
		here(clusterARN+"ill", "it is not encrypted", "its copies are not encrypted either", "restore a snapshot of it under a customer managed key"), 0},
	"a key that AWS owns": {
		patient(resources.Resource{ARN: clusterARN + "ill", Type: "Aurora", AWSOwned: true}, nil),
		said{Kind: "unconfirmed", Account: stage.Member, Region: stage.Primary, Resource: clusterARN + "ill", Problem: "it is under a key that AWS owns",
			Causes: "the alarm underprotected", Mend: "restore a snapshot of it under a customer managed key"}, 0},
	"a copy that is not under its vault's key": {
		weakCopy,
		said{Account: stage.Backup, Region: stage.Secondary, Resource: ":cluster-snapshot:", Problem: "the newest copy of " + clusterARN + "gone in vault payroll-final is protected less than asked",
			Causes: "it can be restored", Mend: "customer managed key"}, 0},
	"Transparent Data Encryption": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS"}, func(c *clinic, arn string) {
			c.World.RDS.AddOptionGroup(stage.Member, stage.Primary, "tde", rds.Option{Name: "TDE", Persistent: true}, rds.Option{Name: "S3_INTEGRATION"})
			c.World.RDS.Describe(arn, rds.Details{Engine: "oracle-ee", OptionGroup: "tde"})
		}),
		here(dbARN+"ill", "option group tde has options of Transparent Data Encryption among its persistent ones (TDE)", "The snapshot requires a target option group with the following options: TDE", "stop using TDE"), 0},
	"persistent options that RDS shares": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS"}, func(c *clinic, arn string) {
			c.World.RDS.AddOptionGroup(stage.Member, stage.Primary, "zone", rds.Option{Name: "Timezone", Persistent: true})
			c.World.RDS.Describe(arn, rds.Details{Engine: "oracle-ee", OptionGroup: "zone"})
		}),
		said{Kind: "unconfirmed", Account: stage.Member, Region: stage.Primary, Resource: dbARN + "ill", Problem: "option group zone has persistent options: Timezone",
			Causes: "The snapshot requires a target option group with the following options: Timezone", Mend: "in account 222222222222, in the Region of the copy (eu-central-1, eu-north-1, eu-west-1)"}, 0},
	"persistent options that RDS does not share": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS"}, func(c *clinic, arn string) {
			c.World.RDS.AddOptionGroup(stage.Member, stage.Primary, "other", rds.Option{Name: "Timezone", Persistent: true}, rds.Option{Name: "OTHER", Persistent: true})
			c.World.RDS.Describe(arn, rds.Details{Engine: "oracle-ee", OptionGroup: "other"})
		}),
		here(dbARN+"ill", "option group other has persistent options (Timezone, OTHER)", "following options: Timezone, OTHER", "a plan without copies"), 0},
	"RDS Custom": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS"}, func(c *clinic, arn string) {
			c.World.RDS.Describe(arn, rds.Details{Engine: "custom-sqlserver-ee"})
		}),
		here(dbARN+"ill", "it is RDS Custom (engine custom-sqlserver-ee)", "AWS documents no text", "a plan without copies"), 0},
	"an engine that one of the secondary Regions lacks": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS"}, func(c *clinic, arn string) {
			c.World.RDS.Describe(arn, rds.Details{Engine: "oracle-se2"})
			c.World.RDS.Withhold(stage.Third, "oracle-se2", true)
		}),
		here(dbARN+"ill", "there is no engine oracle-se2 in eu-west-1", "AWS documents no text", "choose another secondary Region"), 0},
	"a Multi-AZ DB cluster": {
		func(t *testing.T, c *clinic) func() {
			cluster := resources.Resource{ARN: clusterARN + "ill", Type: "RDS", Account: stage.Member, Region: stage.Primary, KeyARN: c.key(t, true), Tags: map[string]string{"backup": special}}
			c.World.RDS.AddMultiAZCluster(cluster)
			return func() {
				cluster.Tags = nil
				c.World.RDS.AddMultiAZCluster(cluster)
			}
		},
		here(clusterARN+"ill", "Multi-AZ DB cluster", "Feature is not supported for provided resource type.", "use Aurora or a Multi-AZ DB instance"), 0},
	"an instance of a cluster": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS"}, func(c *clinic, arn string) {
			c.World.RDS.Describe(arn, rds.Details{Engine: "aurora-mysql", Cluster: "ledger"})
		}),
		here(dbARN+"ill", "the instance belongs to the cluster ledger", "says nothing", "tag the cluster backup=cross-region-special"), 0},
	"a bucket that travels in two hops": {
		patient(resources.Resource{ARN: "arn:aws:s3:::ill", Type: "S3"}, nil),
		here("arn:aws:s3:::ill", "is not for S3", "stay in the intermediate vault", "tag it backup=cross-region"), 0},
	"a database that is tagged for a direct plan": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS", Tags: map[string]string{"backup": "cross-region"}}, nil),
		here(dbARN+"ill", "the plan cross-region, which backup=cross-region selects, is not for RDS", "cannot be initiated for", "tag it backup=cross-region-special"), 0},
	"a tag that selects nothing": {
		patient(resources.Resource{ARN: dbARN + "ill", Type: "RDS", Tags: map[string]string{"backup": "simple"}}, nil),
		here(dbARN+"ill", "the tag backup=simple selects no enabled plan", "nothing backs it up", "tag it backup=cross-region or cross-region-special"), 0},
}

// weakCopy puts a copy without a key into a final vault, which a newer and right one
// follows.
func weakCopy(t *testing.T, c *clinic) func() {
	t.Helper()
	vault, err := awsbackup.NewFromConfig(c.Client(stage.Backup, stage.Secondary)).DescribeBackupVault(t.Context(),
		&awsbackup.DescribeBackupVaultInput{BackupVaultName: &c.Final.Name})
	require.NoError(t, err)
	put := func(key string, ago time.Duration) {
		_, err := c.World.Backup.AddRecoveryPoint(backup.RecoveryPoint{BackupVaultArn: c.Final.ARN, ResourceArn: clusterARN + "gone", ResourceType: "Aurora",
			EncryptionKeyArn: key, CreationDate: wire.Epoch{Time: c.World.Clock.Now().Add(-ago)}})
		require.NoError(t, err)
	}
	put("", 2*time.Hour)
	return func() { put(*vault.EncryptionKeyArn, time.Hour) }
}
