package kms_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/kms"
)

func TestAKeyIsDescribedByEachOfItsNames(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, "")
	alias, err := w.AddAlias("alias/twohop-local", arn)
	require.NoError(t, err)
	id := arn[strings.LastIndex(arn, "/")+1:]
	for _, name := range []string{arn, id, "alias/twohop-local", alias} {
		out, err := w.as(t, member).DescribeKey(t.Context(), &api.DescribeKeyInput{KeyId: &name})
		require.NoError(t, err, name)
		assert.Equal(t, &types.KeyMetadata{
			KeyId: &id, Arn: &arn, AWSAccountId: aws.String(member), CreationDate: &start, Enabled: true, Description: aws.String("orders"),
			KeyUsage: types.KeyUsageTypeEncryptDecrypt, KeyState: types.KeyStateEnabled, Origin: types.OriginTypeAwsKms, KeyManager: types.KeyManagerTypeCustomer,
			CustomerMasterKeySpec: types.CustomerMasterKeySpecSymmetricDefault, //nolint:staticcheck // AWS still sends it
			KeySpec:               types.KeySpecSymmetricDefault,
			EncryptionAlgorithms:  []types.EncryptionAlgorithmSpec{types.EncryptionAlgorithmSpecSymmetricDefault}, MultiRegion: aws.Bool(false),
		}, out.KeyMetadata)
	}
}

func TestAWSManagedKeysAppearAtTheirFirstUse(t *testing.T) {
	w := newWorld(t)
	client := w.as(t, member)
	list, err := client.ListAliases(t.Context(), &api.ListAliasesInput{})
	require.NoError(t, err)
	assert.Empty(t, list.Aliases)
	out, err := client.DescribeKey(t.Context(), &api.DescribeKeyInput{KeyId: aws.String("alias/aws/rds")})
	require.NoError(t, err)
	assert.Equal(t, types.KeyManagerTypeAws, out.KeyMetadata.KeyManager)
	list, err = client.ListAliases(t.Context(), &api.ListAliasesInput{KeyId: out.KeyMetadata.Arn})
	require.NoError(t, err)
	require.Len(t, list.Aliases, 1)
	assert.Equal(t, "arn:aws:kms:eu-central-1:111111111111:alias/aws/rds", *list.Aliases[0].AliasArn)
	assert.Equal(t, out.KeyMetadata.KeyId, list.Aliases[0].TargetKeyId)

	_, err = client.PutKeyPolicy(t.Context(), &api.PutKeyPolicyInput{KeyId: out.KeyMetadata.KeyId, Policy: aws.String("{}")})
	code, _ := refusal(t, err)
	assert.Equal(t, "AccessDeniedException", code, "its policy admits nobody to that")
	_, err = w.as(t, backup).DescribeKey(t.Context(), &api.DescribeKeyInput{KeyId: out.KeyMetadata.Arn})
	code, _ = refusal(t, err)
	assert.Equal(t, "AccessDeniedException", code)
}

func TestPoliciesAreReadAndReplaced(t *testing.T) {
	w := newWorld(t)
	arn, client := w.add(t, ""), w.as(t, admin)
	old, err := client.GetKeyPolicy(t.Context(), &api.GetKeyPolicyInput{KeyId: &arn})
	require.NoError(t, err)
	assert.Contains(t, *old.Policy, `"Sid" : "Enable IAM User Permissions"`)
	put := func(statements string, bypass bool) error {
		_, err := client.PutKeyPolicy(t.Context(), &api.PutKeyPolicyInput{KeyId: &arn, PolicyName: aws.String("default"), BypassPolicyLockoutSafetyCheck: bypass,
			Policy: aws.String(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)})
		return err
	}
	const missing = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:role/missing"},"Action":"kms:Decrypt","Resource":"*"}`
	code, message := refusal(t, put(accountsOwn+","+missing, false))
	assert.Equal(t, "MalformedPolicyDocumentException", code)
	assert.Equal(t, "Policy contains a statement with one or more invalid principals.", message)
	readerOnly := `{"Effect":"Allow","Principal":{"AWS":"` + reader + `"},"Action":"kms:*","Resource":"*"}`
	_, message = refusal(t, put(readerOnly, false))
	assert.Equal(t, "The new key policy will not allow you to update the key policy in the future.", message)

	require.NoError(t, put(readerOnly, true))
	code, message = refusal(t, put(accountsOwn, false))
	assert.Equal(t, "AccessDeniedException", code)
	assert.Equal(t, "User: arn:aws:sts::111111111111:assumed-role/admin/night is not authorized to perform: kms:PutKeyPolicy on resource: "+arn+
		" because no resource-based policy allows the kms:PutKeyPolicy action", message)
	now, err := w.as(t, reader).GetKeyPolicy(t.Context(), &api.GetKeyPolicyInput{KeyId: &arn})
	require.NoError(t, err)
	assert.Contains(t, *now.Policy, reader)
	assert.Equal(t, "default", *now.PolicyName)
}

