package sqs_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	api "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestQueueIsFoundByNameAndCreatedOnce(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", map[string]string{"VisibilityTimeout": "90"})
	assert.Equal(t, c.url+"/"+backup+"/copies", url)
	assert.Equal(t, url, c.queue("copies", nil), "what is not named is not compared")
	assert.Equal(t, url, c.queue("copies", map[string]string{"VisibilityTimeout": "90"}))

	_, err := c.CreateQueue(t.Context(), &api.CreateQueueInput{QueueName: aws.String("copies"), Attributes: map[string]string{"VisibilityTimeout": "91"}})
	assertCode(t, "QueueAlreadyExists", err)
	var exists *types.QueueNameExists
	require.ErrorAs(t, err, &exists)

	own, err := c.GetQueueUrl(t.Context(), &api.GetQueueUrlInput{QueueName: aws.String("copies")})
	require.NoError(t, err)
	assert.Equal(t, url, *own.QueueUrl)
	others, err := c.as(member, region).GetQueueUrl(t.Context(), &api.GetQueueUrlInput{QueueName: aws.String("copies"), QueueOwnerAWSAccountId: aws.String(backup)})
	require.NoError(t, err)
	assert.Equal(t, url, *others.QueueUrl)
	_, err = c.as(member, region).GetQueueUrl(t.Context(), &api.GetQueueUrlInput{QueueName: aws.String("copies")})
	assertCode(t, "AWS.SimpleQueueService.NonExistentQueue", err)
}

func TestNameOfADeletedQueueIsTakenForAMinute(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	_, err := c.DeleteQueue(t.Context(), &api.DeleteQueueInput{QueueUrl: &url})
	require.NoError(t, err)
	_, err = c.DeleteQueue(t.Context(), &api.DeleteQueueInput{QueueUrl: &url})
	assertCode(t, "AWS.SimpleQueueService.NonExistentQueue", err)

	c.advance(59 * time.Second)
	_, err = c.CreateQueue(t.Context(), &api.CreateQueueInput{QueueName: aws.String("copies")})
	assertCode(t, "AWS.SimpleQueueService.QueueDeletedRecently", err)
	c.advance(time.Second)
	c.queue("copies", nil)
}

func TestAccountsAndRegionsHaveTheirOwnQueues(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	_, err := c.as(member, region).SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("forged")})
	assertCode(t, "AccessDenied", err)
	_, err = c.as(backup, "eu-north-1").SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("lost")})
	assertCode(t, "AWS.SimpleQueueService.NonExistentQueue", err)
	_, err = c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: aws.String("copies"), MessageBody: aws.String("lost")})
	assertCode(t, "InvalidAddress", err)
	assert.Equal(t, "0 0 0", c.counts(url))
}

func TestQueuesAreListedByPrefixAndPage(t *testing.T) {
	c := newCloud(t)
	for _, name := range []string{"twohop-outcomes", "other", "twohop-copies", "twohop-copies-dlq"} {
		c.queue(name, nil)
	}
	var pages [][]string
	pager := api.NewListQueuesPaginator(c.Client, &api.ListQueuesInput{QueueNamePrefix: aws.String("twohop"), MaxResults: aws.Int32(2)})
	for pager.HasMorePages() {
		page, err := pager.NextPage(t.Context())
		require.NoError(t, err)
		pages = append(pages, page.QueueUrls)
	}
	prefix := c.url + "/" + backup + "/twohop-"
	assert.Equal(t, [][]string{{prefix + "copies", prefix + "copies-dlq"}, {prefix + "outcomes"}}, pages)

	_, err := c.ListQueues(t.Context(), &api.ListQueuesInput{MaxResults: aws.Int32(1001)})
	assertCode(t, "InvalidParameterValue", err)
}

