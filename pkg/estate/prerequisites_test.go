package estate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/pkg/estate"
)

func prerequisites() estate.Prerequisites {
	return estate.Prerequisites{
		Estate: "main", Account: "333333333333",
		OptIns:       estate.OptIns{"eu-central-1": {"RDS", "Aurora"}, "eu-north-1": {"RDS"}},
		Organization: &estate.OrganizationDuty{ID: "o-a1b2c3d4e5"},
		Members: &estate.MembersDuty{
			Units: []string{"ou-ab12-11111111"}, Accounts: []string{"111111111111"}, Except: []string{"222222222222", "333333333333"},
			Role: "main-Operator", OptIns: estate.OptIns{"eu-central-1": {"DocumentDB", "Neptune", "S3", "EBS"}},
		},
	}
}

func readPrerequisites(environment map[string]string) (estate.Prerequisites, error) {
	return estate.ReadPrerequisites(func(name string) string { return environment[name] })
}

func TestThePrerequisitesEnvironmentRoundTrips(t *testing.T) {
	account := prerequisites()
	account.Organization, account.Members = nil, nil
	for name, want := range map[string]estate.Prerequisites{"in the management account": prerequisites(), "in the backup account": account} {
		t.Run(name, func(t *testing.T) {
			environment, err := want.Environment()
			require.NoError(t, err)
			got, err := readPrerequisites(environment)
			require.NoError(t, err)
			assert.Equal(t, want, got)
		})
	}
}

func TestTheRoleOfAMemberIsNamedInThePartitionOfItsRegions(t *testing.T) {
	members := *prerequisites().Members
	assert.Equal(t, "arn:aws:iam::111111111111:role/main-Operator", members.RoleARN("111111111111"))
	members.OptIns = estate.OptIns{"us-gov-west-1": {"RDS"}}
	assert.Equal(t, "arn:aws-us-gov:iam::111111111111:role/main-Operator", members.RoleARN("111111111111"))
	members.OptIns = nil
	assert.Equal(t, "arn:aws:iam::111111111111:role/main-Operator", members.RoleARN("111111111111"), "nothing that could be read gives no Region")
}

func TestTheSessionsInMembersNameTheEstate(t *testing.T) {
	assert.Equal(t, "main-prerequisites", prerequisites().Session())
	other := prerequisites()
	other.Estate = "second"
	assert.Equal(t, "second-prerequisites", other.Session())
}

func TestMoreAccountsThanLambdaTakesAreRefused(t *testing.T) {
	p := prerequisites()
	for i := range 300 {
		p.Members.Accounts = append(p.Members.Accounts, fmt.Sprintf("4%011d", i))
	}
	_, err := p.Environment()
	require.ErrorContains(t, err, "the environment of the function prerequisites has ")
	require.ErrorContains(t, err, "Lambda takes 4096: name units rather than single accounts")
}

func TestEveryFaultOfThePrerequisitesIsNamedAtOnce(t *testing.T) {
	_, err := readPrerequisites(nil)
	require.ErrorContains(t, err, "configuration: 2 faults:\nTWOHOP_ESTATE: is not set\nTWOHOP_PREREQUISITES: is not set")

	_, err = readPrerequisites(map[string]string{"TWOHOP_ESTATE": "main", "TWOHOP_PREREQUISITES": `{"Members": {}, "Organization": {}, "OptIns": {"": [""]}}`})
	assert.Len(t, strings.Split(err.Error(), "\n"), 8, "one line each after the first: %v", err)
}

func TestFaultsOfThePrerequisites(t *testing.T) {
	const at = "TWOHOP_PREREQUISITES"
	for name, test := range map[string]struct {
		change func(*estate.Prerequisites)
		want   string
	}{
		"an account that is none":    {func(p *estate.Prerequisites) { p.Account = "1" }, at + `.Account: "1" is not the id of an account`},
		"a Region that is none":      {func(p *estate.Prerequisites) { p.OptIns["mars"] = []string{"RDS"} }, at + `.OptIns.mars: "mars" is not the name of a Region`},
		"a type that is none":        {func(p *estate.Prerequisites) { p.OptIns["eu-north-1"][0] = "rds" }, at + `.OptIns.eu-north-1[0]: "rds" is not possible`},
		"a type twice":               {func(p *estate.Prerequisites) { p.OptIns["eu-central-1"][1] = "RDS" }, at + `.OptIns.eu-central-1[1]: "RDS" stands in the list already`},
		"no type":                    {func(p *estate.Prerequisites) { p.OptIns["eu-north-1"] = nil }, at + ".OptIns.eu-north-1: no resource type; some of Aurora, "},
		"no duty":                    {func(p *estate.Prerequisites) { p.OptIns, p.Organization, p.Members = nil, nil, nil }, at + ": has no duty; OptIns, Organization or Members are needed"},
		"an organization that is no": {func(p *estate.Prerequisites) { p.Organization.ID = "ou-1" }, at + `.Organization.ID: "ou-1" is not`},
		"no unit":                    {func(p *estate.Prerequisites) { p.Members.Units = nil }, at + ".Members.Units: no unit"},
		"a unit that is none":        {func(p *estate.Prerequisites) { p.Members.Units[0] = "databases" }, at + `.Members.Units[0]: "databases" is not`},
		"a member that is none":      {func(p *estate.Prerequisites) { p.Members.Accounts[0] = "m" }, at + `.Members.Accounts[0]: "m" is not`},
		"a member that is none by Except": {func(p *estate.Prerequisites) { p.Members.Accounts[0] = "222222222222" },
			at + ".Members.Accounts[0]: 222222222222 is one of Except"},
		"the own account as a member": {func(p *estate.Prerequisites) { p.Members.Except = p.Members.Except[:1] },
			at + ".Members.Except: 333333333333, the function's own account, is missing"},
		"a role's ARN for its name": {func(p *estate.Prerequisites) { p.Members.Role = "arn:aws:iam::111111111111:role/r" }, at + ".Members.Role: "},
		"members without Regions":   {func(p *estate.Prerequisites) { p.Members.OptIns = nil }, at + ".Members.OptIns: no Region"},
		"a member's type that is none": {func(p *estate.Prerequisites) { p.Members.OptIns["eu-central-1"][0] = "rds" },
			at + `.Members.OptIns.eu-central-1[0]: "rds" is not possible`},
	} {
		t.Run(name, func(t *testing.T) {
			p := prerequisites()
			test.change(&p)
			environment, err := p.Environment()
			require.NoError(t, err)
			_, err = readPrerequisites(environment)
			require.ErrorContains(t, err, test.want)
			require.ErrorContains(t, err, "configuration: 1 faults:")
		})
	}
}

func TestAnUnknownKeyOfThePrerequisitesIsRefused(t *testing.T) {
	_, err := readPrerequisites(map[string]string{"TWOHOP_ESTATE": "main", "TWOHOP_PREREQUISITES": `{"Region": "eu-central-1"}`})
	require.ErrorContains(t, err, `TWOHOP_PREREQUISITES: json: unknown field "Region"`)
}
