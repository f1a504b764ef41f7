package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// vaultAccess is the policy of one of the backup account's vaults.
func vaultAccess(t *testing.T, e estate.Estate, vault, region string) policy.Document {
	t.Helper()
	d, err := policy.VaultAccess(e, e.Accounts.Backup, vault, region)
	require.NoError(t, err)
	return d
}

// from is a call by a principal of an account of the organization.
func from(account, action, arn string) request {
	return request{action: action, resource: "the vault", account: account, context: map[string][]string{
		"aws:PrincipalArn": {arn}, "aws:PrincipalAccount": {account}, "aws:PrincipalOrgID": {"o-a1b2c3d4e5"},
		"aws:PrincipalOrgPaths": {"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"}, "aws:PrincipalIsAWSService": {"false"},
	}}
}

func copyIn(account string) request {
	return from(account, "backup:CopyIntoBackupVault", "arn:aws:iam::"+account+":role/twohop-BackupandRestore")
}

func TestWhoMayCopyIntoAVaultFollowsFromThePlans(t *testing.T) {
	for name, test := range map[string]struct {
		changes       []change
		vault, region string
		want          string
	}{
		"members copy into the intermediate vault":                     {nil, "intermediate", primary, allowed},
		"members copy into the final vault by a direct plan":           {nil, "final", secondary, allowed},
		"without the direct plan only second hops reach it":            {[]change{without("cross-region")}, "final", secondary, silent},
		"without the two-hop plan nobody needs the intermediate vault": {[]change{without("cross-region-special")}, "intermediate", primary, silent},
		"a vault of the direct plan's own keeps members from the final": {
			[]change{ownVault}, "final", secondary, silent},
		"and takes their copies itself": {[]change{ownVault}, "direct", secondary, allowed},
		"a fan-out's other Region too":  {[]change{fanOut}, "final", "eu-west-1", allowed},
	} {
		t.Run(name, func(t *testing.T) {
			e := estateWith(t, test.changes...)
			d := vaultAccess(t, e, test.vault, test.region)
			assert.Equal(t, test.want, decide(t, d, copyIn(member)))
			stranger := copyIn("999999999999")
			stranger.context["aws:PrincipalOrgID"] = []string{"o-9999999999"}
			assert.Equal(t, silent, decide(t, d, stranger), "another organization never may")
		})
	}
}

func TestMembersAreToldAsTheEstateAdmitsThem(t *testing.T) {
	other := copyIn("555555555555")
	other.context["aws:PrincipalOrgPaths"] = []string{"o-a1b2c3d4e5/r-ab12/ou-ab12-99999999/"}
	for name, test := range map[string]struct {
		admission change
		other     string // an account of the organization that is no member
	}{
		"by organization: every account of it": {nil, allowed},
		"by units: accounts below a path":      {byUnits, silent},
		"by accounts: those that are named":    {byAccounts, silent},
	} {
		t.Run(name, func(t *testing.T) {
			e := estateWith(t, test.admission)
			vault := vaultAccess(t, e, "intermediate", primary)
			assert.Equal(t, allowed, decide(t, vault, copyIn(member)))
			assert.Equal(t, test.other, decide(t, vault, other))

			event := func(r request) request {
				r.action, r.resource = "events:PutEvents", e.BusARN()
				r.context["aws:PrincipalArn"] = []string{e.RoleARN(r.account, estate.ForwardRule)}
				r.context["events:source"] = []string{"aws.backup"}
				r.context["events:detail-type"] = []string{"Copy Job State Change"}
				return r
			}
			assert.Equal(t, allowed, decide(t, policy.Bus(e), event(copyIn(member))))
			assert.Equal(t, test.other, decide(t, policy.Bus(e), event(other)))
			forged := event(copyIn(member))
			forged.context["events:source"] = []string{"my.app"}
			assert.Equal(t, silent, decide(t, policy.Bus(e), forged))
			byHand := event(copyIn(member))
			byHand.context["aws:PrincipalArn"] = []string{"arn:aws:iam::" + member + ":role/admin"}
			assert.Equal(t, silent, decide(t, policy.Bus(e), byHand))
		})
	}
	e := estateWith(t)
	e.Admission = estate.Admission{}
	assert.Equal(t, silent, decide(t, vaultAccess(t, e, "intermediate", primary), copyIn(member)),
		"an estate that says nothing, which is not a checked one, admits nobody")
}

func TestOnlyTheBackupAccountCopiesBack(t *testing.T) {
	local, err := policy.VaultAccess(estateWith(t), member, "local", primary)
	require.NoError(t, err)
	assert.Equal(t, allowed, decide(t, local, copyIn(backup)))
	assert.Equal(t, silent, decide(t, local, copyIn("444444444444")), "no member writes into another's vault")
}

