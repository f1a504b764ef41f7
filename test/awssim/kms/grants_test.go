package kms_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAGrantAdmitsItsGrantee(t *testing.T) {
	w := newWorld(t)
	arn, ctx := w.add(t, ""), t.Context()
	owner, other := w.as(t, admin), w.as(t, copier)
	describe := func() error {
		_, err := other.DescribeKey(ctx, &api.DescribeKeyInput{KeyId: &arn})
		return err
	}
	code, _ := refusal(t, describe())
	assert.Equal(t, "AccessDeniedException", code)
	in := &api.CreateGrantInput{KeyId: &arn, GranteePrincipal: aws.String(copier), Name: aws.String("copies"),
		Operations: []types.GrantOperation{types.GrantOperationDescribeKey, types.GrantOperationDecrypt}}
	in.DryRun = aws.Bool(true)
	_, err := owner.CreateGrant(ctx, in)
	code, _ = refusal(t, err)
	assert.Equal(t, "DryRunOperationException", code)
	in.DryRun = nil
	made, err := owner.CreateGrant(ctx, in)
	require.NoError(t, err)
	require.NoError(t, describe())
	_, err = other.DescribeKey(ctx, &api.DescribeKeyInput{KeyId: &arn, GrantTokens: []string{*made.GrantToken}})
	require.NoError(t, err)
	_, err = other.DescribeKey(ctx, &api.DescribeKeyInput{KeyId: &arn, GrantTokens: []string{"forged"}})
	code, _ = refusal(t, err)
	assert.Equal(t, "InvalidGrantTokenException", code)

	list, err := owner.ListGrants(ctx, &api.ListGrantsInput{KeyId: &arn, GranteePrincipal: aws.String(copier)})
	require.NoError(t, err)
	assert.Equal(t, []types.GrantListEntry{{KeyId: &arn, GrantId: made.GrantId, Name: aws.String("copies"), CreationDate: &start, GranteePrincipal: aws.String(copier),
		IssuingAccount: aws.String("arn:aws:iam::111111111111:root"), Operations: []types.GrantOperation{types.GrantOperationDecrypt, types.GrantOperationDescribeKey}}}, list.Grants)
	list, err = owner.ListGrants(ctx, &api.ListGrantsInput{KeyId: &arn, GrantId: aws.String("another")})
	require.NoError(t, err)
	assert.Empty(t, list.Grants)

	_, err = owner.RevokeGrant(ctx, &api.RevokeGrantInput{KeyId: &arn, GrantId: made.GrantId, DryRun: aws.Bool(true)})
	code, _ = refusal(t, err)
	assert.Equal(t, "DryRunOperationException", code)
	require.NoError(t, describe())
	_, err = owner.RevokeGrant(ctx, &api.RevokeGrantInput{KeyId: &arn, GrantId: made.GrantId})
	require.NoError(t, err)
	code, _ = refusal(t, describe())
	assert.Equal(t, "AccessDeniedException", code)
}

func TestConditionsOfGrantsAreSeen(t *testing.T) {
	const allow = `{"Effect":"Allow","Principal":{"AWS":"` + nothing + `"},"Action":"kms:CreateGrant","Resource":"*","Condition":`
	for sentence, c := range map[string]struct {
		condition string
		allowed   bool
	}{
		"no service asks on anybody's behalf":   {`{"Bool":{"kms:GrantIsForAWSResource":"true"}}`, false},
		"only this grantee, which it is":        {`{"StringEquals":{"kms:GranteePrincipal":"` + reader + `"}}`, true},
		"only another grantee":                  {`{"StringEquals":{"kms:GranteePrincipal":"` + copier + `"}}`, false},
		"no other operations, which it has not": {`{"ForAllValues:StringEquals":{"kms:GrantOperations":["Decrypt","Encrypt"]}}`, true},
		"no other operations, which it has":     {`{"ForAllValues:StringEquals":{"kms:GrantOperations":["Encrypt"]}}`, false},
		"in this Region":                        {`{"StringEquals":{"aws:RequestedRegion":"eu-central-1"}}`, true},
		"by this account":                       {`{"StringEquals":{"kms:CallerAccount":"111111111111"}}`, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			arn := w.add(t, accountsOwn+","+allow+c.condition+"}")
			_, err := w.as(t, nothing).CreateGrant(t.Context(), &api.CreateGrantInput{KeyId: &arn, GranteePrincipal: aws.String(reader), Operations: []types.GrantOperation{types.GrantOperationDecrypt}})
			if c.allowed {
				require.NoError(t, err)
				return
			}
			code, _ := refusal(t, err)
			assert.Equal(t, "AccessDeniedException", code)
		})
	}
}