func TestAttributesHaveDefaultsAndNormalForms(t *testing.T) {
	c := newCloud(t)
	c.queue("dlq", nil)
	url := c.queue("copies", redriveTo("dlq", `"5"`))
	c.advance(time.Minute)
	_, err := c.SetQueueAttributes(t.Context(), &api.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{
		"DelaySeconds": "3", "KmsMasterKeyId": "alias/aws/sqs", "Policy": `{"Version":"2012-10-17","Statement":[]}`}})
	require.NoError(t, err)

	get := func(names ...types.QueueAttributeName) map[string]string {
		out, err := c.GetQueueAttributes(t.Context(), &api.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: names})
		require.NoError(t, err)
		return out.Attributes
	}
	assert.Equal(t, map[string]string{
		"QueueArn": arnOf("copies"), "CreatedTimestamp": "1793502000", "LastModifiedTimestamp": "1793502060",
		"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0", "ApproximateNumberOfMessagesDelayed": "0",
		"VisibilityTimeout": "30", "DelaySeconds": "3", "MaximumMessageSize": "1048576", "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0",
		"Policy":         `{"Version":"2012-10-17","Statement":[]}`,
		"RedrivePolicy":  `{"deadLetterTargetArn":"` + arnOf("dlq") + `","maxReceiveCount":5}`,
		"KmsMasterKeyId": "alias/aws/sqs", "KmsDataKeyReusePeriodSeconds": "300", "SqsManagedSseEnabled": "false",
	}, get("All"))
	assert.Equal(t, map[string]string{"DelaySeconds": "3"}, get("DelaySeconds", "FifoQueue"))
	assert.Empty(t, get())

	_, err = c.SetQueueAttributes(t.Context(), &api.SetQueueAttributesInput{QueueUrl: &url, Attributes: map[string]string{
		"Policy": "", "RedrivePolicy": "", "SqsManagedSseEnabled": "true"}})
	require.NoError(t, err)
	left := get("Policy", "RedrivePolicy", "KmsMasterKeyId", "SqsManagedSseEnabled")
	assert.Equal(t, map[string]string{"SqsManagedSseEnabled": "true"}, left)
	_, err = c.GetQueueAttributes(t.Context(), &api.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{"Colour"}})
	assertCode(t, "InvalidAttributeName", err)
}

