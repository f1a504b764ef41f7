package cloudformation_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestTheManagementAccountAloneGivesStackSetsAccess(t *testing.T) {
	c := clock.New(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC))
	trust := organizations.New(c)
	require.NoError(t, trust.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-ab12", Management: "333333333333"}))
	require.NoError(t, trust.AddAccount(organizations.Account{ID: "111111111111", Parent: "r-ab12"}))
	service := cloudformation.New(cloudformation.Config{IDs: ids.New(1), Organizations: trust})
	server := httptest.NewServer(&wire.Server{Clock: c, Identify: sts.New(ids.New(1)).Identify,
		Services: map[string]wire.Handler{"cloudformation": service.Handler()}})
	t.Cleanup(server.Close)
	as := func(account string) *api.Client {
		return api.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	}
	management := as("333333333333")
	status := func() types.OrganizationStatus {
		out, err := management.DescribeOrganizationsAccess(t.Context(), &api.DescribeOrganizationsAccessInput{})
		require.NoError(t, err)
		return out.Status
	}
	assert.Equal(t, types.OrganizationStatusDisabled, status())
	_, err := management.ActivateOrganizationsAccess(t.Context(), &api.ActivateOrganizationsAccessInput{})
	require.NoError(t, err)
	assert.Equal(t, types.OrganizationStatusEnabled, status())
	assert.True(t, trust.Trusts("111111111111", "member.org.stacksets.cloudformation.amazonaws.com"))

	refused := func(want string, err error) {
		t.Helper()
		var fault smithy.APIError
		require.ErrorAs(t, err, &fault)
		assert.Equal(t, want, fault.ErrorCode())
	}
	for _, account := range []string{"111111111111", "999999999999"} {
		_, err = as(account).DescribeOrganizationsAccess(t.Context(), &api.DescribeOrganizationsAccessInput{})
		refused("InvalidOperationException", err)
		_, err = as(account).ActivateOrganizationsAccess(t.Context(), &api.ActivateOrganizationsAccessInput{})
		refused("InvalidOperationException", err)
	}
	_, err = management.DescribeOrganizationsAccess(t.Context(), &api.DescribeOrganizationsAccessInput{CallAs: types.CallAsDelegatedAdmin})
	refused("ValidationError", err)
}
