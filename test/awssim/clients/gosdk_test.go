package clients_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What every service does goes through each protocol, therefore the Go SDK, which
// needs no installation, looks at it too.
func TestTheGoSDKReadsTheRefusalsOfEveryProtocol(t *testing.T) {
	t.Parallel()
	l := start(t, &calls{})
	// SQS speaks JSON now, but its clients still read the query protocol's codes.
	for name, account := range map[string]struct{ key, query, json string }{
		"a key that is nobody's": {"nobody", "InvalidClientTokenId", "UnrecognizedClientException"},
		"an injected fault":      {throttled, "ThrottlingException", "ThrottlingException"},
	} {
		t.Run(name, func(t *testing.T) {
			config := l.client(account.key)
			refused := func(want string, err error) {
				t.Helper()
				var fault smithy.APIError
				require.ErrorAs(t, err, &fault)
				assert.Equal(t, want, fault.ErrorCode())
			}
			_, err := sts.NewFromConfig(config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
			refused(account.query, err)
			_, err = sqs.NewFromConfig(config).ListQueues(t.Context(), &sqs.ListQueuesInput{})
			refused(account.query, err)
			_, err = eventbridge.NewFromConfig(config).ListRules(t.Context(), &eventbridge.ListRulesInput{})
			refused(account.json, err)
			_, err = sns.NewFromConfig(config).Publish(t.Context(), &sns.PublishInput{TopicArn: aws.String("arn:aws:sns:eu-central-1:111111111111:reports"), Message: aws.String("m")})
			refused(account.query, err)
			_, err = iam.NewFromConfig(config).GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String("r")})
			refused(account.query, err)
			_, err = cloudformation.NewFromConfig(config).DescribeOrganizationsAccess(t.Context(), &cloudformation.DescribeOrganizationsAccessInput{})
			refused(account.query, err)
			_, err = organizations.NewFromConfig(config).ListRoots(t.Context(), &organizations.ListRootsInput{})
			refused(account.json, err)
			_, err = kms.NewFromConfig(config).ListKeys(t.Context(), &kms.ListKeysInput{})
			refused(account.json, err)
			_, err = lambda.NewFromConfig(config).ListEventSourceMappings(t.Context(), &lambda.ListEventSourceMappingsInput{})
			refused(account.json, err)
			_, err = scheduler.NewFromConfig(config).ListSchedules(t.Context(), &scheduler.ListSchedulesInput{})
			refused(account.json, err)
			_, err = rds.NewFromConfig(config).DescribeDBClusters(t.Context(), &rds.DescribeDBClustersInput{})
			refused(account.query, err)
			_, err = resourcegroupstaggingapi.NewFromConfig(config).GetResources(t.Context(), &resourcegroupstaggingapi.GetResourcesInput{})
			refused(account.json, err)
			_, err = servicequotas.NewFromConfig(config).ListServiceQuotas(t.Context(), &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String("rds")})
			refused(account.json, err)
			_, err = backup.NewFromConfig(config).ListCopyJobs(t.Context(), &backup.ListCopyJobsInput{})
			refused(account.json, err)
		})
	}
}

// The functions' own SDK carries the trace header from an invocation to a queue.
func TestTheGoSDKSendsTheTraceHeaderOfAFunction(t *testing.T) {
	const header = "Root=1-6a00a200-000000000000000000000001;Parent=0000000000000001;Sampled=0;Lineage=a87bd80c:1|68fd508a:5"
	t.Setenv("AWS_LAMBDA_FUNCTION_NAME", "copystarter")
	t.Setenv("_X_AMZN_TRACE_ID", header)
	l := start(t, &calls{})
	client := sqs.NewFromConfig(l.client(member))
	queue, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("copies")})
	require.NoError(t, err)
	_, err = client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String("m")})
	require.NoError(t, err)
	out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl,
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameAWSTraceHeader}})
	require.NoError(t, err)
	require.Len(t, out.Messages, 1)
	assert.Equal(t, map[string]string{"AWSTraceHeader": header}, out.Messages[0].Attributes)
}

func TestTheGoSDKReadsAndSetsRecursiveLoops(t *testing.T) {
	t.Parallel()
	l := start(t, &calls{})
	l.addSwitches()
	client := lambda.NewFromConfig(l.client(member))
	read := func() lambdatypes.RecursiveLoop {
		out, err := client.GetFunctionRecursionConfig(t.Context(), &lambda.GetFunctionRecursionConfigInput{FunctionName: aws.String("copystarter")})
		require.NoError(t, err)
		return out.RecursiveLoop
	}
	assert.Equal(t, lambdatypes.RecursiveLoopTerminate, read())
	out, err := client.PutFunctionRecursionConfig(t.Context(), &lambda.PutFunctionRecursionConfigInput{FunctionName: aws.String("copystarter"), RecursiveLoop: lambdatypes.RecursiveLoopAllow})
	require.NoError(t, err)
	assert.Equal(t, lambdatypes.RecursiveLoopAllow, out.RecursiveLoop)
	assert.Equal(t, lambdatypes.RecursiveLoopAllow, read())
}
