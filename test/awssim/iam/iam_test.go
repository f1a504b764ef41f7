package iam_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

func serve(t *testing.T) (*iam.Service, func(account string) *api.Client) {
	t.Helper()
	c, source := clock.New(time.Date(2026, 11, 1, 3, 0, 0, 0, time.UTC)), ids.New(1)
	service := iam.New(c, source)
	server := httptest.NewServer(&wire.Server{Clock: c, Identify: sts.New(source).Identify,
		Services: map[string]wire.Handler{"iam": service.Handler()}})
	t.Cleanup(server.Close)
	return service, func(account string) *api.Client {
		return api.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(account, "local", "")})
	}
}

func TestAServiceLinkedRoleIsMadeOnceInEachAccount(t *testing.T) {
	service, as := serve(t)
	create := &api.CreateServiceLinkedRoleInput{AWSServiceName: aws.String("backup.amazonaws.com")}
	made, err := as("111111111111").CreateServiceLinkedRole(t.Context(), create)
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:iam::111111111111:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup", *made.Role.Arn)
	got, err := as("111111111111").GetRole(t.Context(), &api.GetRoleInput{RoleName: aws.String("AWSServiceRoleForBackup")})
	require.NoError(t, err)
	assert.Equal(t, made.Role, got.Role)
	assert.True(t, service.HasRole("111111111111", "AWSServiceRoleForBackup"))
	assert.False(t, service.HasRole("222222222222", "AWSServiceRoleForBackup"))

	_, err = as("111111111111").CreateServiceLinkedRole(t.Context(), create)
	var invalid *types.InvalidInputException
	require.ErrorAs(t, err, &invalid)
	assert.Equal(t, "Service role name AWSServiceRoleForBackup has been taken in this account, please try a different suffix.", invalid.ErrorMessage())
	require.Error(t, service.AddServiceLinkedRole("111111111111", "backup.amazonaws.com"))
	require.NoError(t, service.AddServiceLinkedRole("222222222222", "backup.amazonaws.com"))
}

func TestRefusals(t *testing.T) {
	_, as := serve(t)
	var absent *types.NoSuchEntityException
	_, err := as("111111111111").GetRole(t.Context(), &api.GetRoleInput{RoleName: aws.String("r")})
	require.ErrorAs(t, err, &absent)
	for name, in := range map[string]api.CreateServiceLinkedRoleInput{
		"a service that is not simulated": {AWSServiceName: aws.String("s3.amazonaws.com")},
		"a suffix":                        {AWSServiceName: aws.String("rds.amazonaws.com"), CustomSuffix: aws.String("two")},
	} {
		_, err := as("111111111111").CreateServiceLinkedRole(t.Context(), &in)
		var invalid *types.InvalidInputException
		require.ErrorAs(t, err, &invalid, name)
	}
}
