package awssim_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbackup "github.com/aws/aws-sdk-go-v2/service/backup"
	awskms "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim/backup"
	"github.com/twohop/twohop/test/awssim/iam"
	"github.com/twohop/twohop/test/awssim/kms"
)

const denied = "explicit deny in a resource-based policy"

// TestWhatAQueueDeniesIsDeniedToRoot, and the root user can take the denial back.
func TestWhatAQueueDeniesIsDeniedToRoot(t *testing.T) {
	world := permissions(t)
	url := openQueue(t, world, `{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"}`)
	root := sqs.NewFromConfig(client(world, central))
	send := func() error {
		_, err := root.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m")})
		return err
	}
	assert.Contains(t, refusal(t, send()), denied)
	shown, err := root.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"Policy"}})
	require.NoError(t, err)
	assert.Contains(t, shown.Attributes["Policy"], "Deny")
	_, err = root.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"Policy": ""}})
	require.NoError(t, err)
	require.NoError(t, send())
}

func TestWhatAVaultDeniesIsDeniedToRoot(t *testing.T) {
	world := permissions(t)
	vault, err := world.Backup.AddVault(backup.Vault{Account: central, Region: region, Name: "final"})
	require.NoError(t, err)
	require.NoError(t, world.Backup.PutVaultPolicy(vault, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Deny","Principal":"*","Action":"backup:PutBackupVaultLockConfiguration","Resource":"*"}]}`))
	root := awsbackup.NewFromConfig(client(world, central))
	_, err = root.PutBackupVaultLockConfiguration(t.Context(), &awsbackup.PutBackupVaultLockConfigurationInput{BackupVaultName: aws.String("final"), MinRetentionDays: aws.Int64(7)})
	assert.Contains(t, refusal(t, err), denied)
	_, err = root.DescribeBackupVault(t.Context(), &awsbackup.DescribeBackupVaultInput{BackupVaultName: aws.String("final")})
	require.NoError(t, err)
}

func TestWhatAKeyDeniesIsDeniedToRoot(t *testing.T) {
	world := permissions(t)
	key, err := world.KMS.AddKey(kms.Key{Account: central, Region: region, Policy: `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*"},
		{"Effect":"Deny","Principal":"*","Action":"kms:ScheduleKeyDeletion","Resource":"*"}]}`})
	require.NoError(t, err)
	root := awskms.NewFromConfig(client(world, central))
	_, err = root.ScheduleKeyDeletion(t.Context(), &awskms.ScheduleKeyDeletionInput{KeyId: &key})
	assert.Contains(t, refusal(t, err), denied)
	_, err = root.DescribeKey(t.Context(), &awskms.DescribeKeyInput{KeyId: &key})
	require.NoError(t, err)
}

func TestWhatATopicOrItsKeyDeniesIsDeniedToRoot(t *testing.T) {
	const none = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"` + reports + `"}]}`
	for sentence, test := range map[string]struct{ topic, key, code string }{
		"nothing is denied": {"", "", ""},
		"the topic denies":  {none, "", "AuthorizationError"},
		"its key denies":    {"", `,{"Effect":"Deny","Principal":"*","Action":"kms:GenerateDataKey*","Resource":"*"}`, "KMSAccessDenied"},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := permissions(t)
			id := topic(t, world, test.topic)
			_, err := awskms.NewFromConfig(client(world, central)).PutKeyPolicy(t.Context(), &awskms.PutKeyPolicyInput{KeyId: &id, Policy: aws.String(
				`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"kms:*","Resource":"*"}` + test.key + `]}`)})
			require.NoError(t, err)
			code, message := publish(t, client(world, central))
			assert.Equal(t, test.code, code, message)
			if test.code != "" {
				assert.Contains(t, message, denied)
			}
		})
	}
}

// TestARootUserAssumesNoRole, even one that trusts his account [STS API: AssumeRole].
func TestARootUserAssumesNoRole(t *testing.T) {
	world := permissions(t)
	role := iam.Role{Account: central, Name: "operator", Trust: `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222222222222:root"},"Action":"sts:AssumeRole"}]}`}
	require.NoError(t, world.IAM.AddRole(role))
	_, err := awssts.NewFromConfig(client(world, central)).AssumeRole(t.Context(), &awssts.AssumeRoleInput{RoleArn: aws.String(role.ARN()), RoleSessionName: aws.String("test")})
	assert.Contains(t, refusal(t, err), "arn:aws:iam::222222222222:root is not authorized to perform: sts:AssumeRole")
}

// TestARootUserIsNobodyInAnotherAccount where no policy of a resource admits him.
func TestARootUserIsNobodyInAnotherAccount(t *testing.T) {
	world := permissions(t)
	url := openQueue(t, world, "")
	_, err := sqs.NewFromConfig(client(world, member)).ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: url})
	assert.Contains(t, refusal(t, err), "because no resource-based policy allows the sqs:ReceiveMessage action")
}
