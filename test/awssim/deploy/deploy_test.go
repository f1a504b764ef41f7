package deploy_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/cloudformation/template"
	"github.com/twohop/twohop/test/awssim/deploy"
	"github.com/twohop/twohop/test/awssim/lambda/lineage"
)

const (
	central = "222222222222"
	region  = "eu-central-1"
)

func start(t *testing.T) *awssim.World {
	t.Helper()
	world, err := awssim.Start(awssim.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, world.Close()) })
	return world
}

func input(text string) deploy.Input {
	return deploy.Input{Name: "stack", Account: central, Region: region, Template: []byte(text),
		Executable: func(string) (string, error) { return "", nil }}
}

func deployed(t *testing.T, text string) (*awssim.World, template.Stack, error) {
	t.Helper()
	world := start(t)
	stack, err := deploy.Stack(t.Context(), world, input(text))
	return world, stack, err
}

func TestAQueueBehindARule(t *testing.T) {
	world, stack, err := deployed(t, `{"Resources":{
		"Policy":{"Type":"AWS::SQS::QueuePolicy","Properties":{"Queues":[{"Ref":"Queue"}],"PolicyDocument":{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":{"Fn::GetAtt":["Queue","Arn"]}}]}}},
		"Dead":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"dead","MessageRetentionPeriod":1209600}},
		"Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"copies","VisibilityTimeout":"360",
			"RedrivePolicy":{"deadLetterTargetArn":{"Fn::GetAtt":["Dead","Arn"]},"maxReceiveCount":5}}},
		"Rule":{"Type":"AWS::Events::Rule","Properties":{"Name":"r","EventPattern":{"source":["aws.backup"]},"State":"ENABLED","Targets":[
			{"Id":"target","Arn":{"Fn::GetAtt":["Queue","Arn"]},"DeadLetterConfig":{"Arn":{"Fn::GetAtt":["Dead","Arn"]}},"RetryPolicy":{"MaximumRetryAttempts":3,"MaximumEventAgeInSeconds":60}}]}}},
		"Outputs":{"Queue":{"Value":{"Ref":"Queue"}}}}`)
	require.NoError(t, err)
	assert.Equal(t, world.Endpoint()+"/222222222222/copies", stack.Outputs["Queue"])
	attributes, err := world.SQS.Attributes("arn:aws:sqs:eu-central-1:222222222222:copies")
	require.NoError(t, err)
	assert.Equal(t, "360", attributes["VisibilityTimeout"])
	assert.JSONEq(t, `{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:222222222222:dead","maxReceiveCount":5}`, attributes["RedrivePolicy"])
	assert.Contains(t, attributes["Policy"], "events.amazonaws.com")
	assert.Equal(t, "arn:aws:events:eu-central-1:222222222222:rule/r", stack.Resources["Rule"].Attributes["Arn"])
}

func TestWhatIsNotKnownIsAnErrorWithItsPlace(t *testing.T) {
	for sentence, test := range map[string]struct{ resource, want string }{
		"a type":                    {`{"Type":"AWS::S3::Bucket"}`, "AWS::S3::Bucket"},
		"a property":                {`{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"q","FifoQueue":true}}`, "Resources.It.Properties.FifoQueue"},
		"a property inside another": {`{"Type":"AWS::Events::Rule","Properties":{"Name":"r","EventPattern":{"source":["a"]},"Targets":[{"Id":"t","Arn":"arn:aws:sqs:eu-central-1:222222222222:q","InputPath":"$"}]}}`, "Resources.It.Properties.Targets[0].InputPath"},
		"a pattern":                 {`{"Type":"AWS::Events::Rule","Properties":{"Name":"r","EventPattern":{"source":"aws.backup"}}}`, "Event pattern is not valid"},
		"an archive's pattern":      {`{"Type":"AWS::Events::Archive","Properties":{"ArchiveName":"a","SourceArn":"b","EventPattern":{"source":[]}}}`, "Resources.It.Properties.EventPattern"},
		"a period":                  {`{"Type":"AWS::CloudWatch::Alarm","Properties":{"AlarmName":"a","Namespace":"n","MetricName":"m","Statistic":"Sum","Period":90,"EvaluationPeriods":1,"ComparisonOperator":"GreaterThanThreshold","Threshold":1}}`, "a multiple of 60 seconds"},
		"a policy":                  {`{"Type":"AWS::IAM::Role","Properties":{"RoleName":"r","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}}`, "It (AWS::IAM::Role)"},
		"a managed policy":          {`{"Type":"AWS::IAM::Role","Properties":{"RoleName":"r","ManagedPolicyArns":["arn:aws:iam::aws:policy/AdministratorAccess"],"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"backup.amazonaws.com"},"Action":"sts:AssumeRole"}]}}}`, "AdministratorAccess"},
		"a runtime":                 {`{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"f","Runtime":"nodejs22.x","Handler":"bootstrap","Role":"arn:aws:iam::222222222222:role/r","Code":{"S3Bucket":"b","S3Key":"k"}}}`, "Resources.It.Properties.Runtime"},
		"no runtime":                {function(`"Handler":"bootstrap"`), "Resources.It.Properties.Runtime: is missing"},
		"no handler":                {function(`"Runtime":"provided.al2023"`), "Resources.It.Properties.Handler: is missing"},
		"an architecture":           {function(`"Runtime":"provided.al2023","Handler":"bootstrap","Architectures":["pdp11"]`), `Architectures: is ["pdp11"]`},
		"two architectures":         {function(`"Runtime":"provided.al2023","Handler":"bootstrap","Architectures":["arm64","x86_64"]`), `it is either arm64 or x86_64`},
		"a description's shape":     {function(`"Runtime":"provided.al2023","Handler":"bootstrap","Description":{}`), "Properties.Description: is an object"},
		"a member of a tag":         {function(`"Runtime":"provided.al2023","Handler":"bootstrap","Tags":[{"Key":"a","Value":"b","Colour":"red"}]`), "Properties.Tags[0].Colour"},
		"a word for loops":          {function(`"Runtime":"provided.al2023","Handler":"bootstrap","RecursiveLoop":"allow"`), "Properties.RecursiveLoop: InvalidParameterValueException"},
		"two tags of one key":       {function(`"Runtime":"provided.al2023","Handler":"bootstrap","Tags":[{"Key":"a","Value":"b"},{"Key":"a","Value":"c"}]`), "Properties.Tags[1].Key"},
		"a key's waiting time":      {`{"Type":"AWS::KMS::Key","Properties":{"KeyPolicy":{},"PendingWindowInDays":5}}`, "7 to 30 days"},
		"a policy's type":           {`{"Type":"AWS::Organizations::Policy","Properties":{"Name":"p","Content":{}}}`, "Resources.It.Properties.Type: is missing"},
		"a dashboard":               {`{"Type":"AWS::CloudWatch::Dashboard","Properties":{"DashboardName":"d","DashboardBody":"{}"}}`, "has no widgets"},
		"a subscription":            {`{"Type":"AWS::SNS::Subscription","Properties":{"TopicArn":"t","Protocol":"sms","Endpoint":"1"}}`, "awssim knows mail"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, _, err := deployed(t, `{"Resources":{"It":`+test.resource+`}}`)
			require.ErrorContains(t, err, test.want)
		})
	}
}

