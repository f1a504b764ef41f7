package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/policy"
)

// wanted is one statement with everything that a statement may have.
var wanted = policy.Document{Version: "2012-10-17", Statement: []policy.Statement{{
	Sid: "Wanted", Effect: policy.Deny, Principal: policy.Principal{Account: "arn:aws:iam::222222222222:root"},
	Action: []string{"kms:Decrypt", "kms:Encrypt"}, Resource: []string{"r1", "r2"},
	Condition: policy.Conditions{"StringEquals": {"aws:PrincipalOrgID": {"o-1", "o-2"}, "aws:PrincipalAccount": {"1"}}, "Bool": {"aws:SecureTransport": {"true"}}},
}}}

// live is the same as a live policy might have it, with some members changed; nil takes one out.
func live(t *testing.T, changed map[string]any) string {
	t.Helper()
	statement := map[string]any{
		"Effect": "Deny", "Principal": map[string]any{"AWS": "222222222222"}, "Action": []string{"KMS:encrypt", "kms:decrypt", "kms:decrypt"}, "Resource": []string{"r2", "r1"},
		"Condition": map[string]any{
			"stringequals": map[string]any{"aws:principalorgid": []string{"o-2", "o-1"}}, "StringEquals": map[string]any{"aws:PrincipalAccount": "1"},
			"Bool": map[string]any{"aws:SecureTransport": true},
		},
	}
	for key, value := range changed {
		statement[key] = value
		if value == nil {
			delete(statement, key)
		}
	}
	text, err := json.Marshal(map[string]any{"Statement": []any{statement}})
	require.NoError(t, err)
	return string(text)
}

func TestAStatementThatIsWrittenOtherwiseIsTheSame(t *testing.T) {
	found, err := policy.Compare(wanted, live(t, nil))
	require.NoError(t, err)
	assert.Empty(t, found)
}

// Each part of a statement counts: one that differs anywhere is another statement, which
// denies what is not wanted, and the wanted one is missing.
func TestAStatementThatDiffersAnywhereIsAnother(t *testing.T) {
	condition := func(operator, key string, values any) map[string]any {
		return map[string]any{"Condition": map[string]any{
			"Bool":   map[string]any{"aws:SecureTransport": true},
			operator: map[string]any{key: values, "aws:PrincipalAccount": "1"},
		}}
	}
	same := condition("StringEquals", "aws:PrincipalOrgID", []string{"o-1", "o-2"})
	found, err := policy.Compare(wanted, live(t, same))
	require.NoError(t, err)
	require.Empty(t, found, "what the other rows change")
	for sentence, changed := range map[string]map[string]any{
		"another account":              {"Principal": map[string]any{"AWS": "111111111111"}},
		"a role of the account":        {"Principal": map[string]any{"AWS": "arn:aws:iam::222222222222:role/root"}},
		"an account too many":          {"Principal": map[string]any{"AWS": []string{"222222222222", "111111111111"}}},
		"another kind of principal":    {"Principal": map[string]any{"Service": "222222222222"}},
		"everybody":                    {"Principal": "*"},
		"everybody but the account":    {"Principal": nil, "NotPrincipal": map[string]any{"AWS": "222222222222"}},
		"nobody but with an exception": {"NotPrincipal": map[string]any{"AWS": "111111111111"}},
		"another action":               {"Action": []string{"kms:Decrypt", "kms:Sign"}},
		"an action too few":            {"Action": "kms:Decrypt"},
		"an action too many":           {"Action": []string{"kms:Decrypt", "kms:Encrypt", "kms:Sign"}},
		"every other action":           {"Action": nil, "NotAction": []string{"kms:Decrypt", "kms:Encrypt"}},
		"actions and exceptions":       {"NotAction": "kms:Sign"},
		"another resource":             {"Resource": []string{"r1", "r3"}},
		"a resource in capitals":       {"Resource": []string{"R1", "r2"}},
		"a resource too few":           {"Resource": "r1"},
		"every other resource":         {"Resource": nil, "NotResource": []string{"r1", "r2"}},
		"resources and exceptions":     {"NotResource": "r3"},
		"no condition":                 {"Condition": nil},
		"another operator":             condition("StringLike", "aws:PrincipalOrgID", []string{"o-1", "o-2"}),
		"another key":                  condition("StringEquals", "aws:ResourceOrgID", []string{"o-1", "o-2"}),
		"another value":                condition("StringEquals", "aws:PrincipalOrgID", []string{"o-1", "o-3"}),
		"a value in capitals":          condition("StringEquals", "aws:PrincipalOrgID", []string{"O-1", "o-2"}),
		"a value too few":              condition("StringEquals", "aws:PrincipalOrgID", "o-1"),
	} {
		text := live(t, changed)
		found, err := policy.Compare(wanted, text)
		require.NoError(t, err, sentence)
		assert.Equal(t, wanted.Statement, found.Missing, sentence)
		require.Len(t, found.Denying, 1, sentence)
		assert.Contains(t, text, found.Denying[0], "%s: the live policy's own words", sentence)
	}
	found, err = policy.Compare(wanted, live(t, map[string]any{"Effect": "Allow"}))
	require.NoError(t, err)
	assert.Equal(t, policy.Difference{Missing: wanted.Statement}, found, "what allows more denies nothing")
}

func TestAStatementIsShownAsItIsWritten(t *testing.T) {
	assert.Equal(t, `{
  "Sid": "One",
  "Effect": "Allow",
  "Principal": {
    "Service": "s"
  },
  "Action": [
    "a"
  ],
  "Resource": [
    "*"
  ],
  "Condition": {
    "Bool": {
      "k": [
        "true"
      ]
    }
  }
}`, policy.Statement{Sid: "One", Effect: policy.Allow, Principal: policy.Principal{Service: "s"}, Action: []string{"a"}, Resource: []string{"*"},
		Condition: policy.Conditions{"Bool": {"k": {"true"}}}, Reason: "no part of it"}.JSON())
}

func TestALivePolicyThatCannotBeReadIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"{":                               "read policy: ",
		"[]":                              "read policy: ",
		`{"Statement":["x"]}`:             "read statement of a policy: ",
		`{"Statement":"x"}`:               "read statement of a policy: ",
		`{"Statement":[{"Principal":1}]}`: "read statement of a policy: ",
	} {
		found, err := policy.Compare(wanted, text)
		require.ErrorContains(t, err, want, text)
		assert.Zero(t, found, text)
	}
}
