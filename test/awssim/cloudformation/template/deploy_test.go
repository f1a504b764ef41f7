package template_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/cloudformation/template"
)

func TestWhatAMakerIsGiven(t *testing.T) {
	in, m := input(t, `{"Resources": {
		"Vault": {"Type": "AWS::Backup::BackupVault", "DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain", "Properties": {"BackupVaultName": "local"}},
		"Yard": {"Type": "AWS::SQS::Queue", "DependsOn": "Vault"},
		"Zone": {"Type": "AWS::SQS::Queue", "DependsOn": "Yard"},
		"Zoo": {"Type": "AWS::SQS::Queue"}
	}}`)
	_, err := template.Deploy(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, []template.Resource{
		{LogicalID: "Vault", Type: "AWS::Backup::BackupVault", Path: "Resources.Vault", DeletionPolicy: "RetainExceptOnCreate",
			UpdateReplacePolicy: "Retain", Properties: map[string]any{"BackupVaultName": "local"}, Alongside: []string{}},
		{LogicalID: "Yard", Type: "AWS::SQS::Queue", Path: "Resources.Yard", Properties: map[string]any{}, Alongside: []string{}},
		{LogicalID: "Zone", Type: "AWS::SQS::Queue", Path: "Resources.Zone", Properties: map[string]any{}, Alongside: []string{}},
		{LogicalID: "Zoo", Type: "AWS::SQS::Queue", Path: "Resources.Zoo", Properties: map[string]any{}, Alongside: []string{"Vault", "Yard", "Zone"}},
	}, m.made)
}

const network = `{
	"Resources": {"Bus": {"Type": "AWS::Events::EventBus"}},
	"Outputs": {
		"BusArn": {"Description": "the bus", "Value": {"Fn::GetAtt": ["Bus", "Arn"]}, "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-bus"}}},
		"Count": {"Value": 3},
		"Zone": {"Value": {"Fn::Select": [0, {"Fn::Split": [" ", {"Ref": "Bus"}]}]}}
	}
}`

func TestOneStackImportsWhatAnotherExports(t *testing.T) {
	in, _ := input(t, network)
	in.StackName = "network"
	first, err := template.Deploy(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, template.Stack{
		Resources: map[string]template.Made{"Bus": {PhysicalID: "the Bus", Attributes: map[string]string{"Arn": "Arn of Bus", "Nested.Name": "Nested.Name of Bus"}}},
		Outputs:   map[string]string{"BusArn": "Arn of Bus", "Count": "3", "Zone": "the"},
		Exports:   map[string]string{"network-bus": "Arn of Bus"},
	}, first)

	in, m := input(t, `{
		"Parameters": {"Network": {"Type": "String"}},
		"Resources": {"Rule": {"Type": "AWS::Events::Rule", "Properties": {"EventBusName": {"Fn::ImportValue": {"Fn::Sub": "${Network}-bus"}}}}},
		"Outputs": {"Bus": {"Value": {"Fn::Join": ["", ["bus: ", {"Fn::ImportValue": "network-bus"}]]}}}
	}`)
	in.Parameters = map[string]string{"Network": "network"}
	in.Imports = func(name string) (string, bool) { value, ok := first.Exports[name]; return value, ok }
	second, err := template.Deploy(t.Context(), in)
	require.NoError(t, err)
	assert.Equal(t, "Arn of Bus", m.properties(t, "Rule")["EventBusName"])
	assert.Equal(t, map[string]string{"Bus": "bus: Arn of Bus"}, second.Outputs)
	assert.Empty(t, second.Exports)
}

func TestFaultsOfOutputsBeforeAnythingIsMade(t *testing.T) {
	in, m := input(t, `{
		"Conditions": {"No": {"Fn::Equals": [1, 2]}},
		"Resources": {"R": {"Type": "A::B"}, "Never": {"Type": "A::B", "Condition": "No"}},
		"Outputs": {
			"A": {"Value": "a", "Export": {"Name": "twice"}},
			"B": {"Value": "b", "Export": {"Name": {"Fn::Join": ["", ["tw", "ice"]]}}},
			"C": {"Value": {"Ref": "Never"}},
			"D": {"Value": {"Ref": "AWS::NoValue"}},
			"E": {"Value": {"Fn::ImportValue": "gone"}},
			"F": {"Value": {"Ref": "Never"}, "Condition": "No"}
		}
	}`)
	_, err := template.Deploy(t.Context(), in)
	assert.Equal(t, []string{
		`Outputs.B.Export: exports "twice", as Outputs.A does`,
		"Outputs.C.Value.Ref: refers to Never, which is not made: its condition No is false",
		"Outputs.D.Value: gives no value; text belongs here",
		`Outputs.E.Value.Fn::ImportValue: no stack of account 111111111111 in eu-central-1 exports "gone"; deploy the one that does before`,
	}, faults(t, err))
	assert.Empty(t, m.made)
}

