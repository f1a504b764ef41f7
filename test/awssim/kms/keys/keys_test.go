package keys_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/authz"
	"github.com/twohop/twohop/test/awssim/kms/fault"
	"github.com/twohop/twohop/test/awssim/kms/keys"
)

func TestPoliciesThatAreRefused(t *testing.T) {
	admits := func(principal string) string {
		return accountsOwn + `,{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"kms:Decrypt","Resource":"*"}`
	}
	const invalidPrincipals = "Policy contains a statement with one or more invalid principals."
	for sentence, c := range map[string]struct{ policy, code, want string }{
		"a role that does not exist":              {written(admits("arn:aws:iam::222222222222:role/missing")), "MalformedPolicyDocumentException", invalidPrincipals},
		"a service-linked role that is not there": {written(admits("arn:aws:iam::444444444444:" + linked)), "MalformedPolicyDocumentException", invalidPrincipals},
		"a user that does not exist":              {written(admits("arn:aws:iam::111111111111:user/nobody")), "MalformedPolicyDocumentException", invalidPrincipals},
		"a session of no role":                    {written(admits("arn:aws:sts::111111111111:assumed-role/missing/night")), "MalformedPolicyDocumentException", invalidPrincipals},
		"an element that is none":                 {`{"Version":"2012-10-17","Statements":[]}`, "MalformedPolicyDocumentException", "Statements"},
		"no JSON":                                 {"{", "MalformedPolicyDocumentException", "read JSON"},
		"a policy too long":                       {written(accountsOwn) + strings.Repeat(" ", 32<<10), "LimitExceededException", "the most are 32768"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t)
			_, err := w.AddKey(keys.Key{Account: member, Region: primary, Policy: c.policy})
			assert.Equal(t, c.code, code(t, err))
			require.ErrorContains(t, err, c.want)
			arn := w.add(t, "")
			assert.Equal(t, c.code, code(t, w.SetPolicy(arn, c.policy, authz.Principal{})))
		})
	}
	w := newWorld(t)
	for _, exists := range []string{"arn:aws:iam::222222222222:" + linked, "arn:aws:sts::111111111111:assumed-role/admin/night", "222222222222", "*"} {
		w.add(t, admits(exists))
	}
}

func TestNobodyLocksHimselfOut(t *testing.T) {
	w := newWorld(t)
	const adminOnly = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/admin"},"Action":"kms:*","Resource":"*"}`
	for sentence, c := range map[string]struct {
		creator authz.Principal
		locked  bool
	}{
		"nobody is asked":              {authz.Principal{}, false},
		"who is named":                 {w.role(member, "role/admin"), false},
		"who is not":                   {w.role(member, "role/nothing"), true},
		"not even the account's owner": {authz.Principal{ARN: "arn:aws:iam::111111111111:root"}, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := w.AddKey(keys.Key{Account: member, Region: primary, Policy: written(adminOnly), Creator: c.creator})
			changed := w.SetPolicy(w.add(t, ""), written(adminOnly), c.creator)
			if !c.locked {
				require.NoError(t, err)
				require.NoError(t, changed)
				return
			}
			const want = "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future."
			require.EqualError(t, err, want)
			require.EqualError(t, changed, want)
		})
	}
	_, err := w.AddKey(keys.Key{Account: member, Region: primary, Creator: authz.Principal{ARN: "somebody"}})
	require.ErrorContains(t, err, `principal "somebody"`)
}

func TestAKeyIsDeletedWhenItsTimeHasCome(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, "")
	_, err := w.AddAlias("alias/twohop-local", arn)
	require.NoError(t, err)
	require.NoError(t, w.ScheduleDeletion(arn, 7))
	require.NoError(t, w.clock.Advance(t.Context(), 6*24*time.Hour))
	require.NoError(t, w.CancelDeletion(arn))
	require.NoError(t, w.clock.Advance(t.Context(), 6*24*time.Hour))
	k, err := w.Describe(arn)
	require.NoError(t, err)
	assert.Equal(t, keys.Disabled, k.State)
	assert.Zero(t, k.Deletion)

	require.NoError(t, w.ScheduleDeletion(arn, 7))
	k, err = w.Describe(arn)
	require.NoError(t, err)
	assert.Equal(t, w.clock.Now().AddDate(0, 0, 7), k.Deletion)
	require.NoError(t, w.clock.Advance(t.Context(), 7*24*time.Hour))
	_, err = w.Describe(arn)
	require.ErrorIs(t, err, fault.ErrNotFound)
	_, err = w.ByAlias(here, "alias/twohop-local")
	require.ErrorIs(t, err, fault.ErrNotFound)
	assert.Empty(t, w.In(here))
}

