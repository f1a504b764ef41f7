package policy_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// noResource: the action takes no resource [Service Authorization Reference].
const noResource = "no resource-level permissions"

// anywhere says of each statement of a role that is about the resource * why it
// cannot be narrower. In a vault's or a key's own policy * is the vault or the key.
var anywhere = map[string]string{
	"backup:ListCopyJobs": noResource, "backup:DescribeCopyJob": noResource,
	"backup:ListBackupJobs": noResource, "backup:DescribeBackupJob": noResource,
	"backup:ListProtectedResources": noResource, "backup:DescribeProtectedResource": noResource,
	"backup:ListRecoveryPointsByResource": noResource, "backup:ListBackupPlans": noResource,
	"backup:DescribeRegionSettings": noResource, "backup:UpdateRegionSettings": noResource + "; bound to the estate's Regions",
	"backup:DescribeGlobalSettings": noResource, "backup:UpdateGlobalSettings": noResource,
	"backup:DescribeRecoveryPoint": "the ARNs of recovery points are those of some twenty services; bound to the estate's Regions",
	"tag:GetResources":             noResource, "kms:ListAliases": noResource,
	"organizations:DescribeOrganization": noResource, "organizations:ListRoots": noResource,
	"organizations:ListAWSServiceAccessForOrganization": noResource,
	"organizations:EnableAWSServiceAccess":              noResource + "; bound to three services",
	"cloudformation:DescribeOrganizationsAccess":        noResource,
	"cloudformation:ActivateOrganizationsAccess":        noResource,
}

// wildcards are the actions with a * and why they have one.
var wildcards = map[string]string{
	"kms:*":                "the account's own IAM policies decide; KMS refuses a key policy that locks its account out",
	"sqs:*":                "a denial of whatever is not sent by TLS",
	"kms:ReEncrypt*":       "ReEncryptFrom and ReEncryptTo, as AWS's samples write it",
	"kms:GenerateDataKey*": "with and without the plain text, as AWS's samples write it",
}

// everyDocument runs a check on every document of every estate.
func everyDocument(t *testing.T, check func(t *testing.T, e estate.Estate, d policy.Named)) {
	for name, e := range estates(t) {
		t.Run(name, func(t *testing.T) {
			for _, d := range documents(t, e) {
				t.Run(d.Name, func(t *testing.T) { check(t, e, d) })
			}
		})
	}
}

func TestEveryStatementHasANameAndAReason(t *testing.T) {
	word := regexp.MustCompile(`^[A-Za-z0-9]+$`)
	everyDocument(t, func(t *testing.T, _ estate.Estate, d policy.Named) {
		assert.Equal(t, "2012-10-17", d.Document.Version)
		require.NotEmpty(t, d.Document.Statement)
		sids := map[string]bool{}
		for _, s := range d.Document.Statement {
			assert.Regexp(t, word, s.Sid)
			assert.False(t, sids[s.Sid], "%s is there twice", s.Sid)
			sids[s.Sid] = true
			assert.Contains(t, []string{policy.Allow, policy.Deny}, s.Effect)
			assert.NotEmpty(t, s.Action)
			assert.Greater(t, len(s.Reason), 20, s.Sid)
			assert.True(t, strings.HasSuffix(strings.TrimSuffix(s.Reason, `"`), "."), "%s: the reason is a sentence: %s", s.Sid, s.Reason)
			for operator, keys := range s.Condition {
				for key, values := range keys {
					assert.NotEmpty(t, values, "%s: %s %s has no value", s.Sid, operator, key)
					assert.NotContains(t, values, "")
				}
			}
		}
	})
}

func TestNamesOfDocumentsAreUnique(t *testing.T) {
	for name, e := range estates(t) {
		seen := map[string]bool{}
		for _, d := range documents(t, e) {
			assert.False(t, seen[d.Name], "%s: %s is there twice", name, d.Name)
			seen[d.Name] = true
			assert.Contains(t, []estate.Owner{estate.MemberAccount, estate.BackupAccount, policy.ManagementAccount}, d.Owner)
		}
	}
}

