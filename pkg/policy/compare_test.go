package policy_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/policy"
)

func TestALivePolicyIsComparedByWhatItSays(t *testing.T) {
	e := estateWith(t)
	wanted, err := policy.VaultKey(e, backup, "intermediate", primary)
	require.NoError(t, err)
	text, err := json.Marshal(wanted)
	require.NoError(t, err)
	live := string(text)
	require.Len(t, wanted.Statement, 3)
	for sentence, c := range map[string]struct {
		live    string
		missing []string
		denying int
	}{
		"the same":                           {live, nil, 0},
		"other names of statements":          {strings.ReplaceAll(live, `"Sid":"`, `"Sid":"Other`), nil, 0},
		"the account's id for its root":      {strings.Replace(live, `"arn:aws:iam::222222222222:root"`, `"222222222222"`, 1), nil, 0},
		"a bare star for everybody":          {strings.ReplaceAll(live, `{"AWS":"*"}`, `"*"`), nil, 0},
		"one value without a list":           {strings.ReplaceAll(live, `["*"]`, `"*"`), nil, 0},
		"a boolean":                          {strings.ReplaceAll(live, `["true"]`, `true`), nil, 0},
		"small letters":                      {strings.NewReplacer("kms:CreateGrant", "KMS:creategrant", "aws:PrincipalOrgID", "aws:principalorgid").Replace(live), nil, 0},
		"another organization":               {strings.ReplaceAll(live, "o-a1b2c3d4e5", "o-9999999999"), []string{"MembersCopyBack", "MembersCopyBackGrants"}, 0},
		"fewer actions":                      {strings.Replace(live, `"kms:CreateGrant",`, "", 1), []string{"MembersCopyBackGrants"}, 0},
		"no policy":                          {"", []string{"AccountsOwnPolicies", "MembersCopyBack", "MembersCopyBackGrants"}, 0},
		"another denial":                     {strings.Replace(live, `"Statement":[`, `"Statement":[{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*"},`, 1), nil, 1},
		"another permission":                 {strings.Replace(live, `"Statement":[`, `"Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"},`, 1), nil, 0},
		"a single statement, without a list": {`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"kms:*","Resource":"*"}}`, []string{"MembersCopyBack", "MembersCopyBackGrants"}, 0},
	} {
		t.Run(sentence, func(t *testing.T) {
			found, err := policy.Compare(wanted, c.live)
			require.NoError(t, err)
			var missing []string
			for _, s := range found.Missing {
				missing = append(missing, s.Sid)
			}
			assert.Equal(t, c.missing, missing)
			assert.Len(t, found.Denying, c.denying)
		})
	}
	for _, text := range []string{"{", `{"Statement":["x"]}`, `{"Statement":[{"Principal":1}]}`} {
		_, err := policy.Compare(wanted, text)
		require.Error(t, err, text)
	}
}

func TestADatabasesKeyIsJudgedAsKMSWould(t *testing.T) {
	e := estateWith(t)
	const role = `"arn:aws:iam::222222222222:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"`
	own, err := json.Marshal(policy.Document{Version: "2012-10-17", Statement: policy.DatabaseKey(e)})
	require.NoError(t, err)
	const grants, both = "BackupAccountCopiesGrants", "BackupAccountCopies BackupAccountCopiesGrants"
	for sentence, c := range map[string]struct {
		statements string // of the key's policy
		missing    string
		doubtful   int
	}{
		"what the estate asks for":   {strings.TrimSuffix(strings.TrimPrefix(string(own), `{"Version":"2012-10-17","Statement":[`), "]}"), "", 0},
		"the backup account":         {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"kms:*","Resource":"*"}`, "", 0},
		"its service-linked role":    {`{"Effect":"Allow","Principal":{"AWS":[` + role + `]},"Action":"*","Resource":"*"}`, "", 0},
		"the organization":           {`{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`, "", 0},
		"another organization":       {`{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-9999999999"}}}`, both, 0},
		"another account":            {`{"Effect":"Allow","Principal":{"AWS":"333333333333"},"Action":"kms:*","Resource":"*"}`, both, 0},
		"nobody of another":          {``, both, 0},
		"the use without grants":     {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"NotAction":["kms:*Grant*"],"Resource":"*"}`, grants, 0},
		"part of the grants":         {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":["kms:D*","kms:E*","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant"],"Resource":"*"}`, grants, 0},
		"a service in its name":      {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"kms:*","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"rds.eu-central-1.amazonaws.com"}}}`, "", 1},
		"grants for services":        {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"kms:*","Resource":"*","Condition":{"Bool":{"kms:GrantIsForAWSResource":true}}}`, "", 0},
		"and denies all but members": {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"kms:*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"111111111111"}}}`, both, 0},
		"and denies other roles":     {`{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"kms:*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/aws-service-role/*"}}}`, "", 0},
	} {
		t.Run("a key that admits "+sentence, func(t *testing.T) {
			found, err := policy.Admits(e, `{"Version":"2012-10-17","Statement":[`+c.statements+`]}`)
			require.NoError(t, err)
			var missing []string
			for _, s := range found.Missing {
				missing = append(missing, s.Sid)
			}
			assert.Equal(t, c.missing, strings.Join(missing, " "))
			assert.Len(t, found.Doubtful, c.doubtful)
		})
	}
}
