package awscheck_test

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/awscheck"
	"github.com/twohop/twohop/pkg/checkup"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/sns"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	account = "111111111111"
	region  = "eu-central-1"
	arn     = "arn:aws:rds:eu-central-1:111111111111:"
)

func start(t *testing.T, config awssim.Config) (*awssim.World, aws.Config) {
	t.Helper()
	world, err := awssim.Start(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, world.Close()) })
	return world, aws.Config{Region: region, BaseEndpoint: aws.String(world.Endpoint()), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")}
}

// calls are one of each, about what may not be there.
func calls(t *testing.T, config aws.Config) map[string]error {
	t.Helper()
	ctx, errs := t.Context(), map[string]error{}
	vaults, keys, roles, events := awscheck.NewBackup(config), awscheck.NewKeys(config), awscheck.NewRoles(config), awscheck.NewEvents(config)
	databases := awscheck.NewDatabases(config)
	_, errs["backup:DescribeBackupVault"] = vaults.Vault(ctx, region, "none")
	_, errs["backup:GetBackupVaultAccessPolicy"] = vaults.VaultPolicy(ctx, region, "none")
	_, errs["kms:DescribeKey"] = keys.Key(ctx, "arn:aws:kms:eu-central-1:111111111111:key/00000000-0000-4000-8000-000000000000")
	_, errs["kms:GetKeyPolicy"] = keys.KeyPolicy(ctx, "arn:aws:kms:eu-central-1:111111111111:key/00000000-0000-4000-8000-000000000000")
	_, errs["iam:GetRole"] = roles.Trust(ctx, "none")
	_, errs["iam:ListAttachedRolePolicies"] = roles.Attached(ctx, "none")
	_, errs["iam:ListRolePolicies"] = roles.Names(ctx, "none")
	_, errs["iam:GetRolePolicy"] = roles.Inline(ctx, "none", "none")
	_, errs["events:DescribeEventBus"] = events.BusPolicy(ctx, "none")
	_, errs["events:DescribeRule"] = events.Rule(ctx, "", "none")
	_, errs["events:DescribeArchive"] = events.Archive(ctx, "none")
	_, errs["events:ListTargetsByRule"] = events.Targets(ctx, "", "none")
	_, errs["sqs:GetQueueAttributes"] = awscheck.NewQueues(config, account).Queue(ctx, "none")
	_, errs["sns:ListSubscriptionsByTopic"] = awscheck.NewTopics(config).Subscriptions(ctx, "arn:aws:sns:eu-central-1:111111111111:none")
	_, errs["lambda:GetFunctionRecursionConfig"] = awscheck.NewFunctions(config).AllowsLoops(ctx, "none")
	_, errs["sns:GetTopicAttributes"] = awscheck.NewTopics(config).Topic(ctx, "arn:aws:sns:eu-central-1:111111111111:none")
	_, errs["scheduler:GetSchedule"] = awscheck.NewSchedules(config).Schedule(ctx, "none", "none")
	_, errs["lambda:GetFunctionConfiguration"] = awscheck.NewFunctions(config).Function(ctx, "none")
	_, errs["lambda:ListEventSourceMappings"] = awscheck.NewFunctions(config).Mapping(ctx, "none", "arn:aws:sqs:eu-central-1:111111111111:none")
	_, errs["rds:DescribeDBInstances"] = databases.Database(ctx, arn+"db:none")
	_, errs["rds:DescribeDBClusters"] = databases.Database(ctx, arn+"cluster:none")
	return errs
}

func TestWhatThereIsNotIsToldApartFromWhatIsDenied(t *testing.T) {
	_, config := start(t, awssim.Config{})
	for right, err := range calls(t, config) {
		require.ErrorIs(t, err, checkup.ErrNotFound, right)
	}
}

