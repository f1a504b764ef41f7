package deploy_test

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/cloudformation"
	"github.com/twohop/twohop/test/awssim/deploy"
	"github.com/twohop/twohop/test/awssim/organizations"
)

const (
	member     = "111111111111"
	management = "333333333333"
	later      = "444444444444"

	unit   = "ou-ab12-11111111"
	closed = "ou-ab12-22222222"
)

type object = map[string]any

// stackSet is a StackSet that gives the unit's accounts a queue, with changes to its
// properties; one that is nil takes the property away.
func stackSet(changes object) string {
	properties := object{
		"StackSetName": "members", "PermissionModel": "SERVICE_MANAGED",
		"TemplateBody":   `{"Resources":{"Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"local"}}}}`,
		"AutoDeployment": object{"Enabled": true, "RetainStacksOnAccountRemoval": true},
		"StackInstancesGroup": []any{object{"Regions": []any{region}, "DeploymentTargets": object{
			"AccountFilterType": "DIFFERENCE", "Accounts": []any{central}, "OrganizationalUnitIds": []any{unit}}}},
	}
	maps.Copy(properties, changes)
	maps.DeleteFunc(properties, func(_ string, v any) bool { return v == nil })
	text, err := json.Marshal(object{"Resources": object{"It": object{"Type": "AWS::CloudFormation::StackSet", "Properties": properties}}})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// organization is a world with an organization of a member and the central account in a
// unit.
func organization(t *testing.T) *awssim.World {
	t.Helper()
	world := start(t)
	o := world.Organizations
	require.NoError(t, o.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-ab12", Management: management}))
	require.NoError(t, o.AddUnit(organizations.Unit{ID: unit, Parent: "r-ab12"}))
	require.NoError(t, o.AddUnit(organizations.Unit{ID: closed, Parent: "r-ab12"}))
	for _, account := range []string{member, central} {
		require.NoError(t, o.AddAccount(organizations.Account{ID: account, Parent: unit}))
	}
	require.True(t, o.Trust(management, "member.org.stacksets.cloudformation.amazonaws.com"))
	return world
}

func deployStackSet(t *testing.T, world *awssim.World, changes object) error {
	t.Helper()
	in := input(stackSet(changes))
	in.Account = management
	_, err := deploy.Stack(t.Context(), world, in)
	return err
}

func hasQueue(world *awssim.World, account string) bool {
	return world.SQS.Exists("arn:aws:sqs:"+region+":"+account+":local") == nil
}

func current(account string) cloudformation.Instance {
	return cloudformation.Instance{Account: account, Region: region, Status: "CURRENT"}
}

func TestAStackSetFollowsTheAccountsOfItsUnit(t *testing.T) {
	world := organization(t)
	require.NoError(t, deployStackSet(t, world, nil))
	instances := func() []cloudformation.Instance { return world.CloudFormation.Instances(management, "members") }
	assert.True(t, hasQueue(world, member))
	assert.False(t, hasQueue(world, central), "it is filtered out")
	assert.False(t, hasQueue(world, management), "never there")

	require.NoError(t, world.Organizations.AddAccount(organizations.Account{ID: later, Parent: closed}))
	assert.False(t, hasQueue(world, later))
	require.NoError(t, world.Organizations.Move(later, unit))
	assert.True(t, hasQueue(world, later))
	assert.Equal(t, []cloudformation.Instance{current(member), current(later)}, instances())

	require.NoError(t, world.Organizations.Move(later, closed))
	assert.True(t, hasQueue(world, later), "who leaves keeps the stack")
	assert.Equal(t, []cloudformation.Instance{current(member)}, instances())

	require.NoError(t, world.Organizations.Move(later, unit))
	back := instances()
	require.Len(t, back, 2)
	assert.Equal(t, "OUTDATED", back[1].Status, "the names are taken")
	assert.Contains(t, back[1].Reason, "deploy stack StackSet-members: make Queue")
}

func TestAnAccountThatJoinsAtOnceGetsTheStack(t *testing.T) {
	world := organization(t)
	require.NoError(t, deployStackSet(t, world, nil))
	require.NoError(t, world.Organizations.AddAccount(organizations.Account{ID: later, Parent: unit}))
	assert.True(t, hasQueue(world, later))
}

func TestAStackSetThatFollowsNobody(t *testing.T) {
	world := organization(t)
	require.NoError(t, deployStackSet(t, world, object{"AutoDeployment": object{"Enabled": false}}))
	require.NoError(t, world.Organizations.AddAccount(organizations.Account{ID: later, Parent: unit}))
	assert.False(t, hasQueue(world, later))
	require.NoError(t, world.Organizations.Move(member, closed))
	assert.Equal(t, []cloudformation.Instance{current(member)}, world.CloudFormation.Instances(management, "members"))
}

// TestAnAccountThatCannotTakeTheStack fails the operation unless that is tolerated.
func TestAnAccountThatCannotTakeTheStack(t *testing.T) {
	for sentence, test := range map[string]struct {
		preferences any
		fails       bool
	}{
		"without a word": {nil, true},
		"half of them":   {object{"FailureTolerancePercentage": 50}, false},
		"less than one":  {object{"FailureTolerancePercentage": 49}, true},
		"all of them":    {object{"FailureTolerancePercentage": "100", "MaxConcurrentPercentage": 100, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := organization(t)
			require.NoError(t, world.Organizations.AddAccount(organizations.Account{ID: later, Parent: unit}))
			_, err := world.SQS.Create(member, region, "local", nil, nil)
			require.NoError(t, err)
			err = deployStackSet(t, world, object{"OperationPreferences": test.preferences})
			if test.fails {
				require.ErrorContains(t, err, "deploy into account 111111111111")
			} else {
				require.NoError(t, err)
			}
			assert.True(t, hasQueue(world, later), "it holds up no other")
			instances := world.CloudFormation.Instances(management, "members")
			require.Len(t, instances, 2)
			assert.Equal(t, "OUTDATED", instances[0].Status)
			assert.Equal(t, current(later), instances[1])
		})
	}
}

func TestStackSetsThatAreRefused(t *testing.T) {
	role := `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"r","AssumeRolePolicyDocument":{}}}}}`
	group := func(targets object) []any {
		return []any{object{"Regions": []any{region}, "DeploymentTargets": targets}}
	}
	for sentence, test := range map[string]struct {
		changes object
		want    string
	}{
		"a member of AutoDeployment":                      {object{"AutoDeployment": object{"Nonsense": 1}}, "Properties.AutoDeployment.Nonsense"},
		"no AutoDeployment":                               {object{"AutoDeployment": nil}, "Properties.AutoDeployment: is missing"},
		"stacks of who leaves to be deleted":              {object{"AutoDeployment": object{"Enabled": true, "RetainStacksOnAccountRemoval": false}}, "the local AWS deletes no stacks"},
		"a word about who leaves, and nobody is followed": {object{"AutoDeployment": object{"Enabled": false, "RetainStacksOnAccountRemoval": true}}, "belongs nowhere else"},
		"preferences of another shape":                    {object{"OperationPreferences": "x"}, "Properties.OperationPreferences: is text; an object belongs here"},
		"a preference":                                    {object{"OperationPreferences": object{"FailureToleranceCount": 1}}, "Properties.OperationPreferences.FailureToleranceCount"},
		"more than all":                                   {object{"OperationPreferences": object{"FailureTolerancePercentage": 101, "MaxConcurrentPercentage": 0}}, "0 to 100"},
		"a mode":                                          {object{"OperationPreferences": object{"ConcurrencyMode": "EASY"}}, "Properties.OperationPreferences.ConcurrencyMode"},
		"execution of another shape":                      {object{"ManagedExecution": 7}, "Properties.ManagedExecution: is a number; an object belongs here"},
		"a member of ManagedExecution":                    {object{"ManagedExecution": object{"Active": true, "Fast": true}}, "Properties.ManagedExecution.Fast"},
		"a role that nobody acknowledged":                 {object{"TemplateBody": role, "Capabilities": []any{}}, "Requires capabilities : [CAPABILITY_NAMED_IAM]"},
		"a role with a name":                              {object{"TemplateBody": role, "Capabilities": []any{"CAPABILITY_IAM"}}, "Requires capabilities : [CAPABILITY_NAMED_IAM]"},
		"a capability":                                    {object{"Capabilities": []any{"CAPABILITY_FLY"}}, "CAPABILITY_FLY"},
		"no permission model":                             {object{"PermissionModel": nil}, "Properties.PermissionModel: is missing"},
		"parameters":                                      {object{"Parameters": []any{}}, "Properties.Parameters"},
		"a member of a tag":                               {object{"Tags": []any{object{"Key": "a"}}}, "Properties.Tags[0].Value: is missing"},
		"a unit of nobody":                                {object{"StackInstancesGroup": group(object{"OrganizationalUnitIds": []any{"ou-ab12-99999999"}})}, "ou-ab12-99999999"},
		"no unit":                                         {object{"StackInstancesGroup": group(object{"OrganizationalUnitIds": []any{}})}, "names no root or unit"},
		"a filter of nobody":                              {object{"StackInstancesGroup": group(object{"OrganizationalUnitIds": []any{unit}, "AccountFilterType": "INTERSECTION"})}, "a filter and accounts belong together"},
		"accounts without a filter":                       {object{"StackInstancesGroup": group(object{"OrganizationalUnitIds": []any{unit}, "Accounts": []any{member}})}, "a filter and accounts belong together"},
		"accounts by an address":                          {object{"StackInstancesGroup": group(object{"OrganizationalUnitIds": []any{unit}, "AccountsUrl": "s3"})}, "DeploymentTargets.AccountsUrl"},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := organization(t)
			require.ErrorContains(t, deployStackSet(t, world, test.changes), test.want)
			assert.False(t, hasQueue(world, member))
		})
	}
	t.Run("a second of one name", func(t *testing.T) {
		world := organization(t)
		require.NoError(t, deployStackSet(t, world, nil))
		require.ErrorContains(t, deployStackSet(t, world, nil), "NameAlreadyExistsException")
	})
	t.Run("by another than the management account", func(t *testing.T) {
		_, err := deploy.Stack(t.Context(), organization(t), input(stackSet(nil)))
		require.ErrorContains(t, err, "not in the organization that 222222222222 manages")
	})
}