func TestQueuesThatCannotBe(t *testing.T) {
	c := newCloud(t)
	c.queue("dlq", nil)
	c.queue("closed", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"denyAll"}`})
	c.queue("choosy", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"byQueue","sourceQueueArns":["` + arnOf("friend") + `"]}`})
	c.queue("friend", redriveTo("choosy", "5"))
	cases := []struct {
		sentence, name string
		attributes     map[string]string
		code           string
	}{
		{"a space in the name", "co pies", nil, "InvalidParameterValue"},
		{"no name", "", nil, "InvalidParameterValue"},
		{"a FIFO queue", "copies.fifo", map[string]string{"FifoQueue": "true"}, "InvalidParameterValue"},
		{"an attribute of FIFO queues", "q", map[string]string{"ContentBasedDeduplication": "true"}, "InvalidAttributeName"},
		{"an attribute that only SQS writes", "q", map[string]string{"QueueArn": "x"}, "InvalidAttributeName"},
		{"an unknown attribute", "q", map[string]string{"Colour": "red"}, "InvalidAttributeName"},
		{"a delay of over 15 minutes", "q", map[string]string{"DelaySeconds": "901"}, "InvalidAttributeValue"},
		{"a visibility timeout of over 12 hours", "q", map[string]string{"VisibilityTimeout": "43201"}, "InvalidAttributeValue"},
		{"retention of under a minute", "q", map[string]string{"MessageRetentionPeriod": "59"}, "InvalidAttributeValue"},
		{"messages of over 1 MiB", "q", map[string]string{"MaximumMessageSize": "1048577"}, "InvalidAttributeValue"},
		{"a long poll that is no number", "q", map[string]string{"ReceiveMessageWaitTimeSeconds": "long"}, "InvalidAttributeValue"},
		{"a policy that is no JSON", "q", map[string]string{"Policy": "{"}, "InvalidAttributeValue"},
		{"encryption that is neither on nor off", "q", map[string]string{"SqsManagedSseEnabled": "maybe"}, "InvalidAttributeValue"},
		{"two kinds of encryption", "q", map[string]string{"SqsManagedSseEnabled": "true", "KmsMasterKeyId": "k"}, "InvalidAttributeName"},
		{"a redrive policy that is no JSON", "q", map[string]string{"RedrivePolicy": "dlq"}, "InvalidParameterValue"},
		{"a redrive policy without target", "q", map[string]string{"RedrivePolicy": `{"maxReceiveCount":3}`}, "InvalidParameterValue"},
		{"a redrive policy without count", "q", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + arnOf("dlq") + `"}`}, "InvalidParameterValue"},
		{"a redrive policy with an unknown field", "q", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"` + arnOf("dlq") + `","maxReceiveCount":3,"x":1}`}, "InvalidParameterValue"},
		{"a count of 0", "q", redriveTo("dlq", "0"), "InvalidParameterValue"},
		{"a count of 1001", "q", redriveTo("dlq", "1001"), "InvalidParameterValue"},
		{"a dead-letter queue that does not exist", "q", redriveTo("nowhere", "3"), "InvalidParameterValue"},
		{"a dead-letter queue in another account", "q", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:111111111111:dlq","maxReceiveCount":3}`}, "InvalidParameterValue"},
		{"a dead-letter target that is no queue", "q", map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"dlq","maxReceiveCount":3}`}, "InvalidParameterValue"},
		{"itself as dead-letter queue", "q", redriveTo("q", "3"), "InvalidParameterValue"},
		{"a dead-letter queue that admits none", "q", redriveTo("closed", "3"), "InvalidParameterValue"},
		{"a dead-letter queue that admits others", "q", redriveTo("choosy", "3"), "InvalidParameterValue"},
		{"an unknown redrive permission", "q", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"some"}`}, "InvalidParameterValue"},
		{"redrive by queue without queues", "q", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"byQueue"}`}, "InvalidParameterValue"},
		{"redrive for all with queues", "q", map[string]string{"RedriveAllowPolicy": `{"redrivePermission":"allowAll","sourceQueueArns":["x"]}`}, "InvalidParameterValue"},
	}
	for _, tc := range cases {
		t.Run(tc.sentence, func(t *testing.T) {
			_, err := c.CreateQueue(t.Context(), &api.CreateQueueInput{QueueName: &tc.name, Attributes: tc.attributes})
			assertCode(t, tc.code, err)
		})
	}
}

func TestTagsAreKept(t *testing.T) {
	c := newCloud(t)
	out, err := c.CreateQueue(t.Context(), &api.CreateQueueInput{QueueName: aws.String("copies"), Tags: map[string]string{"team": "platform", "old": "x"}})
	require.NoError(t, err)
	_, err = c.TagQueue(t.Context(), &api.TagQueueInput{QueueUrl: out.QueueUrl, Tags: map[string]string{"stage": "test"}})
	require.NoError(t, err)
	_, err = c.UntagQueue(t.Context(), &api.UntagQueueInput{QueueUrl: out.QueueUrl, TagKeys: []string{"old"}})
	require.NoError(t, err)
	tags, err := c.ListQueueTags(t.Context(), &api.ListQueueTagsInput{QueueUrl: out.QueueUrl})
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"team": "platform", "stage": "test"}, tags.Tags)
}

func TestPurgeTakesEverythingOncePerMinute(t *testing.T) {
	c := newCloud(t)
	url := c.queue("copies", nil)
	c.send(url, "in flight")
	c.receiveOne(url)
	c.send(url, "visible")
	_, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("delayed"), DelaySeconds: 900})
	require.NoError(t, err)
	assert.Equal(t, "1 1 1", c.counts(url))

	_, err = c.PurgeQueue(t.Context(), &api.PurgeQueueInput{QueueUrl: &url})
	require.NoError(t, err)
	assert.Equal(t, "0 0 0", c.counts(url))
	_, err = c.PurgeQueue(t.Context(), &api.PurgeQueueInput{QueueUrl: &url})
	assertCode(t, "AWS.SimpleQueueService.PurgeQueueInProgress", err)
	c.advance(time.Minute)
	_, err = c.PurgeQueue(t.Context(), &api.PurgeQueueInput{QueueUrl: &url})
	require.NoError(t, err)
}

func TestEveryOperationNeedsItsQueue(t *testing.T) {
	c := newCloud(t)
	url, text := aws.String(c.url+"/"+backup+"/nowhere"), aws.String("x")
	calls := map[string]func() error{
		"DeleteQueue": func() error { _, err := c.DeleteQueue(t.Context(), &api.DeleteQueueInput{QueueUrl: url}); return err },
		"ListDeadLetterSourceQueues": func() error {
			_, err := c.ListDeadLetterSourceQueues(t.Context(), &api.ListDeadLetterSourceQueuesInput{QueueUrl: url})
			return err
		},
		"GetQueueAttributes": func() error {
			_, err := c.GetQueueAttributes(t.Context(), &api.GetQueueAttributesInput{QueueUrl: url})
			return err
		},
		"SetQueueAttributes": func() error {
			_, err := c.SetQueueAttributes(t.Context(), &api.SetQueueAttributesInput{QueueUrl: url, Attributes: map[string]string{"DelaySeconds": "1"}})
			return err
		},
		"TagQueue": func() error {
			_, err := c.TagQueue(t.Context(), &api.TagQueueInput{QueueUrl: url, Tags: map[string]string{"a": "b"}})
			return err
		},
		"UntagQueue": func() error {
			_, err := c.UntagQueue(t.Context(), &api.UntagQueueInput{QueueUrl: url, TagKeys: []string{"a"}})
			return err
		},
		"ListQueueTags": func() error {
			_, err := c.ListQueueTags(t.Context(), &api.ListQueueTagsInput{QueueUrl: url})
			return err
		},
		"SendMessage": func() error {
			_, err := c.SendMessage(t.Context(), &api.SendMessageInput{QueueUrl: url, MessageBody: text})
			return err
		},
		"ReceiveMessage": func() error {
			_, err := c.ReceiveMessage(t.Context(), &api.ReceiveMessageInput{QueueUrl: url})
			return err
		},
		"DeleteMessage": func() error {
			_, err := c.DeleteMessage(t.Context(), &api.DeleteMessageInput{QueueUrl: url, ReceiptHandle: text})
			return err
		},
		"ChangeMessageVisibility": func() error {
			_, err := c.ChangeMessageVisibility(t.Context(), &api.ChangeMessageVisibilityInput{QueueUrl: url, ReceiptHandle: text})
			return err
		},
		"PurgeQueue": func() error { _, err := c.PurgeQueue(t.Context(), &api.PurgeQueueInput{QueueUrl: url}); return err },
		"SendMessageBatch": func() error {
			_, err := c.SendMessageBatch(t.Context(), &api.SendMessageBatchInput{QueueUrl: url, Entries: []types.SendMessageBatchRequestEntry{{Id: text, MessageBody: text}}})
			return err
		},
		"DeleteMessageBatch": func() error {
			_, err := c.DeleteMessageBatch(t.Context(), &api.DeleteMessageBatchInput{QueueUrl: url, Entries: []types.DeleteMessageBatchRequestEntry{{Id: text, ReceiptHandle: text}}})
			return err
		},
		"ChangeMessageVisibilityBatch": func() error {
			_, err := c.ChangeMessageVisibilityBatch(t.Context(), &api.ChangeMessageVisibilityBatchInput{QueueUrl: url, Entries: []types.ChangeMessageVisibilityBatchRequestEntry{{Id: text, ReceiptHandle: text}}})
			return err
		},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			err := call()
			assertCode(t, "AWS.SimpleQueueService.NonExistentQueue", err)
			var gone *types.QueueDoesNotExist
			require.ErrorAs(t, err, &gone)
		})
	}
}
