package sts_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	api "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/clock"
	"github.com/twohop/twohop/test/awssim/ids"
	"github.com/twohop/twohop/test/awssim/sts"
	"github.com/twohop/twohop/test/awssim/wire"
)

func serve(t *testing.T) func(key string) *api.Client {
	t.Helper()
	service := sts.New(ids.New(1))
	server := httptest.NewServer(&wire.Server{
		Clock: clock.New(time.Unix(0, 0)), Identify: service.Identify,
		Services: map[string]wire.Handler{"sts": service.Handler()},
	})
	t.Cleanup(server.Close)
	return func(key string) *api.Client {
		return api.NewFromConfig(aws.Config{Region: "eu-central-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(key, "local", "")})
	}
}

func TestARoleSessionIsItsRoleInItsAccount(t *testing.T) {
	client := serve(t)
	who, err := client("111111111111").GetCallerIdentity(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, "111111111111", *who.Account)
	assert.Equal(t, "arn:aws:iam::111111111111:root", *who.Arn)

	assumed, err := client("111111111111").AssumeRole(t.Context(), &api.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::222222222222:role/path/twohop-copy"), RoleSessionName: aws.String("night"), DurationSeconds: aws.Int32(900),
	})
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:sts::222222222222:assumed-role/twohop-copy/night", *assumed.AssumedRoleUser.Arn)
	assert.WithinDuration(t, time.Now().Add(15*time.Minute), *assumed.Credentials.Expiration, time.Minute)

	who, err = client(*assumed.Credentials.AccessKeyId).GetCallerIdentity(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, "222222222222", *who.Account)
	assert.Equal(t, *assumed.AssumedRoleUser.Arn, *who.Arn)
}

func TestRefusals(t *testing.T) {
	client := serve(t)
	for name, test := range map[string]struct {
		key  string
		in   api.AssumeRoleInput
		code string
	}{
		"no role": {"111111111111", api.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::222222222222:user/x"), RoleSessionName: aws.String("n")}, "ValidationError"},
		"no name": {"111111111111", api.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::222222222222:role/x"), RoleSessionName: aws.String("")}, "ValidationError"},
		"no key":  {"stranger", api.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::222222222222:role/x"), RoleSessionName: aws.String("n")}, "InvalidClientTokenId"},
	} {
		_, err := client(test.key).AssumeRole(t.Context(), &test.in)
		var refused smithy.APIError
		require.ErrorAs(t, err, &refused, name)
		assert.Equal(t, test.code, refused.ErrorCode(), name)
	}
}