func TestEveryResourceThatIsAnythingHasItsReason(t *testing.T) {
	everyDocument(t, func(t *testing.T, _ estate.Estate, d policy.Named) {
		itself := strings.HasPrefix(d.Name, "vault-") || strings.HasPrefix(d.Name, "key-")
		for _, s := range d.Document.Statement {
			if itself {
				assert.Equal(t, []string{"*"}, s.Resource, "%s: the resource of a vault's or a key's policy is itself", s.Sid)
			}
			if itself || !slices.Contains(s.Resource, "*") || s.Effect == policy.Deny {
				continue // a denial of everything is no right
			}
			for _, action := range s.Action {
				assert.NotEmpty(t, anywhere[action], "%s: %s on *: narrow it or say in the table why not", s.Sid, action)
			}
		}
	})
}

func TestEveryActionWithAWildcardHasItsReason(t *testing.T) {
	everyDocument(t, func(t *testing.T, _ estate.Estate, d policy.Named) {
		for _, s := range d.Document.Statement {
			for _, action := range s.Action {
				if strings.Contains(action, "*") {
					assert.NotEmpty(t, wildcards[action], "%s: %s", s.Sid, action)
					assert.False(t, strings.HasPrefix(d.Name, "vault-"), "AWS Backup takes no wildcard in a vault's policy")
				}
			}
		}
	})
}

func TestWhatIsAdmittedBelongsToTheOrganization(t *testing.T) {
	everyDocument(t, func(t *testing.T, e estate.Estate, d policy.Named) {
		for _, s := range d.Document.Statement {
			admits := s.Principal.Everyone || s.Principal.Account != "" && strings.HasSuffix(d.Name, "-trust")
			if s.Effect != policy.Allow || !admits {
				continue
			}
			assert.Equal(t, []string{e.Organization}, s.Condition["StringEquals"]["aws:PrincipalOrgID"], s.Sid)
		}
	})
}

func TestServicesActForTheirOwnAccountOnly(t *testing.T) {
	everyDocument(t, func(t *testing.T, _ estate.Estate, d policy.Named) {
		for _, s := range d.Document.Statement {
			if s.Principal.Service == "" {
				continue
			}
			var sources []string
			for _, keys := range s.Condition {
				for key := range keys {
					sources = append(sources, key)
				}
			}
			assert.Subset(t, []string{"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID"}, sources, s.Sid)
			assert.NotEmpty(t, sources, s.Sid)
		}
	})
}

func TestNoRoleIsNamedAsAPrincipal(t *testing.T) {
	everyDocument(t, func(t *testing.T, _ estate.Estate, d policy.Named) {
		for _, s := range d.Document.Statement {
			kinds := 0
			for _, given := range []bool{s.Principal.Everyone, s.Principal.Account != "", s.Principal.Service != ""} {
				if given {
					kinds++
				}
			}
			if role := strings.HasPrefix(d.Name, "role-") && !strings.HasSuffix(d.Name, "-trust"); role {
				assert.Zero(t, kinds, "%s: a role's own policy has no principal", s.Sid)
				continue
			}
			assert.Equal(t, 1, kinds, s.Sid)
			if s.Principal.Account != "" {
				assert.True(t, strings.HasSuffix(s.Principal.Account, ":root"), s.Principal.Account)
			}
		}
	})
}

// CloudFormation resolves a member's account when the stack is deployed.
func TestTheMembersAccountIsOnlyPasted(t *testing.T) {
	const token = "${Token[AWS.AccountId.0]}"
	for name, e := range estates(t) {
		tokens, err := policy.Documents(e, token)
		require.NoError(t, err)
		for i, d := range documents(t, e) {
			want := d.Document
			if d.Owner == estate.MemberAccount {
				assert.NotContains(t, jsonOf(t, tokens[i].Document), member+":role", name)
			}
			if e.Admission.By != estate.ByAccounts { // there the members' ids are the estate's
				assert.Equal(t, jsonOf(t, want), strings.ReplaceAll(jsonOf(t, tokens[i].Document), token, member), d.Name)
			}
		}
	}
}

func TestTheMapIsTheJSON(t *testing.T) {
	everyDocument(t, func(t *testing.T, _ estate.Estate, d policy.Named) {
		var want map[string]any
		require.NoError(t, json.Unmarshal([]byte(jsonOf(t, d.Document)), &want))
		assert.Equal(t, want, d.Document.Map())
	})
}
