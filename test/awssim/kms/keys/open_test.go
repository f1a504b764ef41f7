package keys_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/kms/keys"
)

func TestWhoMayOpenASourcesKey(t *testing.T) {
	for sentence, c := range map[string]struct {
		policy        string
		account, role string
		own           string // actions of the role's own policy; empty: kms:*
		denied        []string
	}{
		"the backup account's service-linked role, admitted in full": {accountsOwn + "," + use + "," + grants, backup, linked, "", nil},
		"it needs rights of its own too": {accountsOwn + "," + use + "," + grants, backup, linked, `"kms:DescribeKey","kms:CreateGrant","kms:ListGrants","kms:RevokeGrant"`,
			[]string{"kms:Decrypt"}},
		"without the grants": {accountsOwn + "," + use, backup, linked, "", []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}},
		"without the use":    {accountsOwn + "," + grants, backup, linked, "", []string{"kms:DescribeKey", "kms:Decrypt"}},
		"with the default policy, nobody of another account": {"", backup, linked, "",
			[]string{"kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}},
		"with the default policy, the account's own": {"", member, linked, "", nil},
		"another role of the admitted account": {accountsOwn + "," + use + "," + grants, backup, "role/admin", "",
			[]string{"kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}},
		"the same role of another organization": {accountsOwn + "," + strings.ReplaceAll(use+","+grants, backup, "999999999999"), "999999999999", linked, "",
			[]string{"kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			own := w.roles["arn:aws:iam::"+c.account+":"+c.role]
			if c.own != "" {
				own = identity(t, c.own)
			}
			err := w.MayOpen(keys.Opening{KeyARN: w.add(t, c.policy), Principal: w.role(c.account, c.role), Identity: own})
			if len(c.denied) == 0 {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, fault.ErrDenied)
			assert.Equal(t, "AccessDeniedException", code(t, err))
			for _, action := range []string{"kms:DescribeKey", "kms:Decrypt", "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"} {
				assert.Equal(t, contains(c.denied, action), strings.Contains(err.Error(), action+" for "), "%s: %v", action, err)
			}
		})
	}
}

func contains(list []string, text string) bool {
	return strings.Contains(strings.Join(list, " ")+" ", text+" ")
}

func TestAWSManagedKeysStayInTheirAccount(t *testing.T) {
	w := newWorld(t)
	arn, err := w.AWSManagedKey(member, primary, "alias/aws/rds")
	require.NoError(t, err)
	again, err := w.AWSManagedKey(member, primary, "alias/aws/rds")
	require.NoError(t, err)
	assert.Equal(t, arn, again)
	elsewhere, err := w.AWSManagedKey(backup, primary, "alias/aws/rds")
	require.NoError(t, err)
	assert.NotEqual(t, arn, elsewhere)
	k, err := w.Describe(arn)
	require.NoError(t, err)
	assert.Equal(t, keys.AWS, k.Manager)
	assert.Equal(t, 365, k.RotationDays)

	open := func(account, via string) error {
		role := "arn:aws:iam::" + account + ":" + linked
		return w.MayOpen(keys.Opening{KeyARN: arn, Principal: w.role(account, linked), Identity: w.roles[role], Via: via})
	}
	require.NoError(t, open(member, "rds"))
	require.ErrorIs(t, open(member, "ec2"), fault.ErrDenied, "through its service only")
	require.ErrorIs(t, open(member, ""), fault.ErrDenied)
	require.ErrorIs(t, open(backup, "rds"), fault.ErrDenied)

	assert.Equal(t, "UnsupportedOperationException", code(t, w.SetPolicy(arn, written(accountsOwn), authz.Principal{})))
	for _, wrong := range [][3]string{{member, primary, "alias/aws/dynamodb"}, {member, primary, "alias/own"}} {
		_, err = w.AWSManagedKey(wrong[0], wrong[1], wrong[2])
		require.ErrorIs(t, err, fault.ErrNotFound)
	}
	_, err = w.AWSManagedKey("1", "here", "alias/aws/rds")
	assert.Equal(t, "ValidationException", code(t, err))
}

func TestAKeyThatCannotBeUsedCannotBeOpened(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, accountsOwn)
	o := keys.Opening{KeyARN: arn, Principal: w.role(member, "role/admin"), Identity: identity(t, `"kms:*"`)}
	require.NoError(t, w.MayOpen(o))
	require.NoError(t, w.SetEnabled(arn, false))
	require.ErrorIs(t, w.MayOpen(o), fault.ErrDisabled)
	require.NoError(t, w.ScheduleDeletion(arn, 7))
	require.ErrorIs(t, w.MayOpen(o), fault.ErrPendingDeletion)
	o.KeyARN += "0"
	require.ErrorIs(t, w.MayOpen(o), fault.ErrNotFound)
	o.KeyARN, o.Principal = arn, authz.Principal{ARN: "somebody"}
	err := w.MayOpen(o)
	require.ErrorContains(t, err, `principal "somebody"`)
	assert.NotErrorIs(t, err, fault.ErrDenied, "what cannot be judged is not a no")
}
