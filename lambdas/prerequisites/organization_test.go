package main_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/organizations"
	"github.com/twohop/twohop/test/awssim/wire"
)

func TestTheOrganizationIsPutInOrderOnce(t *testing.T) {
	w := start(t, nil)
	function := w.deploy(management, forManagement(), time.Minute)
	succeeded(t, w.create(function, "organization"))
	assert.Equal(t, []string{
		management + " organizations:EnableAWSServiceAccess", management + " organizations:EnablePolicyType",
		management + " backup:UpdateGlobalSettings", management + " cloudformation:ActivateOrganizationsAccess",
	}, w.changes())
	assert.True(t, w.Organizations.Trusts(management, "backup.amazonaws.com"))
	assert.True(t, w.Organizations.Trusts(management, "member.org.stacksets.cloudformation.amazonaws.com"))

	succeeded(t, w.create(function, "organization"))
	assert.Empty(t, w.changes(), "the second time everything is in order")
}

func TestNothingIsTouchedInTheWrongPlace(t *testing.T) {
	for name, test := range map[string]struct {
		account string
		change  func(*estate.Prerequisites)
		want    []string
	}{
		"another organization": {management, func(p *estate.Prerequisites) { p.Organization.ID = "o-zzzzzzzzzz" },
			[]string{"failed: organization o-zzzzzzzzzz of 333333333333: this account is in organization o-a1b2c3d4e5", "mend `organization`"}},
		"an account that does not manage": {central, func(p *estate.Prerequisites) {
			p.Account = central
			p.Members = nil
		}, []string{"account 222222222222 is not its management account, which is 333333333333"}},
		"an account without an organization": {"444444444444", func(*estate.Prerequisites) {},
			[]string{"AWSOrganizationsNotInUseException: Your account is not a member of an organization. (deploy to the organization's management account)"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, nil)
			config := forManagement()
			test.change(&config)
			function := w.deploy(test.account, config, time.Minute)
			made := w.create(function, "organization")
			failed(t, made, test.want...)
			// The stack is rolled back: that must not fail in its turn.
			succeeded(t, w.ask(cloudformation.CustomResource{Type: cloudformation.Delete, Function: function, PhysicalID: made.PhysicalID}))
			assert.Empty(t, w.changes())
		})
	}
}

func TestEveryDeniedCallIsNamedWithWhatToDo(t *testing.T) {
	w := start(t, nil)
	// The configuration says management account, but the function is elsewhere.
	answer := w.create(w.deploy(central, forManagement(), time.Minute), "organization", "members")
	failed(t, answer,
		"trusted access of backup.amazonaws.com of 333333333333: list trusted services: AccessDeniedException: You don't have permissions to access this resource. "+
			"(the call is the management account's; run it there and allow organizations:ListAWSServiceAccessForOrganization)",
		"policy type BACKUP_POLICY of 333333333333: list the roots: AccessDeniedException",
		"cross-account backup of 333333333333: update global settings: InvalidRequestException",
		"trusted access of StackSets of 333333333333: describe it: InvalidOperationException",
		"list of the accounts of ou-ab12-11111111: list the accounts of ou-ab12-11111111: AccessDeniedException",
		"in order: 1")
}

// manyMembers are spread over nested units, on more pages than one.
func manyMembers(w *world) []string {
	const nested, deeper = "ou-ab12-22222222", "ou-ab12-33333333"
	w.addUnit(nested, unit)
	w.addUnit(deeper, nested)
	for i := range 22 { // a page has 20
		w.addUnit(fmt.Sprintf("ou-ab12-4444444%02d", i), deeper)
	}
	members := []string{member}
	for i := range 45 {
		members = append(members, fmt.Sprintf("5%011d", i))
		w.addAccount(members[len(members)-1], []string{unit, nested, deeper, "ou-ab12-444444421"}[i%4])
	}
	for i, a := range []organizations.Account{{State: organizations.Suspended}, {Status: organizations.Suspended}, {State: organizations.PendingClosure}} {
		a.ID, a.Parent = fmt.Sprintf("6%011d", i), nested
		require.NoError(w.t, w.Organizations.AddAccount(a))
	}
	old := organizations.Account{ID: "700000000000", Parent: nested, Status: organizations.Active}
	require.NoError(w.t, w.Organizations.AddAccount(old))
	return append(members, old.ID)
}

func TestEveryActiveMemberOfTheUnitsIsPutInOrderOnce(t *testing.T) {
	w := start(t, nil)
	members := manyMembers(w)
	function := w.deploy(management, forManagement(), time.Minute)
	made := w.create(function, "members")
	succeeded(t, made)
	assert.Equal(t, map[string]any{"Members": 47., "Failed": 0., "FailedAccounts": ""}, made.Data)
	changes := w.changes()
	assert.Len(t, changes, 3*len(members), "two roles and the opt-ins in the one Region")
	for _, account := range members {
		assert.True(t, w.IAM.HasRole(account, "AWSServiceRoleForBackup"), account)
		assert.True(t, w.Backup.Settings.OptIns(account, primary)["S3"], account)
	}
	for _, c := range changes {
		assert.NotContains(t, []string{central, management}, strings.Fields(c)[0])
		assert.NotEqual(t, "6", c[:1], "a member that is not active")
	}
	assert.Nil(t, w.daily(function, `{"duties":["members"]}`))
	assert.Empty(t, w.changes(), "the second time everything is in order")
}

