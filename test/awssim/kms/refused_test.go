package kms_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// calls are all operations on a key, each with what is else needed in order.
func calls(t *testing.T, client *api.Client, key string) map[string]error {
	t.Helper()
	ctx := t.Context()
	errs := map[string]error{}
	_, errs["DescribeKey"] = client.DescribeKey(ctx, &api.DescribeKeyInput{KeyId: &key})
	_, errs["GetKeyPolicy"] = client.GetKeyPolicy(ctx, &api.GetKeyPolicyInput{KeyId: &key})
	_, errs["PutKeyPolicy"] = client.PutKeyPolicy(ctx, &api.PutKeyPolicyInput{KeyId: &key, Policy: aws.String("{}")})
	_, errs["EnableKeyRotation"] = client.EnableKeyRotation(ctx, &api.EnableKeyRotationInput{KeyId: &key})
	_, errs["GetKeyRotationStatus"] = client.GetKeyRotationStatus(ctx, &api.GetKeyRotationStatusInput{KeyId: &key})
	_, errs["DisableKey"] = client.DisableKey(ctx, &api.DisableKeyInput{KeyId: &key})
	_, errs["EnableKey"] = client.EnableKey(ctx, &api.EnableKeyInput{KeyId: &key})
	_, errs["ScheduleKeyDeletion"] = client.ScheduleKeyDeletion(ctx, &api.ScheduleKeyDeletionInput{KeyId: &key})
	_, errs["CancelKeyDeletion"] = client.CancelKeyDeletion(ctx, &api.CancelKeyDeletionInput{KeyId: &key})
	_, errs["CreateGrant"] = client.CreateGrant(ctx, &api.CreateGrantInput{KeyId: &key, GranteePrincipal: aws.String(admin), Operations: []types.GrantOperation{types.GrantOperationDecrypt}})
	_, errs["ListGrants"] = client.ListGrants(ctx, &api.ListGrantsInput{KeyId: &key})
	_, errs["RevokeGrant"] = client.RevokeGrant(ctx, &api.RevokeGrantInput{KeyId: &key, GrantId: aws.String("none")})
	return errs
}

func TestEveryCallIsJudged(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, "")
	for sentence, who := range map[string]string{"a role without rights": nothing, "another account's role": copier, "another account's owner": backup} {
		t.Run(sentence, func(t *testing.T) {
			for name, err := range calls(t, w.as(t, who), arn) {
				require.Error(t, err, name)
				code, message := refusal(t, err)
				assert.Equal(t, "AccessDeniedException", code, name)
				assert.Contains(t, message, "is not authorized to perform: kms:"+name+" on resource: "+arn, name)
			}
		})
	}
}

func TestKeysThatAreNotThere(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, "")
	const id = "00000000-0000-4000-8000-000000000000"
	for sentence, c := range map[string]struct{ key, code, message string }{
		"an id":                  {id, "NotFoundException", "Key 'arn:aws:kms:eu-central-1:111111111111:key/" + id + "' does not exist"},
		"no id":                  {"orders", "NotFoundException", "Invalid keyId 'orders'"},
		"another Region's ARN":   {strings.Replace(arn, primary, "eu-north-1", 1), "NotFoundException", "Invalid arn eu-north-1"},
		"an ARN of another kind": {"arn:aws:sqs:eu-central-1:111111111111:orders", "InvalidArnException", "Invalid arn arn:aws:sqs:eu-central-1:111111111111:orders"},
		"another account's":      {"arn:aws:kms:eu-central-1:222222222222:key/" + id, "AccessDeniedException", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			for name, err := range calls(t, w.as(t, member), c.key) {
				code, message := refusal(t, err)
				assert.Equal(t, c.code, code, name)
				assert.Contains(t, message, c.message, name)
			}
		})
	}
	for alias, code := range map[string]string{"alias/none": "NotFoundException", "alias/aws/none": "NotFoundException", "arn:aws:kms:eu-central-1:222222222222:alias/aws/rds": "NotFoundException"} {
		_, err := w.as(t, member).DescribeKey(t.Context(), &api.DescribeKeyInput{KeyId: &alias})
		got, _ := refusal(t, err)
		assert.Equal(t, code, got, alias)
	}
	for name, err := range calls(t, w.as(t, member), "alias/none") {
		code, _ := refusal(t, err)
		if name != "DescribeKey" {
			assert.Equal(t, "InvalidArnException", code, name)
		}
	}
}

func TestInputsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	arn, client, ctx := w.add(t, ""), w.as(t, admin), t.Context()
	grant := func(change func(*api.CreateGrantInput)) error {
		in := &api.CreateGrantInput{KeyId: &arn, GranteePrincipal: aws.String(reader), Operations: []types.GrantOperation{types.GrantOperationDecrypt}}
		change(in)
		_, err := client.CreateGrant(ctx, in)
		return err
	}
	for sentence, c := range map[string]struct {
		call func() error
		code string
	}{
		"a policy of another name, read": {func() error {
			_, err := client.GetKeyPolicy(ctx, &api.GetKeyPolicyInput{KeyId: &arn, PolicyName: aws.String("other")})
			return err
		}, "NotFoundException"},
		"a policy of another name, put": {func() error {
			_, err := client.PutKeyPolicy(ctx, &api.PutKeyPolicyInput{KeyId: &arn, PolicyName: aws.String("other"), Policy: aws.String("{}")})
			return err
		}, "NotFoundException"},
		"a window of a day": {func() error {
			_, err := client.ScheduleKeyDeletion(ctx, &api.ScheduleKeyDeletionInput{KeyId: &arn, PendingWindowInDays: aws.Int32(1)})
			return err
		}, "ValidationException"},
		"an encryption context": {func() error {
			return grant(func(in *api.CreateGrantInput) {
				in.Constraints = &types.GrantConstraints{EncryptionContextEquals: map[string]string{"a": "b"}}
			})
		}, "ValidationException"},
		"a grantee that does not exist": {func() error {
			return grant(func(in *api.CreateGrantInput) { in.GranteePrincipal = aws.String(reader + "s") })
		}, "InvalidArnException"},
		"a page too long": {func() error {
			_, err := client.ListAliases(ctx, &api.ListAliasesInput{Limit: aws.Int32(0)})
			return err
		}, "ValidationException"},
		"aliases of a key that is none": {func() error {
			_, err := client.ListAliases(ctx, &api.ListAliasesInput{KeyId: aws.String("orders")})
			return err
		}, "NotFoundException"},
		"aliases, without the right": {func() error {
			_, err := w.as(t, nothing).ListAliases(ctx, &api.ListAliasesInput{})
			return err
		}, "AccessDeniedException"},
	} {
		t.Run(sentence, func(t *testing.T) {
			code, _ := refusal(t, c.call())
			assert.Equal(t, c.code, code)
		})
	}
}
