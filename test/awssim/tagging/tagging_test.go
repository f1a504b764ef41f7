package tagging_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup/resources"
	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/tagging"
	"github.com/twohop/twohop/test/awssim/wire"
)

func serve(t *testing.T, inventory *resources.Inventory) *api.Client {
	t.Helper()
	server := httptest.NewServer(&wire.Server{Clock: clock.New(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)), Identify: sts.New(ids.New(1)).Identify,
		Services: map[string]wire.Handler{"tagging": tagging.Handler(inventory)}})
	t.Cleanup(server.Close)
	return api.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("111111111111", "local", "")})
}

func TestResourcesAreFoundByTheirTags(t *testing.T) {
	inventory := resources.New()
	for i := range 7 {
		r := resources.Resource{ARN: fmt.Sprintf("arn:aws:s3:::bucket-%d", i), Type: "S3", Account: "111111111111", Region: "eu-central-1"}
		r.Tags = []map[string]string{{"backup": "simple", "team": "a"}, {"backup": "direct"}, {"team": "a"}, nil}[i%4]
		require.NoError(t, inventory.Add(r))
	}
	require.NoError(t, inventory.Add(resources.Resource{ARN: "arn:aws:s3:::elsewhere", Type: "S3", Account: "111111111111", Region: "eu-north-1", Tags: map[string]string{"backup": "simple"}}))
	require.NoError(t, inventory.Add(resources.Resource{ARN: "arn:aws:rds:eu-central-1:111111111111:db:orders", Type: "RDS", Account: "111111111111", Region: "eu-central-1", Tags: map[string]string{"team": "b"}}))
	client := serve(t, inventory)
	for sentence, c := range map[string]struct {
		filters []types.TagFilter
		n       int
	}{
		"all that have a tag": {nil, 7},
		"by key":              {[]types.TagFilter{{Key: aws.String("backup")}}, 4},
		"by value":            {[]types.TagFilter{{Key: aws.String("backup"), Values: []string{"simple", "other"}}}, 2},
		"by both":             {[]types.TagFilter{{Key: aws.String("backup")}, {Key: aws.String("team")}}, 2},
	} {
		t.Run(sentence, func(t *testing.T) {
			found := 0
			pages := api.NewGetResourcesPaginator(client, &api.GetResourcesInput{TagFilters: c.filters, ResourcesPerPage: aws.Int32(2)})
			for pages.HasMorePages() {
				page, err := pages.NextPage(t.Context())
				require.NoError(t, err)
				assert.LessOrEqual(t, len(page.ResourceTagMappingList), 2)
				found += len(page.ResourceTagMappingList)
			}
			assert.Equal(t, c.n, found)
		})
	}
	of := func(types ...string) int {
		out, err := client.GetResources(t.Context(), &api.GetResourcesInput{ResourceTypeFilters: types})
		require.NoError(t, err)
		return len(out.ResourceTagMappingList)
	}
	assert.Equal(t, 7, of("s3", "rds:db"))
	assert.Equal(t, 1, of("rds:db"))
	assert.Equal(t, 1, of("rds"))
	assert.Zero(t, of("rds:cluster"))
	_, err := client.GetResources(t.Context(), &api.GetResourcesInput{IncludeComplianceDetails: aws.Bool(true)})
	require.Error(t, err, "a parameter that it does not know")
	_, err = client.GetResources(t.Context(), &api.GetResourcesInput{PaginationToken: aws.String("%")})
	require.Error(t, err)
}
