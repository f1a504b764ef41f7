package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// Verdicts about a key's policy.
const (
	admits   = "admits"
	misses   = "misses"
	doubtful = "doubtful"
)

// admission judges the policy of a key with these statements.
func admission(t *testing.T, e estate.Estate, statements ...string) policy.Admission {
	t.Helper()
	found, err := policy.Admits(e, `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)
	require.NoError(t, err)
	return found
}

// verdictOn is that on a key's policy of which everything depends on the same.
func verdictOn(t *testing.T, e estate.Estate, statements ...string) string {
	t.Helper()
	found := admission(t, e, statements...)
	switch {
	case len(found.Missing) == 2 && len(found.Doubtful) == 0:
		return misses
	case len(found.Missing) == 0 && len(found.Doubtful) > 0:
		return doubtful
	case len(found.Missing) == 0:
		return admits
	}
	t.Fatalf("neither all nor nothing: %v", found)
	return ""
}

const (
	theRole    = "arn:aws:iam::222222222222:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
	letsBackup = `{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"kms:*","Resource":"*"}`
)

// under allows or denies everything under a condition, an operator with a key and values.
func under(t *testing.T, effect, operator, key string, values ...string) string {
	t.Helper()
	text, err := json.Marshal(map[string]any{"Effect": effect, "Principal": "*", "Action": "kms:*", "Resource": "*",
		"Condition": map[string]any{operator: map[string]any{key: values}}})
	require.NoError(t, err)
	return string(text)
}

func TestAConditionOnAKeyIsJudgedByItsOperator(t *testing.T) {
	e := estateWith(t)
	type row struct {
		operator, key string
		values        []string
		want          string
	}
	const organization, arn = "aws:PrincipalOrgID", "aws:PrincipalArn"
	for _, r := range []row{
		{"StringEquals", organization, []string{"o-a1b2c3d4e5"}, admits},
		{"STRINGEQUALS", "AWS:principalorgid", []string{"o-a1b2c3d4e5"}, admits}, // case does not count
		{"StringEquals", organization, []string{"O-A1B2C3D4E5"}, misses},         // in values it does
		{"StringEquals", organization, []string{"o-a1*"}, misses},                // no wildcards
		{"StringEquals", organization, []string{"o-9", "o-a1b2c3d4e5"}, admits},
		{"StringEqualsIgnoreCase", organization, []string{"O-A1B2C3D4E5"}, admits},
		{"StringEqualsIgnoreCase", organization, []string{"o-9"}, misses},
		{"StringNotEquals", organization, []string{"o-9"}, admits},
		{"StringNotEquals", organization, []string{"o-9", "o-a1b2c3d4e5"}, misses},
		{"StringLike", organization, []string{"o-a1*"}, admits},
		{"StringLike", organization, []string{"?-a1b2c3d4e5"}, admits},
		{"StringLike", organization, []string{"o-a1b2c3d4e?"}, admits},
		{"StringLike", organization, []string{"o-a1b2c3d4e5?"}, misses},
		{"StringLike", organization, []string{"o-?2*"}, misses},
		{"StringLike", organization, []string{"*c3*e5"}, admits},
		{"StringLike", organization, []string{"*c3*e"}, misses},
		{"StringLike", organization, []string{"o-a1b2c3d4e5*"}, admits}, // * may stand for nothing
		{"StringNotLike", organization, []string{"o-9*"}, admits},
		{"StringNotLike", organization, []string{"o-a*"}, misses},
		{"ArnEquals", arn, []string{"arn:aws:iam::*:role/aws-service-role/*"}, admits},
		{"ArnEquals", arn, []string{"arn:aws:iam::*:role/x"}, misses},
		{"ArnLike", arn, []string{theRole}, admits},
		{"ArnLike", arn, []string{"arn:aws:iam::*:role/x"}, misses},
		{"ArnNotEquals", arn, []string{"arn:aws:iam::*:role/x"}, admits},
		{"ArnNotEquals", arn, []string{theRole}, misses},
		{"ArnNotLike", arn, []string{"arn:aws:iam::*:role/x"}, admits},
		{"ArnNotLike", arn, []string{"arn:*"}, misses},
		{"Bool", "aws:SecureTransport", []string{"True"}, admits},
		{"Bool", "aws:SecureTransport", []string{"false"}, misses},
		{"Bool", "aws:PrincipalIsAWSService", []string{"false"}, admits},
		{"Bool", "aws:PrincipalIsAWSService", []string{"true"}, misses},
		{"StringEquals", "aws:PrincipalAccount", []string{"222222222222"}, admits},
		{"StringEquals", "kms:CallerAccount", []string{"222222222222"}, admits},
		{"StringEquals", "kms:CallerAccount", []string{"111111111111"}, misses},
		{"StringEquals", "aws:PrincipalType", []string{"AssumedRole"}, admits},
		{"ForAnyValue:StringEquals", organization, []string{"o-a1b2c3d4e5"}, admits},
		{"ForAllValues:StringEquals", organization, []string{"o-9"}, misses},
		{"StringEqualsIfExists", organization, []string{"o-a1b2c3d4e5"}, admits},
		{"ForAnyValue:StringNotLikeIfExists", organization, []string{"o-a*"}, misses},
		// What only AWS knows when it calls, and what is not judged.
		{"StringEquals", "kms:ViaService", []string{"rds.eu-central-1.amazonaws.com"}, doubtful},
		{"StringEquals", organization, []string{"${aws:PrincipalOrgID}"}, doubtful},
		{"StringNotEqualsIgnoreCase", organization, []string{"o-9"}, doubtful},
		{"NumericEquals", "aws:PrincipalAccount", []string{"222222222222"}, doubtful},
		{"Null", organization, []string{"false"}, doubtful},
	} {
		name := r.operator + " " + r.key + " " + strings.Join(r.values, ",")
		assert.Equal(t, r.want, verdictOn(t, e, under(t, policy.Allow, r.operator, r.key, r.values...)), name)
		denied := map[string]string{admits: misses, misses: admits, doubtful: doubtful}[r.want]
		assert.Equal(t, denied, verdictOn(t, e, letsBackup, under(t, policy.Deny, r.operator, r.key, r.values...)), "a denial: %s", name)
	}
}

func TestConditionsHoldTogether(t *testing.T) {
	e := estateWith(t)
	const allow = `{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":`
	for condition, want := range map[string]string{
		`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","kms:CallerAccount":"222222222222"}}`:                         admits,
		`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","kms:CallerAccount":"1"}}`:                                    misses,
		`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"},"StringLike":{"kms:CallerAccount":"1"}}`:                     misses,
		`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5","kms:ViaService":"x"}}`:                                       doubtful,
		`{"StringEquals":{"aws:PrincipalOrgID":"o-9","kms:ViaService":"x"}}`:                                                misses,
		`{"StringLike":{"kms:ViaService":"*"},"StringEquals":{"kms:CallerAccount":"1"},"Bool":{"aws:SecureTransport":"1"}}`: misses,
	} {
		assert.Equal(t, want, verdictOn(t, e, allow+condition+"}"), condition)
	}
}

func TestWhoAndWhatAStatementOfAKeyIsAbout(t *testing.T) {
	e := estateWith(t)
	for statement, want := range map[string]string{
		`"Principal":"*","Action":"*"`:                                                         admits,
		`"Principal":{"AWS":"*"},"Action":"kms:*"`:                                             admits,
		`"Principal":{"AWS":["111111111111","222222222222"]},"Action":"KMS:*"`:                 admits,
		`"Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*"`:                admits,
		`"Principal":{"AWS":"` + theRole + `"},"Action":"kms:*"`:                               admits,
		`"Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*"`:                misses,
		`"Principal":{"AWS":"arn:aws:iam::222222222222:role/root"},"Action":"kms:*"`:           misses,
		`"Principal":{"AWS":"arn:aws:sts::222222222222:root"},"Action":"kms:*"`:                misses,
		`"Principal":{"AWS":"arn:aws:iam::222222222222:root:x"},"Action":"kms:*"`:              misses,
		`"Principal":{"Service":"222222222222"},"Action":"kms:*"`:                              misses,
		`"Principal":{"AWS":"222222222222"},"Action":"ec2:*"`:                                  misses,
		`"Principal":{"AWS":"222222222222"},"NotAction":"ec2:*"`:                               admits,
		`"Principal":{"AWS":"222222222222"},"NotAction":["ec2:*","KMS:*"]`:                     misses,
		`"NotPrincipal":{"AWS":"111111111111"},"Action":"kms:*"`:                               doubtful,
		`"NotPrincipal":{"AWS":"111111111111"},"Action":"ec2:*"`:                               misses,
		`"Principal":"*","Action":"kms:*","Resource":"arn:aws:kms:eu-central-1:1:key/another"`: admits, // a key's policy is about that key
	} {
		assert.Equal(t, want, verdictOn(t, e, `{"Effect":"Allow",`+statement+`}`), statement)
	}
}

func TestADenialCountsMoreThanWhatIsAllowed(t *testing.T) {
	e := estateWith(t)
	const doubt = `{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"x"}}}`
	const lets = `{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"y"}}}`
	const never = `{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*"}`
	for _, test := range []struct {
		statements []string
		want       string
		doubtful   []string
	}{
		{[]string{letsBackup, never}, misses, nil},
		{[]string{never, letsBackup}, misses, nil},
		{[]string{doubt}, misses, nil},
		{[]string{letsBackup, doubt}, doubtful, []string{doubt}},
		{[]string{doubt, letsBackup, doubt}, doubtful, []string{doubt}},
		{[]string{lets, doubt}, doubtful, []string{lets, doubt}},
		{[]string{lets, letsBackup}, admits, nil},
		{[]string{letsBackup, lets}, admits, nil},
		{[]string{lets, never}, misses, nil},
		{[]string{letsBackup, doubt, never}, misses, nil},
	} {
		assert.Equal(t, test.want, verdictOn(t, e, test.statements...), test.statements)
		assert.ElementsMatch(t, test.doubtful, admission(t, e, test.statements...).Doubtful)
	}
}

// Every action is needed, and so is each of those that a wildcard stands for.
func TestEveryActionOnADatabasesKeyIsNeeded(t *testing.T) {
	e := estateWith(t)
	for action, sid := range map[string]string{
		"kms:DescribeKey": "BackupAccountCopies", "kms:Decrypt": "BackupAccountCopies", "kms:Encrypt": "BackupAccountCopies",
		"kms:ReEncryptFrom": "BackupAccountCopies", "kms:ReEncryptTo": "BackupAccountCopies",
		"kms:GenerateDataKey": "BackupAccountCopies", "kms:GenerateDataKeyWithoutPlaintext": "BackupAccountCopies",
		"kms:CreateGrant": "BackupAccountCopiesGrants", "kms:ListGrants": "BackupAccountCopiesGrants", "kms:RevokeGrant": "BackupAccountCopiesGrants",
	} {
		found := admission(t, e, letsBackup, `{"Effect":"Deny","Principal":"*","Action":"`+action+`","Resource":"*"}`)
		require.Len(t, found.Missing, 1, action)
		assert.Equal(t, sid, found.Missing[0].Sid, action)
	}
	assert.Empty(t, admission(t, e, letsBackup, `{"Effect":"Deny","Principal":"*","Action":"kms:ScheduleKeyDeletion","Resource":"*"}`).Missing)
}

func TestAKeysPolicyThatCannotBeReadIsAnError(t *testing.T) {
	for _, text := range []string{"{", `[]`, `{"Statement":[{"Principal":1}]}`, `{"Statement":["x"]}`} {
		_, err := policy.Admits(estateWith(t), text)
		require.Error(t, err, text)
	}
	found, err := policy.Admits(estateWith(t), "")
	require.NoError(t, err)
	assert.Len(t, found.Missing, 2, "no policy admits nobody")
}
