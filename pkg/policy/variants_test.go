package policy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/pkg/policy"
)

// The golden documents are of an estate that names everybody. These hold what others lack.

func TestWithoutCopiesTheBackupAccountStillGetsItsServiceRoles(t *testing.T) {
	for sentence, e := range map[string]estate.Estate{
		"with copies": estateWith(t), "without": estateWith(t, without("cross-region"), without("cross-region-special")),
	} {
		role := policy.BackupPrerequisites(e)
		for _, sid := range []string{"Log", "ReportFailure", "ServiceRoles", "SeeServiceRoles"} {
			_, found := statement(role.Policy, sid)
			assert.True(t, found, "%s: %s", sentence, sid)
		}
		optIn, found := statement(role.Policy, "OptIn")
		assert.Equal(t, sentence == "with copies", found, sentence)
		if found {
			assert.Equal(t, []string{primary, secondary}, optIn.Condition["StringEquals"]["aws:RequestedRegion"])
		}
	}
}

// sids are those of a document, in its order.
func sids(d policy.Document) []string {
	var names []string
	for _, s := range d.Statement {
		names = append(names, s.Sid)
	}
	return names
}

func TestStatementsThatDependOnTheEstate(t *testing.T) {
	none := []change{without("cross-region-special")}
	keeps := func(e *estate.Estate) { e.IntermediateRetentionDays = 3 }
	mails := func(e *estate.Estate) { e.Alarms.Emails = []string{"on-call@example.com"} }
	noDetour := func(e *estate.Estate) { e.Restore.DetourVault = "" }
	for sentence, test := range map[string]struct {
		of      func(estate.Estate) policy.Document
		changes []change
		with    []string // statements that are there
		lacks   []string // statements that are not
	}{
		"copystarter":                            {func(e estate.Estate) policy.Document { return policy.CopyStarter(e).Policy }, nil, []string{"StartCopies", "CopyInto", "NoOtherTargets", "PassRole", "DescribePoints"}, nil},
		"copystarter without second hops":        {func(e estate.Estate) policy.Document { return policy.CopyStarter(e).Policy }, none, []string{"Log", "TakeMessages", "Reject", "ListJobs", "DescribePoints"}, []string{"StartCopies", "CopyInto", "NoOtherTargets", "PassRole"}},
		"outcometracker":                         {func(e estate.Estate) policy.Document { return policy.OutcomeTracker(e).Policy }, nil, []string{"DescribeVaults"}, []string{"Shorten"}},
		"outcometracker that shortens":           {func(e estate.Estate) policy.Document { return policy.OutcomeTracker(e).Policy }, []change{keeps}, []string{"DescribeVaults", "Shorten"}, nil},
		"outcometracker without second hops":     {func(e estate.Estate) policy.Document { return policy.OutcomeTracker(e).Policy }, none, []string{"ListJobs", "DescribePoints"}, []string{"DescribeVaults", "Shorten"}},
		"doctor":                                 {policy.Doctor, nil, []string{"SeeSettings", "SeeLimits"}, []string{"SeeSubscriptions", "EnterMembers"}},
		"doctor with addresses":                  {policy.Doctor, []change{mails}, []string{"SeeSubscriptions"}, []string{"EnterMembers"}},
		"doctor with operators":                  {policy.Doctor, []change{operators}, []string{"EnterMembers"}, []string{"SeeSubscriptions"}},
		"copy role":                              {func(e estate.Estate) policy.Document { return policy.Copy(e).Policy }, []change{noDetour}, []string{"NoOtherTargets"}, nil},
		"operator where no plan copies":          {func(e estate.Estate) policy.Document { return policy.Operator(e, member).Policy }, []change{without("cross-region-special"), without("cross-region")}, []string{"SeeCopies", "SeePoints", "EmptyDeadLetters"}, []string{"StartCopies", "PassRole"}},
		"operator":                               {func(e estate.Estate) policy.Document { return policy.Operator(e, member).Policy }, nil, []string{"StartCopies", "CopyInto", "NoOtherTargets", "PassRole"}, nil},
		"operator where plans copy to one vault": {func(e estate.Estate) policy.Document { return policy.Operator(e, member).Policy }, []change{without("cross-region")}, []string{"StartCopies", "CopyInto", "NoOtherTargets", "PassRole"}, nil},
		"a key without a break-glass role":       {func(e estate.Estate) policy.Document { return policy.SharedKey(e, member) }, nil, []string{"AccountsOwnPolicies", "BackupAccountCopies"}, []string{"KeepKey"}},
		"a key with one":                         {func(e estate.Estate) policy.Document { return policy.SharedKey(e, member) }, []change{breakGlass}, []string{"AccountsOwnPolicies", "KeepKey", "BackupAccountCopies"}, nil},
	} {
		have := sids(test.of(estateWith(t, test.changes...)))
		assert.Subset(t, have, test.with, sentence)
		for _, sid := range test.lacks {
			assert.NotContains(t, have, sid, sentence)
		}
	}
}