func TestStatesFollowTheCalls(t *testing.T) {
	w := newWorld(t)
	arn, client, ctx := w.add(t, ""), w.as(t, admin), t.Context()
	state := func() types.KeyState {
		out, err := client.DescribeKey(ctx, &api.DescribeKeyInput{KeyId: &arn})
		require.NoError(t, err)
		return out.KeyMetadata.KeyState
	}
	_, err := client.DisableKey(ctx, &api.DisableKeyInput{KeyId: &arn})
	require.NoError(t, err)
	assert.Equal(t, types.KeyStateDisabled, state())
	_, err = client.EnableKeyRotation(ctx, &api.EnableKeyRotationInput{KeyId: &arn})
	code, message := refusal(t, err)
	assert.Equal(t, "DisabledException", code)
	assert.Equal(t, arn+" is disabled.", message)
	_, err = client.EnableKey(ctx, &api.EnableKeyInput{KeyId: &arn})
	require.NoError(t, err)

	status, err := client.GetKeyRotationStatus(ctx, &api.GetKeyRotationStatusInput{KeyId: &arn})
	require.NoError(t, err)
	assert.False(t, status.KeyRotationEnabled)
	assert.Nil(t, status.RotationPeriodInDays)
	_, err = client.EnableKeyRotation(ctx, &api.EnableKeyRotationInput{KeyId: &arn, RotationPeriodInDays: aws.Int32(180)})
	require.NoError(t, err)
	status, err = client.GetKeyRotationStatus(ctx, &api.GetKeyRotationStatusInput{KeyId: &arn})
	require.NoError(t, err)
	assert.True(t, status.KeyRotationEnabled)
	assert.Equal(t, int32(180), *status.RotationPeriodInDays)
	assert.Equal(t, start.AddDate(0, 0, 180), *status.NextRotationDate)

	scheduled, err := client.ScheduleKeyDeletion(ctx, &api.ScheduleKeyDeletionInput{KeyId: &arn})
	require.NoError(t, err)
	assert.Equal(t, start.AddDate(0, 0, 30), *scheduled.DeletionDate)
	assert.Equal(t, arn, *scheduled.KeyId)
	assert.Equal(t, types.KeyStatePendingDeletion, state())
	_, err = client.EnableKey(ctx, &api.EnableKeyInput{KeyId: &arn})
	code, message = refusal(t, err)
	assert.Equal(t, "KMSInvalidStateException", code)
	assert.Equal(t, arn+" is pending deletion.", message)
	canceled, err := client.CancelKeyDeletion(ctx, &api.CancelKeyDeletionInput{KeyId: &arn})
	require.NoError(t, err)
	assert.Equal(t, arn, *canceled.KeyId)
	assert.Equal(t, types.KeyStateDisabled, state())
	_, err = client.ScheduleKeyDeletion(ctx, &api.ScheduleKeyDeletionInput{KeyId: &arn, PendingWindowInDays: aws.Int32(7)})
	require.NoError(t, err)
	require.NoError(t, w.clock.Advance(ctx, 7*24*time.Hour))
	_, err = client.DescribeKey(ctx, &api.DescribeKeyInput{KeyId: &arn})
	code, message = refusal(t, err)
	assert.Equal(t, "NotFoundException", code)
	assert.Equal(t, "Key '"+arn+"' does not exist", message)
}

func TestListsComePageByPage(t *testing.T) {
	w := newWorld(t)
	for range 5 {
		w.add(t, "")
	}
	_, err := w.AddKey(kms.Key{Account: backup, Region: primary})
	require.NoError(t, err)
	client := w.as(t, reader)
	pages := api.NewListKeysPaginator(client, &api.ListKeysInput{Limit: aws.Int32(2)})
	var sizes []int
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		require.NoError(t, err)
		sizes = append(sizes, len(page.Keys))
	}
	assert.Equal(t, []int{2, 2, 1}, sizes)
	for code, in := range map[string]*api.ListKeysInput{
		"ValidationException": {Limit: aws.Int32(1001)}, "InvalidMarkerException": {Marker: aws.String("x")},
	} {
		_, err := client.ListKeys(t.Context(), in)
		got, _ := refusal(t, err)
		assert.Equal(t, code, got)
	}
	_, err = w.as(t, nothing).ListKeys(t.Context(), &api.ListKeysInput{})
	_, message := refusal(t, err)
	assert.Equal(t, "User: arn:aws:sts::111111111111:assumed-role/nothing/night is not authorized to perform: kms:ListKeys on resource: * because no identity-based policy allows the kms:ListKeys action", message)
}