func TestADenialNamesTheRight(t *testing.T) {
	_, config := start(t, awssim.Config{Intercept: func(wire.Call) wire.Fault {
		return wire.Fault{Err: &wire.Error{Status: 403, Code: "AccessDeniedException", QueryCode: "AccessDenied", Message: "User: x is not authorized to perform: y"}}
	}})
	errs := calls(t, config)
	ctx := t.Context()
	_, errs["tag:GetResources"] = awscheck.NewDatabases(config).Tagged(ctx, "backup")
	_, tags := awscheck.NewDatabases(config).Tags(ctx)
	require.ErrorContains(t, tags, "lacks right tag:GetResources")
	_, errs["rds:DescribeOptionGroups"] = awscheck.NewDatabases(config).PersistentOptions(ctx, "x")
	_, errs["rds:DescribeDBEngineVersions"] = awscheck.NewEngines(config).Offered(ctx, region, "x")
	_, errs["servicequotas:ListServiceQuotas"] = awscheck.NewQuotas(config).Quotas(ctx, region)
	_, errs["backup:DescribeGlobalSettings"] = awscheck.NewBackup(config).CopiesAcrossAccounts(ctx)
	_, errs["backup:DescribeRegionSettings"] = awscheck.NewBackup(config).OptIns(ctx, region)
	_, errs["backup:GetBackupPlan"] = awscheck.NewBackup(config).Rules(ctx, "p")
	_, errs["backup:ListBackupPlans"] = awscheck.NewBackup(config).Plans(ctx)
	_, errs["organizations:ListRoots"] = awscheck.NewOrganization(config).BackupPolicies(ctx)
	_, errs["organizations:ListAWSServiceAccessForOrganization"] = awscheck.NewOrganization(config).TrustedServices(ctx)
	for right, err := range errs {
		var refusal *checkup.Refusal
		require.ErrorAs(t, err, &refusal, right)
		assert.Equal(t, right, refusal.Right)
		assert.Contains(t, refusal.Said, "AccessDenied")
	}
}

func TestAnyOtherFailureIsToldInAWSsWords(t *testing.T) {
	_, config := start(t, awssim.Config{Intercept: func(wire.Call) wire.Fault {
		return wire.Fault{Err: &wire.Error{Status: 400, Code: "InternalException", Message: "try later"}}
	}})
	for right, err := range calls(t, config) {
		require.EqualError(t, err, right+": InternalException: try later")
	}
}

func TestAVaultWithoutAPolicyAndARoleWithoutOneAreThere(t *testing.T) {
	world, config := start(t, awssim.Config{})
	_, err := world.Backup.AddVault(backup.Vault{Account: account, Region: region, Name: "bare"})
	require.NoError(t, err)
	text, err := awscheck.NewBackup(config).VaultPolicy(t.Context(), region, "bare")
	require.NoError(t, err)
	assert.Empty(t, text)
	const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	require.NoError(t, world.IAM.AddRole(iam.Role{Account: account, Name: "bare", Trust: trust}))
	roles := awscheck.NewRoles(config)
	text, err = roles.Trust(t.Context(), "bare")
	require.NoError(t, err)
	assert.JSONEq(t, trust, text)
	attached, err := roles.Attached(t.Context(), "bare")
	require.NoError(t, err)
	assert.Empty(t, attached)
	_, err = roles.Inline(t.Context(), "bare", "bare")
	require.ErrorIs(t, err, checkup.ErrNotFound)
}

func TestTheMailSubscriptionsOfATopicAreListedOverAllPages(t *testing.T) {
	world, config := start(t, awssim.Config{})
	topic := sns.Topic{Account: account, Region: region, Name: "alarms"}
	require.NoError(t, world.SNS.Create(topic))
	all := []sns.Subscription{{Protocol: "lambda", Endpoint: "arn:aws:lambda:eu-central-1:111111111111:function:chat", State: sns.Confirmed}}
	for i := range 100 {
		all = append(all, sns.Subscription{Protocol: "email", Endpoint: fmt.Sprintf("%d@example.com", i), State: sns.Confirmed})
	}
	all = append(all, sns.Subscription{Protocol: "email", Endpoint: "new@example.com", State: sns.Pending}, sns.Subscription{Protocol: "email", Endpoint: "old@example.com", State: sns.Deleted})
	require.NoError(t, world.SNS.SetSubscriptions(topic.ARN(), all))
	found, err := awscheck.NewTopics(config).Subscriptions(t.Context(), topic.ARN())
	require.NoError(t, err)
	require.Len(t, found, 102, "addresses only")
	assert.Equal(t, checkup.Subscription{Email: "0@example.com", Confirmed: true}, found[0])
	assert.Equal(t, []checkup.Subscription{{Email: "new@example.com", Pending: true}, {Email: "old@example.com"}}, found[100:])
}