func TestWhatAStateForbids(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, "")
	assert.Equal(t, "KMSInvalidStateException", code(t, w.CancelDeletion(arn)))
	assert.Equal(t, "ValidationException", code(t, w.ScheduleDeletion(arn, 31)))
	require.NoError(t, w.SetEnabled(arn, false))
	require.ErrorIs(t, w.Rotate(arn, 90), fault.ErrDisabled)
	require.NoError(t, w.SetEnabled(arn, true))
	assert.Equal(t, "ValidationException", code(t, w.Rotate(arn, 89)))
	require.NoError(t, w.Rotate(arn, 90))
	require.NoError(t, w.clock.Advance(t.Context(), 100*24*time.Hour))
	k, err := w.Describe(arn)
	require.NoError(t, err)
	assert.Equal(t, start.AddDate(0, 0, 180), k.NextRotation)

	require.NoError(t, w.ScheduleDeletion(arn, 30))
	for name, err := range map[string]error{
		"enable": w.SetEnabled(arn, true), "disable": w.SetEnabled(arn, false), "again": w.ScheduleDeletion(arn, 30), "rotate": w.Rotate(arn, 90),
		"grant": func() error { _, err := w.AddGrant(keys.Grant{KeyARN: arn}); return err }(),
		"alias": func() error { _, err := w.AddAlias("alias/late", arn); return err }(),
	} {
		assert.ErrorIs(t, err, fault.ErrPendingDeletion, name)
	}
	k, err = w.Describe(arn)
	require.NoError(t, err)
	assert.Zero(t, k.RotationDays)
}

func TestWhatIsNotThere(t *testing.T) {
	w := newWorld(t)
	const none = "arn:aws:kms:eu-central-1:111111111111:key/none"
	_, alias := w.AddAlias("alias/a", none)
	_, grant := w.AddGrant(keys.Grant{KeyARN: none})
	_, list := w.Grants(none)
	for name, err := range map[string]error{
		"alias": alias, "grant": grant, "grants": list, "policy": w.SetPolicy(none, written(accountsOwn), authz.Principal{}), "enable": w.SetEnabled(none, true),
		"schedule": w.ScheduleDeletion(none, 7), "cancel": w.CancelDeletion(none), "rotate": w.Rotate(none, 90), "revoke": w.RevokeGrant(none, "g"),
		"no alias": w.RemoveAlias(here, "alias/none"), "no grant": w.RevokeGrant(w.add(t, ""), "g"),
	} {
		assert.ErrorIs(t, err, fault.ErrNotFound, name)
		assert.Equal(t, "NotFoundException", code(t, err), name)
	}
}

func TestAliases(t *testing.T) {
	w := newWorld(t)
	arn, other := w.add(t, ""), w.add(t, "")
	alias, err := w.AddAlias("alias/twohop-local", arn)
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:kms:eu-central-1:111111111111:alias/twohop-local", alias)
	_, err = w.AddAlias("alias/twohop-local", other)
	assert.Equal(t, "AlreadyExistsException", code(t, err))
	for _, wrong := range []string{"twohop", "alias/", "alias/aws/mine", "alias/a b"} {
		_, err = w.AddAlias(wrong, arn)
		assert.Equal(t, "ValidationException", code(t, err), wrong)
	}
	found, err := w.ByAlias(here, "alias/twohop-local")
	require.NoError(t, err)
	assert.Equal(t, arn, found)
	assert.Len(t, w.Aliases(here, arn), 1)
	assert.Empty(t, w.Aliases(here, other))
	require.NoError(t, w.RemoveAlias(here, "alias/twohop-local"))
	assert.Empty(t, w.Aliases(here, ""))
}

func TestGrantsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	arn := w.add(t, "")
	const admin = "arn:aws:iam::111111111111:role/admin"
	for sentence, c := range map[string]struct {
		grant keys.Grant
		code  string
	}{
		"no grantee":                         {keys.Grant{Operations: []string{"Decrypt"}}, "InvalidArnException"},
		"a grantee that does not exist":      {keys.Grant{Grantee: admin + "istrator", Operations: []string{"Decrypt"}}, "InvalidArnException"},
		"a grantee that is a service":        {keys.Grant{Grantee: "rds.amazonaws.com", Operations: []string{"Decrypt"}}, "InvalidArnException"},
		"a retiring one that does not exist": {keys.Grant{Grantee: admin, Retiring: admin + "2", Operations: []string{"Decrypt"}}, "InvalidArnException"},
		"no operation":                       {keys.Grant{Grantee: admin}, "ValidationException"},
		"an operation of other keys":         {keys.Grant{Grantee: admin, Operations: []string{"Sign"}}, "ValidationException"},
		"a name":                             {keys.Grant{Grantee: admin, Operations: []string{"Decrypt"}, Name: "a b"}, "ValidationException"},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.grant.KeyARN = arn
			_, err := w.AddGrant(c.grant)
			assert.Equal(t, c.code, code(t, err))
		})
	}
	g := keys.Grant{KeyARN: arn, Grantee: admin, Operations: []string{"Encrypt", "Decrypt", "Decrypt"}, Name: "copies"}
	first, err := w.AddGrant(g)
	require.NoError(t, err)
	again, err := w.AddGrant(g)
	require.NoError(t, err)
	assert.Equal(t, first.ID, again.ID, "the same name and the same grant")
	g.Name = ""
	_, err = w.AddGrant(g)
	require.NoError(t, err)
	list, err := w.Grants(arn)
	require.NoError(t, err)
	assert.Len(t, list, 2)
	assert.Equal(t, []string{"Decrypt", "Encrypt"}, list[0].Operations)
	assert.True(t, w.IsGrantToken(first.Token))
	assert.False(t, w.IsGrantToken("none"))
}

func TestAKeysPlaceIsChecked(t *testing.T) {
	w := newWorld(t)
	for _, k := range []keys.Key{{Account: "1", Region: primary}, {Account: member, Region: "here"}, {Account: member, Region: primary, Description: strings.Repeat("x", 8193)}} {
		_, err := w.AddKey(k)
		assert.Equal(t, "ValidationException", code(t, err))
	}
}