func TestAMembersTrailNamesTheEstate(t *testing.T) {
	for _, name := range []string{"main", "second"} {
		w := start(t, nil)
		config := forManagement()
		config.Estate = name
		succeeded(t, w.create(w.deploy(management, config, time.Minute), "members"))
		var callers []string
		w.mu.Lock()
		for _, c := range w.calls {
			if c.Account == member {
				callers = append(callers, c.Principal)
			}
		}
		w.mu.Unlock()
		slices.Sort(callers)
		assert.Equal(t, []string{"arn:aws:sts::111111111111:assumed-role/main-Operator/" + name + "-prerequisites"}, slices.Compact(callers))
	}
}

func TestTheRootStandsForAllMembersButNeverForBackupAndManagement(t *testing.T) {
	w := start(t, nil)
	config := forManagement()
	config.Members.Units = []string{root, unit}
	made := w.create(w.deploy(management, config, time.Minute), "members")
	succeeded(t, made)
	assert.Equal(t, map[string]any{"Members": 1., "Failed": 0., "FailedAccounts": ""}, made.Data)
	assert.False(t, w.IAM.HasRole(central, "AWSServiceRoleForBackup"))
	assert.False(t, w.IAM.HasRole(management, "AWSServiceRoleForBackup"))
}

func TestOneMembersFailureStopsNoOtherAndFailsOnlyTheDailyRun(t *testing.T) {
	w := startWith(t, awssim.Config{Permissions: true})
	members := manyMembers(w)
	const without, denied = "500000000004", "500000000007"
	const byManagement = `{"AWS":"arn:aws:iam::333333333333:role/main-prerequisites"}`
	w.addRole(management, "main-prerequisites", `{"Service":"lambda.amazonaws.com"}`)
	for _, account := range members {
		if account != without {
			w.addRole(account, "main-Operator", byManagement)
		}
	}
	w.intercept = func(c wire.Call) wire.Fault {
		if c.Account == denied && c.Action == "UpdateRegionSettings" {
			return wire.Fault{Err: &wire.Error{Code: "AccessDeniedException", Message: "not authorized, with an explicit deny in a service control policy"}}
		}
		return wire.Fault{}
	}
	function := w.deploy(management, forManagement(), time.Minute)
	made := w.create(function, "members")
	succeeded(t, made)
	assert.Equal(t, map[string]any{"Members": float64(len(members)), "Failed": 2., "FailedAccounts": without + ", " + denied}, made.Data)
	for _, account := range members {
		assert.Equal(t, account != without, w.IAM.HasRole(account, "AWSServiceRoleForRDS"), account)
	}
	assert.Contains(t, w.log(), `"level":"ERROR","msg":"prerequisite failed","duty":"members","account":"500000000004","setting":"access"`)

	fault := w.daily(function, `{"duties":["members"]}`)
	require.NotNil(t, fault)
	assert.Equal(t, "Unmet", fault.Type)
	assert.Contains(t, fault.Message, "access of 500000000004: assume arn:aws:iam::500000000004:role/main-Operator: AccessDenied: "+
		"User: arn:aws:sts::333333333333:assumed-role/main-prerequisites/main-prerequisites is not authorized to perform: sts:AssumeRole "+
		"on resource: arn:aws:iam::500000000004:role/main-Operator (unless the account has just joined")
	assert.Contains(t, fault.Message, "opt-in of RDS, DocumentDB, S3 in eu-central-1 of 500000000007: opt in: AccessDeniedException: not authorized, "+
		"with an explicit deny in a service control policy (allow backup:UpdateRegionSettings)")

	w.addRole(without, "main-Operator", byManagement) // the StackSet has come
	w.intercept = nil
	assert.Nil(t, w.daily(function, `{"duties":["members","organization"]}`))
}

func TestMembersMayBeNamed(t *testing.T) {
	w := start(t, nil)
	manyMembers(w)
	config := forManagement()
	config.Members.Accounts = []string{"500000000003", "600000000000", "999999999999"}
	made := w.create(w.deploy(management, config, time.Minute), "members")
	succeeded(t, made)
	assert.Equal(t, map[string]any{"Members": 3., "Failed": 2., "FailedAccounts": "600000000000, 999999999999"}, made.Data)
	assert.True(t, w.IAM.HasRole("500000000003", "AWSServiceRoleForBackup"))
	assert.False(t, w.IAM.HasRole(member, "AWSServiceRoleForBackup"))
	assert.Contains(t, w.log(), "no active account of ou-ab12-11111111; take it out of the estate's file, or move it there")
}

func TestAUnitThatDoesNotExistFailsTheDeployment(t *testing.T) {
	w := start(t, nil)
	config := forManagement()
	config.Members.Units = []string{"ou-ab12-99999999", unit}
	config.Members.Accounts = []string{"999999999999"}
	answer := w.create(w.deploy(management, config, time.Minute), "members")
	failed(t, answer, "list of the accounts of ou-ab12-99999999", "ParentNotFoundException", "mend `members.units` in the estate's file")
	assert.NotContains(t, answer.Reason, "membership", "the account may be in the unit that is not listed")
}

func TestMembersThatHangAreAnsweredInTime(t *testing.T) {
	w := start(t, nil)
	w.addAccount("500000000000", unit)
	w.intercept = func(c wire.Call) wire.Fault {
		if c.Account == member {
			return wire.Fault{Delay: time.Hour}
		}
		return wire.Fault{}
	}
	function := w.deploy(management, forManagement(), 12*time.Second)
	answer := w.create(function, "members")
	failed(t, answer, "not done, the function's time was up", "role AWSServiceRoleForBackup of 111111111111", "changed: role AWSServiceRoleForBackup of 500000000000")
}
