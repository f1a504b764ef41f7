package keys_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/kms/keys"
)

func TestPoliciesAndGrantsDecideTogether(t *testing.T) {
	const denyDecrypt = `{"Sid":"Never","Effect":"Deny","Principal":"*","Action":"kms:Decrypt","Resource":"*"}`
	for sentence, c := range map[string]struct {
		policy  string
		grant   string // the grantee's role; empty: no grant
		role    string
		account string
		action  string
		want    authz.Outcome
	}{
		"a role of the account by its own policies": {accountsOwn, "", "role/admin", member, "kms:Decrypt", authz.Allowed},
		"a role without any":                        {accountsOwn, "", "role/nothing", member, "kms:Decrypt", authz.NotAllowed},
		"a grant stands for them":                   {accountsOwn, "role/nothing", "role/nothing", member, "kms:Decrypt", authz.Allowed},
		"in any case of letters":                    {accountsOwn, "role/nothing", "role/nothing", member, "KMS:decrypt", authz.Allowed},
		"for its operations only":                   {accountsOwn, "role/nothing", "role/nothing", member, "kms:Encrypt", authz.NotAllowed},
		"for its grantee only":                      {accountsOwn, "role/admin", "role/nothing", member, "kms:Decrypt", authz.NotAllowed},
		"for another account's, too":                {accountsOwn, linked, linked, backup, "kms:Decrypt", authz.Allowed},
		"but against no denial":                     {accountsOwn + "," + denyDecrypt, "role/nothing", "role/nothing", member, "kms:Decrypt", authz.Denied},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			arn := w.add(t, c.policy)
			if c.grant != "" {
				_, err := w.AddGrant(keys.Grant{KeyARN: arn, Grantee: "arn:aws:iam::" + c.account + ":" + c.grant, Operations: []string{"Decrypt"}})
				require.NoError(t, err)
			}
			who := w.role(c.account, c.role)
			v, err := w.Authorize(keys.Use{KeyARN: arn, Action: c.action, Principal: who, Identity: w.roles[who.ARN]})
			require.NoError(t, err)
			assert.Equal(t, c.want, v.Outcome, v.Reason)
			assert.Contains(t, v.Reason, c.action)
		})
	}
}

func TestAnAccountsRootNeedsTheKeysPolicyToo(t *testing.T) {
	w := newWorld(t)
	root := authz.Principal{ARN: "arn:aws:iam::111111111111:root"}
	outcome := func(policy string) authz.Outcome {
		v, err := w.Authorize(keys.Use{KeyARN: w.add(t, policy), Action: "kms:DescribeKey", Principal: root})
		require.NoError(t, err)
		return v.Outcome
	}
	assert.Equal(t, authz.Allowed, outcome(""))
	assert.Equal(t, authz.NotAllowed, outcome(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/admin"},"Action":"kms:*","Resource":"*"}`))
}

func TestAKeysStateForbidsItsUse(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, "")
	authorize := func(action string) error {
		v, err := w.Authorize(keys.Use{KeyARN: arn, Action: action, Principal: w.role(member, "role/admin"), Identity: identity(t, `"kms:*"`)})
		assert.Equal(t, authz.Allowed, v.Outcome, "that is said besides")
		return err
	}
	require.NoError(t, w.SetEnabled(arn, false))
	err := authorize("kms:Decrypt")
	require.ErrorIs(t, err, fault.ErrDisabled)
	assert.EqualError(t, err, "DisabledException: "+arn+" is disabled.")
	require.NoError(t, authorize("kms:DescribeKey"))
	require.NoError(t, w.ScheduleDeletion(arn, 30))
	err = authorize("kms:GenerateDataKey")
	require.ErrorIs(t, err, fault.ErrPendingDeletion)
	assert.EqualError(t, err, "KMSInvalidStateException: "+arn+" is pending deletion.")
	_, err = w.Authorize(keys.Use{KeyARN: "arn:aws:kms:eu-central-1:111111111111:key/none", Action: "kms:Decrypt"})
	require.ErrorIs(t, err, fault.ErrNotFound)
}

func TestConditionKeysThatFollowAreNotGiven(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, accountsOwn+`,{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{"kms:CallerAccount":"222222222222","aws:ResourceAccount":"111111111111"},"ForAnyValue:StringLike":{"aws:ResourceOrgPaths":"o-a1b2c3d4e5/*"}}}`)
	u := keys.Use{KeyARN: arn, Action: "kms:Decrypt", Principal: w.role(backup, "role/admin"), Identity: identity(t, `"kms:*"`)}
	v, err := w.Authorize(u)
	require.NoError(t, err)
	assert.Equal(t, authz.Allowed, v.Outcome, v.Reason)
	for _, name := range []string{"kms:CallerAccount", "aws:resourceaccount"} {
		u.Context = map[string][]string{name: {member}}
		_, err = w.Authorize(u)
		require.ErrorContains(t, err, name)
	}
}
