package rds_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/rds"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

const (
	account = "111111111111"
	region  = "eu-central-1"
	orders  = "arn:aws:rds:eu-central-1:111111111111:db:orders"
	ledger  = "arn:aws:rds:eu-central-1:111111111111:cluster:ledger"
	wide    = "arn:aws:rds:eu-central-1:111111111111:cluster:wide"
)

func serve(t *testing.T) (*rds.Service, func(account, region string) *api.Client) {
	t.Helper()
	inventory := resources.New()
	require.NoError(t, inventory.Add(resources.Resource{ARN: orders, Type: "RDS", Account: account, Region: region}))
	require.NoError(t, inventory.Add(resources.Resource{ARN: ledger, Type: "Aurora", Account: account, Region: region, Unencrypted: true}))
	require.NoError(t, inventory.Add(resources.Resource{ARN: ledger + "-new", Type: "Aurora", Account: account, Region: region, AWSOwned: true}))
	service := rds.New(inventory)
	server := httptest.NewServer(&wire.Server{Clock: clock.New(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)), Identify: sts.New(ids.New(1)).Identify,
		Services: map[string]wire.Handler{"rds": service.Handler()}})
	t.Cleanup(server.Close)
	return service, func(account, region string) *api.Client {
		return api.NewFromConfig(aws.Config{Region: region, BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	}
}

func TestADatabaseIsDescribedWithWhatIsSaidOfIt(t *testing.T) {
	service, as := serve(t)
	service.Describe(orders, rds.Details{Engine: "oracle-ee", OptionGroup: "tde", Cluster: "none"})
	service.AddOptionGroup(account, region, "tde", rds.Option{Name: "TDE", Persistent: true}, rds.Option{Name: "APEX"})
	for _, name := range []string{"orders", orders, ""} {
		input := &api.DescribeDBInstancesInput{}
		if name != "" {
			input.DBInstanceIdentifier = &name
		}
		out, err := as(account, region).DescribeDBInstances(t.Context(), input)
		require.NoError(t, err)
		require.Len(t, out.DBInstances, 1)
		found := out.DBInstances[0]
		assert.Equal(t, "oracle-ee", *found.Engine)
		assert.Equal(t, "none", *found.DBClusterIdentifier)
		assert.True(t, *found.StorageEncrypted)
		assert.Equal(t, types.StorageEncryptionTypeCmk, found.StorageEncryptionType)
		assert.Contains(t, *found.KmsKeyId, "arn:aws:kms:eu-central-1:111111111111:key/")
		assert.Equal(t, "tde", *found.OptionGroupMemberships[0].OptionGroupName)
	}
	groups, err := as(account, region).DescribeOptionGroups(t.Context(), &api.DescribeOptionGroupsInput{OptionGroupName: aws.String("tde")})
	require.NoError(t, err)
	assert.Equal(t, []bool{true, false}, []bool{*groups.OptionGroupsList[0].Options[0].Persistent, *groups.OptionGroupsList[0].Options[1].Persistent})
}

func TestClustersOfAllServicesAreDescribed(t *testing.T) {
	service, as := serve(t)
	service.AddMultiAZCluster(resources.Resource{ARN: wide, Type: "RDS", Account: account, Region: region})
	out, err := as(account, region).DescribeDBClusters(t.Context(), &api.DescribeDBClustersInput{})
	require.NoError(t, err)
	require.Len(t, out.DBClusters, 3)
	assert.Equal(t, "aurora-postgresql", *out.DBClusters[0].Engine)
	assert.False(t, *out.DBClusters[0].StorageEncrypted)
	assert.Equal(t, types.StorageEncryptionTypeUnencrypted, out.DBClusters[0].StorageEncryptionType)
	assert.False(t, *out.DBClusters[1].StorageEncrypted, "and yet it is encrypted")
	assert.Equal(t, types.StorageEncryptionTypeSse, out.DBClusters[1].StorageEncryptionType)
	assert.Equal(t, "postgres", *out.DBClusters[2].Engine)
}

func TestAnEngineIsWhereItIsNotWithheld(t *testing.T) {
	service, as := serve(t)
	service.Withhold("eu-west-1", "neptune", true)
	for region, n := range map[string]int{"eu-west-1": 0, "eu-north-1": 1} {
		out, err := as(account, region).DescribeDBEngineVersions(t.Context(), &api.DescribeDBEngineVersionsInput{Engine: aws.String("neptune")})
		require.NoError(t, err)
		assert.Len(t, out.DBEngineVersions, n, region)
	}
}

func TestWhatThereIsNotIsRefused(t *testing.T) {
	_, as := serve(t)
	var noInstance *types.DBInstanceNotFoundFault
	_, err := as("222222222222", region).DescribeDBInstances(t.Context(), &api.DescribeDBInstancesInput{DBInstanceIdentifier: aws.String("orders")})
	require.ErrorAs(t, err, &noInstance)
	var noCluster *types.DBClusterNotFoundFault
	_, err = as(account, "eu-north-1").DescribeDBClusters(t.Context(), &api.DescribeDBClustersInput{DBClusterIdentifier: aws.String(ledger)})
	require.ErrorAs(t, err, &noCluster)
	var noGroup *types.OptionGroupNotFoundFault
	_, err = as(account, region).DescribeOptionGroups(t.Context(), &api.DescribeOptionGroupsInput{OptionGroupName: aws.String("none")})
	require.ErrorAs(t, err, &noGroup)
	_, err = as(account, region).DescribeDBInstances(t.Context(), &api.DescribeDBInstancesInput{Filters: []types.Filter{{Name: aws.String("engine"), Values: []string{"x"}}}})
	require.ErrorContains(t, err, "does not know the parameter")
}
