package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/policy"
)

const serviceRole = "role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"

// opens is AWSServiceRoleForBackup of an account at a source's key.
func opens(account, action string) request {
	r := from(account, action, "arn:aws:iam::"+account+":"+serviceRole)
	r.context["kms:GrantIsForAWSResource"] = []string{"true"}
	return r
}

func TestASourcesKeyIsOpenedByTheDestinationsServiceRole(t *testing.T) {
	for name, test := range map[string]struct {
		changes                       []change
		account, vault, region, opens string
		want                          string
	}{
		"the local vault's by the backup account's, for hop 1 of S3":      {nil, member, "local", primary, backup, allowed},
		"and by no other member's":                                        {nil, member, "local", primary, "444444444444", silent},
		"the detour vault's by the members', to come back":                {nil, backup, "intermediate", primary, member, allowed},
		"the final vault's by the members', to come back":                 {nil, backup, "final", secondary, member, allowed},
		"of members by units too":                                         {[]change{byUnits}, backup, "final", secondary, member, allowed},
		"not by one that is no member":                                    {[]change{byAccounts}, backup, "final", secondary, "555555555555", silent},
		"a local vault's that no plan copies from, by nobody":             {[]change{without("cross-region"), without("cross-region-special")}, member, "local", primary, backup, silent},
		"a vault's that no plan keeps points in, by nobody":               {[]change{ownVault, without("cross-region")}, backup, "direct", secondary, member, silent},
		"the detour vault's even where no plan keeps points there itself": {[]change{without("cross-region-special")}, backup, "intermediate", primary, member, allowed},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := policy.VaultKey(estateWith(t, test.changes...), test.account, test.vault, test.region)
			require.NoError(t, err)
			for _, action := range []string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant", "kms:DescribeKey", "kms:Decrypt", "kms:ReEncryptFrom", "kms:GenerateDataKeyWithoutPlaintext"} {
				assert.Equal(t, test.want, decide(t, d, opens(test.opens, action)), action)
			}
			assert.Equal(t, silent, decide(t, d, opens(test.opens, "kms:ScheduleKeyDeletion")))
			person := from(test.opens, "kms:Decrypt", "arn:aws:iam::"+test.opens+":role/admin")
			assert.Equal(t, silent, decide(t, d, person), "nobody else of that account")
			byHand := opens(test.opens, "kms:CreateGrant")
			byHand.context["kms:GrantIsForAWSResource"] = []string{"false"}
			assert.Equal(t, silent, decide(t, d, byHand), "no grant to anybody but AWS services")
			stranger := opens(test.opens, "kms:Decrypt")
			stranger.context["aws:PrincipalOrgID"] = []string{"o-9999999999"}
			assert.Equal(t, silent, decide(t, d, stranger))
		})
	}
}

func TestADatabasesKeyAdmitsTheBackupAccount(t *testing.T) {
	e := estateWith(t, sharedKey, breakGlass)
	for name, d := range map[string]policy.Document{
		"the statements for a key of its own": {Version: "2012-10-17", Statement: policy.DatabaseKey(e)},
		"the shared key's whole policy":       policy.SharedKey(e, member),
	} {
		assert.Equal(t, allowed, decide(t, d, opens(backup, "kms:Decrypt")), name)
		assert.Equal(t, allowed, decide(t, d, opens(backup, "kms:CreateGrant")), name)
		assert.Equal(t, silent, decide(t, d, opens("444444444444", "kms:Decrypt")), name)
	}
}

func TestAKeyStaysManageable(t *testing.T) {
	admin := "arn:aws:iam::" + member + ":role/admin"
	for name, test := range map[string]struct {
		changes        []change
		action, caller string
		want           string
	}{
		"IAM policies of the account count":                {nil, "kms:PutKeyPolicy", admin, allowed},
		"also for deletion where no role is named":         {nil, "kms:ScheduleKeyDeletion", admin, allowed},
		"with a break-glass role nobody deletes the key":   {[]change{breakGlass}, "kms:ScheduleKeyDeletion", admin, denied},
		"nor switches it off":                              {[]change{breakGlass}, "kms:DisableKey", admin, denied},
		"but what takes back a creation that failed":       {[]change{breakGlass}, "kms:ScheduleKeyDeletion", "arn:aws:iam::" + member + ":role/stacksets-exec-0123abcd", allowed},
		"and that role":                                    {[]change{breakGlass}, "kms:ScheduleKeyDeletion", "arn:aws:iam::" + member + ":role/BreakGlass", allowed},
		"a policy that nobody could mend would lock it up": {[]change{breakGlass}, "kms:PutKeyPolicy", admin, allowed},
	} {
		t.Run(name, func(t *testing.T) {
			d := policy.SharedKey(estateWith(t, test.changes...), member)
			assert.Equal(t, test.want, decide(t, d, from(member, test.action, test.caller)))
		})
	}
}

func TestAlarmsAreHeard(t *testing.T) {
	e := estateWith(t)
	alarm := func(account, name, action string) request {
		return request{action: action, resource: e.TopicARN(), service: "cloudwatch.amazonaws.com", context: map[string][]string{
			"aws:SourceArn":     {"arn:aws:cloudwatch:eu-central-1:" + account + ":alarm:" + name},
			"aws:SourceAccount": {account}, "aws:SourceOrgID": {"o-a1b2c3d4e5"},
		}}
	}
	for _, test := range []struct {
		document policy.Document
		action   string
	}{{policy.Topic(e), "sns:Publish"}, {policy.TopicKey(e), "kms:Decrypt"}, {policy.TopicKey(e), "kms:GenerateDataKey"}} {
		for _, account := range []string{backup, management, member} {
			heard := alarm(account, "twohop-copies-dlq", test.action)
			assert.Equal(t, allowed, decide(t, test.document, heard), account)
			delete(heard.context, "aws:SourceOrgID")
			assert.Equal(t, allowed, decide(t, test.document, heard), "where CloudWatch does not tell the organization")
			assert.Equal(t, silent, decide(t, test.document, alarm(account, "other", test.action)), "not an alarm of the estate")
		}
		central := alarm(backup, "twohop-copies-dlq", test.action)
		central.context["aws:SourceOrgID"] = []string{"r-ab12"}
		assert.Equal(t, allowed, decide(t, test.document, central), "the central alarms do not depend on how it tells it")
		central.context["aws:SourceAccount"], central.context["aws:SourceArn"] = []string{management}, []string{"arn:aws:cloudwatch:eu-central-1:333333333333:alarm:twohop-x"}
		assert.Equal(t, allowed, decide(t, test.document, central))
		stranger := alarm("999999999999", "twohop-copies-dlq", test.action)
		stranger.context["aws:SourceOrgID"] = []string{"o-9999999999"}
		assert.Equal(t, silent, decide(t, test.document, stranger))
		clear := alarm(member, "twohop-x", "sns:Publish")
		clear.context["aws:SecureTransport"] = []string{"false"}
		assert.Equal(t, denied, decide(t, policy.Topic(e), clear))
	}
}