func TestWhoMayTakeRecoveryPointsAway(t *testing.T) {
	const (
		remove  = "backup:DeleteRecoveryPoint"
		shorten = "backup:UpdateRecoveryPointLifecycle"
		open    = "backup:PutBackupVaultAccessPolicy"
		role    = "arn:aws:iam::" + backup + ":role/"
	)
	for name, test := range map[string]struct {
		changes               []change
		vault, action, caller string
		want                  string
	}{
		"an administrator deletes nothing":                      {nil, "final", remove, "admin", denied},
		"nor the break-glass role of an estate that names none": {nil, "final", remove, "BreakGlass", denied},
		"the break-glass role does":                             {[]change{breakGlass}, "final", remove, "BreakGlass", silent},
		"an administrator does not even where there is one":     {[]change{breakGlass}, "final", remove, "admin", denied},
		"AWS Backup expires points":                             {nil, "final", remove, "aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup", silent},
		"and so does the role of its jobs":                      {nil, "final", remove, "twohop-copy", silent},
		"the tracker trims the intermediate vault":              {nil, "intermediate", shorten, "twohop-outcometracker", silent},
		"but not the final one":                                 {nil, "final", shorten, "twohop-outcometracker", denied},
		"and deletes nothing in either":                         {nil, "intermediate", remove, "twohop-outcometracker", denied},
		"the copystarter shortens nothing":                      {nil, "intermediate", shorten, "twohop-copystarter", denied},
		"whoever administrates mends a policy that nobody else could mend": {
			nil, "final", open, "admin", silent},
		"with a break-glass role nobody else opens the vault":    {[]change{breakGlass}, "final", open, "admin", denied},
		"but the break-glass role":                               {[]change{breakGlass}, "final", open, "BreakGlass", silent},
		"and CloudFormation, or no upgrade would get through":    {[]change{breakGlass}, "final", open, "cdk-hnb659fds-cfn-exec-role-222222222222-eu-north-1", silent},
		"CloudFormation deletes no points":                       {[]change{breakGlass}, "final", remove, "cdk-hnb659fds-cfn-exec-role-222222222222-eu-north-1", denied},
		"nobody takes the lock off":                              {[]change{breakGlass}, "final", "backup:DeleteBackupVaultLockConfiguration", "admin", denied},
		"nobody takes points out of AWS Backup's care":           {nil, "final", "backup:DisassociateRecoveryPoint", "admin", denied},
		"reading is no matter of a vault's policy":               {[]change{breakGlass}, "final", "backup:DescribeRecoveryPoint", "admin", silent},
		"copying within the account is no matter of it":          {[]change{breakGlass}, "final", "backup:StartCopyJob", "twohop-copystarter", silent},
		"a role of the break-glass role's name with more behind": {[]change{breakGlass}, "final", remove, "BreakGlass2", denied},
	} {
		t.Run(name, func(t *testing.T) {
			region := primary
			if test.vault == "final" {
				region = secondary
			}
			d := vaultAccess(t, estateWith(t, test.changes...), test.vault, region)
			assert.Equal(t, test.want, decide(t, d, from(backup, test.action, role+test.caller)))
		})
	}
}

func TestAServiceThatCallsInItsOwnNameIsNotDenied(t *testing.T) {
	expiry := request{action: "backup:DeleteRecoveryPoint", resource: "the vault", service: "backup.amazonaws.com",
		context: map[string][]string{"aws:PrincipalIsAWSService": {"true"}}}
	assert.Equal(t, silent, decide(t, vaultAccess(t, estateWith(t), "final", secondary), expiry))
	delete(expiry.context, "aws:PrincipalIsAWSService")
	assert.Equal(t, denied, decide(t, vaultAccess(t, estateWith(t), "final", secondary), expiry), "what does not say so is no service")
}

func TestInAMemberStackSetsAndBackupsOwnRolesAreExempt(t *testing.T) {
	d, err := policy.VaultAccess(estateWith(t, breakGlass), member, "local", primary)
	require.NoError(t, err)
	role := "arn:aws:iam::" + member + ":role/"
	assert.Equal(t, silent, decide(t, d, from(member, "backup:PutBackupVaultAccessPolicy", role+"stacksets-exec-0123456789abcdef")))
	assert.Equal(t, silent, decide(t, d, from(member, "backup:DeleteRecoveryPoint", role+"twohop-BackupandRestore")))
	assert.Equal(t, denied, decide(t, d, from(member, "backup:UpdateRecoveryPointLifecycle", role+"twohop-outcometracker")))
	assert.Equal(t, denied, decide(t, d, from(member, "backup:DeleteRecoveryPoint", role+"twohop-Operator")))
}

func TestALocalVaultMayHaveTheIntermediatesName(t *testing.T) {
	e := estateWith(t, func(e *estate.Estate) {
		local := e.Vaults["local"]
		local.Name = e.Vaults["intermediate"].Name
		e.Vaults["local"] = local
	})
	d, err := policy.VaultAccess(e, member, "local", primary)
	require.NoError(t, err)
	tracker := "arn:aws:iam::" + member + ":role/twohop-outcometracker"
	assert.Equal(t, denied, decide(t, d, from(member, "backup:UpdateRecoveryPointLifecycle", tracker)), "in a member there is none")
}

func TestAVaultThatDoesNotStandThereIsAnError(t *testing.T) {
	e := estateWith(t)
	_, err := policy.VaultAccess(e, backup, "vault", primary)
	require.EqualError(t, err, `write vault policy: the estate has no vault "vault"`)
	_, err = policy.VaultKey(e, backup, "final", primary)
	require.EqualError(t, err, `write key policy: vault "final" does not stand in Region "eu-central-1"; it stands in [eu-north-1]`)
}
