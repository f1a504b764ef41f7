package awssim_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/twohop/twohop/test/awssim"
)

const copies = "arn:aws:sqs:eu-central-1:222222222222:copies"

// openQueue makes the central account's queue copies with a policy, and returns its URL.
func openQueue(t *testing.T, world *awssim.World, statement string) *string {
	t.Helper()
	attributes := map[string]string{}
	if statement != "" {
		attributes["Policy"] = `{"Version":"2012-10-17","Statement":[` + statement + `]}`
	}
	_, err := world.SQS.Create(central, region, "copies", attributes, nil)
	require.NoError(t, err)
	return aws.String(world.SQS.URL(copies))
}

// TestAQueueOfAnotherAccount: across accounts the caller's policies and the queue's must
// both allow.
func TestAQueueOfAnotherAccount(t *testing.T) {
	const (
		mine     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"` + copies + `"}]}`
		nothing  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}`
		theirs   = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"sqs:SendMessage","Resource":"` + copies + `"}`
		others   = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::333333333333:root"},"Action":"sqs:SendMessage","Resource":"` + copies + `"}`
		ofOurs   = `{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`
		denial   = `{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*"}`
		resource = "because no resource-based policy allows the sqs:SendMessage action"
		identity = "because no identity-based policy allows the sqs:SendMessage action"
	)
	for sentence, test := range map[string]struct{ role, queue, want string }{
		"both allow":                             {mine, theirs, ""},
		"the queue admits the organization":      {mine, ofOurs, ""},
		"the queue has no policy":                {mine, "", resource},
		"the queue admits another account":       {mine, others, resource},
		"the role may not":                       {nothing, theirs, identity},
		"the queue denies":                       {mine, theirs + "," + denial, "explicit deny in a resource-based policy"},
		"the root user, whom the queue admits":   {"", theirs, ""},
		"the root user, whom nobody admits":      {"", "", resource},
		"the root user, whom the queue's denies": {"", theirs + "," + denial, "explicit deny in a resource-based policy"},
	} {
		t.Run(sentence, func(t *testing.T) {
			world := permissions(t)
			url, config := openQueue(t, world, test.queue), client(world, member)
			if test.role != "" {
				config = session(t, world, member, "sender", test.role)
			}
			_, err := sqs.NewFromConfig(config).SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: url, MessageBody: aws.String("m")})
			if test.want != "" {
				assert.Contains(t, refusal(t, err), test.want)
				assert.Empty(t, world.SQS.Peek(copies))
				return
			}
			require.NoError(t, err)
			assert.Len(t, world.SQS.Peek(copies), 1)
		})
	}
}

// TestWhatNoPolicyOpensToAnotherAccount: some actions are the owner's, whatever the
// queue's policy says.
func TestWhatNoPolicyOpensToAnotherAccount(t *testing.T) {
	world := permissions(t)
	url := openQueue(t, world, `{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}`)
	stranger, ctx := sqs.NewFromConfig(client(world, member)), t.Context()
	_, err := stranger.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: url, AttributeNames: []types.QueueAttributeName{"All"}})
	require.NoError(t, err)
	found, err := stranger.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String("copies"), QueueOwnerAWSAccountId: aws.String(central)})
	require.NoError(t, err)
	assert.Equal(t, *url, *found.QueueUrl)
	_, err = stranger.PurgeQueue(ctx, &sqs.PurgeQueueInput{QueueUrl: url})
	require.NoError(t, err)

	_, deleted := stranger.DeleteQueue(ctx, &sqs.DeleteQueueInput{QueueUrl: url})
	_, set := stranger.SetQueueAttributes(ctx, &sqs.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"DelaySeconds": "1"}})
	_, tagged := stranger.TagQueue(ctx, &sqs.TagQueueInput{QueueUrl: url, Tags: map[string]string{"a": "b"}})
	_, untagged := stranger.UntagQueue(ctx, &sqs.UntagQueueInput{QueueUrl: url, TagKeys: []string{"a"}})
	_, listed := stranger.ListQueueTags(ctx, &sqs.ListQueueTagsInput{QueueUrl: url})
	for action, err := range map[string]error{"DeleteQueue": deleted, "SetQueueAttributes": set, "TagQueue": tagged, "UntagQueue": untagged, "ListQueueTags": listed} {
		assert.Contains(t, refusal(t, err), "no policy opens this action to another account", action)
	}
}
