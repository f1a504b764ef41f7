package iam_test

import (
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/iam"
)

const (
	account = "222222222222"
	trust   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	sends   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}`
	forS3   = "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup"
)

func TestARoleHasItsOwnAndAWSsPolicies(t *testing.T) {
	service, as := serve(t)
	role := iam.Role{Account: account, Name: "copy", Description: "copies", Trust: trust, Inline: map[string]string{"own": sends}, Managed: []string{forS3}}
	require.NoError(t, service.AddRole(role))
	assert.True(t, service.Exists(role.ARN()))
	policies, ok := service.Policies(role.ARN())
	require.True(t, ok)
	require.Len(t, policies, 2)
	assert.Equal(t, "own", policies[0].Name)
	assert.Equal(t, "AWSBackupServiceRolePolicyForS3Backup", policies[1].Name)
	trusted, ok := service.Trust(role.ARN())
	require.True(t, ok)
	assert.Len(t, trusted.Statements(), 1)

	got, err := as(account).GetRole(t.Context(), &api.GetRoleInput{RoleName: aws.String("copy")})
	require.NoError(t, err)
	assert.Equal(t, role.ARN(), *got.Role.Arn)
	assert.Equal(t, "copies", *got.Role.Description)

	require.NoError(t, service.ChangeRole(role.ARN(), func(r *iam.Role) { r.Managed = nil; delete(r.Inline, "own") }))
	policies, _ = service.Policies(role.ARN())
	assert.Empty(t, policies)
	require.NoError(t, service.RemoveRole(role.ARN()))
	assert.False(t, service.Exists(role.ARN()))
	_, ok = service.Policies(role.ARN())
	assert.False(t, ok)
}

func TestAServiceLinkedRoleHasItsServicesRights(t *testing.T) {
	service, _ := serve(t)
	require.NoError(t, service.AddServiceLinkedRole(account, "backup.amazonaws.com"))
	arn := "arn:aws:iam::" + account + ":role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
	assert.True(t, service.Exists(arn))
	policies, ok := service.Policies(arn)
	require.True(t, ok)
	assert.Len(t, policies, 1)
	trust, ok := service.Trust(arn)
	require.True(t, ok)
	require.Len(t, trust.Statements(), 1)
	assert.Equal(t, []string{"backup.amazonaws.com"}, trust.Statements()[0].Principals, "nobody but the service may assume it")
}

func TestRolesThatAreRefused(t *testing.T) {
	service, _ := serve(t)
	good := iam.Role{Account: account, Name: "copy", Trust: trust}
	require.NoError(t, service.AddRole(good))
	for sentence, test := range map[string]struct {
		change func(*iam.Role)
		want   string
	}{
		"a name that is taken":           {func(r *iam.Role) { r.Name = "copy" }, "EntityAlreadyExists"},
		"a name with a blank":            {func(r *iam.Role) { r.Name = "a copy" }, "is not a role's name"},
		"a trust policy that is no JSON": {func(r *iam.Role) { r.Trust = "{" }, "MalformedPolicyDocument"},
		"trust in a role that does not exist": {func(r *iam.Role) {
			r.Trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/absent"},"Action":"sts:AssumeRole"}]}`
		}, "invalid principal"},
		"an inline policy with an unknown key": {func(r *iam.Role) {
			r.Inline = map[string]string{"own": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Actions":"*","Resource":"*"}]}`}
		}, "MalformedPolicyDocument"},
		"a managed policy that is not known": {func(r *iam.Role) { r.Managed = []string{"arn:aws:iam::aws:policy/AdministratorAccess"} }, "does not exist or is not attachable"},
	} {
		t.Run(sentence, func(t *testing.T) {
			r := good
			r.Name = "other"
			test.change(&r)
			require.ErrorContains(t, service.AddRole(r), test.want)
		})
	}
	require.Error(t, service.ChangeRole(good.ARN(), func(r *iam.Role) { r.Trust = "{" }))
	kept, ok := service.Trust(good.ARN())
	require.True(t, ok)
	assert.Len(t, kept.Statements(), 1, "what cannot be read changes nothing")
	require.ErrorContains(t, service.RemoveRole("arn:aws:iam::222222222222:role/absent"), "cannot be found")
	require.ErrorContains(t, service.ChangeRole("arn:aws:iam::222222222222:role/absent", func(*iam.Role) {}), "cannot be found")
}

func TestARoleShowsItsPolicies(t *testing.T) {
	service, as := serve(t)
	const inline = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
	const managed = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
	require.NoError(t, service.AddRole(iam.Role{Account: "111111111111", Name: "r", Inline: map[string]string{"own": inline}, Managed: []string{managed},
		Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}`}))
	shown, err := as("111111111111").GetRolePolicy(t.Context(), &api.GetRolePolicyInput{RoleName: aws.String("r"), PolicyName: aws.String("own")})
	require.NoError(t, err)
	text, err := url.PathUnescape(*shown.PolicyDocument)
	require.NoError(t, err)
	assert.JSONEq(t, inline, text)
	attached, err := as("111111111111").ListAttachedRolePolicies(t.Context(), &api.ListAttachedRolePoliciesInput{RoleName: aws.String("r")})
	require.NoError(t, err)
	require.Len(t, attached.AttachedPolicies, 1)
	assert.Equal(t, managed, *attached.AttachedPolicies[0].PolicyArn)

	var absent *types.NoSuchEntityException
	_, err = as("111111111111").GetRolePolicy(t.Context(), &api.GetRolePolicyInput{RoleName: aws.String("r"), PolicyName: aws.String("other")})
	require.ErrorAs(t, err, &absent)
	_, err = as("222222222222").ListAttachedRolePolicies(t.Context(), &api.ListAttachedRolePoliciesInput{RoleName: aws.String("r")})
	require.ErrorAs(t, err, &absent)
}
