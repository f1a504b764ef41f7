package clients_test

import (
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cliKey is a key as far as the AWS CLI must show it.
type cliKey struct {
	KeyMetadata struct {
		AWSAccountID, KeyID, Arn, Description, KeyManager, KeyState string

		Enabled                    bool
		CreationDate, DeletionDate time.Time
	}
}

func keysByCLI(s shell) {
	key := s.addKey()
	id := key[strings.LastIndex(key, "/")+1:]
	shown := read[cliKey](s, "kms describe-key --key-id alias/twohop-local").KeyMetadata
	assert.Equal(s.t, []string{member, id, key, "orders", "CUSTOMER", "Enabled"},
		[]string{shown.AWSAccountID, shown.KeyID, shown.Arn, shown.Description, shown.KeyManager, shown.KeyState})
	assert.True(s.t, shown.Enabled)
	assertTime(s.t, "2026-11-01T03:00:00Z", shown.CreationDate)
	listed := read[struct {
		Keys []struct{ KeyID, KeyArn string }
	}](s, "kms list-keys --page-size 1").Keys
	require.Len(s.t, listed, 2)
	assert.Equal(s.t, struct{ KeyID, KeyArn string }{id, key}, listed[0])

	assert.Equal(s.t, "AWS", read[cliKey](s, "kms describe-key --key-id alias/aws/rds").KeyMetadata.KeyManager)
	type alias struct{ AliasName, AliasArn, TargetKeyID string }
	type aliases struct{ Aliases []alias }
	all := read[aliases](s, "kms list-aliases --page-size 1").Aliases
	require.Len(s.t, all, 2, "AWS's own has come with its first use")
	assert.Equal(s.t, "alias/aws/rds", all[1].AliasName)
	assert.Equal(s.t, []alias{{"alias/twohop-local", "arn:aws:kms:eu-central-1:111111111111:alias/twohop-local", id}},
		read[aliases](s, "kms list-aliases --key-id", key).Aliases)

	s.refused("NotFoundException", "DescribeKey", "kms describe-key --key-id alias/none")
	s.refused("InvalidArnException", "GetKeyRotationStatus", "kms get-key-rotation-status --key-id alias/twohop-local")
	s.as(central).refused("AccessDeniedException", "DescribeKey", "kms describe-key --key-id", key)
}

func keyPoliciesByCLI(s shell) {
	key := s.addKey()
	session := read[struct {
		Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }
	}](s.as(s.administrator()), "sts assume-role --role-session-name night --role-arn", reader).Credentials
	there := s.with(map[string]string{
		"AWS_ACCESS_KEY_ID":     session.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY": session.SecretAccessKey,
		"AWS_SESSION_TOKEN":     session.SessionToken,
	})
	there.refused("AccessDeniedException", "DescribeKey", "kms describe-key --key-id", key)
	const put = "kms put-key-policy --policy-name default --key-id"
	s.prints("", put, key, "--policy", readable)
	shown := read[struct{ Policy string }](s, "kms get-key-policy --policy-name default --key-id", key)
	assert.JSONEq(s.t, readable, shown.Policy)
	assert.Equal(s.t, key, read[cliKey](there, "kms describe-key --key-id", key).KeyMetadata.Arn)
	there.refused("AccessDeniedException", "GetKeyPolicy", "kms get-key-policy --policy-name default --key-id", key)
	there.refused("AccessDeniedException", "ListKeys", "kms list-keys")
	s.refused("MalformedPolicyDocumentException", "PutKeyPolicy", put, key, "--policy", "{}")
	s.refused("MalformedPolicyDocumentException", "PutKeyPolicy", put, key, "--policy", strings.Replace(readable, "TwohopReader", "missing", 1))
}

func keyStatesByCLI(s shell) {
	key := s.addKey()
	rotates := func() bool {
		return read[struct{ KeyRotationEnabled bool }](s, "kms get-key-rotation-status --key-id", key).KeyRotationEnabled
	}
	s.prints("", "kms disable-key --key-id", key)
	s.refused("DisabledException", "EnableKeyRotation", "kms enable-key-rotation --key-id", key)
	s.prints("", "kms enable-key --key-id", key)
	assert.False(s.t, rotates())
	s.prints("", "kms enable-key-rotation --key-id", key)
	assert.True(s.t, rotates())

	type scheduled struct {
		KeyID        string
		DeletionDate time.Time
	}
	const schedule = "kms schedule-key-deletion --key-id"
	deleted := read[scheduled](s, schedule, key)
	assert.Equal(s.t, key, deleted.KeyID)
	assertTime(s.t, "2026-12-01T03:00:00Z", deleted.DeletionDate)
	s.refused("KMSInvalidStateException", "EnableKey", "kms enable-key --key-id", key)
	s.prints(`{"KeyId": "`+key+`"}`, "kms cancel-key-deletion --key-id", key)
	assert.Equal(s.t, "Disabled", read[cliKey](s, "kms describe-key --key-id", key).KeyMetadata.KeyState)
	deleted = read[scheduled](s, schedule, key, "--pending-window-in-days", "7")
	assertTime(s.t, "2026-11-08T03:00:00Z", deleted.DeletionDate)
	pending := read[cliKey](s, "kms describe-key --key-id", key).KeyMetadata
	assert.Equal(s.t, "PendingDeletion", pending.KeyState)
	assertTime(s.t, "2026-11-08T03:00:00Z", pending.DeletionDate)
	s.pass(7 * 24 * time.Hour)
	s.refused("NotFoundException", "DescribeKey", "kms describe-key --key-id", key)
}

func grantsByCLI(s shell) {
	key := s.addKey()
	const owner = "arn:aws:iam::222222222222:root"
	create := func(name string) (id, token string) {
		made := read[struct{ GrantID, GrantToken string }](s, "kms create-grant --operations Decrypt DescribeKey --grantee-principal "+owner+" --name "+name+" --key-id", key)
		return made.GrantID, made.GrantToken
	}
	id, token := create("copies")
	again, _ := create("copies")
	assert.Equal(s.t, id, again, "a grant of the same name is the same")
	create("restores")
	there := s.as(central)
	assert.Equal(s.t, key, read[cliKey](there, "kms describe-key --grant-tokens "+token+" --key-id", key).KeyMetadata.Arn)
	there.refused("InvalidGrantTokenException", "DescribeKey", "kms describe-key --grant-tokens forged --key-id", key)

	type grant struct {
		KeyID, GrantID, Name, GranteePrincipal, IssuingAccount string

		Operations   []string
		CreationDate time.Time
	}
	grants := read[struct{ Grants []grant }](s, "kms list-grants --page-size 1 --key-id", key).Grants
	require.Len(s.t, grants, 2)
	assertTime(s.t, "2026-11-01T03:00:00Z", grants[0].CreationDate)
	grants[0].CreationDate = time.Time{}
	assert.Equal(s.t, grant{KeyID: key, GrantID: id, Name: "copies", GranteePrincipal: owner,
		IssuingAccount: "arn:aws:iam::111111111111:root", Operations: []string{"Decrypt", "DescribeKey"}}, grants[0])

	for _, g := range grants {
		s.prints("", "kms revoke-grant --key-id", key, "--grant-id", g.GrantID)
	}
	there.refused("AccessDeniedException", "DescribeKey", "kms describe-key --key-id", key)
	s.refused("NotFoundException", "RevokeGrant", "kms revoke-grant --key-id", key, "--grant-id", id)
	s.refused("InvalidArnException", "CreateGrant", "kms create-grant --operations Decrypt --grantee-principal nobody --key-id", key)
}
