package quotas_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/quotas"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestAQuotaIsItsDefaultUnlessItIsSet(t *testing.T) {
	service := quotas.New()
	server := httptest.NewServer(&wire.Server{Clock: clock.New(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)), Identify: sts.New(ids.New(1)).Identify,
		Services: map[string]wire.Handler{"servicequotas": service.Handler()}})
	t.Cleanup(server.Close)
	client := api.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("111111111111", "local", "")})
	list := func() map[string]float64 {
		out, err := client.ListServiceQuotas(t.Context(), &api.ListServiceQuotasInput{ServiceCode: aws.String("rds")})
		require.NoError(t, err)
		found := map[string]float64{}
		for _, q := range out.Quotas {
			found[*q.QuotaName] = *q.Value
		}
		return found
	}
	usual := map[string]float64{"Manual DB instance snapshots": 100, "Manual DB cluster snapshots": 100}
	assert.Equal(t, usual, list())
	service.Set("111111111111", "eu-central-1", "Manual DB instance snapshots", 300)
	service.Set("111111111111", "eu-north-1", "Manual DB cluster snapshots", 5)
	assert.Equal(t, map[string]float64{"Manual DB instance snapshots": 300, "Manual DB cluster snapshots": 100}, list())
	service.Unset("111111111111", "eu-central-1", "Manual DB instance snapshots")
	assert.Equal(t, usual, list())
	_, err := client.ListServiceQuotas(t.Context(), &api.ListServiceQuotasInput{ServiceCode: aws.String("ec2")})
	require.Error(t, err)
}