func TestAFunctionMayAllowLoops(t *testing.T) {
	executable, err := os.Executable() // it is never invoked
	require.NoError(t, err)
	for property, want := range map[string]lineage.RecursiveLoop{"": lineage.Terminate, `,"RecursiveLoop":"Allow"`: lineage.Allow, `,"RecursiveLoop":"Terminate"`: lineage.Terminate} {
		world := start(t)
		in := input(`{"Resources":{"It":` + function(`"Runtime":"provided.al2023","Handler":"bootstrap"`+property) + `}}`)
		in.Executable = func(string) (string, error) { return executable, nil }
		stack, err := deploy.Stack(t.Context(), world, in)
		require.NoError(t, err)
		f, err := world.Lambda.Function(stack.Resources["It"].Attributes["Arn"])
		require.NoError(t, err)
		assert.Equal(t, want, f.RecursiveLoop, property)
	}
}

func TestPoliciesAreCreatedOneAfterTheOther(t *testing.T) {
	policy := func(name, after string) string {
		return `"` + name + `":{"Type":"AWS::Organizations::Policy"` + after + `,"Properties":{"Name":"` + name + `","Type":"BACKUP_POLICY","Content":{"plans":{}}}}`
	}
	const queue = `"Queue":{"Type":"AWS::SQS::Queue","DependsOn":"First","Properties":{"QueueName":"q"}}`
	for sentence, test := range map[string]struct{ resources, want string }{
		"beside each other":                   {policy("First", "") + "," + policy("Second", ""), "make Second (AWS::Organizations::Policy) at Resources.Second: create backup policy \"Second\": ConcurrentModificationException"},
		"both after the same resource":        {policy("First", "") + "," + queue + "," + policy("Second", `,"DependsOn":"Queue"`) + "," + policy("Third", `,"DependsOn":"Queue"`), `create backup policy "Third": ConcurrentModificationException`},
		"in turn":                             {policy("First", "") + "," + policy("Second", `,"DependsOn":"First"`), ""},
		"in turn, with a resource in between": {policy("First", "") + "," + queue + "," + policy("Second", `,"DependsOn":"Queue"`), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			world, _, err := deployed(t, `{"Resources":{`+test.resources+`}}`)
			if test.want != "" {
				require.ErrorContains(t, err, test.want)
			} else {
				require.NoError(t, err)
			}
			again := input(`{"Resources":{` + policy("First", "") + `}}`)
			_, err = deploy.Stack(t.Context(), world, again)
			require.ErrorContains(t, err, "DuplicatePolicyException", "a policy that is left over blocks the next try; no creation is in progress any more")
		})
	}
}

func TestAnAlarmWithFewerDatapointsThanPeriods(t *testing.T) {
	world, _, err := deployed(t, `{"Resources":{"It":{"Type":"AWS::CloudWatch::Alarm","Properties":{"AlarmName":"a","Namespace":"n","MetricName":"m","Statistic":"Sum",
		"Period":60,"EvaluationPeriods":3,"DatapointsToAlarm":2,"ComparisonOperator":"GreaterThanThreshold","Threshold":1}}}}`)
	require.NoError(t, err)
	declared := world.CloudWatch.Alarms(central, region)
	require.Len(t, declared, 1)
	assert.Equal(t, 3, declared[0].Periods)
	assert.Equal(t, 2, declared[0].Datapoints)
}

// function is a function with these properties beside those that any has.
func function(properties string) string {
	return `{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"f","Role":"arn:aws:iam::222222222222:role/r","Code":{"S3Bucket":"b","S3Key":"k"},` + properties + `}}`
}
