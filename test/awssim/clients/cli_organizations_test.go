package clients_test

import (
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func treeByCLI(s shell) {
	const arn = "arn:aws:organizations::222222222222:"
	s.prints(`{"Organization": {"Id": "o-a1b2c3d4e5", "Arn": "`+arn+`organization/o-a1b2c3d4e5", "FeatureSet": "ALL", "AvailablePolicyTypes": [],
		"MasterAccountArn": "`+arn+`account/o-a1b2c3d4e5/222222222222", "MasterAccountId": "222222222222", "MasterAccountEmail": "222222222222@example.com"}}`,
		"organizations describe-organization")
	s.refused("AccessDeniedException", "ListRoots", "organizations list-roots")
	s.as("555555555555").refused("AWSOrganizationsNotInUseException", "DescribeOrganization", "organizations describe-organization")

	s = s.as(central)
	s.prints(`{"Roots": [{"Id": "r-ab12", "Arn": "`+arn+`root/o-a1b2c3d4e5/r-ab12", "Name": "Root", "PolicyTypes": []}]}`, "organizations list-roots")
	s.prints(`{"OrganizationalUnits": [
		{"Id": "ou-ab12-11111111", "Arn": "`+arn+`ou/o-a1b2c3d4e5/ou-ab12-11111111", "Name": "databases"},
		{"Id": "ou-ab12-22222222", "Arn": "`+arn+`ou/o-a1b2c3d4e5/ou-ab12-22222222", "Name": "others"}]}`,
		"organizations list-organizational-units-for-parent --parent-id r-ab12 --page-size 1")
	// Older versions of the AWS CLI do not know State and leave it out.
	accounts := read[struct {
		Accounts []struct{ ID, Arn, Name, Email, JoinedMethod string }
	}](s,
		"organizations list-accounts-for-parent --parent-id ou-ab12-11111111 --page-size 2").Accounts
	require.Len(s.t, accounts, 3)
	assert.Equal(s.t, struct{ ID, Arn, Name, Email, JoinedMethod string }{
		member, arn + "account/o-a1b2c3d4e5/111111111111", "orders", "111111111111@example.com", "CREATED",
	}, accounts[0])
	s.refused("ParentNotFoundException", "ListAccountsForParent", "organizations list-accounts-for-parent --parent-id ou-ab12-99999999")
}

func trustByCLI(s shell) {
	s.refused("AccessDeniedException", "EnablePolicyType", "organizations enable-policy-type --root-id r-ab12 --policy-type BACKUP_POLICY")
	s.refused("AccessDeniedException", "EnableAWSServiceAccess", "organizations enable-aws-service-access --service-principal backup.amazonaws.com")
	s.refused("InvalidOperationException", "ActivateOrganizationsAccess", "cloudformation activate-organizations-access")

	s = s.as(central)
	const enable = "organizations enable-policy-type --root-id r-ab12 --policy-type BACKUP_POLICY"
	enabled := read[struct {
		Root struct {
			PolicyTypes []struct{ Type, Status string }
		}
	}](s, enable)
	require.Len(s.t, enabled.Root.PolicyTypes, 1)
	assert.Equal(s.t, "ENABLED", enabled.Root.PolicyTypes[0].Status)
	s.refused("PolicyTypeAlreadyEnabledException", "EnablePolicyType", enable)

	s.prints(`{"Status": "DISABLED"}`, "cloudformation describe-organizations-access")
	s.prints("", "cloudformation activate-organizations-access")
	s.prints(`{"Status": "ENABLED"}`, "cloudformation describe-organizations-access --call-as SELF")
	s.prints("", "organizations enable-aws-service-access --service-principal backup.amazonaws.com")
	trusted := read[struct {
		EnabledServicePrincipals []struct {
			ServicePrincipal string
			DateEnabled      time.Time
		}
	}](s, "organizations list-aws-service-access-for-organization").EnabledServicePrincipals
	require.Len(s.t, trusted, 2)
	assert.Equal(s.t, "backup.amazonaws.com", trusted[0].ServicePrincipal)
	assertTime(s.t, "2026-11-01T03:00:00Z", trusted[0].DateEnabled)
	assert.Equal(s.t, "member.org.stacksets.cloudformation.amazonaws.com", trusted[1].ServicePrincipal)
}

func rolesByCLI(s shell) {
	s.refused("NoSuchEntity", "GetRole", "iam get-role --role-name AWSServiceRoleForBackup")
	const create = "iam create-service-linked-role --aws-service-name backup.amazonaws.com"
	made := read[map[string]map[string]any](s, create)["Role"]
	assert.Equal(s.t, "arn:aws:iam::111111111111:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup", made["Arn"])
	assert.Equal(s.t, map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "backup.amazonaws.com"},
	}}}, made["AssumeRolePolicyDocument"])
	assert.Equal(s.t, made, read[map[string]map[string]any](s, "iam get-role --role-name AWSServiceRoleForBackup")["Role"])
	s.refused("InvalidInput", "CreateServiceLinkedRole", create)
}

func settingsByCLI(s shell) {
	type settings struct{ ResourceTypeOptInPreference, ResourceTypeManagementPreference map[string]bool }
	before := read[settings](s, "backup describe-region-settings")
	assert.False(s.t, before.ResourceTypeOptInPreference["Neptune"])
	s.prints("", "backup update-region-settings --resource-type-opt-in-preference Neptune=true --resource-type-management-preference DynamoDB=true")
	before.ResourceTypeOptInPreference["Neptune"], before.ResourceTypeManagementPreference["DynamoDB"] = true, true
	assert.Equal(s.t, before, read[settings](s, "backup describe-region-settings"))
	s.refused("InvalidParameterValueException", "UpdateRegionSettings", "backup update-region-settings --resource-type-opt-in-preference neptune=true")

	s.prints(`{"GlobalSettings": {"isCrossAccountBackupEnabled": "false", "isMpaEnabled": "false", "isDelegatedAdministratorEnabled": "false"}}`,
		"backup describe-global-settings")
	const update = "backup update-global-settings --global-settings isCrossAccountBackupEnabled=true"
	s.refused("InvalidRequestException", "UpdateGlobalSettings", update)
	s.as(central).prints("", update)
	after := read[struct {
		GlobalSettings map[string]string
		LastUpdateTime time.Time
	}](s, "backup describe-global-settings")
	assert.Equal(s.t, "true", after.GlobalSettings["isCrossAccountBackupEnabled"])
	assertTime(s.t, "2026-11-01T03:00:00Z", after.LastUpdateTime)
	s.as("555555555555").refused("ERROR_9601", "DescribeGlobalSettings", "backup describe-global-settings")
}