func TestTypesThatCannotBeMadeAreToldTogetherAndBefore(t *testing.T) {
	in, m := input(t, `{
		"Conditions": {"No": {"Fn::Equals": [1, 2]}},
		"Resources": {"A": {"Type": "AWS::SQS::Queue"}, "B": {"Type": "AWS::EC2::VPC"}, "C": {"Type": "AWS::EC2::Subnet"}, "D": {"Type": "AWS::EC2::VPC", "Condition": "No"}}
	}`)
	in.Knows = func(resourceType string) bool { return resourceType == "AWS::SQS::Queue" }
	_, err := template.Deploy(t.Context(), in)
	assert.Equal(t, []string{
		"Resources.B.Type: the local AWS does not know the resource type AWS::EC2::VPC",
		"Resources.C.Type: the local AWS does not know the resource type AWS::EC2::Subnet",
	}, faults(t, err))
	assert.Empty(t, m.made)
}

const three = `{
	"Resources": {
		"A": {"Type": "AWS::SQS::Queue"},
		"B": {"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Arn": {"Fn::GetAtt": ["A", "Arn"]}, "Id": {"Fn::GetAtt": ["A", "QueueName"]}}]}},
		"C": {"Type": "AWS::SNS::Topic", "DependsOn": "B"}
	}
}`

func TestAnAttributeThatAResourceDoesNotHave(t *testing.T) {
	in, m := input(t, three)
	stack, err := template.Deploy(t.Context(), in)
	require.EqualError(t, err, "deploy stack estate: make B (AWS::Events::Rule) at Resources.B: "+
		"Resources.B.Properties.Targets[0].Id.Fn::GetAtt: the local AWS gives A (AWS::SQS::Queue) no attribute QueueName; it has Arn, Nested.Name")
	assert.Equal(t, []string{"A"}, m.ids())
	assert.Contains(t, stack.Resources, "A", "the error comes with what stands")
	assert.Len(t, stack.Resources, 1)
}

func TestAResourceThatCannotBeMade(t *testing.T) {
	in, m := input(t, three)
	m.attributes = append(m.attributes, "QueueName")
	m.fail = "B"
	stack, err := template.Deploy(t.Context(), in)
	require.ErrorIs(t, err, errMake)
	require.EqualError(t, err, "deploy stack estate: make B (AWS::Events::Rule) at Resources.B: QueueAlreadyExists: the queue exists")
	assert.Equal(t, []string{"A"}, m.ids())
	assert.Len(t, stack.Resources, 1)
}

func TestAnOutputThatCannotBeWorkedOut(t *testing.T) {
	in, _ := input(t, `{"Resources": {"R": {"Type": "A::B"}}, "Outputs": {"O": {"Value": {"Fn::GetAtt": "R.Url"}, "Export": {"Name": "o"}}, "P": {"Value": {"Ref": "R"}}}}`)
	stack, err := template.Deploy(t.Context(), in)
	require.EqualError(t, err, "deploy stack estate: work out its outputs: "+
		"Outputs.O.Value.Fn::GetAtt: the local AWS gives R (A::B) no attribute Url; it has Arn, Nested.Name")
	assert.Equal(t, map[string]string{"P": "the R"}, stack.Outputs)
	assert.Empty(t, stack.Exports)
	assert.Contains(t, stack.Resources, "R")
}

func TestDeployNeedsSomethingToDeployWith(t *testing.T) {
	cases := map[string]struct {
		change func(in *template.Input)
		want   string
	}{
		"no physical id": {func(in *template.Input) {
			in.Make = func(context.Context, template.Resource) (template.Made, error) { return template.Made{}, nil }
		}, "deploy stack estate: make A (AWS::SQS::Queue) at Resources.A: what was made has no physical id"},
		"no maker":    {func(in *template.Input) { in.Make = nil }, "deploy stack estate: there is nothing to make resources with"},
		"no template": {func(in *template.Input) { in.Template = nil }, "deploy stack estate: there is no template"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, _ := input(t, three)
			c.change(&in)
			stack, err := template.Deploy(t.Context(), in)
			require.EqualError(t, err, c.want)
			assert.Empty(t, stack.Resources)
		})
	}
}

func TestADeploymentThatIsCalledOffStops(t *testing.T) {
	in, m := input(t, three)
	ctx, end := context.WithCancel(t.Context())
	in.Make = func(ctx context.Context, r template.Resource) (template.Made, error) {
		end()
		return m.make(ctx, r)
	}
	stack, err := template.Deploy(ctx, in)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "make B (AWS::Events::Rule) at Resources.B: ")
	assert.Equal(t, []string{"A"}, m.ids())
	assert.Len(t, stack.Resources, 1)
}

func TestReadNamesTheTemplatesPaths(t *testing.T) {
	in, m := input(t, `{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "copies", "DelaySeconds": "soon", "FifoQueue": true}}}}`)
	_, err := template.Deploy(t.Context(), in)
	require.NoError(t, err)
	read := template.Read(m.made[0])
	assert.Equal(t, "copies", read.Text("QueueName"))
	read.Whole("DelaySeconds")
	require.EqualError(t, read.Done(), `Resources.Q.Properties.DelaySeconds: is "soon"; a number belongs here`+"\n"+
		"Resources.Q.Properties.FifoQueue: the local AWS does not know FifoQueue here; it knows DelaySeconds, QueueName")
}
