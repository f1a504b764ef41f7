package deploy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/deploy"
)

const (
	exporting = `{"Resources":{"Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Ref":"AWS::StackName"}}}},
		"Outputs":{"Arn":{"Value":{"Fn::GetAtt":["Queue","Arn"]},"Export":{"Name":"queue-arn"}}}}`
	importing = `{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"reader","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}}}},
		"Outputs":{"Arn":{"Value":{"Fn::ImportValue":"queue-arn"}}}}`
)

func stackOf(world *awssim.World, t *testing.T, name, account, region, text string) (map[string]string, error) {
	t.Helper()
	in := input(text)
	in.Name, in.Account, in.Region = name, account, region
	stack, err := deploy.Stack(t.Context(), world, in)
	return stack.Outputs, err
}

func TestWhatAStackExportsOthersOfItsAccountAndRegionImport(t *testing.T) {
	world := start(t)
	_, err := stackOf(world, t, "first", central, region, exporting)
	require.NoError(t, err)
	outputs, err := stackOf(world, t, "second", central, region, importing)
	require.NoError(t, err)
	assert.Equal(t, "arn:aws:sqs:eu-central-1:222222222222:first", outputs["Arn"])

	for sentence, at := range map[string]struct{ account, region string }{
		"another account": {member, region},
		"another Region":  {central, "eu-north-1"},
	} {
		_, err := stackOf(world, t, "third", at.account, at.region, importing)
		require.ErrorContains(t, err, "queue-arn", sentence)
	}
}

func TestTheNameOfAnExportIsTakenOnceInAnAccountAndRegion(t *testing.T) {
	world := start(t)
	_, err := stackOf(world, t, "first", central, region, exporting)
	require.NoError(t, err)
	_, err = stackOf(world, t, "second", central, region, exporting)
	require.ErrorContains(t, err, "Export with name queue-arn is already exported by stack first.")
	value, exported := world.CloudFormation.Import(central, region, "queue-arn")
	assert.True(t, exported)
	assert.Equal(t, "arn:aws:sqs:eu-central-1:222222222222:first", value)

	_, err = stackOf(world, t, "elsewhere", central, "eu-north-1", exporting)
	require.NoError(t, err)
	_, err = stackOf(world, t, "elsewhere", member, region, exporting)
	require.NoError(t, err)
}

func TestAStackTakesParameters(t *testing.T) {
	const text = `{"Parameters":{"Name":{"Type":"String","AllowedPattern":"[a-z]+"}},
		"Resources":{"Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Ref":"Name"}}}}}`
	for sentence, test := range map[string]struct {
		parameters map[string]string
		want       string // of the error; empty: none
	}{
		"as it needs them":    {map[string]string{"Name": "copies"}, ""},
		"none, and needs one": {nil, "Parameters.Name: has no Default"},
		"of another value":    {map[string]string{"Name": "COPIES"}, "AllowedPattern does not match"},
		"one that it has not": {map[string]string{"Name": "copies", "Colour": "red"}, "the stack is given Colour"},
	} {
		t.Run(sentence, func(t *testing.T) {
			world, in := start(t), input(text)
			in.Parameters = test.parameters
			_, err := deploy.Stack(t.Context(), world, in)
			if test.want != "" {
				require.ErrorContains(t, err, test.want)
				return
			}
			require.NoError(t, err)
			require.NoError(t, world.SQS.Exists("arn:aws:sqs:eu-central-1:222222222222:copies"))
		})
	}
}