func TestWhereTheCopyRoleMayCopyTo(t *testing.T) {
	local := "arn:aws:backup:eu-central-1:*:backup-vault:twohop-local"
	for sentence, test := range map[string]struct {
		change
		targets []string
	}{
		"with a vault for restores":   {nil, []string{finalVault, local, intermediateVault}},
		"without one":                 {func(e *estate.Estate) { e.Restore.DetourVault = "" }, []string{finalVault, local}},
		"without second hops":         {without("cross-region-special"), []string{local, intermediateVault}},
		"to each Region of a fan-out": {fanOut, []string{finalVault, "arn:aws:backup:eu-west-1:222222222222:backup-vault:twohop-final", local, intermediateVault}},
	} {
		bound, found := statement(policy.Copy(estateWith(t, test.change)).Policy, "NoOtherTargets")
		require.True(t, found)
		assert.Equal(t, test.targets, bound.Condition["ForAllValues:ArnNotLike"]["backup:CopyTargets"], sentence)
	}
}

func TestWhatDoctorReadsWhereTheEstateNamesMembers(t *testing.T) {
	const protected = "backup:ListProtectedResourcesByBackupVault"
	unnamed, named := policy.Doctor(estateWith(t, operators)), policy.Doctor(estateWith(t, operators, byAccounts))
	sees, _ := statement(unnamed, "SeeVaults")
	assert.Contains(t, sees.Action, protected, "whose copies the vaults have")
	assert.Equal(t, []string{intermediateVault, finalVault}, sees.Resource)
	sees, _ = statement(named, "SeeVaults")
	assert.Contains(t, sees.Action, protected, "of accounts too that the estate does not name")
	enters, _ := statement(unnamed, "EnterMembers")
	assert.Equal(t, []string{"arn:aws:iam::*:role/twohop-Reader"}, enters.Resource)
	enters, _ = statement(named, "EnterMembers")
	assert.Equal(t, []string{"arn:aws:iam::111111111111:role/twohop-Reader", "arn:aws:iam::444444444444:role/twohop-Reader"}, enters.Resource)
}

func TestAVaultThatIsNotThereHasNoPolicy(t *testing.T) {
	for name, write := range map[string]func(vault, region string) (policy.Document, error){
		"vault": func(vault, region string) (policy.Document, error) {
			return policy.VaultAccess(estateWith(t), backup, vault, region)
		},
		"key": func(vault, region string) (policy.Document, error) {
			return policy.VaultKey(estateWith(t), backup, vault, region)
		},
	} {
		_, err := write("finall", secondary)
		require.EqualError(t, err, `write `+name+` policy: the estate has no vault "finall"`)
		_, err = write("final", primary)
		require.EqualError(t, err, `write `+name+` policy: vault "final" does not stand in Region "eu-central-1"; it stands in [eu-north-1]`)
	}
}

// Doctor's rights are deployed by nobody: what holds for every document holds for them too.
func TestWhatDoctorNeedsIsReadingWithAReason(t *testing.T) {
	reads := regexp.MustCompile(`^([a-z]+:(Describe|Get|List)[A-Za-z]+|sts:AssumeRole|sqs:ReceiveMessage)$`)
	mails := func(e *estate.Estate) { e.Alarms.Emails = []string{"on-call@example.com"} }
	all := estates(t)
	all["addresses that hear the alarms"] = estateWith(t, mails, operators)
	for name, e := range all {
		seen := map[string]bool{}
		for _, s := range policy.Doctor(e).Statement {
			assert.Equal(t, policy.Allow, s.Effect, "%s: %s", name, s.Sid)
			assert.NotEmpty(t, s.Sid, name)
			assert.False(t, seen[s.Sid], "%s: %s", name, s.Sid)
			seen[s.Sid] = true
			assert.Greater(t, len(s.Reason), 20, "%s: %s", name, s.Sid)
			assert.True(t, strings.HasSuffix(s.Reason, "."), "%s: %s", name, s.Sid)
			assert.NotEmpty(t, s.Resource, "%s: %s", name, s.Sid)
			assert.NotContains(t, s.Resource, "", "%s: %s", name, s.Sid)
			for _, action := range s.Action {
				assert.Regexp(t, reads, action, "%s: %s", name, s.Sid)
			}
		}
	}
	subscriptions, found := statement(policy.Doctor(all["addresses that hear the alarms"]), "SeeSubscriptions")
	require.True(t, found)
	assert.Equal(t, []string{"sns:ListSubscriptionsByTopic"}, subscriptions.Action)
	assert.Equal(t, []string{"arn:aws:sns:eu-central-1:222222222222:twohop-alarms"}, subscriptions.Resource)
}

func TestAnEstateThatAdmitsNobodyNamesNoOrganization(t *testing.T) {
	e := estateWith(t)
	e.Admission = estate.Admission{}
	for _, s := range policy.Bus(e).Statement {
		assert.Equal(t, []string{"no admission"}, s.Condition["StringEquals"]["aws:PrincipalOrgID"], s.Sid)
	}
}
