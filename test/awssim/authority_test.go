package awssim_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/backup"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/organizations"
)

const (
	member  = "111111111111"
	central = "222222222222"
	region  = "eu-central-1"
)

const lambdaTrust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

func permissions(t *testing.T) *awssim.World {
	t.Helper()
	world, err := awssim.Start(awssim.Config{Permissions: true})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, world.Close()) })
	require.NoError(t, world.Organizations.AddOrganization(organizations.Organization{ID: "o-a1b2c3d4e5", Root: "r-ab12", Management: "333333333333"}))
	for _, account := range []string{member, central} {
		require.NoError(t, world.Organizations.AddAccount(organizations.Account{ID: account, Parent: "r-ab12"}))
	}
	return world
}

func client(world *awssim.World, key string) aws.Config {
	endpoint := world.Endpoint()
	return aws.Config{Region: region, BaseEndpoint: &endpoint, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(key, "local", "")}
}

// session is a client with the credentials of a role that has one policy.
func session(t *testing.T, world *awssim.World, account, name, policy string) aws.Config {
	t.Helper()
	role := iam.Role{Account: account, Name: name, Trust: lambdaTrust, Inline: map[string]string{"own": policy}}
	require.NoError(t, world.IAM.AddRole(role))
	made, err := world.STS.Session(role.ARN(), "test", 0)
	require.NoError(t, err)
	return client(world, made.AccessKeyID)
}

func refusal(t *testing.T, err error) string {
	t.Helper()
	var refused smithy.APIError
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.ErrorCode(), "AccessDenied")
	return refused.ErrorMessage()
}

func TestARoleDoesWhatItsPolicyAllowsAndNothingElse(t *testing.T) {
	world := permissions(t)
	root := sqs.NewFromConfig(client(world, central))
	for _, name := range []string{"copies", "others"} {
		_, err := root.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(name)})
		require.NoError(t, err)
	}
	role := sqs.NewFromConfig(session(t, world, central, "sender",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-central-1:222222222222:copies"}]}`))
	send := func(queue string) error {
		_, err := role.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String(world.Endpoint() + "/" + central + "/" + queue), MessageBody: aws.String("m")})
		return err
	}
	require.NoError(t, send("copies"))
	assert.Equal(t, "User: arn:aws:sts::222222222222:assumed-role/sender/test is not authorized to perform: sqs:SendMessage on resource: "+
		"arn:aws:sqs:eu-central-1:222222222222:others because no identity-based policy allows the sqs:SendMessage action", refusal(t, send("others")))

	_, err := root.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl:   aws.String(world.Endpoint() + "/" + central + "/copies"),
		Attributes: map[string]string{"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"}]}`},
	})
	require.NoError(t, err)
	assert.Contains(t, refusal(t, send("copies")), "explicit deny in a resource-based policy")
}

func TestStartingACopyTakesTheRightToHandOverItsRole(t *testing.T) {
	world := permissions(t)
	const point = "arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:job-1"
	start := func(name, passes string) error {
		_, err := backup.NewFromConfig(session(t, world, central, name, `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":"backup:StartCopyJob","Resource":"arn:aws:rds:eu-central-1:222222222222:snapshot:awsbackup:*"},
			{"Effect":"Allow","Action":"iam:PassRole","Resource":"`+passes+`","Condition":{"StringEquals":{"iam:PassedToService":"backup.amazonaws.com"}}}]}`)).
			StartCopyJob(t.Context(), &backup.StartCopyJobInput{
				RecoveryPointArn: aws.String(point), SourceBackupVaultName: aws.String("intermediate"), IamRoleArn: aws.String("arn:aws:iam::222222222222:role/copy"),
				DestinationBackupVaultArn: aws.String("arn:aws:backup:eu-north-1:222222222222:backup-vault:final"),
			})
		return err
	}
	assert.Contains(t, refusal(t, start("without", "arn:aws:iam::222222222222:role/other")), "not authorized to perform: iam:PassRole on resource: arn:aws:iam::222222222222:role/copy")
	require.ErrorContains(t, start("with", "arn:aws:iam::222222222222:role/copy"), "ResourceNotFoundException", "permitted, but there is no such vault")
}

// TestWhatNamesNothing is told to who may do the same to everything, and to nobody else.
func TestWhatNamesNothing(t *testing.T) {
	world := permissions(t)
	start := func(config aws.Config) error {
		_, err := backup.NewFromConfig(config).StartBackupJob(t.Context(), &backup.StartBackupJobInput{
			BackupVaultName: aws.String("v"), ResourceArn: aws.String("orders"), IamRoleArn: aws.String("role"),
		})
		return err
	}
	for sentence, config := range map[string]aws.Config{
		"the root user":    client(world, central),
		"an administrator": session(t, world, central, "administrator", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
	} {
		err := start(config)
		require.Error(t, err, sentence)
		assert.NotContains(t, err.Error(), "AccessDenied", sentence)
	}
	refusal(t, start(session(t, world, central, "operator",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["backup:StartBackupJob","iam:PassRole"],"Resource":["arn:aws:backup:eu-central-1:222222222222:*","arn:aws:iam::222222222222:role/*"]}]}`)))
}

func TestARoleIsAssumedByWhomItTrusts(t *testing.T) {
	world := permissions(t)
	trusting := func(name, principal string) string {
		role := iam.Role{Account: member, Name: name, Trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},
			"Action":"sts:AssumeRole","Condition":{"ArnEquals":{"aws:PrincipalArn":"` + principal + `"},"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}]}`}
		require.NoError(t, world.IAM.AddRole(role))
		return role.ARN()
	}
	caller := sts.NewFromConfig(session(t, world, "333333333333", "prerequisites",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/*"}]}`))
	assume := func(role string) error {
		_, err := caller.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("test")})
		return err
	}
	require.NoError(t, assume(trusting("open", "arn:aws:iam::333333333333:role/prerequisites")))
	assert.Contains(t, refusal(t, assume(trusting("closed", "arn:aws:iam::333333333333:role/another"))), "sts:AssumeRole")
	assert.Equal(t, "User: arn:aws:sts::333333333333:assumed-role/prerequisites/test is not authorized to perform: sts:AssumeRole "+
		"on resource: arn:aws:iam::111111111111:role/absent", refusal(t, assume("arn:aws:iam::"+member+":role/absent")))
}
